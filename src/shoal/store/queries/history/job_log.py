"""The log of jobs as lists show it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select

from shoal.filters.history import JobLogFilter
from shoal.store.database import Tx
from shoal.store.queries.filter_conditions import of_ids, of_numbers, of_tenant, of_texts
from shoal.store.queries.filter_values import id_among
from shoal.store.queries.listing import Listing
from shoal.store.tables.batches import batch
from shoal.store.tables.definitions import process_definition
from shoal.store.tables.history import job_log
from shoal.store.tables.instances import process_instance

_t = job_log.c
_i = process_instance.c
_d = process_definition.c
_b = batch.c


class JobLogRow(NamedTuple):
    """Something that happened to a job."""

    id: str
    job_id: str
    event: str
    kind: str
    instance_id: str | None
    root_id: str | None
    node_id: str | None
    activity_id: str | None
    failed_activity_id: str | None
    definition_id: str | None
    definition_key: str | None
    deployment_id: str | None
    batch_id: str | None
    batch_operation: str | None
    tenant_id: str | None
    due_at: datetime | None
    retries: int | None
    priority: int | None
    message: str | None
    host: str | None
    logged_at: datetime
    removal_time: datetime | None


_TENANT = func.coalesce(_i.tenant_id, _d.tenant_id, _b.tenant_id, type_=_i.tenant_id.type)
_ELSEWHERE = {
    "root_id": _i.root_id,
    "definition_key": _d.key,
    "batch_operation": _b.operation,
    "tenant_id": _TENANT,
    "removal_time": func.coalesce(_i.removal_time, _b.removal_time, type_=_i.removal_time.type),
}


def _conditions(wanted: JobLogFilter) -> list[ColumnElement[bool]]:
    found = [
        *of_ids(
            wanted,
            {
                "job_id": _t.job_id,
                "instance_id": _t.instance_id,
                "node_id": _t.node_id,
                "definition_id": _t.definition_id,
                "deployment_id": _t.deployment_id,
                "batch_id": _t.batch_id,
            },
        ),
        *of_texts(
            wanted,
            {
                "event": _t.event,
                "kind": _t.kind,
                "activity_id": _t.activity_id,
                "failed_activity_id": _t.failed_activity_id,
                "definition_key": _d.key,
                "message": _t.message,
                "host": _t.host,
                "batch_operation": _b.operation,
            },
        ),
        *of_numbers(wanted, {"priority": _t.priority}),
        *of_tenant(wanted, _TENANT),
    ]
    if wanted.ids is not None:
        found.append(id_among(_t.id, wanted.ids))
    return found


JOB_LOG: Listing[JobLogRow, JobLogFilter] = Listing(
    JobLogRow._make,
    {name: _ELSEWHERE[name] if name in _ELSEWHERE else _t[name] for name in JobLogRow._fields},
    job_log.outerjoin(process_instance, _i.id == _t.instance_id)
    .outerjoin(process_definition, _d.id == _t.definition_id)
    .outerjoin(batch, _b.id == _t.batch_id),
    _conditions,
)


def stack_trace(tx: Tx, entry_id: str) -> str | None:
    """What is known of a failure, for people."""
    found: str | None = tx.execute(select(_t.details).where(_t.id == entry_id)).scalar_one_or_none()
    return found
