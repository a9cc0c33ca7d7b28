"""The log of external tasks as lists show it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, select

from shoal.filters.history import ExternalTaskLogFilter
from shoal.store.database import Tx
from shoal.store.queries.filter_conditions import of_ids, of_numbers, of_tenant, of_texts
from shoal.store.queries.filter_values import id_among
from shoal.store.queries.listing import Listing
from shoal.store.tables.definitions import process_definition
from shoal.store.tables.history import external_task_log
from shoal.store.tables.instances import process_instance

_t = external_task_log.c
_i = process_instance.c
_d = process_definition.c


class ExternalTaskLogRow(NamedTuple):
    """Something that happened to an external task."""

    id: str
    task_id: str
    event: str
    instance_id: str
    root_id: str | None
    node_id: str
    activity_id: str
    definition_id: str
    definition_key: str | None
    tenant_id: str | None
    topic: str
    worker_id: str | None
    priority: int
    retries: int | None
    message: str | None
    logged_at: datetime
    removal_time: datetime | None


_ELSEWHERE = {
    "root_id": _i.root_id,
    "definition_key": _d.key,
    "tenant_id": _i.tenant_id,
    "removal_time": _i.removal_time,
}


def _conditions(wanted: ExternalTaskLogFilter) -> list[ColumnElement[bool]]:
    found = [
        *of_ids(
            wanted,
            {
                "task_id": _t.task_id,
                "instance_id": _t.instance_id,
                "node_id": _t.node_id,
                "definition_id": _t.definition_id,
            },
        ),
        *of_texts(
            wanted,
            {
                "event": _t.event,
                "activity_id": _t.activity_id,
                "definition_key": _d.key,
                "topic": _t.topic,
                "worker_id": _t.worker_id,
                "message": _t.message,
            },
        ),
        *of_numbers(wanted, {"priority": _t.priority}),
        *of_tenant(wanted, _i.tenant_id),
    ]
    if wanted.ids is not None:
        found.append(id_among(_t.id, wanted.ids))
    return found


EXTERNAL_TASK_LOG: Listing[ExternalTaskLogRow, ExternalTaskLogFilter] = Listing(
    ExternalTaskLogRow._make,
    {name: _ELSEWHERE[name] if name in _ELSEWHERE else _t[name] for name in ExternalTaskLogRow._fields},
    external_task_log.outerjoin(process_instance, _i.id == _t.instance_id).outerjoin(
        process_definition, _d.id == _t.definition_id
    ),
    _conditions,
)


def error_details(tx: Tx, entry_id: str) -> str | None:
    """What the worker said of a failure, at length."""
    found: str | None = tx.execute(select(_t.details).where(_t.id == entry_id)).scalar_one_or_none()
    return found
