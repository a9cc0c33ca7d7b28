"""The kernel's state of running instances."""

from __future__ import annotations

from collections.abc import Sequence

from shoal.store.database import Tx
from shoal.store.fetch_rows import fetch_rows, select_rows
from shoal.store.tables.instances import instance_state
from shoal.store.within import within

_t = instance_state.c


def load_states(tx: Tx, ids: Sequence[str]) -> dict[str, bytes]:
    """The states by instance."""
    columns = (_t.instance_id, _t.state)
    rows = fetch_rows(tx, columns, select_rows(columns).where(within(_t.instance_id, ids)))
    return {row[0]: bytes(row[1]) for row in rows}


def insert_states(tx: Tx, rows: Sequence[tuple[str, bytes]]) -> None:
    """Insert (instance, state)."""
    tx.dialect.insert_many(tx.connection, instance_state, ("instance_id", "state"), rows)


def update_states(tx: Tx, rows: Sequence[tuple[str, bytes]]) -> None:
    """Replace the states of (instance, state)."""
    tx.dialect.update_many(tx.connection, instance_state, "instance_id", ("state",), rows)


def delete_states(tx: Tx, ids: Sequence[str]) -> None:
    """Remove the states of instances that ended."""
    if ids:
        tx.execute(instance_state.delete().where(within(_t.instance_id, ids)))
