"""Jobs of batches whose tries are used up: they stay, with their error and an incident, for somebody to act.

Camunda 7: a failed job. It is tried again with new tries, or deleted; either ends its incident.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from shoal.commands.context import Context
from shoal.commands.outcome import Failure
from shoal.ids import new_id
from shoal.jobs.retry import details_of, message_of
from shoal.store.database import Tx
from shoal.store.queries import incidents
from shoal.store.queries.job_log import JobEvent, insert_job_events
from shoal.store.queries.jobs import FailedTry, Job, fail_jobs


def note_failure(
    ctx: Context, tx: Tx, job: Job, failure: Failure, now: datetime, *, retries: int, due_at: datetime | None
) -> None:
    """The job failed and is given back with these tries; without any it makes an incident."""
    message, details = message_of(failure.message), details_of(failure.details)
    fail_jobs(tx, [FailedTry(job.id, retries, due_at, message, details, None)])
    if ctx.settings.history_level.keeps_everything:
        insert_job_events(tx, [JobEvent("failed", job, retries, message, details)], ctx.hostname, now)
    if retries == 0:
        open_incidents(tx, [job], message, now)


def open_incidents(tx: Tx, jobs: Sequence[Job], message: str | None, now: datetime) -> None:
    """Say that somebody must act: the jobs will not be tried again by themselves."""
    incidents.open_of_batches(
        tx,
        [
            (
                new_id(),
                "failedJob",
                None,
                None,
                None,
                None,
                None,
                each.id,
                message or each.error_message,
                "open",
                now,
                each.kind,
                each.batch_id,
            )
            for each in jobs
        ],
    )


def end_incidents(ctx: Context, tx: Tx, job_ids: Sequence[str], state: str, now: datetime) -> None:
    """The incidents of these jobs are ``resolved``, or ``deleted`` with them."""
    incidents.end_of_jobs(tx, job_ids, state, now, keep=ctx.settings.history_level.keeps_everything)


def end_incidents_of_batch(ctx: Context, tx: Tx, batch_id: str, state: str, now: datetime) -> None:
    """The same for all jobs of a batch."""
    incidents.end_of_batch(tx, batch_id, state, now, keep=ctx.settings.history_level.keeps_everything)
