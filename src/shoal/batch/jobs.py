"""The three kinds of jobs of a batch: seed, execution, monitor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from shoal.batch.job_definitions import BatchJobKind, as_said
from shoal.batch.plan import parse_plan
from shoal.commands.context import Context
from shoal.commands.outcome import Failure
from shoal.ids import new_id
from shoal.jobs.retry import details_of, message_of
from shoal.jobs.wake import signal_of
from shoal.store.database import Tx
from shoal.store.queries.batch_chunks import ChunkRow
from shoal.store.queries.batches import BatchRow
from shoal.store.queries.job_log import JobEvent, insert_job_events
from shoal.store.queries.jobs import FailedTry, Job, delete_jobs, fail_jobs, insert_batch_jobs

LANE = 1
"""Batch work; live work goes first."""


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
    failure: Failure | None = None,
) -> None:
    """One job for each chunk. ``failure``: why they have to be tried again."""
    of_instances = any(len(each.ids) == 1 for each in chunks) and parse_plan(batch).target.kind == "instances"
    added: list[Job] = []
    for chunk in chunks:
        retries = max(1, ctx.settings.batch_retries - chunk.attempts)
        made = _job(batch, BatchJobKind.EXECUTION, now, due_at or now, retries)
        added.append(
            replace(
                made,
                deployment_id=chunk.deployment_id,
                chunk_id=chunk.id,
                sole_instance_id=chunk.ids[0] if of_instances and len(chunk.ids) == 1 else None,
            )
        )
    _add(ctx, tx, added, now)
    if failure is not None:
        message, details = message_of(failure.message), details_of(failure.details)
        fail_jobs(tx, [FailedTry(each.id, each.retries, each.due_at, message, details, None) for each in added])
        if ctx.settings.history_level.keeps_everything:
            events = [JobEvent("failed", each, each.retries, message, details) for each in added]
            insert_job_events(tx, events, ctx.hostname, now)


def finish_job(ctx: Context, tx: Tx, job: Job, now: datetime, event: str = "succeeded") -> None:
    """The job did its work, or is not needed any more: it goes, its log stays."""
    delete_jobs(tx, [job.id])
    if ctx.settings.history_level.keeps_everything:
        insert_job_events(tx, [JobEvent(event, job, job.retries)], ctx.hostname, now)


def _add(ctx: Context, tx: Tx, made: Sequence[Job], now: datetime) -> None:
    jobs = as_said(tx, made)
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
) -> Job:
    return Job(
        id=new_id(),
        kind=kind,
        lane=LANE,
        instance_id=None,
        node_id=None,
        definition_id=None,
        deployment_id=None,
        activity_id=None,
        batch_id=batch.id,
        chunk_id=None,
        due_at=due_at,
        priority=batch.priority,
        retries=retries,
        exclusive=False,
        suspended=False,
        leased_by=None,
        leased_until=None,
        repeat=None,
        payload=None,
        error_message=None,
        failed_activity_id=None,
        created_at=now,
    )
