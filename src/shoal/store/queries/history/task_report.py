"""Reports of ended user tasks: how many, by name or by definition; how long they took, by month or by quarter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, select

from shoal.store.database import Tx
from shoal.store.periods import milliseconds, month_of
from shoal.store.queries.history.durations import DurationRow, Unit, by_period
from shoal.store.tables.definitions import process_definition
from shoal.store.tables.instances import process_instance
from shoal.store.tables.waits import user_task

_t, _i, _d = user_task.c, process_instance.c, process_definition.c


class TaskCountRow(NamedTuple):
    """Ended tasks of one definition, in whatever version, and of one name if they are counted by name.

    ``definition_id`` and ``definition_name`` are those of its newest version.
    """

    task_name: str | None
    tasks: int
    definition_id: str
    definition_key: str
    definition_name: str | None
    tenant_id: str | None


def count_tasks(
    tx: Tx, *, by_name: bool, ended_after: datetime | None, ended_before: datetime | None
) -> list[TaskCountRow]:
    """How many tasks have ended; by name only those that have one. Two statements."""
    parts: list[ColumnElement[Any]] = [_d.key, _d.tenant_id, *([_t.name] if by_name else [])]
    conditions = _ended(ended_after, ended_before)
    if by_name:
        conditions += [_t.name.is_not(None), _t.name != ""]
    rows = tx.execute(
        select(func.count(), *parts)
        .select_from(user_task)
        .join(process_instance, _i.id == _t.instance_id)
        .join(process_definition, _d.id == _i.definition_id)
        .where(*conditions, _i.deleted_at.is_(None))
        .group_by(*parts)
    ).all()
    newest = _newest(tx, sorted({row[1] for row in rows}))
    found = []
    for row in rows:
        known = newest.get((row[1], row[2]))
        if known is not None:
            name = row[3] if by_name else None
            found.append(TaskCountRow(name, int(row[0]), known[0], row[1], known[1], row[2]))
    found.sort(
        key=lambda each: (each.task_name or "", each.definition_name or "", each.definition_key, -each.tasks)
    )
    return found


def task_durations(
    tx: Tx, unit: Unit, *, ended_after: datetime | None, ended_before: datetime | None
) -> list[DurationRow]:
    """How long tasks were open that have ended, by the period of their end."""
    took, month = milliseconds(_t.created_at, _t.ended_at), month_of(_t.ended_at)
    rows = tx.execute(
        select(month, func.min(took), func.max(took), func.sum(took), func.count())
        .select_from(user_task)
        .join(process_instance, _i.id == _t.instance_id, isouter=True)
        .where(*_ended(ended_after, ended_before), _i.deleted_at.is_(None))
        .group_by(month)
    )
    return by_period(rows, unit)


def _ended(since: datetime | None, until: datetime | None) -> list[ColumnElement[bool]]:
    limits: list[ColumnElement[bool]] = [_t.ended_at.is_not(None)]
    if since is not None:
        limits.append(_t.ended_at > since)
    if until is not None:
        limits.append(_t.ended_at < until)
    return limits


def _place(row: TaskCountRow) -> tuple[str, str, str, int]:
    return row.task_name or "", row.definition_name or "", row.definition_key, -row.tasks


def _newest(tx: Tx, keys: Sequence[str]) -> dict[tuple[str, str | None], tuple[str, str | None]]:
    """The id and the name of the newest definition of each key and tenant."""
    if not keys:
        return {}
    rows = tx.execute(
        select(_d.key, _d.tenant_id, _d.id, _d.name)
        .where(_d.key.in_(keys), _d.deleted_at.is_(None))
        .order_by(_d.version)
    )
    return {(row[0], row[1]): (row[2], row[3]) for row in rows}
