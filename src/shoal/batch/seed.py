"""Walks the selection and cuts it into chunks, some at a time; it can be killed anywhere and goes on at its cursor.

What the filters find is walked over together with the named ids, deployment by deployment; last come the
named ids that name nothing. A named id is forgotten in the transaction that puts it into a chunk, so nothing is
in two chunks.
"""

from __future__ import annotations

import logging
import traceback
from datetime import datetime

from shoal import clock
from shoal.batch import jobs, monitor
from shoal.batch.creator import as_creator
from shoal.batch.ending import stop_batch
from shoal.batch.failed_jobs import note_failure
from shoal.batch.plan import BatchPlan, parse_plan
from shoal.batch.seeding import Cursor, Phase, Walk
from shoal.batch.states import BatchEvent, BatchState, next_state
from shoal.commands.context import Context
from shoal.commands.outcome import Failure
from shoal.errors import UnavailableError, means_stop
from shoal.jobs.lease import LeaseLostError, guard
from shoal.jobs.retry import growing_pause, message_of
from shoal.store.database import Tx
from shoal.store.queries.batch_chunks import insert_chunks
from shoal.store.queries.batches import BatchRow, change_batch, count_outcomes, find_batch, lock_batch
from shoal.store.queries.jobs import Job, release_jobs

_log = logging.getLogger(__name__)


def run_once(ctx: Context, job: Job, owner: str) -> None:
    """Make the next chunks of the batch: at most ``jobs_per_seed``. UnavailableError comes through."""
    try:
        seeded = _run(ctx, job, owner)
    except UnavailableError:
        raise
    except LeaseLostError as error:
        _log.info("seed of batch %s: %s", job.batch_id, error)
        return
    except BaseException as error:
        # operations may raise anything
        if means_stop(error):
            raise
        _log.exception("seed of batch %s failed", job.batch_id)
        _record_failure(ctx, job, owner, error)
        return
    if seeded:
        monitor.check(ctx, job.batch_id or "")


def _run(ctx: Context, job: Job, owner: str) -> bool:
    ctx = as_creator(ctx, job.batch_id or "")
    now = clock.now()
    with ctx.database.write() as tx:
        batch = lock_batch(tx, job.batch_id or "")
        guard(tx, [job.id], owner)
        if batch is None or batch.state != BatchState.SEEDING:
            jobs.finish_job(ctx, tx, job, now, "deleted")
            return False
        if batch.suspended:
            release_jobs(tx, [job.id], owner)
            return False
        cursor = _make_chunks(ctx, tx, batch, parse_plan(batch), now)
        jobs.finish_job(ctx, tx, job, now)
        if cursor.phase is not Phase.DONE:
            jobs.add_seed_job(ctx, tx, batch, now, cursor.deployments[0])
            return False
        _finish(ctx, tx, batch.id, now)
        return True


def _make_chunks(ctx: Context, tx: Tx, batch: BatchRow, plan: BatchPlan, now: datetime) -> Cursor:
    walk = Walk(tx, batch, plan, Cursor.parse(batch.seed_cursor), now)
    chunks = walk.take(batch.jobs_per_seed)
    insert_chunks(tx, chunks)
    jobs.add_execution_jobs(ctx, tx, batch, chunks, now)
    change_batch(tx, batch.id, seed_cursor=walk.cursor.stored(), jobs_created=batch.jobs_created + len(chunks))
    return walk.cursor


def _finish(ctx: Context, tx: Tx, batch_id: str, now: datetime) -> None:
    batch = find_batch(tx, batch_id)
    if batch is None:
        return
    counts = count_outcomes(tx, [batch.id]).get(batch.id)
    change_batch(
        tx,
        batch.id,
        state=next_state(batch.state, BatchEvent.SEEDED, batch.id),
        total_count=0 if counts is None else counts.seeded,
        total_jobs=batch.jobs_created,
        seeded_at=now,
        seed_cursor=None,
    )
    jobs.add_monitor_job(ctx, tx, batch, now)


def _record_failure(ctx: Context, job: Job, owner: str, error: BaseException) -> None:
    """Try again later; when the tries are used up the batch has failed, and can be retried as a whole."""
    now = clock.now()
    failure = Failure.of(error, "".join(traceback.format_exception(error)))
    with ctx.database.write() as tx:
        batch = lock_batch(tx, job.batch_id or "")
        guard(tx, [job.id], owner)
        retries = job.retries - 1
        if retries > 0:
            pause = growing_pause(ctx.settings.batch_retries - retries, first=1.0)
            note_failure(ctx, tx, job, failure, now, retries=retries, due_at=now + pause)
        elif batch is not None:
            message = f"seeding failed: {message_of(failure.message)}"
            stop_batch(ctx, tx, batch, BatchEvent.FAIL, now, message, but=job.id)
            note_failure(ctx, tx, job, failure, now, retries=0, due_at=job.due_at)
