"""Reads a column of very many ids: they become text all together, not one by one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, select, type_coerce

from shoal.store.database import Tx
from shoal.store.tables.columns import RawId, ids_from_bytes


def select_raw(column: ColumnElement[Any]) -> Select[Any]:
    """A statement that reads only ``column``, to be given to ``fetch_ids``."""
    return select(type_coerce(column, RawId))


def fetch_ids(tx: Tx, statement: Select[Any]) -> list[str]:
    """The ids, in the order of the statement."""
    found: list[Any] = list(tx.execute(statement).scalars())
    if found and isinstance(found[0], bytes):
        return ids_from_bytes(b"".join(found))
    return found
