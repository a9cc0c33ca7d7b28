"""Elements per second and chunks at a time: decided where a chunk is taken, under the lock of its batch."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from shoal.batch import jobs
from shoal.batch.job_definitions import BatchJobKind
from shoal.batch.splitting import split_off
from shoal.commands.context import Context
from shoal.jobs.acquire import Admission
from shoal.store.database import Tx
from shoal.store.queries.batch_chunks import ChunkRow, change_chunk, find_chunk
from shoal.store.queries.batches import BatchRow, change_batch, find_batch, lock_batch
from shoal.store.queries.job_acquisition import count_leased_executions
from shoal.store.queries.jobs import Job

_CATCH_UP = timedelta(seconds=1)
"""How much unused time counts, so that a worker that looks a little late does not slow the batch down."""


def largest_chunk(rate_per_second: float) -> int:
    """How many elements may start at once: what one second allows."""
    return max(1, math.floor(rate_per_second))


def next_start(rate_per_second: float, next_start_at: datetime | None, size: int, now: datetime) -> datetime:
    """When the chunk after one of ``size`` elements may start."""
    earliest = now - _CATCH_UP
    begin = now if next_start_at is None else max(next_start_at, earliest)
    return begin + timedelta(seconds=size / rate_per_second)


def admission(ctx: Context) -> Admission:
    """Lets a job start if its batch allows it now, and counts it."""

    def admit(tx: Tx, job: Job, now: datetime) -> bool:
        if job.kind != BatchJobKind.EXECUTION or job.batch_id is None:
            return True
        batch = find_batch(tx, job.batch_id)
        if batch is None or (batch.rate_per_second is None and batch.max_parallel is None):
            return True
        batch = lock_batch(tx, job.batch_id, skip=True)
        if batch is None or batch.suspended:
            return False
        if batch.max_parallel is not None and count_leased_executions(tx, batch.id, now) >= batch.max_parallel:
            return False
        if batch.rate_per_second is not None:
            if batch.next_start_at is not None and batch.next_start_at > now:
                return False
            _pace(ctx, tx, batch, job, batch.rate_per_second, now)
        return True

    return admit


def _pace(ctx: Context, tx: Tx, batch: BatchRow, job: Job, rate: float, now: datetime) -> None:
    chunk = find_chunk(tx, job.chunk_id or "")
    if chunk is None:
        return
    size = min(len(chunk.ids), largest_chunk(rate))
    if size < len(chunk.ids):
        _cut(ctx, tx, batch, chunk, size, now)
    change_batch(tx, batch.id, next_start_at=next_start(rate, batch.next_start_at, size, now))


def _cut(ctx: Context, tx: Tx, batch: BatchRow, chunk: ChunkRow, size: int, now: datetime) -> None:
    rest = split_off(tx, chunk, chunk.ids[size:], attempts=chunk.attempts, started_at=chunk.started_at)
    change_chunk(tx, chunk.id, ids=chunk.ids[:size])
    jobs.add_execution_jobs(ctx, tx, batch, [rest], now)
