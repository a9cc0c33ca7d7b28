"""Gives jobs tries: those named, or all of given instances."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from shoal.commands.context import Context
from shoal.commands.lock_chunk import lock_all, lock_chunk
from shoal.commands.outcome import ChunkOutcome, Reason
from shoal.errors import InputError
from shoal.ids import is_id, new_id
from shoal.store.database import Tx
from shoal.store.queries import incidents, instance_jobs
from shoal.store.queries.instances import lock_headers
from shoal.store.queries.jobs import Job, find_jobs

NO_SUCH_JOB = Reason("not-found", "no such job")
NO_JOBS = Reason("no-jobs", "the process instance has no jobs")


@dataclass(frozen=True, slots=True)
class RetryChange:
    """``change_due``: the jobs become due at ``due_at`` (None: at once); else their due dates stay."""

    retries: int
    change_due: bool = False
    due_at: datetime | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.retries < 2**31:
            raise InputError(f"retries: 0 or more, not {self.retries}", field="retries")


def set_job_retries(
    ctx: Context, tx: Tx, job_ids: Sequence[str], change: RetryChange, now: datetime, *, wait: bool = False
) -> ChunkOutcome:
    """Change jobs, but those of batches. Tries where there were none resolve the incident; none make one.

    The ids of the outcome are those of the jobs. Skipped: not-found. Put back: held by others.
    """
    outcome = ChunkOutcome()
    known = find_jobs(tx, [each for each in job_ids if is_id(each)]).values()
    found = {each.id: each for each in known if each.batch_id is None}
    instance_ids = sorted({each.instance_id for each in found.values() if each.instance_id is not None})
    held = lock_headers(tx, instance_ids, skip=not wait)
    wanted = [each.id for each in found.values() if each.instance_id is None or each.instance_id in held]
    locked = instance_jobs.lock_jobs(tx, wanted, skip=not wait)
    existing = find_jobs(tx, [each for each in found if each not in locked]) if len(locked) < len(found) else {}
    for each in job_ids:
        if each in locked:
            outcome.succeeded.append(each)
        elif each in existing:
            outcome.put_back.append(each)
        else:
            outcome.skipped[each] = NO_SUCH_JOB
    _change(ctx, tx, locked.values(), change, now)
    return outcome


def set_retries_of_instances(
    ctx: Context, tx: Tx, ids: Sequence[str], change: RetryChange, now: datetime, *, wait: bool = False
) -> ChunkOutcome:
    """Change all jobs of running instances.

    Skipped: not-found, not-running, no-jobs. Put back: the instance or one of its jobs is held by others.
    """
    outcome = ChunkOutcome()
    if not wait and change.retries > 0 and lock_all(tx, ids, running=True) and _lock_all_jobs(tx, ids):
        outcome.succeeded = list(ids)
        instance_jobs.set_retries_of(tx, ids, change.retries, change_due=change.change_due, due_at=change.due_at)
        keep = ctx.settings.history_level.keeps_everything
        incidents.end_of_instances(tx, ids, "resolved", now, keep=keep, kind="failedJob")
        return outcome
    held = lock_chunk(tx, ids, outcome, running=True, wait=wait)
    jobs = instance_jobs.jobs_of_instances(tx, list(held))
    locked = instance_jobs.lock_jobs(tx, [each.id for each in jobs], skip=not wait)
    busy = {each.instance_id for each in jobs if each.id not in locked}
    having = {each.instance_id for each in jobs}
    for each in held:
        if each in busy:
            outcome.put_back.append(each)
        elif each in having:
            outcome.succeeded.append(each)
        else:
            outcome.skipped[each] = NO_JOBS
    _change(ctx, tx, [each for each in locked.values() if each.instance_id not in busy], change, now)
    return outcome


def _lock_all_jobs(tx: Tx, ids: Sequence[str]) -> bool:
    """Lock the jobs of the instances, if each has one and nobody else holds any: the usual case."""
    jobs, having = instance_jobs.count_of_instances(tx, ids)
    return having == len(ids) and instance_jobs.lock_of_instances(tx, ids) == jobs


def _change(ctx: Context, tx: Tx, jobs: Collection[Job], change: RetryChange, now: datetime) -> None:
    instance_jobs.set_retries(
        tx, [each.id for each in jobs], change.retries, change_due=change.change_due, due_at=change.due_at
    )
    if change.retries > 0:
        recovered = {each.id: each.instance_id for each in jobs if each.retries == 0}
        _resolve(ctx, tx, recovered, now)
    else:
        exhausted = [each for each in jobs if each.retries > 0]
        incidents.open_incidents(tx, [_incident(each, now) for each in exhausted])


def _resolve(ctx: Context, tx: Tx, recovered: dict[str, str | None], now: datetime) -> None:
    if not recovered:
        return
    instance_ids = sorted({each for each in recovered.values() if each is not None})
    open_now = incidents.open_of_instances(tx, instance_ids)
    ended = [incident_id for incident_id, _, job_id in open_now if job_id in recovered]
    keep = ctx.settings.history_level.keeps_everything
    incidents.end_incidents(tx, ended, "resolved", now, keep=keep)
    alone = [job_id for job_id, instance_id in recovered.items() if instance_id is None]
    incidents.end_of_jobs(tx, alone, "resolved", now, keep=keep)


def _incident(job: Job, now: datetime) -> tuple[object, ...]:
    return (
        new_id(),
        "failedJob",
        job.instance_id,
        job.node_id,
        job.activity_id,
        job.failed_activity_id or job.activity_id,
        job.definition_id,
        job.id,
        job.error_message,
        "open",
        now,
        job.kind,
    )
