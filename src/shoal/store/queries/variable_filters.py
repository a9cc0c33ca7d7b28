"""The one translation of a ``VariableFilter``: it lists and counts. Only variables of visible instances."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, or_, select

from shoal.errors import FilterRejectedError
from shoal.filters.variables import VariableFilter
from shoal.store.database import Tx
from shoal.store.queries import filter_values
from shoal.store.queries.variable_conditions import is_variable
from shoal.store.queries.visibility import visible
from shoal.store.tables.definitions import process_definition
from shoal.store.tables.instances import process_instance
from shoal.store.tables.variables import variable
from shoal.store.variable_codec import VALUE_COLUMNS, decode
from shoal.values import TypedValue

_t = variable.c
_i = process_instance.c
_d = process_definition.c


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
    value: TypedValue


_ELSEWHERE = {"definition_id": _i.definition_id, "definition_key": _d.key, "tenant_id": _i.tenant_id}
_NAMES = VariableInstance._fields[:-1]
_ROW = tuple(_ELSEWHERE[name] if name in _ELSEWHERE else _t[name] for name in _NAMES)
_VALUE = tuple(_t[name] for name in VALUE_COLUMNS)


def list_variables(
    tx: Tx,
    filter: VariableFilter,  # noqa: A002
    fetch: Callable[[str], bytes],
    *,
    sort: str = "id",
    descending: bool = False,
    offset: int = 0,
    limit: int | None = None,
) -> list[VariableInstance]:
    """The variables that match; ``fetch`` gets large values. FilterRejectedError if ``sort`` is no such field."""
    if sort not in _NAMES:
        raise FilterRejectedError(f"sort: '{sort}' is not supported; supported: {', '.join(_NAMES)}", field="sort")
    column: Any = _ROW[_NAMES.index(sort)]
    order = (column.desc(), _t.id.desc()) if descending else (column, _t.id)
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
        .where(visible(), *_conditions(wanted))
    )


def _conditions(wanted: VariableFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    single = {"instance_id": _t.instance_id, "scope_id": _t.scope_id, "definition_id": _i.definition_id}
    several = {"ids": _t.id, "instance_id_in": _t.instance_id, "scope_id_in": _t.scope_id}
    texts = {"name_in": _t.name, "type_in": _t.type, "tenant_id_in": _i.tenant_id}
    for field, column in single.items():
        if (value := getattr(wanted, field)) is not None:
            found.append(filter_values.id_is(column, value))
    for field, column in several.items():
        if (values := getattr(wanted, field)) is not None:
            found.append(filter_values.id_among(column, values))
    for field, column in texts.items():
        if (values := getattr(wanted, field)) is not None:
            found.append(filter_values.one_of(field, column, values))
    if wanted.name is not None:
        found.append(filter_values.equals("name", _t.name, wanted.name))
    if wanted.name_like is not None:
        found.append(filter_values.like("name_like", _t.name, wanted.name_like))
    if wanted.definition_key is not None:
        found.append(filter_values.equals("definition_key", _d.key, wanted.definition_key))
    if wanted.live is not None:
        found.append(_t.live.is_(wanted.live))
    if wanted.running is not None:
        found.append(_i.state == "active" if wanted.running else _i.state != "active")
    if wanted.values:
        found.append(or_(*(is_variable(each) for each in wanted.values)))
    if wanted.without_tenant is not None:
        found.append(_i.tenant_id.is_(None) if wanted.without_tenant else _i.tenant_id.is_not(None))
    return found
