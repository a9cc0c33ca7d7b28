"""Notes tries of instance jobs that failed: fewer retries, a later due date, the error, in the end an incident."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from shoal import clock
from shoal.bpmn.extensions import RetryCycle
from shoal.commands.context import Context
from shoal.commands.outcome import Failure
from shoal.commands.run_instance_jobs import JobResult
from shoal.jobs.cycles import cycles_of
from shoal.jobs.incident import open_failed_job_incidents
from shoal.jobs.retry import details_of, message_of, next_try
from shoal.store.queries.job_log import JobEvent, insert_job_events
from shoal.store.queries.jobs import FailedTry, Job, fail_jobs, hold_jobs

_UNKNOWN = Failure("execution.failed", "the job failed")


def record_failures(ctx: Context, jobs: Sequence[Job], results: Mapping[str, JobResult], owner: str) -> None:
    """Note that these jobs of ``owner`` failed; those that it lost meanwhile are left alone."""
    now = clock.now()
    cycles = cycles_of(ctx, jobs, now)
    with ctx.database.write() as tx:
        held = hold_jobs(tx, [job.id for job in jobs], owner)
        tries = [
            (job, _failed_try(ctx, job, results[job.id], cycles.get(job.id), now)) for job in jobs if job.id in held
        ]
        fail_jobs(tx, [each for _, each in tries])
        open_failed_job_incidents(tx, [each for each in tries if each[1].retries == 0], now)
        if ctx.settings.history_level.keeps_everything:
            events = [
                JobEvent(
                    "failed",
                    job,
                    failed.retries,
                    failed.error_message,
                    failed.error_details,
                    failed.failed_activity_id,
                )
                for job, failed in tries
            ]
            insert_job_events(tx, events, ctx.hostname, now)


def _failed_try(ctx: Context, job: Job, result: JobResult, cycle: RetryCycle | None, now: datetime) -> FailedTry:
    failure = result.failure or _UNKNOWN
    # Camunda 7: the cycle says how many tries there are when the first of them has failed
    before = job.retries if cycle is None or job.error_message is not None else cycle.attempts
    retries = max(0, before - 1)
    due_at = next_try(cycle, before, ctx.settings.retry_pause_seconds, now) if retries else job.due_at
    return FailedTry(
        job.id,
        retries,
        due_at,
        message_of(failure.message),
        details_of(failure.details),
        result.failed_activity_id or job.activity_id,
    )
