"""The one translation of a ``TaskFilter``: it lists and counts. Only tasks of visible instances."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, exists, func, or_, select

from shoal.errors import FilterRejectedError
from shoal.filters.tasks import TaskFilter
from shoal.store.database import Tx
from shoal.store.queries import filter_values
from shoal.store.queries.variable_conditions import has_local_variable, has_variable
from shoal.store.queries.visibility import visible
from shoal.store.tables.definitions import process_definition
from shoal.store.tables.instances import process_instance
from shoal.store.tables.waits import identity_link, user_task

_t = user_task.c
_i = process_instance.c
_d = process_definition.c
_l = identity_link.c


class TaskDetails(NamedTuple):
    """A user task, open or ended. ``node_id`` is its activity instance, which holds its local variables."""

    id: str
    instance_id: str
    node_id: str
    definition_id: str
    definition_key: str
    definition_name: str | None
    business_key: str | None
    activity_id: str
    name: str | None
    description: str | None
    assignee: str | None
    owner: str | None
    delegation_state: str | None
    priority: int
    due_at: datetime | None
    follow_up_at: datetime | None
    form_key: str | None
    suspended: bool
    tenant_id: str | None
    created_at: datetime
    updated_at: datetime | None
    ended_at: datetime | None
    end_reason: str | None


_ELSEWHERE = {
    "definition_id": _i.definition_id,
    "definition_key": _d.key,
    "definition_name": _d.name,
    "business_key": _i.business_key,
    "suspended": _i.suspended,
    "tenant_id": _i.tenant_id,
}
_ROW = tuple(_ELSEWHERE[name] if name in _ELSEWHERE else _t[name] for name in TaskDetails._fields)


def list_tasks(
    tx: Tx,
    filter: TaskFilter,  # noqa: A002
    *,
    sort: str = "id",
    descending: bool = False,
    offset: int = 0,
    limit: int | None = None,
) -> list[TaskDetails]:
    """The tasks that match. FilterRejectedError if ``sort`` is no field of ``TaskDetails``."""
    if sort not in TaskDetails._fields:
        raise FilterRejectedError(
            f"sort: '{sort}' is not supported; supported: {', '.join(TaskDetails._fields)}", field="sort"
        )
    column: Any = _ROW[TaskDetails._fields.index(sort)]
    order = (column.desc(), _t.id.desc()) if descending else (column, _t.id)
    statement = _matching(select(*_ROW), filter).order_by(*order).offset(offset)
    if limit is not None:
        statement = statement.limit(limit)
    return [TaskDetails._make(row) for row in tx.execute(statement)]


def count_tasks(tx: Tx, filter: TaskFilter) -> int:  # noqa: A002
    """How many match."""
    return int(tx.execute(_matching(select(func.count()), filter)).scalar_one())


def _matching(statement: Select[Any], wanted: TaskFilter) -> Select[Any]:
    return (
        statement.select_from(user_task)
        .join(process_instance, _i.id == _t.instance_id)
        .join(process_definition, _d.id == _i.definition_id)
        .where(visible(), *_texts(wanted), *_places(wanted), *_people(wanted), *_numbers(wanted), *_values(wanted))
    )


def _texts(wanted: TaskFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    columns = {
        "business_key": _i.business_key,
        "definition_key": _d.key,
        "definition_name": _d.name,
        "activity_id": _t.activity_id,
        "name": _t.name,
        "description": _t.description,
        "assignee": _t.assignee,
        "owner": _t.owner,
        "delegation_state": _t.delegation_state,
        "end_reason": _t.end_reason,
    }
    for field, column in columns.items():
        if (value := getattr(wanted, field)) is not None:
            found.append(filter_values.equals(field, column, value))
        if (pattern := getattr(wanted, f"{field}_like", None)) is not None:
            found.append(filter_values.like(f"{field}_like", column, pattern))
        if (values := getattr(wanted, f"{field}_in", None)) is not None:
            found.append(filter_values.one_of(f"{field}_in", column, values))
    return found


def _places(wanted: TaskFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.ids is not None:
        found.append(filter_values.id_among(_t.id, wanted.ids))
    if wanted.instance_id is not None:
        found.append(filter_values.id_is(_t.instance_id, wanted.instance_id))
    if wanted.instance_id_in is not None:
        found.append(filter_values.id_among(_t.instance_id, wanted.instance_id_in))
    if wanted.definition_id is not None:
        found.append(filter_values.id_is(_i.definition_id, wanted.definition_id))
    if wanted.tenant_id_in is not None:
        found.append(filter_values.one_of("tenant_id_in", _i.tenant_id, wanted.tenant_id_in))
    if wanted.suspended is not None:
        found.append(_i.suspended.is_(wanted.suspended))
    empty: dict[str, tuple[ColumnElement[Any], bool]] = {
        "open": (_t.ended_at, True),
        "without_tenant": (_i.tenant_id, True),
        "assigned": (_t.assignee, False),
        "with_due_date": (_t.due_at, False),
        "with_follow_up_date": (_t.follow_up_at, False),
    }
    for field, (column, is_empty) in empty.items():
        if (value := getattr(wanted, field)) is not None:
            found.append(column.is_(None) if value is is_empty else column.is_not(None))
    return found


def _people(wanted: TaskFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    groups = (*(wanted.candidate_group_in or ()), *([wanted.candidate_group] if wanted.candidate_group else ()))
    if wanted.candidate_user is not None:
        found.append(_linked(filter_values.equals("candidate_user", _l.user_id, wanted.candidate_user)))
    if wanted.candidate_group is not None or wanted.candidate_group_in is not None:
        found.append(_linked(filter_values.one_of("candidate_group_in", _l.group_id, groups)))
    if wanted.with_candidate_users is not None:
        has = _linked(_l.user_id.is_not(None))
        found.append(has if wanted.with_candidate_users else ~has)
    if wanted.with_candidate_groups is not None:
        has = _linked(_l.group_id.is_not(None))
        found.append(has if wanted.with_candidate_groups else ~has)
    if found and not wanted.include_assigned:
        found.append(_t.assignee.is_(None))
    if wanted.involved_user is not None:
        user = filter_values.text("involved_user", wanted.involved_user)
        linked = exists().where(_l.task_id == _t.id, _l.user_id == user)
        found.append(or_(_t.assignee == user, _t.owner == user, linked))
    return found


def _linked(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(_l.task_id == _t.id, _l.kind == "candidate", condition)


def _numbers(wanted: TaskFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.priority is not None:
        found.append(filter_values.number_is(_t.priority, wanted.priority))
    if wanted.priority_min is not None:
        found.append(_t.priority >= _clamped(wanted.priority_min))
    if wanted.priority_max is not None:
        found.append(_t.priority <= _clamped(wanted.priority_max))
    changed = func.coalesce(_t.updated_at, _t.created_at, type_=_t.created_at.type)
    times: Sequence[tuple[ColumnElement[Any], datetime | None, datetime | None]] = (
        (_t.due_at, wanted.due_before, wanted.due_after),
        (_t.follow_up_at, wanted.follow_up_before, wanted.follow_up_after),
        (_t.created_at, wanted.created_before, wanted.created_after),
        (_t.ended_at, wanted.ended_before, wanted.ended_after),
        (changed, None, wanted.updated_after),
    )
    for column, before, after in times:
        if before is not None:
            found.append(column < before)
        if after is not None:
            found.append(column > after)
    return found


def _clamped(number: int) -> int:
    return max(-(2**31), min(2**31 - 1, number))


def _values(wanted: TaskFilter) -> list[ColumnElement[bool]]:
    return [
        *(has_variable(each) for each in wanted.variables or ()),
        *(has_local_variable(each, _t.instance_id, _t.node_id) for each in wanted.local_variables or ()),
    ]
