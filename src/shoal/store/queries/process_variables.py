"""The variables of many instances in their outermost scope: the last values, or those they were started with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shoal.store.database import Tx
from shoal.store.fetch_rows import fetch_rows, select_rows
from shoal.store.tables.instances import process_instance
from shoal.store.tables.variables import variable, variable_update
from shoal.store.variable_codec import VALUE_COLUMNS
from shoal.store.within import within

_t = variable.c
_u = variable_update.c
_LAST = (_t.instance_id, _t.name, *(_t[name] for name in VALUE_COLUMNS))
_LOGGED = (_u.instance_id, _u.name, *(_u[name] for name in VALUE_COLUMNS))

Row = Sequence[Any]
"""Instance, name, then the ``VALUE_COLUMNS``."""


def last_values(tx: Tx, instance_ids: Sequence[str]) -> Sequence[Row]:
    """What the variables are, or were when the instances ended."""
    statement = select_rows(_LAST).where(within(_t.instance_id, instance_ids), _t.scope_id == _t.instance_id)
    return fetch_rows(tx, _LAST, statement.order_by(_t.id))


def initial_values(tx: Tx, instance_ids: Sequence[str]) -> Sequence[Row]:
    """What was written from outside at the moment of the start, in that order; from the log of updates."""
    statement = (
        select_rows(_LOGGED)
        .join(process_instance, process_instance.c.id == _u.instance_id)
        .where(
            within(_u.instance_id, instance_ids),
            _u.scope_id == _u.instance_id,
            _u.node_id == _u.instance_id,
            _u.written_at == process_instance.c.started_at,
        )
    )
    return fetch_rows(tx, _LOGGED, statement.order_by(_u.id))
