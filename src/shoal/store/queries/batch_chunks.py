"""Chunks of a batch: sorted ids, one execution job each, and the counts once they are done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import case, delete, func, select, update

from shoal.store.database import Tx
from shoal.store.tables.batches import batch_chunk, batch_element
from shoal.store.within import within


@dataclass(frozen=True, slots=True)
class ChunkRow:
    """One row of ``batch_chunk``; size, first and last id follow from the ids."""

    id: str
    batch_id: str
    deployment_id: str | None
    ids: list[str]
    state: str = "pending"
    succeeded_count: int = 0
    skipped_count: int = 0
    failed_count: int = 0
    cancelled_count: int = 0
    attempts: int = 0
    started_at: datetime | None = None
    ended_at: datetime | None = None


_FIELDS = tuple(field.name for field in fields(ChunkRow))
CHUNK_COLUMNS = [batch_chunk.c[name] for name in _FIELDS]


def insert_chunks(tx: Tx, rows: Sequence[ChunkRow]) -> None:
    """Insert chunks; their ids must be sorted."""
    tx.dialect.insert_many(
        tx.connection,
        batch_chunk,
        (*_FIELDS, "size", "first_id", "last_id"),
        [(*(getattr(row, name) for name in _FIELDS), len(row.ids), row.ids[0], row.ids[-1]) for row in rows],
    )


def find_chunk(tx: Tx, chunk_id: str) -> ChunkRow | None:
    """The chunk; None if there is none."""
    row = tx.execute(select(*CHUNK_COLUMNS).where(batch_chunk.c.id == chunk_id)).one_or_none()
    return None if row is None else ChunkRow(*row)


def find_chunks(tx: Tx, chunk_ids: Sequence[str]) -> dict[str, ChunkRow]:
    """The chunks that exist, by id."""
    rows = tx.execute(select(*CHUNK_COLUMNS).where(within(batch_chunk.c.id, chunk_ids)))
    return {row.id: ChunkRow(*row) for row in rows}


def chunks_around(tx: Tx, batch_id: str, target_id: str) -> list[ChunkRow]:
    """The chunks of the batch whose range includes the id; the id need not be in them."""
    c = batch_chunk.c
    statement = select(*CHUNK_COLUMNS).where(
        c.batch_id == batch_id, c.first_id <= target_id, c.last_id >= target_id
    )
    return [ChunkRow(*row) for row in tx.execute(statement)]


def page_chunks_with_failures(tx: Tx, batch_id: str, *, after_id: str | None, limit: int) -> list[ChunkRow]:
    """Chunks that are done with failed elements, in the order of their ids."""
    c = batch_chunk.c
    statement = select(*CHUNK_COLUMNS).where(c.batch_id == batch_id, c.failed_count > 0).order_by(c.id).limit(limit)
    if after_id is not None:
        statement = statement.where(c.id > after_id)
    return [ChunkRow(*row) for row in tx.execute(statement)]


def change_chunk(tx: Tx, chunk_id: str, **values: Any) -> None:
    """Give columns of the chunk new values; new ``ids`` bring size, first and last id along."""
    if (ids := values.get("ids")) is not None:
        values |= {"size": len(ids), "first_id": ids[0], "last_id": ids[-1]}
    tx.execute(update(batch_chunk).where(batch_chunk.c.id == chunk_id).values(values))


def any_pending(tx: Tx, batch_id: str) -> bool:
    """Whether a chunk of the batch is still to be done."""
    c = batch_chunk.c
    return bool(
        tx.execute(select(select(c.id).where(c.batch_id == batch_id, c.state == "pending").exists())).scalar()
    )


def cancel_chunks(tx: Tx, chunk_ids: Sequence[str], now: datetime) -> None:
    """Cancel pending chunks. Elements that had failed and were to be tried again count as failed again."""
    c = batch_chunk.c
    given = within(c.id, chunk_ids)
    pending = list(tx.execute(select(c.id).where(given, c.state == "pending")).scalars())
    if not pending:
        return
    mine = within(c.id, pending)
    tx.execute(update(batch_chunk).where(mine).values(state="cancelled", cancelled_count=c.size, ended_at=now))
    e = batch_element.c
    failed = tx.execute(
        select(e.chunk_id, func.count())
        .where(e.batch_id.in_(select(c.batch_id).where(mine).distinct()), within(e.chunk_id, pending))
        .group_by(e.chunk_id)
    ).all()
    for chunk_id, count in failed:
        tx.execute(
            update(batch_chunk)
            .where(c.id == chunk_id)
            .values(
                failed_count=count,
                cancelled_count=c.size - count,
                state=case((c.size == count, "done"), else_="cancelled"),
            )
        )


def delete_chunks(tx: Tx, chunk_ids: Sequence[str]) -> None:
    """Remove chunks whose elements have all gone to others."""
    if chunk_ids:
        tx.execute(delete(batch_chunk).where(within(batch_chunk.c.id, chunk_ids)))


def chunks_from(
    tx: Tx, batch_id: str, *, limit: int, states: Sequence[str], after_id: str | None, offset: int
) -> list[ChunkRow]:
    """Chunks with elements behind ``after_id``, by their first elements."""
    c = batch_chunk.c
    statement = (
        select(*CHUNK_COLUMNS)
        .where(c.batch_id == batch_id, c.state.in_(states))
        .order_by(c.first_id, c.id)
        .limit(limit)
        .offset(offset)
    )
    if after_id is not None:
        statement = statement.where(c.last_id > after_id)
    return [ChunkRow(*row) for row in tx.execute(statement)]


def reopen_cancelled_chunks(tx: Tx, batch_id: str) -> list[ChunkRow]:
    """Make cancelled chunks pending again, and return them."""
    c = batch_chunk.c
    condition = (c.batch_id == batch_id) & (c.state == "cancelled")
    rows = [ChunkRow(*row) for row in tx.execute(select(*CHUNK_COLUMNS).where(condition))]
    tx.execute(
        update(batch_chunk)
        .where(condition)
        .values(state="pending", cancelled_count=0, failed_count=0, attempts=0, ended_at=None)
    )
    return rows
