"""Runs what a worker took: jobs of instances together, a job of a batch by the handler of its kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Protocol

from shoal import clock
from shoal.commands.context import Context
from shoal.commands.run_instance_jobs import JobResult, JobState, run_instance_jobs
from shoal.errors import RevisionConflictError
from shoal.jobs.acquire import Acquired
from shoal.jobs.failing import record_failures
from shoal.jobs.wake import signal_of
from shoal.store.queries.jobs import Job, release_jobs

_CONFLICT_PAUSE = timedelta(seconds=0.05)


class Handler(Protocol):
    """Does one job that ``owner`` has leased. Only UnavailableError comes through."""

    def __call__(self, ctx: Context, job: Job, owner: str) -> None: ...


def run_acquired(ctx: Context, acquired: Acquired, owner: str, handlers: Mapping[str, Handler]) -> None:
    """Run everything that was taken. UnavailableError comes through; what was not committed stays leased."""
    if acquired.live:
        run_live(ctx, acquired.live, owner)
    elif acquired.batch is not None:
        handler = handlers.get(acquired.batch.kind)
        if handler is None:
            give_back(ctx, [acquired.batch], owner, timedelta(seconds=ctx.settings.poll_seconds))
        else:
            handler(ctx, acquired.batch, owner)


def run_live(ctx: Context, jobs: Sequence[Job], owner: str) -> None:
    """Run jobs of instances. A failed one loses a try; one whose instance changed meanwhile loses none."""
    try:
        results = run_instance_jobs(ctx, jobs, owner)
    except RevisionConflictError:
        give_back(ctx, jobs, owner, _CONFLICT_PAUSE)
        return
    done = any(result.state is JobState.DONE for result in results.values())
    failed = [job for job in jobs if _state(results, job) is JobState.FAILED]
    if failed:
        record_failures(ctx, failed, results, owner)
    undone = [job for job in jobs if _state(results, job) in (JobState.CONFLICT, JobState.LOST)]
    if undone:
        give_back(ctx, undone, owner, _CONFLICT_PAUSE)
    if done:
        # what comes next in these instances may be a job again
        signal_of(ctx.database).notify()


def give_back(ctx: Context, jobs: Sequence[Job], owner: str, pause: timedelta) -> None:
    """Let others have the jobs, a moment later. No try is lost."""
    with ctx.database.write() as tx:
        release_jobs(tx, [job.id for job in jobs], owner, clock.now() + pause)


def _state(results: Mapping[str, JobResult], job: Job) -> JobState:
    result = results.get(job.id)
    return JobState.LOST if result is None else result.state
