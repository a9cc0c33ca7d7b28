"""The one translation of a ``JobFilter``: it lists, counts, and selects. Jobs of hidden instances are left out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from shoal import clock
from shoal.filters import JobFilter
from shoal.store.database import Tx
from shoal.store.queries import filter_values
from shoal.store.queries.filter_conditions import (
    of_absence,
    of_ids,
    of_instants,
    of_numbers,
    of_tenant,
    of_texts,
)
from shoal.store.queries.ordering import Order, ordered_by
from shoal.store.queries.visibility import visible
from shoal.store.tables.batches import batch
from shoal.store.tables.definitions import process_definition
from shoal.store.tables.instances import process_instance
from shoal.store.tables.jobs import job

_t = job.c


class JobRow(NamedTuple):
    """A job as lists show it."""

    id: str
    kind: str
    instance_id: str | None
    node_id: str | None
    definition_id: str | None
    definition_key: str | None
    deployment_id: str | None
    activity_id: str | None
    failed_activity_id: str | None
    batch_id: str | None
    due_at: datetime | None
    priority: int
    retries: int
    suspended: bool
    error_message: str | None
    tenant_id: str | None
    created_at: datetime


_i = process_instance.c
_d = process_definition.c
_SUSPENDED = or_(
    _t.suspended,
    func.coalesce(_i.suspended, False),
    func.coalesce(batch.c.suspended, False),
    and_(_t.instance_id.is_(None), func.coalesce(_d.suspended, False)),
)
_TENANT = func.coalesce(_i.tenant_id, _d.tenant_id, type_=_i.tenant_id.type)
_ELSEWHERE = {"definition_key": _d.key, "suspended": _SUSPENDED, "tenant_id": _TENANT}
_ROW = tuple(_ELSEWHERE[name] if name in _ELSEWHERE else _t[name] for name in JobRow._fields)
_TEXTS = {
    "definition_key": _d.key,
    "activity_id": _t.activity_id,
    "failed_activity_id": _t.failed_activity_id,
    "kind": _t.kind,
    "error_message": _t.error_message,
}
_IDS = {
    "instance_id": _t.instance_id,
    "node_id": _t.node_id,
    "definition_id": _t.definition_id,
    "batch_id": _t.batch_id,
}


def matching_jobs(columns: Sequence[ColumnElement[Any]], filter: JobFilter) -> Select[Any]:  # noqa: A002
    """The columns of the jobs that match; those of batches only where the filter names one."""
    statement = _matching(select(*columns), filter)
    return statement if filter.batch_id is not None else statement.where(_t.batch_id.is_(None))


def count_jobs(tx: Tx, filter: JobFilter) -> int:  # noqa: A002
    """How many match."""
    return int(tx.execute(_matching(select(func.count()), filter)).scalar_one())


def list_jobs(
    tx: Tx,
    filter: JobFilter,  # noqa: A002
    *,
    sort: str | Sequence[Order] = "id",
    descending: bool = False,
    offset: int = 0,
    limit: int | None = None,
) -> list[JobRow]:
    """The jobs that match. FilterRejectedError if ``sort`` is no field of ``JobRow``."""
    columns = dict(zip(JobRow._fields, _ROW, strict=True))
    order = ordered_by(columns, sort, descending=descending, last=_t.id)
    statement = _matching(select(*_ROW), filter).order_by(*order).offset(offset).limit(limit)
    return [JobRow._make(row) for row in tx.execute(statement)]


def ids_of_jobs(tx: Tx, filter: JobFilter, *, after_id: str | None, limit: int) -> list[str]:  # noqa: A002
    """A page of the ids of the jobs that match, those of batches only where the filter names one."""
    statement = matching_jobs([_t.id], filter).order_by(_t.id).limit(limit)
    return list(tx.execute(statement if after_id is None else statement.where(_t.id > after_id)).scalars())


def _matching(statement: Select[Any], wanted: JobFilter) -> Select[Any]:
    return (
        statement.select_from(job)
        .outerjoin(process_instance, _i.id == _t.instance_id)
        .outerjoin(process_definition, _d.id == _t.definition_id)
        .outerjoin(batch, batch.c.id == _t.batch_id)
        .where(or_(_t.instance_id.is_(None), visible()), or_(_t.definition_id.is_(None), _d.deleted_at.is_(None)))
        .where(*_conditions(wanted))
    )


def _conditions(wanted: JobFilter) -> list[ColumnElement[bool]]:
    found = [
        *of_texts(wanted, _TEXTS),
        *of_ids(wanted, _IDS),
        *of_numbers(wanted, {"priority": _t.priority}),
        *of_instants(wanted, {"due": _t.due_at, "created": _t.created_at}),
        *of_absence(wanted, {"with_exception": _t.error_message, "with_due_date": _t.due_at}, absent=False),
        *of_tenant(wanted, _TENANT),
    ]
    if wanted.ids is not None:
        found.append(filter_values.id_among(_t.id, wanted.ids))
    if wanted.suspended is not None:
        found.append(_SUSPENDED if wanted.suspended else ~_SUSPENDED)
    if wanted.kind_not_in is not None:
        found.append(~filter_values.one_of("kind_not_in", _t.kind, wanted.kind_not_in))
    if wanted.retries_left is not None:
        found.append(_t.retries > 0 if wanted.retries_left else _t.retries == 0)
    now = clock.now()
    if wanted.executable is not None:
        due = and_(_t.retries > 0, or_(_t.due_at.is_(None), _t.due_at <= now))
        found.append(due if wanted.executable else ~due)
    if wanted.held is not None:
        held = func.coalesce(_t.leased_until > now, False)
        found.append(held if wanted.held else ~held)
    return found
