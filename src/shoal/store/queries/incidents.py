"""Incidents: opened when tries run out, resolved or deleted later, kept as history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import or_, select, update

from shoal.store.database import Tx
from shoal.store.queries.visibility import visible
from shoal.store.tables.instances import process_instance
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
    "job_kind",
)


class OpenIncident(NamedTuple):
    """What an open incident is about."""

    id: str
    kind: str
    instance_id: str | None


def find_open(tx: Tx, incident_id: str) -> OpenIncident | None:
    """The open incident of a visible instance, or of none; None if there is no such."""
    statement = (
        select(_t.id, _t.kind, _t.instance_id)
        .outerjoin(process_instance, process_instance.c.id == _t.instance_id)
        .where(_t.id == incident_id, _t.state == "open", or_(_t.instance_id.is_(None), visible()))
    )
    row = tx.execute(statement).one_or_none()
    return None if row is None else OpenIncident._make(row)


def annotate(tx: Tx, incident_id: str, annotation: str | None) -> None:
    """Write a note on an incident, or take it away."""
    tx.execute(update(incident).where(_t.id == incident_id).values(annotation=annotation))


def open_incidents(tx: Tx, rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows of ``NEW_COLUMNS``."""
    tx.dialect.insert_many(tx.connection, incident, NEW_COLUMNS, rows)


def open_of_batches(tx: Tx, rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows of ``NEW_COLUMNS`` and the batch."""
    tx.dialect.insert_many(tx.connection, incident, (*NEW_COLUMNS, "batch_id"), rows)


def end_of_batch(tx: Tx, batch_id: str, state: str, now: datetime, *, keep: bool) -> None:
    """End the open incidents of the batch's jobs, as ``resolved`` or ``deleted``; ``keep`` them as history."""
    condition = (_t.batch_id == batch_id) & (_t.state == "open")
    if keep:
        tx.execute(update(incident).where(condition).values(state=state, ended_at=now))
    else:
        tx.execute(incident.delete().where(condition))


def open_of_instances(tx: Tx, instance_ids: Sequence[str]) -> list[tuple[str, str, str | None]]:
    """The open incidents of the instances: id, instance, configuration."""
    rows = tx.execute(
        select(_t.id, _t.instance_id, _t.configuration).where(
            within(_t.instance_id, instance_ids), _t.state == "open"
        )
    )
    return [(row[0], row[1], row[2]) for row in rows]


def end_of_instances(
    tx: Tx, instance_ids: Sequence[str], state: str, now: datetime, *, keep: bool, kind: str | None = None
) -> None:
    """End the open incidents of instances, or those of one ``kind``, as ``resolved`` or ``deleted``.

    ``keep`` them as history.
    """
    if not instance_ids:
        return
    condition = within(_t.instance_id, instance_ids) & (_t.state == "open")
    if kind is not None:
        condition &= _t.kind == kind
    if keep:
        tx.execute(update(incident).where(condition).values(state=state, ended_at=now))
    else:
        tx.execute(incident.delete().where(condition))


def end_of_jobs(tx: Tx, job_ids: Sequence[str], state: str, now: datetime, *, keep: bool) -> None:
    """End the open incidents of jobs that belong to no instance, as ``resolved`` or ``deleted``."""
    if not job_ids:
        return
    condition = _t.configuration.in_(job_ids) & _t.instance_id.is_(None) & (_t.state == "open")
    if keep:
        tx.execute(update(incident).where(condition).values(state=state, ended_at=now))
    else:
        tx.execute(incident.delete().where(condition))


def end_incidents(tx: Tx, ids: Sequence[str], state: str, now: datetime, *, keep: bool) -> None:
    """End incidents as ``resolved`` or ``deleted``; ``keep`` them as history."""
    if not ids:
        return
    if keep:
        tx.execute(update(incident).where(within(_t.id, ids)).values(state=state, ended_at=now))
    else:
        tx.execute(incident.delete().where(within(_t.id, ids)))


def set_definition(tx: Tx, instance_ids: Sequence[str], definition_id: str) -> None:
    """The open incidents of the instances belong to another definition now."""
    condition = within(_t.instance_id, instance_ids) & (_t.state == "open")
    tx.execute(update(incident).where(condition).values(definition_id=definition_id))


def set_elements(tx: Tx, rows: Sequence[tuple[str, str]]) -> None:
    """Incidents are at other elements now: rows of id, element."""
    tx.dialect.update_many(tx.connection, incident, "id", ("activity_id",), rows)
