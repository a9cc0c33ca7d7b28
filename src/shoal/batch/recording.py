"""Writes what became of a chunk: its counts, a row for each element that did not succeed, and what is left."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from shoal.batch import jobs
from shoal.batch.causes import cause_of
from shoal.batch.failed_jobs import note_failure
from shoal.batch.splitting import split_off
from shoal.batch.states import ChunkState, ElementState
from shoal.commands.context import Context
from shoal.commands.outcome import ChunkOutcome, Failure, Reason
from shoal.jobs.retry import details_of, growing_pause, message_of
from shoal.store.database import Tx
from shoal.store.queries.batch_chunks import ChunkRow, change_chunk
from shoal.store.queries.batch_elements import ElementRow, delete_elements, insert_elements
from shoal.store.queries.batches import find_batch
from shoal.store.queries.jobs import Job, postpone_job

_SHORTEST_PAUSE = timedelta(seconds=0.1)
_LONGEST_PAUSE = timedelta(seconds=10)


def record_outcome(ctx: Context, tx: Tx, job: Job, chunk: ChunkRow, outcome: ChunkOutcome, now: datetime) -> bool:
    """Whether the job is done; else it was given back, or stays because elements failed for good."""
    attempts = chunk.attempts + 1
    again: Collection[str] = () if attempts >= ctx.settings.batch_retries else outcome.failed
    failed = {} if again else outcome.failed
    done = len(outcome.succeeded) + len(outcome.skipped) + len(failed)
    if chunk.started_at is not None:
        settled = [*outcome.succeeded, *outcome.skipped, *failed]
        delete_elements(tx, chunk.batch_id, settled)
    parts = _left_over(chunk, again, outcome, attempts, now)
    if parts:
        _leave(ctx, tx, chunk, parts, job if done == 0 else None, now=now)
        if not done:
            return False
        left = {each for part in parts for each in part.ids}
        change_chunk(tx, chunk.id, ids=[each for each in chunk.ids if each not in left])
    insert_elements(tx, element_rows(chunk, outcome.skipped, failed, now))
    change_chunk(
        tx,
        chunk.id,
        state=ChunkState.DONE,
        succeeded_count=len(outcome.succeeded),
        skipped_count=len(outcome.skipped),
        failed_count=len(failed),
        attempts=attempts,
        started_at=chunk.started_at or now,
        ended_at=now,
    )
    if not failed:
        return True
    first = next(iter(failed.values()))
    note_failure(ctx, tx, job, first, now, retries=0, due_at=job.due_at)
    return False


def element_rows(
    chunk: ChunkRow, skipped: dict[str, Reason], failed: dict[str, Failure], now: datetime
) -> list[ElementRow]:
    """A row for each element that did not succeed."""
    rows = [
        ElementRow(
            chunk.batch_id,
            each,
            chunk.id,
            ElementState.SKIPPED,
            reason.code,
            message_of(reason.message),
            None,
            now,
        )
        for each, reason in skipped.items()
    ]
    rows += [
        ElementRow(
            chunk.batch_id,
            each,
            chunk.id,
            ElementState.FAILED,
            cause_of(failure),
            message_of(failure.message),
            details_of(failure.details),
            now,
        )
        for each, failure in failed.items()
    ]
    return rows


@dataclass(frozen=True, slots=True)
class _Part:
    """Elements that are left for later."""

    ids: Collection[str]
    attempts: int
    pause: timedelta
    failure: Failure | None


def _left_over(
    chunk: ChunkRow, again: Collection[str], outcome: ChunkOutcome, attempts: int, now: datetime
) -> list[_Part]:
    parts: list[_Part] = []
    if again:
        first = next(iter(outcome.failed.values()))
        parts.append(_Part(again, attempts, growing_pause(attempts), first))
    if outcome.put_back:
        # the longer somebody holds them, the less often they are asked for
        age = now - (chunk.started_at or now)
        pause = min(max(age / 2, _SHORTEST_PAUSE), _LONGEST_PAUSE)
        parts.append(_Part(outcome.put_back, chunk.attempts, pause, None))
    return parts


def _leave(ctx: Context, tx: Tx, chunk: ChunkRow, parts: list[_Part], kept: Job | None, *, now: datetime) -> None:
    """``kept``: the job that keeps the chunk with the last part of it."""
    batch = find_batch(tx, chunk.batch_id)
    if batch is None:
        return
    started_at = chunk.started_at or now
    for place, part in enumerate(parts):
        due_at = now + part.pause
        if kept is None or place < len(parts) - 1:
            later = split_off(tx, chunk, list(part.ids), attempts=part.attempts, started_at=started_at)
            jobs.add_execution_jobs(ctx, tx, batch, [later], now, due_at, part.failure)
            continue
        change_chunk(tx, chunk.id, ids=sorted(part.ids), attempts=part.attempts, started_at=started_at)
        if part.failure is None:
            postpone_job(tx, kept.id, due_at)
        else:
            retries = max(1, ctx.settings.batch_retries - part.attempts)
            note_failure(ctx, tx, kept, part.failure, now, retries=retries, due_at=due_at)
