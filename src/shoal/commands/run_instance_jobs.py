"""Runs jobs of instances: asynchronous continuations and timers. Acquiring and retrying them is elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from shoal import clock
from shoal.commands.advance import failure_of
from shoal.commands.commit import build_rows
from shoal.commands.context import Context
from shoal.commands.flush import lock_unchanged, write_rows
from shoal.commands.following_timers import plan_despite_failure
from shoal.commands.job_result import JobResult, JobState
from shoal.commands.load import Loaded, load
from shoal.commands.move_chunk import move_each
from shoal.commands.planned_suspensions import PLANNED, run_planned_suspension
from shoal.commands.rows import ChunkRows
from shoal.commands.start_timers import START_TIMER, fire_start_timer
from shoal.commands.thrown_events import DELIVERIES, deliver_thrown
from shoal.commands.uncollected import uncollected
from shoal.errors import ExecutionError
from shoal.kernel.stimulus import Continue, Stimulus, Trigger
from shoal.store.queries.instance_jobs import lock_jobs
from shoal.store.queries.jobs import Job

__all__ = ["JobResult", "JobState", "run_instance_jobs"]


def run_instance_jobs(ctx: Context, jobs: Sequence[Job], owner: str) -> dict[str, JobResult]:
    """Run jobs that ``owner`` has leased, each exactly once: effects and the end of the job are one transaction.

    UnavailableError comes through; nothing was committed then of the jobs that have no result.
    """
    results = {each.id: deliver_thrown(ctx, each, owner) for each in jobs if each.kind in DELIVERIES}
    results |= {each.id: fire_start_timer(ctx, each, owner) for each in jobs if each.kind == START_TIMER}
    results |= {each.id: run_planned_suspension(ctx, each, owner) for each in jobs if each.kind in PLANNED}
    for round_ in _rounds(jobs):
        with uncollected(len(round_)):
            results |= _run_round(ctx, round_, owner)
    return results


def _rounds(jobs: Sequence[Job]) -> Iterator[list[Job]]:
    """Jobs of the same instance run one after the other."""
    left = list(jobs)
    while left:
        seen: set[str | None] = set()
        first: list[Job] = []
        later: list[Job] = []
        for job in left:
            (later if job.instance_id in seen else first).append(job)
            seen.add(job.instance_id)
        yield first
        left = later


def _run_round(ctx: Context, jobs: Sequence[Job], owner: str) -> dict[str, JobResult]:
    by_instance = {job.instance_id: job for job in jobs if job.instance_id is not None}
    now = clock.now()
    with ctx.database.read() as tx:
        found = load(ctx, tx, list(by_instance))
    results: dict[str, JobResult] = {}
    work: list[tuple[Loaded, Sequence[Stimulus]]] = []
    for instance_id, job in by_instance.items():
        instance = found.get(instance_id)
        if not isinstance(instance, Loaded):
            results[job.id] = JobResult(JobState.LOST)
        elif instance.header is not None and instance.header.suspended:
            results[job.id] = JobResult(JobState.CONFLICT)
        else:
            work.append((instance, (_stimulus(job),)))
    moved, failed = move_each(ctx, work, now)
    rows, refused = build_rows(ctx, moved, now, done=[each.id for each in jobs])
    failed |= refused
    for instance_id, error in failed.items():
        if instance_id in by_instance:
            results[by_instance[instance_id].id] = _failed(error)
    done = {each.id: by_instance[each.id] for each, _ in work if each.id not in failed}
    results |= _commit(ctx, rows, done, owner)
    cycles = [job for instance_id, job in by_instance.items() if instance_id in failed and job.repeat is not None]
    if cycles:
        plan_despite_failure(ctx, cycles, owner)
    return results


def _commit(ctx: Context, rows: ChunkRows, jobs: dict[str, Job], owner: str) -> dict[str, JobResult]:
    if not jobs:
        return {}
    results: dict[str, JobResult] = {}
    with ctx.database.write() as tx:
        conflicts = lock_unchanged(tx, rows, skip=False)
        leased = lock_jobs(tx, [each.id for each in jobs.values()], skip=False)
        lost = {
            instance_id
            for instance_id, job in jobs.items()
            if job.id not in leased or leased[job.id].leased_by != owner
        }
        conflicts |= rows.drop(lost) - lost
        write_rows(ctx, tx, rows)
    for instance_id, job in jobs.items():
        if instance_id in lost:
            results[job.id] = JobResult(JobState.LOST)
        elif instance_id in conflicts:
            results[job.id] = JobResult(JobState.CONFLICT)
        else:
            results[job.id] = JobResult(JobState.DONE)
    return results


def _stimulus(job: Job) -> Stimulus:
    node_id = job.node_id or ""
    if job.kind == "timer":
        return Trigger(node_id, job.id, job.activity_id or "", repeat=job.repeat)
    return Continue(node_id, job.id)


def _failed(error: Exception) -> JobResult:
    element = error.element_id if isinstance(error, ExecutionError) else None
    return JobResult(JobState.FAILED, failure_of(error), element)
