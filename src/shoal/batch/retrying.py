"""Retries the failed elements of a batch, ended or not; a batch that failed as a whole goes on where it was."""

from __future__ import annotations

from datetime import datetime

from shoal import clock
from shoal.batch import jobs
from shoal.batch.failed_jobs import end_incidents_of_batch
from shoal.batch.lifetime import removal_time_at_start
from shoal.batch.seeding import Cursor
from shoal.batch.states import BatchEvent, BatchState, next_state
from shoal.batch.view import BatchView, get_batch
from shoal.commands.context import Context
from shoal.errors import NotFoundError
from shoal.ids import is_id, new_id
from shoal.store.database import Tx
from shoal.store.queries.batch_chunks import (
    ChunkRow,
    change_chunk,
    delete_chunks,
    find_chunks,
    insert_chunks,
    page_chunks_with_failures,
    reopen_cancelled_chunks,
)
from shoal.store.queries.batch_elements import failed_of_chunks, move_elements
from shoal.store.queries.batches import BatchRow, change_batch, lock_batch
from shoal.store.queries.jobs import change_jobs, delete_jobs, failed_jobs_of

_PAGE = 200


def retry_failed(ctx: Context, batch_id: str) -> BatchView:
    """Give every failed element new tries; the batch runs again until they are done.

    What is known about a failure stays until its element succeeds. Without failed elements nothing happens.
    ConflictError for a cancelled batch, NotFoundError if there is none.
    """
    now = clock.now()
    with ctx.database.write() as tx:
        batch = lock_batch(tx, batch_id) if is_id(batch_id) else None
        if batch is None:
            raise NotFoundError(f"there is no batch {batch_id}", batch_id=batch_id)
        if batch.state != BatchState.COMPLETED:
            retry_batch(ctx, tx, batch, now)
    return get_batch(ctx, batch_id)


def retry_batch(ctx: Context, tx: Tx, batch: BatchRow, now: datetime) -> None:
    """The same in a transaction that holds the batch."""
    next_state(batch.state, _event(batch), batch.id)
    _revive(ctx, tx, batch)
    end_incidents_of_batch(ctx, tx, batch.id, "resolved", now)
    chunks = _collect(tx, batch, now)
    insert_chunks(tx, chunks)
    for chunk in chunks:
        move_elements(tx, batch.id, chunk.ids, chunk.id)
    if batch.state == BatchState.FAILED:
        chunks += reopen_cancelled_chunks(tx, batch.id)
    jobs.add_execution_jobs(ctx, tx, batch, chunks, now)
    if batch.ended_at is not None:
        reopen(ctx, tx, batch, now)


def _revive(ctx: Context, tx: Tx, batch: BatchRow) -> None:
    """Jobs without tries get new ones if their chunks wait for them; the others are replaced."""
    failed = failed_jobs_of(tx, batch.id)
    chunks = find_chunks(tx, [each.chunk_id for each in failed if each.chunk_id is not None])
    waiting = [each for each in failed if each.chunk_id in chunks and chunks[each.chunk_id].state == "pending"]
    change_jobs(tx, [each.id for each in waiting], retries=ctx.settings.batch_retries)
    for each in waiting:
        change_chunk(tx, each.chunk_id or "", attempts=0)
    still = {each.id for each in waiting}
    delete_jobs(tx, [each.id for each in failed if each.id not in still])


def _event(batch: BatchRow) -> BatchEvent:
    failed_in_seeding = batch.state == BatchState.FAILED and batch.seeded_at is None
    return BatchEvent.RESEED if failed_in_seeding else BatchEvent.REOPEN


def reopen(ctx: Context, tx: Tx, batch: BatchRow, now: datetime) -> None:
    """An ended batch has something to do again. ConflictError if it was cancelled."""
    state = next_state(batch.state, _event(batch), batch.id)
    change_batch(
        tx,
        batch.id,
        state=state,
        ended_at=None,
        removal_time=removal_time_at_start(ctx.settings, batch.operation, batch.created_at),
        error_message=None,
    )
    if state is BatchState.SEEDING:
        cursor = Cursor.parse(batch.seed_cursor)
        jobs.add_seed_job(ctx, tx, batch, now, next(iter(cursor.deployments), None))
    else:
        jobs.add_monitor_job(ctx, tx, batch, now)


def _collect(tx: Tx, batch: BatchRow, now: datetime) -> list[ChunkRow]:
    """Take the failed elements out of their chunks, and make new chunks of them by deployment."""
    failed: dict[str | None, list[str]] = {}
    after: str | None = None
    while page := page_chunks_with_failures(tx, batch.id, after_id=after, limit=_PAGE):
        after = page[-1].id
        elements = failed_of_chunks(tx, batch.id, [chunk.id for chunk in page])
        empty: list[str] = []
        for chunk in page:
            taken = elements.get(chunk.id, [])
            failed.setdefault(chunk.deployment_id, []).extend(taken)
            gone = set(taken)
            if kept := [each for each in chunk.ids if each not in gone]:
                change_chunk(tx, chunk.id, ids=kept, failed_count=chunk.failed_count - len(taken))
            else:
                empty.append(chunk.id)
        delete_chunks(tx, empty)
    size = batch.chunk_size
    return [
        ChunkRow(new_id(), batch.id, deployment_id, part, started_at=now)
        for deployment_id, ids in failed.items()
        for part in _parts(sorted(ids), size)
    ]


def _parts(ids: list[str], size: int) -> list[list[str]]:
    return [ids[start : start + size] for start in range(0, len(ids), size)]
