"""Runs one job now, whoever asks for it: due or not, with tries left or without."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import timedelta

from shoal import clock
from shoal.commands.change_jobs import found_job
from shoal.commands.context import Context
from shoal.commands.job_result import JobResult, JobState
from shoal.commands.run_instance_jobs import run_instance_jobs
from shoal.errors import ConflictError, ExecutionError, NotFoundError, RevisionConflictError, SuspendedError
from shoal.ids import new_id
from shoal.jobs.failing import record_failures
from shoal.jobs.lease import LeaseKeeper
from shoal.jobs.retry import details_of, message_of
from shoal.jobs.run import Handler
from shoal.jobs.wake import signal_of
from shoal.store.queries.instance_jobs import lock_jobs
from shoal.store.queries.instances import load_headers
from shoal.store.queries.job_acquisition import lease_jobs
from shoal.store.queries.jobs import FailedTry, Job, fail_jobs, hold_jobs, release_jobs

_TRIES = 8
_PAUSE_SECONDS = 0.05


def execute_job(ctx: Context, job_id: str, handlers: Mapping[str, Handler] | None = None) -> None:
    """Run the job in this thread; ``handlers`` are for mass work: jobs of batches, history cleanup.

    NotFoundError. ConflictError: a worker is at it. SuspendedError: its instance is suspended. ExecutionError, or
    what the model's code raised: it failed and lost a try, as if a worker had run it. RevisionConflictError: its
    instance was changed by others again and again; no try is lost.
    """
    owner = f"{ctx.hostname}:execute:{new_id()}"
    job = _take(ctx, job_id, owner)
    keeper = LeaseKeeper(ctx)
    keeper.start()
    try:
        with keeper.keeping(owner, [job_id]):
            if handlers is not None and job.kind in handlers:
                handlers[job.kind](ctx, job, owner)
            elif job.batch_id is None:
                _run(ctx, job, owner)
            else:
                raise ConflictError(f"job '{job_id}' of kind '{job.kind}' cannot be run here", job_id=job_id)
    finally:
        keeper.stop()
        with ctx.database.write() as tx:
            release_jobs(tx, [job_id], owner)
    signal_of(ctx.database).notify()


def _take(ctx: Context, job_id: str, owner: str) -> Job:
    now = clock.now()
    with ctx.database.write() as tx:
        found_job(tx, job_id)
        job = lock_jobs(tx, [job_id], skip=False).get(job_id)
        if job is None:
            raise NotFoundError(f"Job with id {job_id} does not exist", job_id=job_id)
        if job.leased_until is not None and job.leased_until > now:
            raise ConflictError(f"job '{job_id}' is being worked on by '{job.leased_by}'", job_id=job_id)
        lease_jobs(tx, [job_id], owner, now + timedelta(seconds=ctx.settings.lease_seconds))
    return job


def _run(ctx: Context, job: Job, owner: str) -> None:
    for _ in range(_TRIES):
        result = run_instance_jobs(ctx, [job], owner).get(job.id, JobResult(JobState.LOST))
        match result.state:
            case JobState.DONE:
                return
            case JobState.FAILED:
                _record(ctx, job, result, owner)
                raise _error_of(result)
            case JobState.LOST:
                raise NotFoundError(f"Job with id {job.id} does not exist any more", job_id=job.id)
            case JobState.CONFLICT:
                _raise_if_suspended(ctx, job)
                time.sleep(_PAUSE_SECONDS)
    raise RevisionConflictError(f"the process instance of job '{job.id}' was changed by others; try again")


def _record(ctx: Context, job: Job, result: JobResult, owner: str) -> None:
    if job.retries > 0:
        record_failures(ctx, [job], {job.id: result}, owner)
        return
    # it has its incident already
    failure = result.failure
    message, details = (failure.message, failure.details) if failure is not None else ("the job failed", None)
    place = result.failed_activity_id or job.activity_id
    failed = FailedTry(job.id, 0, job.due_at, message_of(message), details_of(details), place)
    with ctx.database.write() as tx:
        if hold_jobs(tx, [job.id], owner):
            fail_jobs(tx, [failed])


def _error_of(result: JobResult) -> BaseException:
    failure = result.failure
    if failure is None:
        return ExecutionError("the job failed", result.failed_activity_id)
    return failure.error if failure.error is not None else ExecutionError(failure.message)


def _raise_if_suspended(ctx: Context, job: Job) -> None:
    with ctx.database.read() as tx:
        header = load_headers(tx, [job.instance_id]).get(job.instance_id) if job.instance_id is not None else None
    if header is not None and header.suspended:
        raise SuspendedError(f"process instance '{header.id}' is suspended")
