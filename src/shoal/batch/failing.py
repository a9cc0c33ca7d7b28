"""A chunk that failed as a whole: tried again, then halved, until the culprit stands alone."""

from __future__ import annotations

import traceback
from datetime import datetime

from shoal import clock
from shoal.batch import jobs
from shoal.batch.failed_jobs import note_failure
from shoal.batch.recording import element_rows
from shoal.batch.splitting import halves, split_off
from shoal.batch.states import BatchState, ChunkState
from shoal.commands.context import Context
from shoal.commands.outcome import Failure
from shoal.jobs.lease import LeaseLostError
from shoal.jobs.retry import growing_pause
from shoal.store.database import Tx
from shoal.store.queries.batch_chunks import ChunkRow, cancel_chunks, change_chunk
from shoal.store.queries.batch_elements import delete_elements, insert_elements
from shoal.store.queries.batch_executions import hold_execution
from shoal.store.queries.batches import find_batch
from shoal.store.queries.jobs import Job


def record_chunk_failure(ctx: Context, job: Job, owner: str, error: BaseException) -> None:
    """Note that the chunk failed with ``error`` and was rolled back. LeaseLostError if it is not ours any more."""
    failure = Failure.of(error, "".join(traceback.format_exception(error)))
    now = clock.now()
    with ctx.database.write() as tx:
        held = hold_execution(tx, job.id, owner)
        if held is None:
            raise LeaseLostError(f"{owner} does not hold job {job.id} any more")
        chunk = held.chunk
        if BatchState(held.batch_state).has_ended:
            cancel_chunks(tx, [chunk.id], now)
            jobs.finish_job(ctx, tx, job, now, "deleted")
        elif chunk.attempts + 1 < ctx.settings.batch_retries:
            _try_again(ctx, tx, job, chunk, failure, now)
        elif len(chunk.ids) > 1:
            _halve(ctx, tx, job, chunk, failure, now)
        else:
            _fail_alone(ctx, tx, job, chunk, failure, now)


def _try_again(ctx: Context, tx: Tx, job: Job, chunk: ChunkRow, failure: Failure, now: datetime) -> None:
    attempts = chunk.attempts + 1
    change_chunk(tx, chunk.id, attempts=attempts, started_at=chunk.started_at or now)
    retries = max(1, ctx.settings.batch_retries - attempts)
    note_failure(ctx, tx, job, failure, now, retries=retries, due_at=now + growing_pause(attempts))


def _halve(ctx: Context, tx: Tx, job: Job, chunk: ChunkRow, failure: Failure, now: datetime) -> None:
    batch = find_batch(tx, chunk.batch_id)
    if batch is None:
        return
    # a half has one try before it is halved in turn
    attempts = ctx.settings.batch_retries - 1
    started_at = chunk.started_at or now
    first, second = halves(chunk.ids)
    other = split_off(tx, chunk, second, attempts=attempts, started_at=started_at)
    change_chunk(tx, chunk.id, ids=first, attempts=attempts, started_at=started_at)
    jobs.add_execution_jobs(ctx, tx, batch, [other], now, now, failure)
    note_failure(ctx, tx, job, failure, now, retries=1, due_at=now)


def _fail_alone(ctx: Context, tx: Tx, job: Job, chunk: ChunkRow, failure: Failure, now: datetime) -> None:
    if chunk.started_at is not None:
        delete_elements(tx, chunk.batch_id, chunk.ids)
    insert_elements(tx, element_rows(chunk, {}, {chunk.ids[0]: failure}, now))
    change_chunk(
        tx,
        chunk.id,
        state=ChunkState.DONE,
        failed_count=1,
        attempts=chunk.attempts + 1,
        started_at=chunk.started_at or now,
        ended_at=now,
    )
    note_failure(ctx, tx, job, failure, now, retries=0, due_at=job.due_at)
