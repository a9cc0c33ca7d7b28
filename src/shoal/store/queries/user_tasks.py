"""User tasks, open and ended, and who may work on them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select, update

from shoal.kernel.effects import UserTaskRecord
from shoal.store.database import Tx
from shoal.store.fetch_rows import fetch_rows, select_rows
from shoal.store.tables.waits import identity_link, user_task
from shoal.store.within import within

_t = user_task.c
_l = identity_link.c

NEW_COLUMNS = (
    "id",
    "instance_id",
    "node_id",
    "activity_id",
    "name",
    "description",
    "assignee",
    "owner",
    "priority",
    "due_at",
    "follow_up_at",
    "form_key",
    "created_at",
    "ended_at",
    "end_reason",
)
STANDALONE_COLUMNS = (*NEW_COLUMNS, "delegation_state", "parent_id")
LINK_COLUMNS = ("id", "instance_id", "task_id", "kind", "user_id", "group_id")


_RECORD_NAMES = (
    "node_id",
    "activity_id",
    "name",
    "assignee",
    "owner",
    "description",
    "due_at",
    "follow_up_at",
    "priority",
    "form_key",
)
_RECORD = (_t.id, *(_t[name] for name in _RECORD_NAMES))


class TaskPlace(NamedTuple):
    """Where a task is, who has it, and whether it is done."""

    id: str
    instance_id: str
    node_id: str
    assignee: str | None
    owner: str | None
    delegation_state: str | None
    ended_at: datetime | None


def find_tasks(tx: Tx, ids: Sequence[str]) -> dict[str, TaskPlace]:
    """The tasks of these ids, ended ones included."""
    columns = tuple(_t[name] for name in TaskPlace._fields)
    rows = fetch_rows(tx, columns, select_rows(columns).where(within(_t.id, ids)))
    return {row[0]: TaskPlace._make(row) for row in rows}


def lock_open_task(tx: Tx, task_id: str) -> TaskPlace | None:
    """The task, locked; None if there is none, or if it has ended."""
    columns = tuple(_t[name] for name in TaskPlace._fields)
    statement = select(*columns).where(_t.id == task_id, _t.ended_at.is_(None))
    row = tx.execute(tx.dialect.locked(statement, of=user_task, skip=False)).one_or_none()
    return None if row is None else TaskPlace._make(row)


def open_children(tx: Tx, task_ids: Sequence[str]) -> list[str]:
    """The open sub-tasks right below the tasks."""
    statement = select(_t.id).where(within(_t.parent_id, task_ids), _t.ended_at.is_(None))
    return list(tx.execute(statement).scalars()) if task_ids else []


def open_records(tx: Tx, instance_ids: Sequence[str]) -> dict[str, dict[str, UserTaskRecord]]:
    """The open tasks of instances with their candidates, as the kernel knows them: by instance, then by task."""
    links = select(_l.task_id, _l.user_id, _l.group_id).where(
        within(_l.instance_id, instance_ids), _l.kind == "candidate"
    )
    users: dict[str, list[str]] = {}
    groups: dict[str, list[str]] = {}
    for task_id, user_id, group_id in tx.execute(links.order_by(_l.id)):
        if user_id is not None:
            users.setdefault(task_id, []).append(user_id)
        else:
            groups.setdefault(task_id, []).append(group_id)
    found: dict[str, dict[str, UserTaskRecord]] = {}
    rows = tx.execute(
        select(_t.instance_id, *_RECORD).where(within(_t.instance_id, instance_ids), _t.ended_at.is_(None))
    )
    for instance_id, task_id, *values in rows:
        record = UserTaskRecord(task_id, **dict(zip(_RECORD_NAMES, values, strict=True)))
        record.candidate_users = tuple(users.get(task_id, ()))
        record.candidate_groups = tuple(groups.get(task_id, ()))
        found.setdefault(instance_id, {})[task_id] = record
    return found


def insert_tasks(tx: Tx, rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows of ``NEW_COLUMNS``."""
    tx.dialect.insert_many(tx.connection, user_task, NEW_COLUMNS, rows)


def insert_standalone(tx: Tx, rows: Sequence[Sequence[Any]]) -> None:
    """Insert tasks of no process instance: rows of ``STANDALONE_COLUMNS``."""
    tx.dialect.insert_many(tx.connection, user_task, STANDALONE_COLUMNS, rows)


def insert_links(tx: Tx, rows: Sequence[Sequence[Any]]) -> None:
    """Insert candidates: rows of ``LINK_COLUMNS``."""
    tx.dialect.insert_many(tx.connection, identity_link, LINK_COLUMNS, rows)


def change_tasks(tx: Tx, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Change columns of tasks: rows of the id and ``columns``."""
    tx.dialect.update_many(tx.connection, user_task, "id", columns, rows)


def end_tasks(tx: Tx, rows: Sequence[tuple[str, datetime, str]]) -> None:
    """End tasks: rows of id, end, reason."""
    tx.dialect.update_many(tx.connection, user_task, "id", ("ended_at", "end_reason"), rows)


def end_open(tx: Tx, instance_ids: Sequence[str], reason: str, now: datetime) -> None:
    """End every task of the instances that is still open."""
    if instance_ids:
        tx.execute(
            update(user_task)
            .where(within(_t.instance_id, instance_ids), _t.ended_at.is_(None))
            .values(ended_at=now, end_reason=reason)
        )


def delete_tasks(tx: Tx, ids: Sequence[str]) -> None:
    """Remove tasks of which no history is kept, and their links."""
    if ids:
        tx.execute(identity_link.delete().where(within(_l.task_id, ids)))
        tx.execute(user_task.delete().where(within(_t.id, ids)))
