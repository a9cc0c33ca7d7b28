"""Reads many rows that contain ids: each column of ids becomes text all together, not value by value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, Select, select, type_coerce

from shoal.store.database import Tx
from shoal.store.tables.columns import Id, RawId, id_from_bytes, ids_from_bytes


def select_rows(columns: Sequence[Column[Any]]) -> Select[Any]:
    """A statement that reads ``columns``, to be given to ``fetch_rows``."""
    return select(*(type_coerce(each, RawId) if isinstance(each.type, Id) else each for each in columns))


def fetch_rows(tx: Tx, columns: Sequence[Column[Any]], statement: Select[Any]) -> Sequence[Sequence[Any]]:
    """The rows of a statement that ``select_rows`` made of the same ``columns``."""
    rows: Sequence[Sequence[Any]] = tx.execute(statement).all()
    if not rows or tx.dialect.name == "postgresql":
        return rows
    turned: list[Sequence[Any]] = list(zip(*rows, strict=True))
    for place, column in enumerate(columns):
        if isinstance(column.type, Id):
            turned[place] = _texts(turned[place])
    return list(zip(*turned, strict=True))


def _texts(values: Sequence[bytes | None]) -> Sequence[str | None]:
    first = values[0]
    count = len(values)
    if values.count(first) == count:
        return [None if first is None else id_from_bytes(first)] * count
    if None not in values:
        return ids_from_bytes(b"".join(values))  # type: ignore[arg-type]
    return [None if each is None else id_from_bytes(each) for each in values]
