"""The one translation of an ``ExternalTaskFilter``: it lists, counts, and walks by key."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from shoal.filters import VariableCondition
from shoal.filters.external_tasks import ExternalTaskFilter
from shoal.store.database import Tx
from shoal.store.queries import filter_values
from shoal.store.queries.filter_conditions import of_ids, of_instants, of_numbers, of_tenant, of_texts
from shoal.store.queries.instance_filters import conditions
from shoal.store.queries.ordering import Order, ordered_by
from shoal.store.queries.variable_conditions import has_local_variable, has_variable
from shoal.store.queries.visibility import visible
from shoal.store.tables.definitions import process_definition
from shoal.store.tables.instances import process_instance
from shoal.store.tables.waits import external_task

_t = external_task.c
_i = process_instance.c
_d = process_definition.c


class ExternalTaskRow(NamedTuple):
    """An external task as lists show it."""

    id: str
    topic: str
    instance_id: str
    node_id: str
    activity_id: str
    definition_id: str
    definition_key: str
    version_tag: str | None
    business_key: str | None
    tenant_id: str | None
    suspended: bool
    priority: int
    retries: int | None
    worker_id: str | None
    locked_until: datetime | None
    error_message: str | None
    created_at: datetime


_ELSEWHERE = {
    "definition_id": _i.definition_id,
    "definition_key": _d.key,
    "version_tag": _d.version_tag,
    "business_key": _i.business_key,
    "tenant_id": _i.tenant_id,
    "suspended": _i.suspended,
}
_ROW = tuple(_ELSEWHERE[name] if name in _ELSEWHERE else _t[name] for name in ExternalTaskRow._fields)
_SORTS = dict(zip(ExternalTaskRow._fields, _ROW, strict=True))
_TEXTS = {
    "topic": _t.topic,
    "worker_id": _t.worker_id,
    "activity_id": _t.activity_id,
    "definition_key": _d.key,
    "definition_name": _d.name,
    "business_key": _i.business_key,
}


def list_external_tasks(
    tx: Tx,
    filter: ExternalTaskFilter,  # noqa: A002
    now: datetime,
    *,
    sort: str | Sequence[Order] = "id",
    descending: bool = False,
    offset: int = 0,
    limit: int | None = None,
) -> list[ExternalTaskRow]:
    """The tasks that match. FilterRejectedError if ``sort`` is no field of ``ExternalTaskRow``."""
    order = ordered_by(_SORTS, sort, descending=descending, last=_t.id)
    statement = _matching(select(*_ROW), filter, now).order_by(*order).offset(offset)
    if limit is not None:
        statement = statement.limit(limit)
    return [ExternalTaskRow._make(row) for row in tx.execute(statement)]


def count_external_tasks(tx: Tx, filter: ExternalTaskFilter, now: datetime) -> int:  # noqa: A002
    """How many match."""
    return int(tx.execute(_matching(select(func.count()), filter, now)).scalar_one())


def topics_of_external_tasks(tx: Tx, filter: ExternalTaskFilter, now: datetime) -> list[str]:  # noqa: A002
    """The topics of the tasks that match, in order."""
    statement = _matching(select(_t.topic).distinct(), filter, now).order_by(_t.topic)
    return list(tx.execute(statement).scalars())


def matching_external_tasks(
    columns: Sequence[ColumnElement[Any]],
    filter: ExternalTaskFilter,  # noqa: A002
    now: datetime,
) -> Select[Any]:
    """The columns of the tasks that match."""
    return _matching(select(*columns), filter, now)


def error_details_of(tx: Tx, task_id: str) -> tuple[str | None] | None:
    """The details of the last failure of a task, in a tuple; None if there is no such task."""
    row = tx.execute(select(_t.error_details).where(_t.id == task_id)).one_or_none()
    return None if row is None else (row[0],)


def task_has(condition: VariableCondition) -> ColumnElement[bool]:
    """The external task has a variable of its own of that name and value."""
    return has_local_variable(condition, _t.instance_id, _t.node_id)


def _matching(statement: Select[Any], wanted: ExternalTaskFilter, now: datetime) -> Select[Any]:
    return (
        statement.select_from(external_task)
        .join(process_instance, _i.id == _t.instance_id)
        .join(process_definition, _d.id == _i.definition_id)
        .where(visible(), *_plain(wanted), *_locks(wanted, now), *_values(wanted))
    )


def _plain(wanted: ExternalTaskFilter) -> list[ColumnElement[bool]]:
    found = [
        *of_texts(wanted, _TEXTS),
        *of_ids(wanted, {"instance_id": _t.instance_id, "node_id": _t.node_id, "definition_id": _i.definition_id}),
        *of_numbers(wanted, {"priority": _t.priority}),
        *of_instants(wanted, {"locked": _t.locked_until}),
        *of_tenant(wanted, _i.tenant_id),
    ]
    if wanted.ids is not None:
        found.append(filter_values.id_among(_t.id, wanted.ids))
    if wanted.instance is not None:
        found += conditions(wanted.instance)
    return found


def _locks(wanted: ExternalTaskFilter, now: datetime) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.locked is not None:
        free = or_(_t.locked_until.is_(None), _t.locked_until <= now)
        found.append(and_(_t.locked_until.is_not(None), _t.locked_until > now) if wanted.locked else free)
    if wanted.suspended is not None:
        found.append(_i.suspended.is_(wanted.suspended))
    if wanted.retries_left is not None:
        found.append(or_(_t.retries.is_(None), _t.retries > 0) if wanted.retries_left else _t.retries == 0)
    return found


def _values(wanted: ExternalTaskFilter) -> list[ColumnElement[bool]]:
    return [
        *(has_variable(each) for each in wanted.variables or ()),
        *(task_has(each) for each in wanted.local_variables or ()),
    ]
