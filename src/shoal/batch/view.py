"""A batch as everybody sees it: its row, its sums, its speed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from shoal import clock
from shoal.batch.job_definitions import BatchJobKind, job_definition_id
from shoal.batch.registry import all_operations
from shoal.batch.states import BatchState
from shoal.commands.context import Context
from shoal.errors import InputError, NotFoundError
from shoal.filters.batches import BatchFilter
from shoal.ids import is_id
from shoal.store.database import Tx
from shoal.store.queries import batch_filters
from shoal.store.queries.batches import BatchRow, OutcomeCounts, count_outcomes, find_batch
from shoal.store.queries.ordering import Order


@dataclass(frozen=True, slots=True)
class BatchStatistics:
    """How far a batch is. ``total`` is the sum of succeeded, skipped, failed, cancelled and remaining."""

    total: int
    succeeded: int
    skipped: int
    failed: int
    cancelled: int
    remaining: int
    rate: float | None
    """Elements per second since the first chunk began."""
    seconds: float | None
    """How long it has been working, or worked."""
    estimated_end: datetime | None
    total_jobs: int
    """Execution jobs, those included that the seed has not made yet. More than in the beginning when chunks were
    cut into parts."""
    jobs_created: int
    remaining_jobs: int
    """Execution jobs that are there, or that the seed has not made yet. Camunda 7 counts the same way."""
    completed_jobs: int
    """The others: jobs that did their work, and those that were deleted."""
    failed_jobs: int
    """Those of the remaining ones that have no tries left."""

    @property
    def done(self) -> int:
        """Elements that have their outcome."""
        return self.succeeded + self.skipped + self.failed


@dataclass(frozen=True, slots=True)
class BatchView:
    """A batch. The same for HTTP, command line and Python."""

    id: str
    operation: str
    title: str
    camunda_type: str
    state: BatchState
    suspended: bool
    params: Any
    selection: Any
    statistics: BatchStatistics
    chunk_size: int
    jobs_per_seed: int
    jobs_created: int
    priority: int
    max_parallel: int | None
    rate_per_second: float | None
    idempotency_key: str | None
    tenant_id: str | None
    created_by: str | None
    created_at: datetime
    seeded_at: datetime | None
    execution_started_at: datetime | None
    ended_at: datetime | None
    removal_time: datetime | None
    error_message: str | None
    open_jobs: int
    """Jobs that are there, of any kind, those without tries among them."""

    @property
    def is_finished(self) -> bool:
        """It has ended, and no failed job waits for somebody to act. Camunda 7: the batch is only history."""
        return self.has_ended and self.open_jobs == 0

    @property
    def seed_job_definition_id(self) -> str:
        """What makes its seed jobs."""
        return job_definition_id(self.id, BatchJobKind.SEED)

    @property
    def monitor_job_definition_id(self) -> str:
        """What makes its monitor jobs."""
        return job_definition_id(self.id, BatchJobKind.MONITOR)

    @property
    def batch_job_definition_id(self) -> str:
        """What makes its execution jobs."""
        return job_definition_id(self.id, BatchJobKind.EXECUTION)

    @property
    def has_ended(self) -> bool:
        """Nothing more will happen, unless its failures are retried."""
        return self.state.has_ended


def get_batch(ctx: Context, batch_id: str) -> BatchView:
    """One batch; NotFoundError if there is none."""
    with ctx.database.read() as tx:
        return view_of(tx, batch_id)


def list_batches(
    ctx: Context,
    wanted: BatchFilter,
    *,
    sort: str | Sequence[Order] = "id",
    descending: bool = True,
    offset: int = 0,
    before_id: str | None = None,
    limit: int | None = None,
) -> list[BatchView]:
    """The batches that match, the newest first; ``before_id`` is the last id of the page before.

    Two statements, however many they are.
    """
    if before_id is not None and not is_id(before_id):
        raise InputError(f"before_id: '{before_id}' is not an id", field="before_id")
    with ctx.database.read() as tx:
        rows = batch_filters.list_batches(
            tx, wanted, sort=sort, descending=descending, offset=offset, before_id=before_id, limit=limit
        )
        return views_of(tx, rows)


def view_of(tx: Tx, batch_id: str) -> BatchView:
    """One batch; NotFoundError if there is none."""
    row = find_batch(tx, batch_id) if is_id(batch_id) else None
    if row is None:
        raise NotFoundError(f"there is no batch {batch_id}", batch_id=batch_id)
    return views_of(tx, [row])[0]


def views_of(tx: Tx, rows: Sequence[BatchRow]) -> list[BatchView]:
    """Several batches, with one statement for all their sums."""
    counts = count_outcomes(tx, [row.id for row in rows]) if rows else {}
    now = clock.now()
    return [_view(row, counts.get(row.id, OutcomeCounts()), now) for row in rows]


def statistics_of(row: BatchRow, counts: OutcomeCounts, now: datetime) -> BatchStatistics:
    """The sums of a batch, and what follows from them."""
    has_ended = BatchState(row.state).has_ended
    not_seeded = max(0, row.total_count - counts.seeded)
    done = counts.succeeded + counts.skipped + counts.failed
    cancelled = counts.cancelled + (not_seeded if has_ended else 0)
    # what a chunk is still doing when its batch is cancelled remains, for that moment
    remaining = counts.pending + (0 if has_ended else not_seeded)
    malformed = -(-int(row.selection.get("malformed") or 0) // row.chunk_size)
    made = counts.chunks - malformed
    missing = 0 if has_ended else max(0, row.total_jobs - row.jobs_created)
    seconds = rate = estimated_end = None
    if row.execution_started_at is not None:
        seconds = ((row.ended_at or now) - row.execution_started_at).total_seconds()
        rate = done / seconds if seconds > 0 else None
    if rate and remaining and not has_ended and not row.suspended:
        estimated_end = now + timedelta(seconds=min(remaining / rate, 1e9))
    return BatchStatistics(
        total=done + cancelled + remaining,
        succeeded=counts.succeeded,
        skipped=counts.skipped,
        failed=counts.failed,
        cancelled=cancelled,
        remaining=remaining,
        rate=rate,
        seconds=seconds,
        estimated_end=estimated_end,
        total_jobs=made + missing,
        jobs_created=made,
        remaining_jobs=counts.executions + missing,
        completed_jobs=made - counts.executions,
        failed_jobs=counts.failed_executions,
    )


def _view(row: BatchRow, counts: OutcomeCounts, now: datetime) -> BatchView:
    operation = all_operations().get(row.operation)
    statistics = statistics_of(row, counts, now)
    return BatchView(
        id=row.id,
        operation=row.operation,
        title=row.operation if operation is None else operation.title,
        camunda_type=row.operation if operation is None else operation.camunda_type,
        state=BatchState(row.state),
        suspended=row.suspended,
        params=row.params,
        selection=row.selection,
        statistics=statistics,
        chunk_size=row.chunk_size,
        jobs_per_seed=row.jobs_per_seed,
        jobs_created=statistics.jobs_created,
        priority=row.priority,
        max_parallel=row.max_parallel,
        rate_per_second=row.rate_per_second,
        idempotency_key=row.idempotency_key,
        tenant_id=row.tenant_id,
        created_by=row.created_by,
        created_at=row.created_at,
        seeded_at=row.seeded_at,
        execution_started_at=row.execution_started_at,
        ended_at=row.ended_at,
        removal_time=row.removal_time,
        error_message=row.error_message,
        open_jobs=counts.jobs,
    )
