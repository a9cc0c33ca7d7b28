"""The log of external tasks, kept at history level full."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, case, literal, select

from shoal.store.database import Tx
from shoal.store.tables.columns import Instant
from shoal.store.tables.history import external_task_log
from shoal.store.tables.instances import process_instance
from shoal.store.tables.waits import external_task
from shoal.store.within import within

_t = external_task.c

CREATED_COLUMNS = (
    "id",
    "task_id",
    "event",
    "instance_id",
    "node_id",
    "activity_id",
    "definition_id",
    "topic",
    "priority",
    "logged_at",
)
FAILED_COLUMNS = (*CREATED_COLUMNS, "worker_id", "retries", "message", "details")
_FROM_TASK = ("instance_id", "node_id", "activity_id", "topic", "worker_id", "priority", "retries")


def log_created(tx: Tx, rows: Sequence[Sequence[Any]]) -> None:
    """Log new tasks: rows of ``CREATED_COLUMNS``."""
    tx.dialect.insert_many(tx.connection, external_task_log, CREATED_COLUMNS, rows)


def log_failures(tx: Tx, rows: Sequence[Sequence[Any]]) -> None:
    """Log failures: rows of ``FAILED_COLUMNS``."""
    tx.dialect.insert_many(tx.connection, external_task_log, FAILED_COLUMNS, rows)


def log_ended(tx: Tx, ids: Sequence[str], done: Sequence[str], now: datetime) -> None:
    """Log that tasks end, before they are deleted: ``done`` are those whose work was done."""
    if ids:
        _log_last(tx, within(_t.id, ids), case((within(_t.id, done), "succeeded"), else_="deleted"), now)


def log_ended_of_instances(tx: Tx, instance_ids: Sequence[str], now: datetime) -> None:
    """Log that all tasks of the instances are deleted, before they are."""
    if instance_ids:
        _log_last(tx, within(_t.instance_id, instance_ids), literal("deleted", Text), now)


def _log_last(tx: Tx, condition: ColumnElement[bool], event: ColumnElement[str], now: datetime) -> None:
    """An entry that says the last about a task has the id of the task, so that the database can make it itself."""
    source = (
        select(
            _t.id,
            _t.id.label("task_id"),
            event.label("event"),
            *(_t[name] for name in _FROM_TASK),
            process_instance.c.definition_id,
            literal(now, Instant),
        )
        .join(process_instance, process_instance.c.id == _t.instance_id)
        .where(condition)
    )
    columns = ["id", "task_id", "event", *_FROM_TASK, "definition_id", "logged_at"]
    tx.execute(external_task_log.insert().from_select(columns, source, include_defaults=False))
