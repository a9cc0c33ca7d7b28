"""Changes single jobs: when they are due, how urgent they are, whether they are worked on; deletes one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from shoal import clock
from shoal.bpmn.timers import shifted
from shoal.commands.advance import Moved
from shoal.commands.commit import build_rows, commit_rows
from shoal.commands.context import Context
from shoal.commands.load import Loaded, load
from shoal.errors import ConflictError, InputError, NotFoundError, RevisionConflictError
from shoal.ids import is_id
from shoal.store.database import Tx
from shoal.store.queries import incidents, instance_jobs
from shoal.store.queries.instances import lock_headers
from shoal.store.queries.jobs import Job, error_details_of, find_job

_TRIES = 8


def set_job_due_date(ctx: Context, job_id: str, due_at: datetime | None, *, cascade: bool = False) -> None:
    """Let the job be due at that time; None: at once. NotFoundError; InputError: no time zone.

    ``cascade``: what follows of a timer that is a cycle moves by the same time (Camunda 7).
    """
    if due_at is not None and due_at.tzinfo is None:
        raise InputError("duedate: an instant with a time zone", field="duedate")
    with ctx.database.write() as tx:
        job = found_job(tx, job_id)
        values: dict[str, Any] = {"due_at": due_at}
        if cascade and due_at is not None and job.due_at is not None and job.repeat is not None:
            values["repeat"] = shifted(job.repeat, due_at - job.due_at)
        write_job(tx, job, **values)


def set_job_priority(ctx: Context, job_id: str, priority: int) -> None:
    """Jobs with a higher priority are worked on first. NotFoundError; InputError: no number of 32 bits."""
    if not -(2**31) <= priority < 2**31:
        raise InputError(f"priority: a whole number of 32 bits, not {priority}", field="priority")
    _change(ctx, job_id, priority=priority)


def set_job_suspended(ctx: Context, job_id: str, suspended: bool) -> None:
    """Work on this one job no more, or again. NotFoundError."""
    _change(ctx, job_id, suspended=suspended)


def job_stack_trace(ctx: Context, job_id: str) -> str | None:
    """What is known of the last failure of the job, for people; None if it never failed. NotFoundError."""
    with ctx.database.read() as tx:
        found_job(tx, job_id)
        return error_details_of(tx, job_id)


def delete_job(ctx: Context, job_id: str) -> None:
    """Delete a job: what waits for it waits for ever, unless something else wakes it.

    NotFoundError. ConflictError: it is being worked on, or belongs to a batch. RevisionConflictError: others
    changed its instance again and again.
    """
    for _ in range(_TRIES):
        now = clock.now()
        with ctx.database.read() as tx:
            job = found_job(tx, job_id)
            if job.batch_id is not None:
                raise ConflictError(f"job '{job_id}' belongs to batch '{job.batch_id}'", batch_id=job.batch_id)
            if job.leased_until is not None and job.leased_until > now:
                raise ConflictError(f"job '{job_id}' is being worked on; it cannot be deleted", job_id=job_id)
            found = load(ctx, tx, [job.instance_id]) if job.instance_id is not None else {}
        if job.instance_id is None:
            with ctx.database.write() as tx:
                instance_jobs.delete_jobs(tx, [job_id])
                keep = ctx.settings.history_level.keeps_everything
                incidents.end_of_jobs(tx, [job_id], "deleted", now, keep=keep)
            return
        loaded = found.get(job.instance_id)
        if not isinstance(loaded, Loaded):
            raise _unknown(job_id)
        rows, _ = build_rows(ctx, [_without(loaded, job)], now)
        if not commit_rows(ctx, rows):
            return
    raise RevisionConflictError(f"the process instance of job '{job_id}' was changed by others; try again")


def found_job(tx: Tx, job_id: str) -> Job:
    """The job. NotFoundError."""
    job = find_job(tx, job_id) if is_id(job_id) else None
    if job is None:
        raise _unknown(job_id)
    return job


def write_job(tx: Tx, job: Job, **values: Any) -> None:
    """Change columns of a job, its instance locked first. NotFoundError if it is gone."""
    if job.instance_id is not None:
        lock_headers(tx, [job.instance_id], skip=False)
    if job.id not in instance_jobs.lock_jobs(tx, [job.id], skip=False):
        raise _unknown(job.id)
    instance_jobs.change_jobs(tx, tuple(values), [(job.id, *values.values())])


def _change(ctx: Context, job_id: str, **values: Any) -> None:
    with ctx.database.write() as tx:
        write_job(tx, found_job(tx, job_id), **values)


def _without(loaded: Loaded, job: Job) -> Moved:
    """The instance as it is when nothing waits for the job any more."""
    node = loaded.snapshot.state.find(job.node_id or "")
    if node is not None:
        node.waits = [each for each in node.waits or () if each.id != job.id] or None
    moved = Moved(loaded, loaded.id)
    moved.effects.jobs_deleted.add(job.id)
    return moved


def _unknown(job_id: str) -> NotFoundError:
    return NotFoundError(f"Job with id {job_id} does not exist", job_id=job_id)
