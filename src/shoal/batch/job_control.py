"""What can be done to single jobs of batches, and to all of one kind: new tries, suspended, ranked, deleted.

A job without tries is that of a chunk in which elements failed for good, or one that was told so. New tries make
the failed elements a chunk of their own, which the job does; the batch runs again if it had ended.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from shoal import clock
from shoal.batch import jobs as batch_jobs
from shoal.batch import monitor
from shoal.batch.failed_jobs import end_incidents, open_incidents
from shoal.batch.job_definitions import BatchJobKind, place_of
from shoal.batch.retrying import reopen, retry_batch
from shoal.batch.states import BatchState
from shoal.commands.context import Context
from shoal.commands.set_job_retries import RetryChange
from shoal.errors import ConflictError, InputError, NotFoundError
from shoal.ids import new_id
from shoal.jobs.wake import signal_of
from shoal.store.database import Tx
from shoal.store.queries import job_definitions
from shoal.store.queries.batch_chunks import (
    ChunkRow,
    cancel_chunks,
    change_chunk,
    delete_chunks,
    find_chunks,
    insert_chunks,
)
from shoal.store.queries.batch_elements import failed_of_chunks, move_elements
from shoal.store.queries.batches import BatchRow, find_batch, lock_batch
from shoal.store.queries.job_definitions import JobPlace
from shoal.store.queries.jobs import Job, change_batch_jobs, change_jobs, failed_jobs_of, find_jobs, lock_jobs


def set_batch_job_retries(ctx: Context, job_ids: Sequence[str], change: RetryChange) -> None:
    """Give jobs of batches that many tries; some resolve their incidents, none make them. NotFoundError."""
    with ctx.database.read() as tx:
        found = find_jobs(tx, job_ids)
    for each in job_ids:
        if each not in found or found[each].batch_id is None:
            raise NotFoundError(f"Job with id {each} does not exist", job_id=each)
    for batch_id in sorted({each.batch_id or "" for each in found.values()}):
        mine = [each.id for each in found.values() if each.batch_id == batch_id]
        with ctx.database.write() as tx:
            change_retries(ctx, tx, batch_id, mine, change, clock.now())


def set_batch_job_definition_retries(ctx: Context, job_definition_id: str, change: RetryChange) -> int:
    """Give tries to those jobs of one kind that have none left; to how many. NotFoundError."""
    batch_id, kind = place_of(job_definition_id)
    with ctx.database.write() as tx:
        _existing(tx, batch_id)
        mine = [each.id for each in failed_jobs_of(tx, batch_id) if each.kind == kind]
        return len(change_retries(ctx, tx, batch_id, mine, change, clock.now()))


def change_retries(
    ctx: Context, tx: Tx, batch_id: str, job_ids: Sequence[str], change: RetryChange, now: datetime
) -> set[str]:
    """The same for jobs of one batch, in the caller's transaction; the jobs that there were."""
    batch = lock_batch(tx, batch_id)
    held = lock_jobs(tx, job_ids)
    if batch is None or not held:
        return set()
    due = {"due_at": change.due_at} if change.change_due else {}
    failed = [each for each in held.values() if each.retries == 0]
    if change.retries == 0:
        change_jobs(tx, list(held), retries=0, **due)
        open_incidents(tx, [each for each in held.values() if each.retries > 0], None, now)
        return set(held)
    tx.after_commit(signal_of(ctx.database).notify)
    if batch.state == BatchState.FAILED:
        # the seed failed: the whole batch goes on where it was
        retry_batch(ctx, tx, batch, now)
        return set(held)
    end_incidents(ctx, tx, [each.id for each in failed], "resolved", now)
    change_jobs(tx, list(held), retries=change.retries, **due)
    chunks = find_chunks(tx, [each.chunk_id for each in held.values() if each.chunk_id is not None])
    attempts = ctx.settings.batch_retries - change.retries
    _try_failed_elements(tx, batch, failed, chunks, attempts, now)
    for each in held.values():
        chunk = chunks.get(each.chunk_id or "")
        if chunk is not None and chunk.state == "pending":
            change_chunk(tx, chunk.id, attempts=attempts)
    if BatchState(batch.state).has_ended:
        reopen(ctx, tx, batch, now)
    return set(held)


def delete_batch_job(ctx: Context, job_id: str) -> None:
    """Delete a job: the elements of its chunk that were not done are left alone, and count as cancelled.

    NotFoundError. ConflictError: a worker is at it, or it is no execution job.
    """
    now = clock.now()
    with ctx.database.write() as tx:
        job = find_jobs(tx, [job_id]).get(job_id)
        batch = None if job is None or job.batch_id is None else lock_batch(tx, job.batch_id)
        held = lock_jobs(tx, [job_id])
        if job is None or batch is None or job_id not in held:
            raise NotFoundError(f"Job with id {job_id} does not exist", job_id=job_id)
        if job.kind != BatchJobKind.EXECUTION:
            raise ConflictError(f"job '{job_id}' is the {job.kind} of batch '{batch.id}'; cancel the batch instead")
        if held[job_id].leased_until is not None and (held[job_id].leased_until or now) > now:
            raise ConflictError(f"job '{job_id}' is being worked on; it cannot be deleted", job_id=job_id)
        cancel_chunks(tx, [job.chunk_id or ""], now)
        end_incidents(ctx, tx, [job_id], "deleted", now)
        batch_jobs.finish_job(ctx, tx, job, now, "deleted")
    monitor.check(ctx, batch.id)


def suspend_batch_jobs(
    ctx: Context, job_definition_id: str, suspended: bool, *, include_jobs: bool = False
) -> None:
    """Let new jobs of one kind be suspended, or not; ``include_jobs``: those that are there too. NotFoundError."""
    batch_id, kind = place_of(job_definition_id)
    with ctx.database.write() as tx:
        _existing(tx, batch_id)
        job_definitions.set_suspended(tx, [JobPlace(batch_id, "", kind)], suspended)
        if include_jobs:
            change_batch_jobs(tx, batch_id, kind, suspended=suspended)
        tx.after_commit(signal_of(ctx.database).notify)


def rank_batch_jobs(
    ctx: Context, job_definition_id: str, priority: int | None, *, include_jobs: bool = False
) -> None:
    """Give new jobs of one kind that priority instead of the batch's; None: the batch's again.

    ``include_jobs``: also those that are there. InputError: no number of 32 bits, or none with jobs. NotFoundError.
    """
    if priority is not None and not -(2**31) <= priority < 2**31:
        raise InputError(f"priority: a whole number of 32 bits, not {priority}", field="priority")
    if priority is None and include_jobs:
        raise InputError("the priority of jobs that are there cannot be taken away", field="includeJobs")
    batch_id, kind = place_of(job_definition_id)
    with ctx.database.write() as tx:
        _existing(tx, batch_id)
        job_definitions.set_priority(tx, JobPlace(batch_id, "", kind), priority)
        if include_jobs and priority is not None:
            change_batch_jobs(tx, batch_id, kind, priority=priority)


def _try_failed_elements(
    tx: Tx,
    batch: BatchRow,
    failed: Sequence[Job],
    chunks: dict[str, ChunkRow],
    attempts: int,
    now: datetime,
) -> None:
    """Take the failed elements out of chunks that are done: each job gets a chunk of those of its own."""
    done = {each.id: chunks[each.chunk_id] for each in failed if each.chunk_id in chunks}
    done = {job_id: chunk for job_id, chunk in done.items() if chunk.state == "done"}
    elements = failed_of_chunks(tx, batch.id, [chunk.id for chunk in done.values()]) if done else {}
    for job_id, chunk in done.items():
        ids = elements.get(chunk.id, [])
        if not ids:
            continue
        part = ChunkRow(new_id(), batch.id, chunk.deployment_id, ids, attempts=attempts, started_at=now)
        insert_chunks(tx, [part])
        move_elements(tx, batch.id, ids, part.id)
        change_jobs(tx, [job_id], chunk_id=part.id)
        gone = set(ids)
        if kept := [each for each in chunk.ids if each not in gone]:
            change_chunk(tx, chunk.id, ids=kept, failed_count=chunk.failed_count - len(ids))
        else:
            delete_chunks(tx, [chunk.id])


def _existing(tx: Tx, batch_id: str) -> None:
    if find_batch(tx, batch_id) is None:
        raise NotFoundError(f"there is no batch {batch_id}", batch_id=batch_id)
