"""Updates of variables as lists show them. Which variable they belong to follows from its scope and name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, select

from shoal.filters.history import DetailFilter
from shoal.store.queries.filter_conditions import of_absence, of_ids, of_instants, of_tenant, of_texts
from shoal.store.queries.filter_values import id_among
from shoal.store.queries.listing import Listing
from shoal.store.tables.definitions import process_definition
from shoal.store.tables.history import activity_instance
from shoal.store.tables.instances import process_instance
from shoal.store.tables.variables import variable, variable_update
from shoal.store.variable_codec import VALUE_COLUMNS, decode
from shoal.values import TypedValue

_t = variable_update.c
_v = variable.c
_a = activity_instance.c
_i = process_instance.c
_d = process_definition.c
_earlier = variable_update.alias()


class DetailRow(NamedTuple):
    """A variable got a value. ``columns`` are those of the value: see ``value_of``."""

    id: str
    name: str
    instance_id: str
    root_id: str | None
    scope_id: str
    node_id: str
    task_id: str | None
    variable_id: str | None
    revision: int
    initial: bool
    definition_id: str | None
    definition_key: str | None
    tenant_id: str | None
    written_at: datetime
    removal_time: datetime | None
    type: str
    text_value: str | None
    long_value: int | None
    double_value: float | None
    bytes_value: bytes | None
    blob_id: str | None
    info: Any

    def value_of(self, fetch: Callable[[str], bytes]) -> TypedValue:
        """The value; ``fetch`` gets a large one."""
        return decode([getattr(self, name) for name in VALUE_COLUMNS], fetch)


_INITIAL = and_(_t.scope_id == _t.instance_id, _t.node_id == _t.instance_id, _t.written_at == _i.started_at)
_e = _earlier.c
_REVISION = (
    select(func.count())
    .where(_e.instance_id == _t.instance_id, _e.scope_id == _t.scope_id, _e.name == _t.name, _e.id < _t.id)
    .scalar_subquery()
)
_ELSEWHERE = {
    "root_id": _i.root_id,
    "task_id": _a.task_id,
    "variable_id": _v.id,
    "revision": _REVISION,
    "initial": _INITIAL,
    "definition_id": _i.definition_id,
    "definition_key": _d.key,
    "tenant_id": _i.tenant_id,
    "removal_time": _i.removal_time,
}


def _conditions(wanted: DetailFilter) -> list[ColumnElement[bool]]:
    found = [
        *of_ids(
            wanted,
            {
                "instance_id": _t.instance_id,
                "definition_id": _i.definition_id,
                "variable_id": _v.id,
                "scope_id": _t.scope_id,
                "node_id": _t.node_id,
                "task_id": _a.task_id,
            },
        ),
        *of_texts(wanted, {"name": _t.name, "type": _t.type, "definition_key": _d.key}),
        *of_instants(wanted, {"written": _t.written_at}),
        *of_absence(wanted, {"of_tasks": _a.task_id}, absent=False),
        *of_tenant(wanted, _i.tenant_id),
    ]
    if wanted.ids is not None:
        found.append(id_among(_t.id, wanted.ids))
    if wanted.initial is not None:
        found.append(_INITIAL if wanted.initial else ~_INITIAL)
    return found


def _make(row: Sequence[Any]) -> DetailRow:
    made = DetailRow._make(row)
    return made._replace(initial=bool(made.initial))


DETAILS: Listing[DetailRow, DetailFilter] = Listing(
    _make,
    {name: _ELSEWHERE[name] if name in _ELSEWHERE else _t[name] for name in DetailRow._fields},
    variable_update.outerjoin(process_instance, _i.id == _t.instance_id)
    .outerjoin(process_definition, _d.id == _i.definition_id)
    .outerjoin(variable, and_(_v.instance_id == _t.instance_id, _v.scope_id == _t.scope_id, _v.name == _t.name))
    .outerjoin(activity_instance, _a.id == _t.scope_id),
    _conditions,
)
