"""How a batch ends: by itself, or because it is stopped."""

from __future__ import annotations

from datetime import datetime

from shoal.batch.failed_jobs import end_incidents_of_batch
from shoal.batch.job_definitions import BatchJobKind
from shoal.batch.lifetime import removal_time_at_end
from shoal.batch.states import BatchEvent, BatchState, next_state
from shoal.commands.context import Context
from shoal.store.database import Tx
from shoal.store.queries.batch_chunks import cancel_chunks
from shoal.store.queries.batch_targets import delete_requested_ids
from shoal.store.queries.batches import BatchRow, change_batch
from shoal.store.queries.job_log import JobEvent, insert_job_events
from shoal.store.queries.jobs import delete_batch_jobs, delete_jobs, hold_batch_jobs


def end_batch(
    ctx: Context,
    tx: Tx,
    batch: BatchRow,
    state: BatchState,
    now: datetime,
    error_message: str | None = None,
    *,
    but: str | None = None,
) -> None:
    """Write the end. The caller holds the batch's row. Jobs whose elements failed stay, and the job ``but``."""
    delete_batch_jobs(tx, batch.id, [BatchJobKind.SEED, BatchJobKind.MONITOR], but=but)
    change_batch(
        tx,
        batch.id,
        state=state,
        suspended=False,
        ended_at=now,
        removal_time=removal_time_at_end(ctx.settings, batch.operation, batch.removal_time, now),
        next_start_at=None,
        error_message=error_message,
    )


def stop_batch(
    ctx: Context,
    tx: Tx,
    batch: BatchRow,
    event: BatchEvent,
    now: datetime,
    error_message: str | None = None,
    *,
    but: str | None = None,
) -> None:
    """End the batch before it is done: what has not started is cancelled. All its jobs go, ``but`` one.

    A chunk whose transaction is committing right now is finished by its worker; one that a worker only
    prepares is taken from it. The caller holds the batch's row.
    """
    state = next_state(batch.state, event, batch.id)
    held = [each for each in hold_batch_jobs(tx, batch.id) if each.id != but]
    cancel_chunks(tx, [job.chunk_id for job in held if job.chunk_id is not None], now)
    delete_jobs(tx, [job.id for job in held])
    end_incidents_of_batch(ctx, tx, batch.id, "deleted", now)
    if ctx.settings.history_level.keeps_everything:
        insert_job_events(tx, [JobEvent("deleted", job, job.retries) for job in held], ctx.hostname, now)
    if state is BatchState.CANCELLED:
        # a batch that failed can be retried and needs them then
        delete_requested_ids(tx, batch.id)
    end_batch(ctx, tx, batch, state, now, error_message, but=but)
