"""Elements that did not succeed: one row each, with the cause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, delete, func, select, update

from shoal.store.database import Tx
from shoal.store.tables.batches import batch_chunk, batch_element
from shoal.store.within import within


@dataclass(frozen=True, slots=True)
class ElementRow:
    """One row of ``batch_element``."""

    batch_id: str
    target_id: str
    chunk_id: str
    state: str
    reason: str
    message: str | None
    details: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class CauseRow:
    """How many elements share a state and a reason, and one of them."""

    state: str
    reason: str
    count: int
    example_id: str
    example_message: str | None
    last_at: datetime


_FIELDS = tuple(field.name for field in fields(ElementRow))
_COLUMNS = [batch_element.c[name] for name in _FIELDS]


def insert_elements(tx: Tx, rows: Sequence[ElementRow]) -> None:
    """Insert rows; none of the elements may have one."""
    tx.dialect.insert_many(
        tx.connection, batch_element, _FIELDS, [tuple(getattr(row, name) for name in _FIELDS) for row in rows]
    )


def delete_elements(tx: Tx, batch_id: str, ids: Sequence[str]) -> None:
    """Remove what was noted about these elements when they were tried before."""
    e = batch_element.c
    tx.execute(delete(batch_element).where(e.batch_id == batch_id, within(e.target_id, ids)))


def move_elements(tx: Tx, batch_id: str, ids: Sequence[str], chunk_id: str) -> None:
    """Say that the elements are in another chunk now."""
    e = batch_element.c
    tx.execute(
        update(batch_element).where(e.batch_id == batch_id, within(e.target_id, ids)).values(chunk_id=chunk_id)
    )


def find_elements(tx: Tx, batch_id: str, ids: Sequence[str]) -> dict[str, ElementRow]:
    """The rows of these elements, by target."""
    e = batch_element.c
    statement = select(*_COLUMNS).where(e.batch_id == batch_id, within(e.target_id, ids))
    return {row.target_id: ElementRow(*row) for row in tx.execute(statement)}


def failed_of_chunks(tx: Tx, batch_id: str, chunk_ids: Sequence[str]) -> dict[str, list[str]]:
    """The failed elements of these chunks, sorted, by chunk."""
    e = batch_element.c
    statement = (
        select(e.chunk_id, e.target_id)
        .where(e.batch_id == batch_id, within(e.chunk_id, chunk_ids), e.state == "failed")
        .order_by(e.target_id)
    )
    found: dict[str, list[str]] = {}
    for chunk_id, target_id in tx.execute(statement):
        found.setdefault(chunk_id, []).append(target_id)
    return found


def page_elements(
    tx: Tx, batch_id: str, *, state: str, limit: int, after_id: str | None = None, reason: str | None = None
) -> list[ElementRow]:
    """Elements that are skipped or failed now (not those that are being tried again), by id."""
    e, c = batch_element.c, batch_chunk.c
    statement = (
        select(*_COLUMNS)
        .join(batch_chunk, c.id == e.chunk_id)
        .where(e.batch_id == batch_id, e.state == state, c.state != "pending")
        .order_by(e.target_id)
        .limit(limit)
    )
    if after_id is not None:
        statement = statement.where(e.target_id > after_id)
    if reason is not None:
        statement = statement.where(e.reason == reason)
    return [ElementRow(*row) for row in tx.execute(statement)]


def count_causes(tx: Tx, batch_id: str) -> list[CauseRow]:
    """Elements that are skipped or failed now, counted by cause; the most frequent first."""
    e, c = batch_element.c, batch_chunk.c
    counted = (
        select(e.state, e.reason, func.count(), _least_id(tx), func.max(e.at))
        .join(batch_chunk, c.id == e.chunk_id)
        .where(e.batch_id == batch_id, c.state != "pending")
        .group_by(e.state, e.reason)
        .order_by(func.count().desc(), e.state, e.reason)
    )
    groups = tx.execute(counted).all()
    examples = find_elements(tx, batch_id, [group[3] for group in groups])
    return [
        CauseRow(state, reason, count, example, examples[example].message, last)
        for state, reason, count, example, last in groups
    ]


def _least_id(tx: Tx) -> ColumnElement[Any]:
    column = batch_element.c.target_id
    if tx.dialect.name == "postgresql":
        # before 18 it has no min() of uuid; the text sorts the same
        return func.min(cast(column, Text))
    return func.min(column, type_=column.type)
