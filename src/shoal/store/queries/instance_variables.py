"""The variables of one instance as callers look at them."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from shoal.store.database import Tx
from shoal.store.tables.variables import variable
from shoal.store.variable_codec import VALUE_COLUMNS, decode
from shoal.values import TypedValue

_t = variable.c


def variables_of_instance(tx: Tx, instance_id: str, fetch: Callable[[str], bytes]) -> dict[str, TypedValue]:
    """The variables in the scope of the instance itself, by name; of an ended instance, the last values."""
    statement = (
        select(_t.name, *(_t[name] for name in VALUE_COLUMNS))
        .where(_t.instance_id == instance_id, _t.scope_id == instance_id)
        .order_by(_t.name)
    )
    return {row[0]: decode(row[1:], fetch) for row in tx.execute(statement)}
