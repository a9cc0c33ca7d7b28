"""Runs what a worker took: jobs of instances together, a job of a batch by the handler of its kind."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Protocol

from shoal import clock
from shoal.commands.advance import failure_of
from shoal.commands.context import Context
from shoal.commands.run_instance_jobs import JobResult, JobState, run_instance_jobs
from shoal.errors import RevisionConflictError, UnavailableError, means_stop
from shoal.jobs.acquire import Acquired
from shoal.jobs.failing import record_failures
from shoal.jobs.wake import signal_of
from shoal.store.queries.jobs import Job, release_jobs

_log = logging.getLogger(__name__)

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
    """Run jobs of instances. A failed one loses a try; one whose instance changed meanwhile loses none.

    If they cannot be run together they are run in halves, so that one that breaks everything stands alone.
    """
    try:
        results: Mapping[str, JobResult] = run_instance_jobs(ctx, jobs, owner)
    except UnavailableError:
        raise
    except RevisionConflictError:
        give_back(ctx, jobs, owner, _CONFLICT_PAUSE)
        return
    except BaseException as error:
        if means_stop(error):
            raise
        # one job must not hold up the others
        if len(jobs) > 1:
            middle = len(jobs) // 2
            run_live(ctx, jobs[:middle], owner)
            run_live(ctx, jobs[middle:], owner)
            return
        _log.exception("job %s cannot be run", jobs[0].id)
        results = {jobs[0].id: JobResult(JobState.FAILED, failure_of(error))}
    _settle(ctx, jobs, results, owner)


def _settle(ctx: Context, jobs: Sequence[Job], results: Mapping[str, JobResult], owner: str) -> None:
    by_state: dict[JobState, list[Job]] = {}
    for job in jobs:
        result = results.get(job.id)
        by_state.setdefault(JobState.LOST if result is None else result.state, []).append(job)
    if failed := by_state.get(JobState.FAILED):
        record_failures(ctx, failed, results, owner)
    if conflicts := by_state.get(JobState.CONFLICT):
        give_back(ctx, conflicts, owner, _CONFLICT_PAUSE)
    if lost := by_state.get(JobState.LOST):
        # gone, or of an instance that does not run: nothing to hurry for
        give_back(ctx, lost, owner, timedelta(seconds=ctx.settings.poll_seconds))
    if JobState.DONE in by_state:
        # what comes next in these instances may be a job again
        signal_of(ctx.database).notify()


def give_back(ctx: Context, jobs: Sequence[Job], owner: str, pause: timedelta) -> None:
    """Let others have the jobs, a moment later. No try is lost."""
    with ctx.database.write() as tx:
        release_jobs(tx, [job.id for job in jobs], owner, clock.now() + pause)
