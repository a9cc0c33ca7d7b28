"""Incidents: opened when tries run out, resolved or deleted later, kept as history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import update

from shoal.store.database import Tx
from shoal.store.tables.jobs import incident
from shoal.store.within import within

_t = incident.c

NEW_COLUMNS = (
    "id",
    "kind",
    "instance_id",
    "node_id",
    "activity_id",
    "failed_activity_id",
    "definition_id",
    "configuration",
    "message",
    "state",
    "created_at",
)


def open_incidents(tx: Tx, rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows of ``NEW_COLUMNS``."""
    tx.dialect.insert_many(tx.connection, incident, NEW_COLUMNS, rows)


def end_by_configuration(tx: Tx, configurations: Sequence[str], state: str, now: datetime, *, keep: bool) -> None:
    """End the open incidents of these jobs or external tasks; ``keep`` them as history."""
    if not configurations:
        return
    condition = _t.configuration.in_(list(configurations)) & (_t.state == "open")
    _end(tx, condition, state, now, keep=keep)


def end_of_instances(tx: Tx, instance_ids: Sequence[str], state: str, now: datetime, *, keep: bool) -> None:
    """End the open incidents of instances; ``keep`` them as history."""
    if instance_ids:
        condition = within(_t.instance_id, instance_ids) & (_t.state == "open")
        _end(tx, condition, state, now, keep=keep)


def _end(tx: Tx, condition: Any, state: str, now: datetime, *, keep: bool) -> None:
    if keep:
        tx.execute(update(incident).where(condition).values(state=state, ended_at=now))
    else:
        tx.execute(incident.delete().where(condition))


def delete_of_instances(tx: Tx, instance_ids: Sequence[str]) -> None:
    """Remove all incidents of instances."""
    if instance_ids:
        tx.execute(incident.delete().where(within(_t.instance_id, instance_ids)))
