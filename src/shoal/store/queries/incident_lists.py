"""Incidents as lists show them: the open ones."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import or_, select

from shoal.ids import is_id
from shoal.store.database import Tx
from shoal.store.queries.visibility import visible
from shoal.store.tables.instances import process_instance
from shoal.store.tables.jobs import incident

_t = incident.c


class IncidentRow(NamedTuple):
    """An open incident: work that stopped and waits for somebody to act."""

    id: str
    kind: str
    instance_id: str | None
    """None: it is of a start timer, or of a thrown message or signal that cannot be delivered."""
    activity_id: str | None
    failed_activity_id: str | None
    definition_id: str | None
    configuration: str | None
    message: str | None
    created_at: datetime


_ROW = tuple(_t[name] for name in IncidentRow._fields)


def list_open_incidents(
    tx: Tx,
    *,
    limit: int,
    after_id: str | None = None,
    instance_id: str | None = None,
    activity_id: str | None = None,
) -> list[IncidentRow]:
    """The open incidents, by id; ``after_id`` is the last id of the page before."""
    if not all(is_id(each) for each in (instance_id, after_id) if each is not None):
        return []
    statement = (
        select(*_ROW)
        .outerjoin(process_instance, process_instance.c.id == _t.instance_id)
        .where(_t.state == "open", _t.batch_id.is_(None), or_(_t.instance_id.is_(None), visible()))
        .order_by(_t.id)
        .limit(limit)
    )
    if instance_id is not None:
        statement = statement.where(_t.instance_id == instance_id)
    if activity_id is not None:
        statement = statement.where(_t.activity_id == activity_id)
    if after_id is not None:
        statement = statement.where(_t.id > after_id)
    return [IncidentRow._make(row) for row in tx.execute(statement)]
