"""User tasks as lists show them: the open ones."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from shoal.ids import is_id
from shoal.store.database import Tx
from shoal.store.queries.visibility import visible
from shoal.store.tables.definitions import process_definition
from shoal.store.tables.instances import process_instance
from shoal.store.tables.waits import user_task

_t = user_task.c
_i = process_instance.c


class TaskRow(NamedTuple):
    """An open user task."""

    id: str
    instance_id: str
    definition_id: str
    definition_key: str
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
    created_at: datetime


_OTHERS = {
    "definition_id": _i.definition_id,
    "definition_key": process_definition.c.key,
    "business_key": _i.business_key,
    "suspended": _i.suspended,
}
_ROW = tuple(_OTHERS[name] if name in _OTHERS else _t[name] for name in TaskRow._fields)


def list_open_tasks(
    tx: Tx,
    *,
    limit: int,
    after_id: str | None = None,
    instance_id: str | None = None,
    definition_key: str | None = None,
    activity_id: str | None = None,
    assignee: str | None = None,
    business_key: str | None = None,
) -> list[TaskRow]:
    """The open tasks that meet all conditions, by id; ``after_id`` is the last id of the page before."""
    if not all(is_id(each) for each in (instance_id, after_id) if each is not None):
        return []
    statement = (
        select(*_ROW)
        .join(process_instance, _i.id == _t.instance_id)
        .join(process_definition, process_definition.c.id == _i.definition_id)
        .where(_t.ended_at.is_(None), visible())
        .order_by(_t.id)
        .limit(limit)
    )
    wanted = {
        _t.instance_id: instance_id,
        process_definition.c.key: definition_key,
        _t.activity_id: activity_id,
        _t.assignee: assignee,
        _i.business_key: business_key,
    }
    for column, value in wanted.items():
        if value is not None:
            statement = statement.where(column == value)
    if after_id is not None:
        statement = statement.where(_t.id > after_id)
    return [TaskRow._make(row) for row in tx.execute(statement)]
