"""Process definitions as lists show them."""

from __future__ import annotations

from sqlalchemy import func, select

from shoal.ids import is_id
from shoal.store.database import Tx
from shoal.store.queries.definitions import Definition
from shoal.store.tables.definitions import process_definition

_t = process_definition.c
_ROW = tuple(_t[name] for name in Definition._fields)


def list_definitions(
    tx: Tx, *, limit: int, after_id: str | None = None, key: str | None = None, latest_only: bool = False
) -> list[Definition]:
    """Definitions by id, so the older first; ``latest_only``: the newest version of each key and tenant."""
    if after_id is not None and not is_id(after_id):
        return []
    statement = select(*_ROW).where(_t.deleted_at.is_(None)).order_by(_t.id).limit(limit)
    if key is not None:
        statement = statement.where(_t.key == key)
    if after_id is not None:
        statement = statement.where(_t.id > after_id)
    if latest_only:
        place = func.row_number().over(partition_by=(_t.key, _t.tenant_id), order_by=_t.version.desc())
        newest = select(_t.id, place.label("place")).where(_t.deleted_at.is_(None)).subquery()
        statement = statement.where(_t.id.in_(select(newest.c.id).where(newest.c.place == 1)))
    return [Definition._make(row) for row in tx.execute(statement)]
