"""The one translation of a ``VariableFilter``: it lists and counts. Only variables of visible instances."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, select

from shoal.filters.variables import VariableFilter
from shoal.store.database import Tx
from shoal.store.queries import filter_values
from shoal.store.queries.filter_conditions import of_ids, of_tenant, of_texts
from shoal.store.queries.ordering import Order, ordered_by
from shoal.store.queries.variable_conditions import is_variable
from shoal.store.queries.visibility import visible
from shoal.store.tables.definitions import process_definition
from shoal.store.tables.history import activity_instance
from shoal.store.tables.instances import process_instance
from shoal.store.tables.variables import variable
from shoal.store.variable_codec import VALUE_COLUMNS, decode
from shoal.values import TypedValue

_t = variable.c
_i = process_instance.c
_d = process_definition.c
_a = activity_instance.c


class VariableInstance(NamedTuple):
    """A variable of one scope. A large value is fetched when somebody looks at it."""

    id: str
    name: str
    instance_id: str
    scope_id: str
    definition_id: str
    definition_key: str
    tenant_id: str | None
    live: bool
    created_at: datetime
    revision: int
    type: str
    task_id: str | None
    """The user task whose scope it is in."""
    root_id: str
    removal_time: datetime | None
    value: TypedValue


_ELSEWHERE = {
    "definition_id": _i.definition_id,
    "definition_key": _d.key,
    "tenant_id": _i.tenant_id,
    "task_id": _a.task_id,
    "root_id": _i.root_id,
    "removal_time": _i.removal_time,
}
_NAMES = VariableInstance._fields[:-1]
_ROW = tuple(_ELSEWHERE[name] if name in _ELSEWHERE else _t[name] for name in _NAMES)
_VALUE = tuple(_t[name] for name in VALUE_COLUMNS)


def list_variables(
    tx: Tx,
    filter: VariableFilter,  # noqa: A002
    fetch: Callable[[str], bytes],
    *,
    sort: str | Sequence[Order] = "id",
    descending: bool = False,
    offset: int = 0,
    limit: int | None = None,
) -> list[VariableInstance]:
    """The variables that match; ``fetch`` gets large values. FilterRejectedError if ``sort`` is no such field."""
    order = ordered_by(dict(zip(_NAMES, _ROW, strict=True)), sort, descending=descending, last=_t.id)
    statement = _matching(select(*_ROW, *_VALUE), filter).order_by(*order).offset(offset)
    if limit is not None:
        statement = statement.limit(limit)
    width = len(_ROW)
    rows = tx.execute(statement)
    return [VariableInstance._make((*row[:width], decode(row[width:], fetch))) for row in rows]


def count_variables(tx: Tx, filter: VariableFilter) -> int:  # noqa: A002
    """How many match."""
    return int(tx.execute(_matching(select(func.count()), filter)).scalar_one())


def _matching(statement: Select[Any], wanted: VariableFilter) -> Select[Any]:
    return (
        statement.select_from(variable)
        .join(process_instance, _i.id == _t.instance_id)
        .join(process_definition, _d.id == _i.definition_id)
        .outerjoin(activity_instance, and_(_a.id == _t.scope_id, _a.instance_id == _t.instance_id))
        .where(visible(), *_conditions(wanted))
    )


def _conditions(wanted: VariableFilter) -> list[ColumnElement[bool]]:
    name = func.lower(_t.name) if wanted.ignore_name_case else _t.name
    found = [
        *of_ids(
            wanted,
            {
                "instance_id": _t.instance_id,
                "scope_id": _t.scope_id,
                "definition_id": _i.definition_id,
                "task_id": _a.task_id,
            },
        ),
        *of_texts(_in_case(wanted), {"name": name, "type": _t.type, "definition_key": _d.key}),
        *of_tenant(wanted, _i.tenant_id),
    ]
    if wanted.ids is not None:
        found.append(filter_values.id_among(_t.id, wanted.ids))
    if wanted.live is not None:
        found.append(_t.live.is_(wanted.live))
    if wanted.running is not None:
        found.append(_i.state == "active" if wanted.running else _i.state != "active")
    return found + [is_variable(each) for each in wanted.values or ()]


def _in_case(wanted: VariableFilter) -> VariableFilter:
    if not wanted.ignore_name_case:
        return wanted
    said = {field: getattr(wanted, field) for field in ("name", "name_like")}
    lowered = {field: value.lower() for field, value in said.items() if value is not None}
    names = None if wanted.name_in is None else tuple(each.lower() for each in wanted.name_in)
    return wanted.model_copy(update=lowered | {"name_in": names})
