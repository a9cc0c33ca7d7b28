"""The batch row: made once, changed while it runs, kept as history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Table, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from shoal.store.database import Tx
from shoal.store.tables.batches import batch, batch_chunk, batch_element, batch_requested_id
from shoal.store.tables.history import job_log
from shoal.store.tables.job_definitions import job_definition_state
from shoal.store.tables.jobs import incident, job
from shoal.store.tables.people import batch_tenant
from shoal.store.within import within


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One row of ``batch``, as it is stored."""

    id: str
    operation: str
    state: str
    suspended: bool
    format: int
    params: Any
    selection: Any
    seed_cursor: Any
    chunk_size: int
    jobs_per_seed: int
    priority: int
    max_parallel: int | None
    rate_per_second: float | None
    next_start_at: datetime | None
    idempotency_key: str | None
    request_digest: str | None
    tenant_id: str | None
    deployment_id: str | None
    created_by: str | None
    total_count: int
    total_jobs: int
    jobs_created: int
    created_at: datetime
    seeded_at: datetime | None
    execution_started_at: datetime | None
    ended_at: datetime | None
    removal_time: datetime | None
    error_message: str | None


@dataclass(frozen=True, slots=True)
class OutcomeCounts:
    """What the chunks and jobs of a batch say together. ``seeded`` is how many elements are in chunks."""

    chunks: int = 0
    pending_chunks: int = 0
    failed_chunks: int = 0
    seeded: int = 0
    pending: int = 0
    succeeded: int = 0
    skipped: int = 0
    failed: int = 0
    cancelled: int = 0
    jobs: int = 0
    """Of any kind."""
    executions: int = 0
    """Jobs that do a chunk, those without tries among them."""
    failed_executions: int = 0


OF_BATCHES: tuple[Table, ...] = (job_log, incident, batch_element, batch_requested_id, batch_chunk, batch_tenant)
"""What belongs to batches, in the order in which it has to go. Their jobs are gone before."""
BATCH_COLUMNS = [batch.c[field.name] for field in fields(BatchRow)]


def insert_batch(tx: Tx, row: BatchRow) -> bool:
    """Insert the row; False, and nothing is changed, when its idempotency key is taken."""
    insert = postgresql.insert if tx.dialect.name == "postgresql" else sqlite.insert
    values = {field.name: getattr(row, field.name) for field in fields(BatchRow)}
    statement = insert(batch).values(values).on_conflict_do_nothing(index_elements=["idempotency_key"])
    return tx.execute(statement.returning(batch.c.id)).first() is not None


def find_batch(tx: Tx, batch_id: str) -> BatchRow | None:
    """The row; None if there is none."""
    return _one(tx, select(*BATCH_COLUMNS).where(batch.c.id == batch_id))


def find_batches(tx: Tx, batch_ids: Sequence[str]) -> dict[str, BatchRow]:
    """The rows that exist, by id."""
    rows = tx.execute(select(*BATCH_COLUMNS).where(within(batch.c.id, batch_ids)))
    return {row.id: BatchRow(*row) for row in rows}


def lock_batch(tx: Tx, batch_id: str, *, skip: bool = False) -> BatchRow | None:
    """The row, locked to the end of the transaction; None if there is none (or another holds it and ``skip``)."""
    statement = select(*BATCH_COLUMNS).where(batch.c.id == batch_id)
    if tx.dialect.name == "postgresql":
        # not the whole row: workers that add chunks look at its key meanwhile
        statement = statement.with_for_update(of=batch, skip_locked=skip, key_share=True)
    return _one(tx, statement)


def find_batch_by_key(tx: Tx, idempotency_key: str) -> BatchRow | None:
    """The batch that was created under the key; None if there is none."""
    return _one(tx, select(*BATCH_COLUMNS).where(batch.c.idempotency_key == idempotency_key))


def change_batch(tx: Tx, batch_id: str, **values: Any) -> None:
    """Give columns of the row new values."""
    tx.execute(update(batch).where(batch.c.id == batch_id).values(values))


def mark_execution_started(tx: Tx, batch_id: str, now: datetime) -> None:
    """Note when the first chunk began; later calls change nothing."""
    tx.execute(
        update(batch)
        .where(batch.c.id == batch_id, batch.c.execution_started_at.is_(None))
        .values(execution_started_at=now)
    )


def delete_batch_rows(tx: Tx, batch_id: str) -> None:
    """Remove the batch with everything that belongs to it. Its jobs are gone."""
    for table in OF_BATCHES:
        tx.execute(delete(table).where(table.c.batch_id == batch_id))
    tx.execute(delete(job_definition_state).where(job_definition_state.c.definition_id == batch_id))
    tx.execute(delete(batch).where(batch.c.id == batch_id))


def count_outcomes(tx: Tx, batch_ids: Sequence[str]) -> dict[str, OutcomeCounts]:
    """The sums over the chunks and the jobs of each batch, with one statement."""
    c = batch_chunk.c
    pending = c.state == "pending"
    chunks = (
        select(
            c.batch_id.label("batch_id"),
            func.count(),
            func.count().filter(pending),
            func.count().filter(c.failed_count > 0),
            func.coalesce(func.sum(c.size), 0),
            func.coalesce(func.sum(c.size).filter(pending), 0),
            func.coalesce(func.sum(c.succeeded_count), 0),
            func.coalesce(func.sum(c.skipped_count), 0),
            func.coalesce(func.sum(c.failed_count), 0),
            func.coalesce(func.sum(c.cancelled_count), 0),
        )
        .where(within(c.batch_id, batch_ids))
        .group_by(c.batch_id)
        .subquery()
    )
    j = job.c
    execution = j.kind == "batch-execution"
    jobs = (
        select(
            j.batch_id.label("batch_id"),
            func.count(),
            func.count().filter(execution),
            func.count().filter(execution, j.retries == 0),
        )
        .where(within(j.batch_id, batch_ids))
        .group_by(j.batch_id)
        .subquery()
    )
    statement = (
        select(batch.c.id, *list(chunks.c)[1:], *list(jobs.c)[1:])
        .outerjoin(chunks, chunks.c.batch_id == batch.c.id)
        .outerjoin(jobs, jobs.c.batch_id == batch.c.id)
        .where(within(batch.c.id, batch_ids))
    )
    return {row[0]: OutcomeCounts(*(int(value or 0) for value in row[1:])) for row in tx.execute(statement)}


def _one(tx: Tx, statement: Select[Any]) -> BatchRow | None:
    row = tx.execute(statement).one_or_none()
    return None if row is None else BatchRow(*row)
