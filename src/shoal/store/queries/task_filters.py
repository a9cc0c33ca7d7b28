"""The one translation of a ``TaskFilter``: it lists and counts. Only tasks of visible instances."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select, true

from shoal.filters.tasks import TaskFilter
from shoal.store.database import Tx
from shoal.store.queries import filter_values
from shoal.store.queries.filter_conditions import (
    of_absence,
    of_ids,
    of_instants,
    of_numbers,
    of_tenant,
    of_texts,
)
from shoal.store.queries.ordering import Order, ordered_by
from shoal.store.queries.variable_conditions import has_local_variable, has_variable, value_of_variable
from shoal.store.queries.visibility import visible
from shoal.store.tables.definitions import process_definition
from shoal.store.tables.instances import process_instance
from shoal.store.tables.people import group_member
from shoal.store.tables.waits import identity_link, user_task

_t = user_task.c
_i = process_instance.c
_d = process_definition.c
_l = identity_link.c


class TaskDetails(NamedTuple):
    """A user task, open or ended. ``node_id`` is its activity instance, which holds its local variables.

    A task of no process instance has none of ``instance_id``, ``node_id``, ``activity_id`` and the definition.
    """

    id: str
    instance_id: str | None
    node_id: str | None
    definition_id: str | None
    definition_key: str | None
    definition_name: str | None
    business_key: str | None
    activity_id: str | None
    parent_id: str | None
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
    root_id: str | None
    removal_time: datetime | None


_STANDALONE = _t.instance_id == _t.id
_ELSEWHERE = {
    "instance_id": case((_STANDALONE, None), else_=_t.instance_id),
    "node_id": case((_STANDALONE, None), else_=_t.node_id),
    "activity_id": func.nullif(_t.activity_id, "", type_=_t.activity_id.type),
    "definition_id": _i.definition_id,
    "definition_key": _d.key,
    "definition_name": _d.name,
    "business_key": _i.business_key,
    "suspended": func.coalesce(_i.suspended, False),
    "tenant_id": _i.tenant_id,
    "root_id": _i.root_id,
    "removal_time": _i.removal_time,
}
_ROW = tuple(_ELSEWHERE[name] if name in _ELSEWHERE else _t[name] for name in TaskDetails._fields)
_TEXTS = {
    "business_key": _i.business_key,
    "definition_key": _d.key,
    "definition_name": _d.name,
    "activity_id": _t.activity_id,
    "assignee": _t.assignee,
    "owner": _t.owner,
    "delegation_state": _t.delegation_state,
    "end_reason": _t.end_reason,
}
_INSTANTS = {
    "due": _t.due_at,
    "follow_up": _t.follow_up_at,
    "created": _t.created_at,
    "ended": _t.ended_at,
}
_GIVEN = {
    "assigned": _t.assignee,
    "with_due_date": _t.due_at,
    "with_follow_up_date": _t.follow_up_at,
}


_SORTS = {**dict(zip(TaskDetails._fields, _ROW, strict=True)), "name_in_any_case": func.lower(_t.name)}
_MOMENT = timedelta(milliseconds=1)


class VariableOrder(NamedTuple):
    """By the value of a variable of that type: of the instance, or ``local``, of the task itself."""

    name: str
    type: str
    local: bool = False
    descending: bool = False


TaskOrder = Order | VariableOrder


def list_tasks(
    tx: Tx,
    filter: TaskFilter,  # noqa: A002
    *,
    sort: str | Sequence[TaskOrder] = "id",
    descending: bool = False,
    offset: int = 0,
    limit: int | None = None,
    after_id: str | None = None,
) -> list[TaskDetails]:
    """The tasks that match, of them those after ``after_id``.

    FilterRejectedError if ``sort`` is no field of ``TaskDetails`` nor ``name_in_any_case``, or a variable has a
    type whose values have no order.
    """
    columns: dict[str, ColumnElement[Any]] = dict(_SORTS)
    named: list[Order] = [(sort, descending)] if isinstance(sort, str) else []
    for place, each in enumerate(() if isinstance(sort, str) else sort):
        if isinstance(each, VariableOrder):
            columns[f"variable {place}"] = _value_of(each)
            named.append((f"variable {place}", each.descending))
        else:
            named.append(each)
    order = ordered_by(columns, named or "id", last=_t.id)
    statement = _matching(select(*_ROW), filter).order_by(*order).offset(offset)
    if after_id is not None:
        statement = statement.where(_t.id > after_id)
    if limit is not None:
        statement = statement.limit(limit)
    return [TaskDetails._make(row) for row in tx.execute(statement)]


def count_tasks(tx: Tx, filter: TaskFilter) -> int:  # noqa: A002
    """How many match."""
    return int(tx.execute(_matching(select(func.count()), filter)).scalar_one())


def count_by_candidate_group(tx: Tx) -> list[tuple[str | None, int]]:
    """How many open tasks each group may take, by group; those that no group may take come with None."""
    link = and_(_l.task_id == _t.id, _l.kind == "candidate", _l.group_id.is_not(None))
    statement = (
        select(_l.group_id, func.count(_t.id.distinct()))
        .select_from(user_task)
        .outerjoin(process_instance, _i.id == _t.instance_id)
        .outerjoin(identity_link, link)
        .where(or_(_STANDALONE, visible()), _t.ended_at.is_(None))
        .group_by(_l.group_id)
        .order_by(_l.group_id)
    )
    return [(row[0], int(row[1])) for row in tx.execute(statement)]


def _matching(statement: Select[Any], wanted: TaskFilter) -> Select[Any]:
    return (
        statement.select_from(user_task)
        .outerjoin(process_instance, _i.id == _t.instance_id)
        .outerjoin(process_definition, _d.id == _i.definition_id)
        .where(or_(_STANDALONE, visible()), *_each(wanted), *(_any(one) for one in wanted.any_of or ()))
    )


def _each(wanted: TaskFilter) -> list[ColumnElement[bool]]:
    """One condition for every field that is said, but ``any_of``."""
    return [*_plain(wanted), *_names(wanted), *_moments(wanted), *_people(wanted), *_values(wanted)]


def _any(wanted: TaskFilter) -> ColumnElement[bool]:
    alternatives = [*_each(wanted), *(_any(each) for each in wanted.any_of or ())]
    return or_(*alternatives) if alternatives else true()


def _plain(wanted: TaskFilter) -> list[ColumnElement[bool]]:
    found = [
        *of_texts(wanted, _TEXTS),
        *of_ids(
            wanted,
            {
                "instance_id": _i.id,
                "definition_id": _i.definition_id,
                "parent_id": _t.parent_id,
                "node_id": _ELSEWHERE["node_id"],
            },
        ),
        *of_numbers(wanted, {"priority": _t.priority}),
        *of_absence(wanted, {"open": _t.ended_at}, absent=True),
        *of_absence(wanted, _GIVEN, absent=False),
        *of_tenant(wanted, _i.tenant_id),
    ]
    if wanted.ids is not None:
        found.append(filter_values.id_among(_t.id, wanted.ids))
    if wanted.suspended is not None:
        found.append(func.coalesce(_i.suspended, False).is_(wanted.suspended))
    if wanted.standalone is not None:
        found.append(_STANDALONE if wanted.standalone else ~_STANDALONE)
    if wanted.activity_id_not_in is not None:
        found.append(~filter_values.one_of("activity_id_not_in", _t.activity_id, wanted.activity_id_not_in))
    if wanted.assignee_not_in is not None:
        others = filter_values.one_of("assignee_not_in", _t.assignee, wanted.assignee_not_in)
        found.append(or_(_t.assignee.is_(None), ~others))
    return found


def _names(wanted: TaskFilter) -> list[ColumnElement[bool]]:
    equals = filter_values.equals_in_any_case if wanted.ignore_case else filter_values.equals
    like = filter_values.like_in_any_case if wanted.ignore_case else filter_values.like
    found: list[ColumnElement[bool]] = []
    if wanted.name is not None:
        found.append(equals("name", _t.name, wanted.name))
    if wanted.name_like is not None:
        found.append(like("name_like", _t.name, wanted.name_like))
    if wanted.name_not is not None:
        found.append(or_(_t.name.is_(None), ~equals("name_not", _t.name, wanted.name_not)))
    if wanted.name_not_like is not None:
        found.append(or_(_t.name.is_(None), ~like("name_not_like", _t.name, wanted.name_not_like)))
    if wanted.description is not None:
        found.append(equals("description", _t.description, wanted.description))
    if wanted.description_like is not None:
        found.append(like("description_like", _t.description, wanted.description_like))
    return found


def _moments(wanted: TaskFilter) -> list[ColumnElement[bool]]:
    changed = func.coalesce(_t.updated_at, _t.created_at, type_=_t.created_at.type)
    found = of_instants(wanted, {**_INSTANTS, "updated": changed})
    for instant, column in (
        (wanted.due_at, _t.due_at),
        (wanted.follow_up_at, _t.follow_up_at),
        (wanted.created_at, _t.created_at),
    ):
        if instant is not None:
            found.append(and_(column >= instant, column < instant + _MOMENT))
    if wanted.follow_up_before_or_none is not None:
        found.append(or_(_t.follow_up_at.is_(None), _t.follow_up_at < wanted.follow_up_before_or_none))
    return found


def _people(wanted: TaskFilter) -> list[ColumnElement[bool]]:
    links: list[ColumnElement[bool]] = []
    groups = (*(wanted.candidate_group_in or ()), *([wanted.candidate_group] if wanted.candidate_group else ()))
    if wanted.candidate_user is not None:
        user = filter_values.text("candidate_user", wanted.candidate_user)
        mine = select(group_member.c.group_id).where(group_member.c.account_id == user)
        links.append(_linked(or_(_l.user_id == user, _l.group_id.in_(mine))))
    if wanted.candidate_group is not None or wanted.candidate_group_in is not None:
        links.append(_linked(filter_values.one_of("candidate_group_in", _l.group_id, groups)))
    if wanted.candidate_group_like is not None:
        links.append(_linked(filter_values.like("candidate_group_like", _l.group_id, wanted.candidate_group_like)))
    if wanted.with_candidate_users is not None:
        has = _linked(_l.user_id.is_not(None))
        links.append(has if wanted.with_candidate_users else ~has)
    if wanted.with_candidate_groups is not None:
        has = _linked(_l.group_id.is_not(None))
        links.append(has if wanted.with_candidate_groups else ~has)
    found = links if wanted.include_assigned else [and_(each, _t.assignee.is_(None)) for each in links]
    if wanted.involved_user is not None:
        user = filter_values.text("involved_user", wanted.involved_user)
        linked = exists().where(_l.task_id == _t.id, _l.user_id == user)
        found.append(or_(_t.assignee == user, _t.owner == user, linked))
    return found


def _linked(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(_l.task_id == _t.id, _l.kind == "candidate", condition)


def _values(wanted: TaskFilter) -> list[ColumnElement[bool]]:
    return [
        *(has_variable(each) for each in wanted.variables or ()),
        *(has_local_variable(each, _t.instance_id, _t.node_id) for each in wanted.local_variables or ()),
    ]


def _value_of(order: VariableOrder) -> ColumnElement[Any]:
    return value_of_variable(
        filter_values.text("sort", order.name),
        order.type,
        _t.instance_id,
        _t.node_id if order.local else _t.instance_id,
    )
