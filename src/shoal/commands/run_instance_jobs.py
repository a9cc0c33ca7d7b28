"""Runs jobs of instances: asynchronous continuations and timers. Acquiring and retrying them is elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from shoal import clock
from shoal.commands.advance import failure_of, move_each
from shoal.commands.commit import build_rows
from shoal.commands.context import Context
from shoal.commands.flush import lock_unchanged, write_rows
from shoal.commands.load import Loaded, load
from shoal.commands.outcome import Failure
from shoal.commands.rows import ChunkRows
from shoal.commands.uncollected import uncollected
from shoal.errors import ExecutionError
from shoal.kernel.stimulus import Continue, Stimulus, Trigger
from shoal.store.queries.instance_jobs import lock_jobs
from shoal.store.queries.jobs import Job


class JobState(StrEnum):
    """What became of a job."""

    DONE = "done"
    """Its work is committed and its row is gone."""
    FAILED = "failed"
    """Nothing was committed; it counts as a try."""
    CONFLICT = "conflict"
    """Nothing was committed, because its instance changed meanwhile or is suspended; it is to be tried again."""
    LOST = "lost"
    """Nothing was committed, because the job is gone or somebody else leased it."""


@dataclass(frozen=True, slots=True)
class JobResult:
    """``failed_activity_id`` is the element at which it failed."""

    state: JobState
    failure: Failure | None = None
    failed_activity_id: str | None = None


def run_instance_jobs(ctx: Context, jobs: Sequence[Job], owner: str) -> dict[str, JobResult]:
    """Run jobs that ``owner`` has leased, each exactly once: effects and the end of the job are one transaction.

    UnavailableError comes through; nothing was committed then of the jobs that have no result.
    """
    results: dict[str, JobResult] = {}
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
    for instance_id, error in (failed | refused).items():
        results[by_instance[instance_id].id] = _failed(error)
    done = {each: by_instance[each] for each in rows.instance_ids}
    return results | _commit(ctx, rows, done, owner)


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
        rows.drop(lost - conflicts)
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
