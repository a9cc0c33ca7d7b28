"""What history knows of variables, and how it is forgotten."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import select

from shoal.store.database import Tx
from shoal.store.tables.variables import variable, variable_update

_t = variable.c
_u = variable_update.c


class Forgotten(NamedTuple):
    """Whose variables, and if it is only one, which."""

    instance_id: str
    scope_id: str | None = None
    name: str | None = None


def place_of(tx: Tx, variable_id: str) -> Forgotten | None:
    """Where a variable is; None if there is none."""
    row = tx.execute(select(_t.instance_id, _t.scope_id, _t.name).where(_t.id == variable_id)).one_or_none()
    return None if row is None else Forgotten(*row)


def forget(tx: Tx, which: Forgotten, *, running: bool) -> None:
    """Remove the log of updates, and the variables themselves unless they live in a ``running`` instance."""
    for table in (variable_update, variable):
        statement = table.delete().where(table.c.instance_id == which.instance_id)
        if which.scope_id is not None:
            statement = statement.where(table.c.scope_id == which.scope_id, table.c.name == which.name)
        if table is variable and running:
            statement = statement.where(_t.live.is_(False))
        tx.execute(statement)


def blobs_of(tx: Tx, instance_id: str) -> set[str]:
    """The large values that are values of the instance's variables, or were."""
    found: set[str] = set()
    for column, of in ((_t.blob_id, _t.instance_id), (_u.blob_id, _u.instance_id)):
        found |= set(tx.execute(select(column).where(of == instance_id, column.is_not(None))).scalars())
    return found
