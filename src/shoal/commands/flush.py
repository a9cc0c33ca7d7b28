"""Writes the rows of a chunk: headers locked first, in key order, revisions compared, one statement per table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from shoal.commands.context import Context
from shoal.commands.external_work import arrivals_of
from shoal.commands.log_links import log_changed_links
from shoal.commands.moved_incidents import move_incidents
from shoal.commands.purge import purge_rows
from shoal.commands.removal_times import note_removal_times
from shoal.commands.rows import ChunkRows
from shoal.errors import RevisionConflictError
from shoal.store.database import Tx
from shoal.store.queries import (
    activities,
    external_task_log,
    external_tasks,
    identity_links,
    incidents,
    instance_jobs,
    instances,
    job_definitions,
    large_values,
    states,
    subscriptions,
    user_tasks,
    variables,
)
from shoal.store.queries.definition_changes import keep_definitions
from shoal.store.queries.job_log import JobEvent, insert_job_events
from shoal.store.queries.jobs import find_jobs


def flush(ctx: Context, tx: Tx, rows: ChunkRows, *, skip: bool) -> set[str]:
    """Write everything, and return the instances of which nothing was written because they had changed.

    ``skip``: instances that somebody else has locked are not waited for; they count as changed.
    """
    conflicts = lock_unchanged(tx, rows, skip=skip)
    write_rows(ctx, tx, rows)
    return conflicts


def lock_unchanged(tx: Tx, rows: ChunkRows, *, skip: bool) -> set[str]:
    """Lock the instances; those that changed since they were loaded are taken out of the rows and returned."""
    expected = rows.revisions
    if not expected:
        return set()
    with tx.whole():
        locked = instances.lock_revisions(tx, list(expected), skip=skip)
    if locked == expected:
        return set()
    return rows.drop([each for each, revision in expected.items() if locked.get(each) != revision])


def write_rows(ctx: Context, tx: Tx, rows: ChunkRows) -> None:
    """Write everything. The caller has locked the instances and made sure that they have not changed."""
    written = [each.id for each in rows.blobs]
    dropped = rows.dropped_blobs
    tx.after_rollback(lambda: ctx.blobs.remove([*written, *dropped]))
    if dropped:
        tx.after_commit(lambda: ctx.blobs.remove(dropped))
    # whom it concerns was decided when the instances were looked up; callers may be of other tenants
    with tx.whole():
        _headers(ctx, tx, rows)
        _activities(tx, rows)
        _tasks(tx, rows)
        _waits(ctx, tx, rows)
        _variables(ctx, tx, rows)
        if rows.purged:
            purge_rows(ctx, tx, rows.purged)


def _headers(ctx: Context, tx: Tx, rows: ChunkRows) -> None:
    if rows.new_headers and not keep_definitions(tx, {row[1] for row in rows.new_headers}):
        raise RevisionConflictError("a process definition was deleted while it was started; try again")
    instances.insert_headers(tx, rows.new_headers)
    instances.end_headers(tx, rows.ended_headers)
    note_removal_times(ctx, tx, rows)
    instances.bump_revisions(tx, rows.continued)
    instances.release(tx, rows.released)
    for definition_id, ids in rows.migrated_to.items():
        instances.set_definition(tx, ids, definition_id)
    states.insert_states(tx, rows.new_states)
    states.update_states(tx, rows.changed_states)
    states.delete_states(tx, rows.ended)


def _activities(tx: Tx, rows: ChunkRows) -> None:
    activities.insert_activities(tx, rows.activities)
    activities.end_activities(tx, rows.activities_ended)
    activities.delete_activities(tx, rows.activities_dropped)
    _changes(tx, rows.activities_changed, activities.change_activities)


def _tasks(tx: Tx, rows: ChunkRows) -> None:
    if rows.level.keeps_everything:
        log_changed_links(tx, rows)
    user_tasks.insert_tasks(tx, rows.tasks)
    identity_links.delete_candidates(tx, rows.links_replaced)
    user_tasks.insert_links(tx, rows.links)
    user_tasks.end_tasks(tx, rows.tasks_ended)
    user_tasks.delete_tasks(tx, rows.tasks_dropped)
    _changes(tx, rows.tasks_changed, user_tasks.change_tasks)


def _waits(ctx: Context, tx: Tx, rows: ChunkRows) -> None:
    _incidents(tx, rows)
    if rows.jobs_deleted and rows.level.keeps_everything:
        _log_ended_jobs(tx, rows)
    instance_jobs.delete_jobs(tx, rows.jobs_deleted)
    for definition_id, ids in rows.migrated_to.items():
        # after what ended has been logged: that belonged to the definition before
        instance_jobs.set_definition(tx, ids, definition_id)
    _changes(tx, rows.jobs_changed, instance_jobs.change_jobs)
    instance_jobs.insert_jobs(tx, rows.jobs)
    job_definitions.apply_to_new_jobs(tx, [row[0] for row in rows.jobs])
    instance_jobs.log_jobs(tx, rows.job_log)
    subscriptions.delete_subscriptions(tx, rows.subscriptions_deleted)
    _changes(tx, rows.subscriptions_changed, subscriptions.change_subscriptions)
    subscriptions.insert_subscriptions(tx, rows.subscriptions)
    if rows.level.keeps_everything:
        external_task_log.log_ended(tx, rows.external_tasks_deleted, sorted(rows.done), rows.now)
        external_task_log.log_created(tx, rows.external_task_log)
    external_tasks.delete_external_tasks(tx, rows.external_tasks_deleted)
    _changes(tx, rows.external_tasks_changed, external_tasks.change_external_tasks)
    external_tasks.insert_external_tasks(tx, rows.external_tasks)
    if rows.external_tasks:
        tx.after_commit(arrivals_of(ctx.database).notify)
    if rows.migrated:
        move_incidents(tx, rows)


def _incidents(tx: Tx, rows: ChunkRows) -> None:
    """What an incident complained about is gone: it is resolved where the work was done, else deleted."""
    gone = {*rows.jobs_deleted, *rows.external_tasks_deleted}
    ended = set(rows.ended)
    if not gone and not ended:
        return
    resolved: list[str] = []
    deleted: list[str] = []
    for incident_id, instance_id, configuration in incidents.open_of_instances(tx, list(rows.revisions)):
        if configuration in rows.done:
            resolved.append(incident_id)
        elif configuration in gone or instance_id in ended:
            deleted.append(incident_id)
    keep = rows.level.keeps_everything
    incidents.end_incidents(tx, resolved, "resolved", rows.now, keep=keep)
    incidents.end_incidents(tx, deleted, "deleted", rows.now, keep=keep)


def _log_ended_jobs(tx: Tx, rows: ChunkRows) -> None:
    jobs = find_jobs(tx, rows.jobs_deleted).values()
    events = [JobEvent("succeeded" if job.id in rows.done else "deleted", job, job.retries) for job in jobs]
    insert_job_events(tx, events, rows.host, rows.now)


def _variables(ctx: Context, tx: Tx, rows: ChunkRows) -> None:
    keep = rows.level.keeps_variables
    now = rows.now
    large_values.register_blobs(tx, [(each.id, each.instance_id, len(each.data), now) for each in rows.blobs])
    variables.delete_variables(tx, rows.variables_removed)
    variables.insert_variables(tx, rows.variables)
    variables.update_variables(tx, rows.variables_changed)
    variables.log_updates(tx, rows.variable_log)
    if rows.ended_scopes:
        variables.end_scopes(
            tx, sorted({each[0] for each in rows.ended_scopes}), [each[1] for each in rows.ended_scopes], keep=keep
        )
    if rows.ended and not keep:
        variables.delete_of_instances(tx, rows.ended)
        large_values.give_up_blobs(tx, ctx.blobs, large_values.variable_blobs_of(tx, rows.ended))
    if rows.replaced_blobs:
        logged = variables.logged_blobs(tx, sorted({each[0] for each in rows.replaced_blobs}))
        unused = sorted({each[1] for each in rows.replaced_blobs} - logged)
        large_values.give_up_blobs(tx, ctx.blobs, unused)


def _changes(
    tx: Tx,
    changed: Sequence[tuple[str, dict[str, Any]]],
    write: Callable[[Tx, Sequence[str], Sequence[Sequence[Any]]], None],
) -> None:
    by_columns: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
    for row_id, values in changed:
        by_columns.setdefault(tuple(sorted(values)), []).append(
            (row_id, *(values[name] for name in sorted(values)))
        )
    for columns, rows in by_columns.items():
        write(tx, columns, rows)
