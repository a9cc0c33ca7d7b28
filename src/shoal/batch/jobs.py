"""The three kinds of jobs of a batch: seed, execution, monitor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from shoal.commands.context import Context
from shoal.ids import new_id
from shoal.jobs.wake import signal_of
from shoal.store.database import Tx
from shoal.store.queries.batch_chunks import ChunkRow
from shoal.store.queries.batches import BatchRow
from shoal.store.queries.job_log import JobEvent, insert_job_events
from shoal.store.queries.jobs import Job, delete_jobs, insert_batch_jobs

LANE = 1
"""Batch work; live work goes first."""


class BatchJobKind(StrEnum):
    """Jobs that belong to a batch."""

    SEED = "batch-seed"
    EXECUTION = "batch-execution"
    MONITOR = "batch-monitor"


def add_seed_job(ctx: Context, tx: Tx, batch: BatchRow, now: datetime, deployment_id: str | None) -> None:
    """The next run of the seed, which cuts up what belongs to the deployment."""
    made = _job(batch, BatchJobKind.SEED, now, now, ctx.settings.batch_retries)
    _add(ctx, tx, [replace(made, deployment_id=deployment_id)], now)


def add_monitor_job(ctx: Context, tx: Tx, batch: BatchRow, now: datetime) -> None:
    """The next look at whether the batch is done."""
    due = now + timedelta(seconds=ctx.settings.batch_poll_seconds)
    _add(ctx, tx, [_job(batch, BatchJobKind.MONITOR, now, due, ctx.settings.batch_retries)], now)


def add_execution_jobs(
    ctx: Context,
    tx: Tx,
    batch: BatchRow,
    chunks: Sequence[ChunkRow],
    now: datetime,
    due_at: datetime | None = None,
    error_message: str | None = None,
) -> None:
    """One job for each chunk."""
    _add(
        ctx,
        tx,
        [
            _job(
                batch,
                BatchJobKind.EXECUTION,
                now,
                due_at or now,
                max(1, ctx.settings.batch_retries - chunk.attempts),
                chunk,
                error_message,
            )
            for chunk in chunks
        ],
        now,
    )


def finish_job(ctx: Context, tx: Tx, job: Job, now: datetime, event: str = "succeeded") -> None:
    """The job did its work, or is not needed any more: it goes, its log stays."""
    delete_jobs(tx, [job.id])
    if ctx.settings.history_level.keeps_everything:
        insert_job_events(tx, [JobEvent(event, job, job.retries)], ctx.hostname, now)


def _add(ctx: Context, tx: Tx, jobs: Sequence[Job], now: datetime) -> None:
    insert_batch_jobs(tx, jobs)
    if ctx.settings.history_level.keeps_everything:
        insert_job_events(tx, [JobEvent("created", each, each.retries) for each in jobs], ctx.hostname, now)
    if any(each.due_at is None or each.due_at <= now for each in jobs):
        tx.after_commit(signal_of(ctx.database).notify)


def _job(
    batch: BatchRow,
    kind: BatchJobKind,
    now: datetime,
    due_at: datetime,
    retries: int,
    chunk: ChunkRow | None = None,
    error_message: str | None = None,
) -> Job:
    return Job(
        id=new_id(),
        kind=kind,
        lane=LANE,
        instance_id=None,
        node_id=None,
        definition_id=None,
        deployment_id=None if chunk is None else chunk.deployment_id,
        activity_id=None,
        batch_id=batch.id,
        chunk_id=None if chunk is None else chunk.id,
        due_at=due_at,
        priority=batch.priority,
        retries=retries,
        exclusive=False,
        suspended=False,
        leased_by=None,
        leased_until=None,
        repeat=None,
        payload=None,
        error_message=error_message,
        failed_activity_id=None,
        created_at=now,
    )
