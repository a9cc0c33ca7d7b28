"""Variables and the log of their updates."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select, update

from shoal.store.database import Tx
from shoal.store.fetch_rows import fetch_rows, select_rows
from shoal.store.tables.variables import variable, variable_update
from shoal.store.variable_codec import VALUE_COLUMNS, Columns
from shoal.store.within import within

_t = variable.c
_u = variable_update.c

NEW_COLUMNS = ("id", "instance_id", "scope_id", "name", *VALUE_COLUMNS, "live", "created_at", "revision")
CHANGE_COLUMNS = (*VALUE_COLUMNS, "revision")
LOG_COLUMNS = ("id", "instance_id", "scope_id", "node_id", "name", *VALUE_COLUMNS, "written_at")


_ROW = (_t.id, _t.instance_id, _t.scope_id, _t.name, _t.revision, *(_t[name] for name in VALUE_COLUMNS))

VariableRow = Sequence[Any]
"""A variable as it is stored: id, instance, scope, name, revision, then the ``VALUE_COLUMNS``."""


def load_live(tx: Tx, instance_ids: Sequence[str]) -> Sequence[VariableRow]:
    """All variables of the instances whose scopes are still there."""
    return fetch_rows(tx, _ROW, select_rows(_ROW).where(within(_t.instance_id, instance_ids), _t.live))


def load_named(tx: Tx, instance_ids: Sequence[str], names: Sequence[str]) -> Sequence[VariableRow]:
    """The variables of these names in the scopes of the instances themselves."""
    statement = select(*_ROW).where(
        within(_t.instance_id, instance_ids),
        _t.scope_id == _t.instance_id,
        _t.name.in_(list(names)),
        _t.live,
    )
    rows: Sequence[VariableRow] = tx.execute(statement).all()
    return rows


def insert_variables(tx: Tx, rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows of ``NEW_COLUMNS``."""
    tx.dialect.insert_many(tx.connection, variable, NEW_COLUMNS, rows)


def update_variables(tx: Tx, rows: Sequence[Sequence[Any]]) -> None:
    """Give variables new values: rows of the id and ``CHANGE_COLUMNS``."""
    tx.dialect.update_many(tx.connection, variable, "id", CHANGE_COLUMNS, rows)


def overwrite(tx: Tx, instance_ids: Sequence[str], name: str, columns: Columns) -> Collection[str]:
    """Give the variable of that name the same value in the scopes of all these instances; which have it."""
    existing = (within(_t.instance_id, instance_ids), _t.scope_id == _t.instance_id, _t.name == name)
    done = tx.execute(
        update(variable)
        .where(*existing)
        .values(**dict(zip(VALUE_COLUMNS, columns, strict=True)), revision=_t.revision + 1)
    )
    if done.rowcount == 0:
        return ()
    if done.rowcount == len(instance_ids):
        return set(instance_ids)
    return set(tx.execute(select(_t.instance_id).where(*existing)).scalars())


def log_updates(tx: Tx, rows: Sequence[Sequence[Any]]) -> None:
    """Keep every write: rows of ``LOG_COLUMNS``."""
    tx.dialect.insert_many(tx.connection, variable_update, LOG_COLUMNS, rows)


def delete_variables(tx: Tx, ids: Sequence[str]) -> None:
    """Remove variables by their row ids."""
    if ids:
        tx.execute(variable.delete().where(within(_t.id, ids)))


def end_scopes(tx: Tx, instance_ids: Sequence[str], scope_ids: Sequence[str], *, keep: bool) -> None:
    """The scopes are gone: their variables become history if ``keep``, else they go too."""
    if not scope_ids:
        return
    condition = within(_t.instance_id, instance_ids) & within(_t.scope_id, scope_ids)
    tx.execute(update(variable).where(condition).values(live=False) if keep else variable.delete().where(condition))


def delete_of_instances(tx: Tx, instance_ids: Sequence[str]) -> None:
    """Remove all variables of instances, not their log."""
    if instance_ids:
        tx.execute(variable.delete().where(within(_t.instance_id, instance_ids)))


def logged_blobs(tx: Tx, instance_ids: Sequence[str]) -> set[str]:
    """The large values that the log of updates refers to."""
    rows = tx.execute(select(_u.blob_id).where(within(_u.instance_id, instance_ids), _u.blob_id.is_not(None)))
    return set(rows.scalars())
