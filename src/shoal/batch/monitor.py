"""Notices the end of a batch: right after its last chunk, and now and then in case that was missed."""

from __future__ import annotations

from datetime import datetime, timedelta

from shoal import clock
from shoal.batch import jobs
from shoal.batch.ending import end_batch
from shoal.batch.states import BatchEvent, BatchState, next_state
from shoal.commands.context import Context
from shoal.jobs.lease import guard
from shoal.store.database import Tx
from shoal.store.queries.batch_chunks import any_pending
from shoal.store.queries.batches import BatchRow, count_outcomes, lock_batch
from shoal.store.queries.jobs import Job, release_jobs


def run_once(ctx: Context, job: Job, owner: str) -> None:
    """Look whether the batch is done. If not, the same job looks again later."""
    now = clock.now()
    with ctx.database.write() as tx:
        batch = lock_batch(tx, job.batch_id or "")
        guard(tx, [job.id], owner)
        if batch is None or BatchState(batch.state).has_ended:
            jobs.finish_job(ctx, tx, job, now, "deleted")
        elif not _end_if_done(ctx, tx, batch, now):
            release_jobs(tx, [job.id], owner, now + timedelta(seconds=ctx.settings.batch_poll_seconds))


def check(ctx: Context, batch_id: str) -> None:
    """End the batch if its last chunk is done.

    Asked after the commit of each chunk: of two workers that finish the last two chunks at the same time,
    neither sees the other's before.
    """
    with ctx.database.read() as tx:
        if any_pending(tx, batch_id):
            return
    now = clock.now()
    with ctx.database.write() as tx:
        batch = lock_batch(tx, batch_id)
        if batch is not None:
            _end_if_done(ctx, tx, batch, now)


def _end_if_done(ctx: Context, tx: Tx, batch: BatchRow, now: datetime) -> bool:
    if batch.state != BatchState.RUNNING or any_pending(tx, batch.id):
        return False
    counts = count_outcomes(tx, [batch.id]).get(batch.id)
    failures = counts is not None and counts.failed > 0
    event = BatchEvent.DONE_WITH_FAILURES if failures else BatchEvent.DONE
    end_batch(ctx, tx, batch, next_state(batch.state, event, batch.id), now)
    return True
