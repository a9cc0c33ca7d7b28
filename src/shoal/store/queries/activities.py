"""Activity instances: open ones of running instances, and history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from shoal.store.database import Tx
from shoal.store.tables.history import activity_instance
from shoal.store.within import within

_t = activity_instance.c

NEW_COLUMNS = (
    "id",
    "instance_id",
    "parent_id",
    "activity_id",
    "activity_type",
    "called_instance_id",
    "task_id",
    "started_at",
    "ended_at",
    "cancelled",
)


def insert_activities(tx: Tx, rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows of ``NEW_COLUMNS``."""
    tx.dialect.insert_many(tx.connection, activity_instance, NEW_COLUMNS, rows)


def end_activities(tx: Tx, rows: Sequence[tuple[str, datetime, bool]]) -> None:
    """End activity instances: rows of id, end, whether cancelled."""
    tx.dialect.update_many(tx.connection, activity_instance, "id", ("ended_at", "cancelled"), rows)


def change_activities(tx: Tx, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Change other columns: rows of the id and ``columns``."""
    tx.dialect.update_many(tx.connection, activity_instance, "id", columns, rows)


def cancel_open(tx: Tx, instance_ids: Sequence[str], now: datetime) -> None:
    """Cancel everything that is still open in the instances."""
    if instance_ids:
        tx.execute(
            update(activity_instance)
            .where(within(_t.instance_id, instance_ids), _t.ended_at.is_(None))
            .values(ended_at=now, cancelled=True)
        )


def end_times(tx: Tx, ids: Sequence[str]) -> dict[str, datetime]:
    """When those of the activity instances that are history have ended."""
    statement = select(_t.id, _t.ended_at).where(within(_t.id, ids), _t.ended_at.is_not(None))
    return {row[0]: row[1] for row in tx.execute(statement)} if ids else {}


def delete_activities(tx: Tx, ids: Sequence[str]) -> None:
    """Remove activity instances of which no history is kept."""
    if ids:
        tx.execute(activity_instance.delete().where(within(_t.id, ids)))
