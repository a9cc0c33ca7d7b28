"""Incidents as history shows them: open, resolved and deleted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true

from shoal.filters.history import IncidentFilter, JobSource
from shoal.ids import is_id
from shoal.store.database import Tx
from shoal.store.queries.filter_conditions import of_ids, of_instants, of_tenant, of_texts
from shoal.store.queries.filter_values import id_among, id_is
from shoal.store.queries.listing import Listing
from shoal.store.tables.batches import batch
from shoal.store.tables.definitions import process_definition
from shoal.store.tables.history import external_task_log, job_log
from shoal.store.tables.instances import process_instance
from shoal.store.tables.jobs import incident
from shoal.store.within import within

_t = incident.c
_i = process_instance.c
_d = process_definition.c
_b = batch.c


class HistoricIncidentRow(NamedTuple):
    """An incident, open or ended."""

    id: str
    kind: str
    state: str
    instance_id: str | None
    root_id: str | None
    node_id: str | None
    activity_id: str | None
    failed_activity_id: str | None
    definition_id: str | None
    definition_key: str | None
    batch_id: str | None
    tenant_id: str | None
    configuration: str | None
    job_kind: str | None
    message: str | None
    annotation: str | None
    cause_id: str | None
    root_cause_id: str | None
    created_at: datetime
    ended_at: datetime | None
    removal_time: datetime | None


_TENANT = func.coalesce(_i.tenant_id, _d.tenant_id, _b.tenant_id, type_=_i.tenant_id.type)
_ELSEWHERE = {
    "root_id": _i.root_id,
    "definition_key": _d.key,
    "tenant_id": _TENANT,
    "removal_time": func.coalesce(_i.removal_time, _b.removal_time, type_=_i.removal_time.type),
}

_OF_SOURCES = {"activity_id": _t.activity_id, "kind": _t.job_kind}


def _conditions(wanted: IncidentFilter) -> list[ColumnElement[bool]]:
    found = [
        *of_ids(
            wanted,
            {
                "instance_id": _t.instance_id,
                "node_id": _t.node_id,
                "definition_id": _t.definition_id,
                "batch_id": _t.batch_id,
            },
        ),
        *of_texts(
            wanted,
            {
                "kind": _t.kind,
                "state": _t.state,
                "message": _t.message,
                "activity_id": _t.activity_id,
                "failed_activity_id": _t.failed_activity_id,
                "configuration": _t.configuration,
                "definition_key": _d.key,
            },
        ),
        *of_instants(wanted, {"created": _t.created_at, "ended": _t.ended_at}),
        *of_tenant(wanted, _TENANT),
    ]
    if wanted.ids is not None:
        found.append(id_among(_t.id, wanted.ids))
    for field, column in (("cause_id", _t.cause_id), ("root_cause_id", _t.root_cause_id)):
        if (value := getattr(wanted, field)) is not None:
            found.append(or_(id_is(column, value), and_(column.is_(None), id_is(_t.id, value))))
    if wanted.job_source_in is not None:
        found.append(or_(false(), *(_comes_from(each) for each in wanted.job_source_in)))
    return found


def _comes_from(source: JobSource) -> ColumnElement[bool]:
    ids = of_ids(source, {"definition_id": _t.definition_id, "batch_id": _t.batch_id})
    # with what is said of no element, nothing is found
    return and_(false() if not ids else true(), *ids, *of_texts(source, _OF_SOURCES))


INCIDENTS: Listing[HistoricIncidentRow, IncidentFilter] = Listing(
    HistoricIncidentRow._make,
    {name: _ELSEWHERE[name] if name in _ELSEWHERE else _t[name] for name in HistoricIncidentRow._fields},
    incident.outerjoin(process_instance, _i.id == _t.instance_id)
    .outerjoin(process_definition, _d.id == _t.definition_id)
    .outerjoin(batch, _b.id == _t.batch_id),
    _conditions,
)


def last_failures(tx: Tx, configurations: Sequence[str | None]) -> dict[str, str]:
    """The last entry of the log that says that each of these jobs or external tasks failed."""
    wanted = sorted({each for each in configurations if each is not None and is_id(each)})
    found: dict[str, str] = {}
    for log, of in ((job_log, job_log.c.job_id), (external_task_log, external_task_log.c.task_id)):
        statement = select(of, log.c.id).where(within(of, wanted), log.c.event == "failed")
        found |= {row[0]: row[1] for row in tx.execute(statement.order_by(log.c.logged_at, log.c.id))}
    return found
