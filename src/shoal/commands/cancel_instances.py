"""Cancels running instances, and the running instances that they called."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from shoal.commands import prepared as halves
from shoal.commands.catalog import Deployed
from shoal.commands.context import Context
from shoal.commands.load import Loaded, load
from shoal.commands.lock_chunk import lock_ids
from shoal.commands.outcome import ChunkOutcome
from shoal.commands.prepared import Prepared, prepare_loaded
from shoal.commands.purge import purge_rows
from shoal.commands.removal_times import note_ends
from shoal.commands.rows import storable
from shoal.ids import is_id
from shoal.kernel.stimulus import Cancel, Stimulus
from shoal.store.database import Tx
from shoal.store.queries import (
    activities,
    external_tasks,
    incidents,
    instance_jobs,
    instances,
    large_values,
    states,
    subscriptions,
    user_tasks,
    variables,
)
from shoal.store.queries.external_task_log import log_ended_of_instances
from shoal.store.queries.job_log import log_deleted_jobs


def prepare_cancel(
    ctx: Context,
    ids: Sequence[str],
    *,
    reason: str | None = None,
    skip_custom_listeners: bool = False,
    skip_io_mappings: bool = False,
    skip_subprocesses: bool = False,
) -> Prepared:
    """Do what needs a look at the model: end listeners, output mappings, calls from and to other instances."""
    stimulus = Cancel(storable(reason), skip_custom_listeners, skip_io_mappings, skip_subprocesses)
    runs_code = not (skip_custom_listeners and skip_io_mappings)
    wanted = [each for each in ids if is_id(each)]
    with ctx.database.read() as tx:
        among = instances.definitions_among(tx, wanted)
        models = ctx.catalog.get_many(tx, {definition_id for definition_id, _ in among})
        if not any(called or _asks(models[each], runs_code) for each, called in among):
            return Prepared()
        running = instances.load_headers(tx, wanted)
        models = ctx.catalog.get_many(tx, {each.definition_id for each in running.values()})
        listening = [
            each.id
            for each in running.values()
            if each.super_id is not None or _asks(models[each.definition_id], runs_code)
        ]
        if not listening:
            return Prepared()
        found = load(ctx, tx, listening)

    def choose(loaded: Loaded) -> Sequence[Stimulus]:  # noqa: ARG001
        return (stimulus,)

    return prepare_loaded(ctx, found, listening, choose)


def _asks(model: Deployed, runs_code: bool) -> bool:
    """Whether instances of the model cannot be cancelled by statements alone."""
    return model.has_calls or (runs_code and model.has_end_listeners)


def cancel_instances(
    ctx: Context,
    tx: Tx,
    ids: Sequence[str],
    prepared: Prepared,
    now: datetime,
    *,
    reason: str | None = None,
    wait: bool = False,
) -> ChunkOutcome:
    """Cancel running instances (Camunda 7: EXTERNALLY_TERMINATED) with everything that they wait for.

    Skipped: not-found, not-running. Failed: an end listener or output mapping failed. Put back: instances that
    others hold, or that changed since ``prepare_cancel``. Instances that they called are cancelled with them, in
    the same way, unless ``prepare_cancel`` was told to let them go on.
    """
    outcome, rest = halves.apply(ctx, tx, ids, prepared, wait=wait)
    if rest:
        plain = ChunkOutcome()
        plain.succeeded = lock_ids(tx, rest, plain, running=True, wait=wait)
        outcome = halves.merged(outcome, plain)
        cancel_rows(ctx, tx, plain.succeeded, storable(reason), now)
    return outcome


def cancel_rows(ctx: Context, tx: Tx, ids: Sequence[str], reason: str | None, now: datetime) -> None:
    """End running instances whose headers this transaction holds, without asking their models."""
    if not ids:
        return
    level = ctx.settings.history_level
    if not level.keeps_activities:
        purge_rows(ctx, tx, ids)
        return
    instances.end_all(tx, ids, "cancelled", reason, now)
    states.delete_states(tx, ids)
    note_ends(ctx, tx, ids)
    if level.keeps_everything:
        log_deleted_jobs(tx, ids, ctx.hostname, now)
        log_ended_of_instances(tx, ids, now)
    instance_jobs.delete_of_instances(tx, ids)
    subscriptions.delete_of_instances(tx, ids)
    external_tasks.delete_of_instances(tx, ids)
    user_tasks.end_open(tx, ids, "deleted", now)
    activities.cancel_open(tx, ids, now)
    incidents.end_of_instances(tx, ids, "deleted", now, keep=level.keeps_everything)
    if not level.keeps_variables:
        large_values.give_up_blobs(tx, ctx.blobs, large_values.variable_blobs_of(tx, ids))
        variables.delete_of_instances(tx, ids)
