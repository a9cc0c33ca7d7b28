"""External tasks: work that remote workers take by topic, with a lock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, or_, select, update

from shoal.store.database import Tx
from shoal.store.fetch_rows import fetch_rows, select_rows
from shoal.store.queries.visibility import visible
from shoal.store.tables.instances import process_instance
from shoal.store.tables.waits import external_task
from shoal.store.within import within

_t = external_task.c

NEW_COLUMNS = ("id", "instance_id", "node_id", "activity_id", "topic", "priority", "created_at")
FAIL_COLUMNS = ("retries", "error_message", "error_details", "worker_id", "locked_until")


class ExternalTask(NamedTuple):
    """An external task as it is stored."""

    id: str
    instance_id: str
    node_id: str
    activity_id: str
    topic: str
    priority: int
    retries: int | None
    worker_id: str | None
    locked_until: datetime | None
    error_message: str | None
    error_details: str | None
    created_at: datetime


_ROW = tuple(_t[name] for name in ExternalTask._fields)


def insert_external_tasks(tx: Tx, rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows of ``NEW_COLUMNS``."""
    tx.dialect.insert_many(tx.connection, external_task, NEW_COLUMNS, rows)


def change_external_tasks(tx: Tx, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Change columns of external tasks: rows of the id and ``columns``."""
    tx.dialect.update_many(tx.connection, external_task, "id", columns, rows)


def delete_external_tasks(tx: Tx, ids: Sequence[str]) -> None:
    """Remove external tasks by id."""
    if ids:
        tx.execute(external_task.delete().where(within(_t.id, ids)))


def delete_of_instances(tx: Tx, instance_ids: Sequence[str]) -> None:
    """Remove all external tasks of instances."""
    if instance_ids:
        tx.execute(external_task.delete().where(within(_t.instance_id, instance_ids)))


def find_external_tasks(tx: Tx, ids: Sequence[str]) -> dict[str, ExternalTask]:
    """The external tasks of these ids."""
    rows = fetch_rows(tx, _ROW, select_rows(_ROW).where(within(_t.id, ids)))
    return {row[0]: ExternalTask._make(row) for row in rows}


def hold_external_tasks(tx: Tx, ids: Sequence[str]) -> dict[str, ExternalTask]:
    """Lock the rows of these external tasks and read them."""
    statement = select(*_ROW).where(within(_t.id, ids)).order_by(_t.id)
    rows = tx.execute(tx.dialect.locked(statement, of=external_task, skip=False))
    return {row[0]: ExternalTask._make(row) for row in rows}


def find_free(
    tx: Tx,
    topic: str,
    conditions: Sequence[ColumnElement[bool]],
    *,
    limit: int,
    by_priority: bool,
    now: datetime,
    newest_first: bool = False,
) -> list[ExternalTask]:
    """Lock the rows of up to ``limit`` tasks that nobody works on; those that others hold are left out.

    By priority if that is wanted, then by age: their ids are in the order in which the tasks were made.
    """
    statement = (
        select(*_ROW)
        .join(process_instance, process_instance.c.id == _t.instance_id)
        .where(
            _t.topic == topic,
            *_free(now),
            process_instance.c.suspended.is_(False),
            visible(),
            *conditions,
        )
        .limit(limit)
    )
    age = _t.id.desc() if newest_first else _t.id
    statement = statement.order_by(_t.priority.desc(), age) if by_priority else statement.order_by(age)
    rows = tx.execute(tx.dialect.locked(statement, of=external_task, skip=True))
    return [ExternalTask._make(row) for row in rows]


def has_free(tx: Tx, topics: Sequence[str], now: datetime) -> bool:
    """Whether there is any task of these topics that nobody works on; instances are not looked at."""
    return tx.execute(select(_t.id).where(_t.topic.in_(list(topics)), *_free(now)).limit(1)).first() is not None


def _free(now: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return or_(_t.locked_until.is_(None), _t.locked_until <= now), or_(_t.retries.is_(None), _t.retries > 0)


def lock_external_tasks(tx: Tx, ids: Sequence[str], worker_id: str, until: datetime) -> None:
    """They belong to the worker until then."""
    if ids:
        tx.execute(update(external_task).where(within(_t.id, ids)).values(worker_id=worker_id, locked_until=until))


def unlock_external_tasks(tx: Tx, ids: Sequence[str]) -> None:
    """They belong to nobody."""
    if ids:
        tx.execute(update(external_task).where(within(_t.id, ids)).values(worker_id=None, locked_until=None))


def fail_external_tasks(tx: Tx, rows: Sequence[Sequence[Any]]) -> None:
    """Note failures: rows of the id and ``FAIL_COLUMNS``."""
    tx.dialect.update_many(tx.connection, external_task, "id", FAIL_COLUMNS, rows)


def set_priority(tx: Tx, task_id: str, priority: int) -> None:
    """Give an external task another priority."""
    tx.dialect.update_many(tx.connection, external_task, "id", ("priority",), [(task_id, priority)])


def set_retries(tx: Tx, ids: Sequence[str], retries: int) -> None:
    """Give external tasks that many tries."""
    if ids:
        tx.execute(update(external_task).where(within(_t.id, ids)).values(retries=retries))
