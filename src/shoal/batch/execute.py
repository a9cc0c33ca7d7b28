"""Does one chunk: the effect on its elements, their outcomes and the end of its job are one transaction."""

from __future__ import annotations

import logging

from shoal import clock
from shoal.batch import jobs, monitor
from shoal.batch.applying import apply_operation
from shoal.batch.creator import as_creator
from shoal.batch.failing import record_chunk_failure
from shoal.batch.plan import plan_of
from shoal.batch.recording import record_outcome
from shoal.batch.states import BatchState
from shoal.commands.context import Context
from shoal.errors import RevisionConflictError, UnavailableError, means_stop
from shoal.jobs.lease import LeaseLostError
from shoal.jobs.retry import growing_pause
from shoal.store.queries.batch_chunks import cancel_chunks, find_chunk
from shoal.store.queries.batch_executions import hold_execution
from shoal.store.queries.batches import mark_execution_started
from shoal.store.queries.jobs import Job, release_jobs

_log = logging.getLogger(__name__)


def run_once(ctx: Context, job: Job, owner: str) -> None:
    """Do the chunk of the job, which ``owner`` has leased.

    UnavailableError comes through: nothing was done, and no try is lost. Every other error of the operation
    is recorded: the chunk is tried again, then halved, until the culprit stands alone.
    """
    try:
        _execute(ctx, job, owner)
    except UnavailableError:
        raise
    except LeaseLostError as error:
        _log.info("chunk %s: %s", job.chunk_id, error)
        return
    except RevisionConflictError:
        with ctx.database.write() as tx:
            release_jobs(tx, [job.id], owner, clock.now() + growing_pause(1))
        return
    except BaseException as error:
        # operations and the code of users may raise anything
        if means_stop(error):
            raise
        _log.warning("chunk %s of batch %s failed: %s", job.chunk_id, job.batch_id, error)
        try:
            record_chunk_failure(ctx, job, owner, error)
        except LeaseLostError as lost:
            _log.info("chunk %s: %s", job.chunk_id, lost)
            return
    monitor.check(ctx, job.batch_id or "")


def _execute(ctx: Context, job: Job, owner: str) -> None:
    ctx = as_creator(ctx, job.batch_id or "")
    plan = plan_of(ctx, job.batch_id or "")
    prepared = None
    if plan.operation.prepares:
        with ctx.database.read() as tx:
            chunk = find_chunk(tx, job.chunk_id or "")
        if chunk is not None:
            prepared = plan.operation.prepare(ctx, chunk.ids, plan.params)
    now = clock.now()
    with ctx.database.write() as tx:
        held = hold_execution(tx, job.id, owner)
        if held is None:
            raise LeaseLostError(f"{owner} does not hold job {job.id} any more")
        if BatchState(held.batch_state).has_ended:
            cancel_chunks(tx, [held.chunk.id], now)
            jobs.finish_job(ctx, tx, job, now, "deleted")
            return
        if held.batch_suspended:
            release_jobs(tx, [job.id], owner)
            return
        if not held.execution_started:
            mark_execution_started(tx, plan.batch_id, now)
        outcome = apply_operation(ctx, tx, plan.operation, plan.params, held.chunk.ids, prepared, now)
        if record_outcome(ctx, tx, job, held.chunk, outcome, now):
            jobs.finish_job(ctx, tx, job, now)
