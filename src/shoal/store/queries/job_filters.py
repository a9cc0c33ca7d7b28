"""The one translation of a ``JobFilter``: it lists, counts, and walks by key. Only jobs of visible instances."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, select

from shoal.errors import FilterRejectedError
from shoal.filters import JobFilter
from shoal.store.database import Tx
from shoal.store.fetch_ids import fetch_ids, select_raw
from shoal.store.queries import filter_values
from shoal.store.queries.job_definitions import is_suspended_job
from shoal.store.queries.visibility import visible
from shoal.store.tables.definitions import process_definition
from shoal.store.tables.instances import process_instance
from shoal.store.tables.jobs import job

_t = job.c


class JobRow(NamedTuple):
    """A job as lists show it."""

    id: str
    kind: str
    instance_id: str
    node_id: str | None
    definition_id: str | None
    definition_key: str
    deployment_id: str | None
    activity_id: str | None
    failed_activity_id: str | None
    due_at: datetime | None
    priority: int
    retries: int
    suspended: bool
    error_message: str | None
    tenant_id: str | None
    created_at: datetime


_SUSPENDED = _t.suspended | process_instance.c.suspended | is_suspended_job()
_ELSEWHERE = {
    "definition_key": process_definition.c.key,
    "suspended": _SUSPENDED,
    "tenant_id": process_instance.c.tenant_id,
}
_ROW = tuple(_ELSEWHERE[name] if name in _ELSEWHERE else _t[name] for name in JobRow._fields)


def matching_jobs(columns: Sequence[ColumnElement[Any]], filter: JobFilter) -> Select[Any]:  # noqa: A002
    """The columns of the jobs that match."""
    return _matching(select(*columns), filter, None)


def select_job_ids(
    tx: Tx,
    filter: JobFilter,  # noqa: A002
    *,
    after_id: str | None = None,
    limit: int,
    deployment_id: str | None = None,
    up_to_id: str | None = None,
) -> list[str]:
    """A page of the ids that match, in their order: those after ``after_id`` and up to ``up_to_id``."""
    statement = _matching(select_raw(_t.id), filter, up_to_id)
    if after_id is not None:
        statement = statement.where(_t.id > after_id)
    if deployment_id is not None:
        statement = statement.where(_t.deployment_id == deployment_id)
    return fetch_ids(tx, statement.order_by(_t.id).limit(limit))


def count_jobs(tx: Tx, filter: JobFilter, *, up_to_id: str | None = None) -> int:  # noqa: A002
    """How many match."""
    count: int = tx.execute(_matching(select(func.count()), filter, up_to_id)).scalar_one()
    return count


def list_deployments_of_jobs(
    tx: Tx,
    filter: JobFilter,  # noqa: A002
    *,
    up_to_id: str | None = None,
) -> list[str]:
    """The deployments that the matching jobs come from, in the order of their ids."""
    statement = _matching(select(_t.deployment_id), filter, up_to_id).where(_t.deployment_id.is_not(None))
    return list(tx.execute(statement.distinct().order_by(_t.deployment_id)).scalars())


def list_jobs(
    tx: Tx,
    filter: JobFilter,  # noqa: A002
    *,
    sort: str = "id",
    descending: bool = False,
    offset: int = 0,
    limit: int | None = None,
) -> list[JobRow]:
    """The jobs that match. FilterRejectedError if ``sort`` is no field of ``JobRow``."""
    if sort not in JobRow._fields:
        raise FilterRejectedError(
            f"sort: '{sort}' is not supported; supported: {', '.join(JobRow._fields)}", field="sort"
        )
    column: Any = _ROW[JobRow._fields.index(sort)]
    statement = _matching(select(*_ROW), filter, None).join(
        process_definition, process_definition.c.id == process_instance.c.definition_id
    )
    order = (column.desc(), _t.id.desc()) if descending else (column, _t.id)
    statement = statement.order_by(*order).offset(offset)
    if limit is not None:
        statement = statement.limit(limit)
    return [JobRow._make(row) for row in tx.execute(statement)]


def _matching(statement: Select[Any], wanted: JobFilter, up_to_id: str | None) -> Select[Any]:
    statement = (
        statement.select_from(job)
        .join(process_instance, process_instance.c.id == _t.instance_id)
        .where(visible(), *_conditions(wanted))
    )
    return statement if up_to_id is None else statement.where(_t.id <= up_to_id)


def _conditions(wanted: JobFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.ids is not None:
        found.append(filter_values.id_among(_t.id, wanted.ids))
    if wanted.instance_id is not None:
        found.append(filter_values.id_is(_t.instance_id, wanted.instance_id))
    if wanted.instance_id_in is not None:
        found.append(filter_values.id_among(_t.instance_id, wanted.instance_id_in))
    if wanted.definition_id is not None:
        found.append(filter_values.id_is(_t.definition_id, wanted.definition_id))
    if wanted.definition_key is not None:
        d = process_definition.c
        of = select(d.id).where(filter_values.equals("definition_key", d.key, wanted.definition_key))
        found.append(_t.definition_id.in_(of))
    if wanted.activity_id is not None:
        found.append(filter_values.equals("activity_id", _t.activity_id, wanted.activity_id))
    if wanted.failed_activity_id is not None:
        found.append(filter_values.equals("failed_activity_id", _t.failed_activity_id, wanted.failed_activity_id))
    if wanted.suspended is not None:
        found.append(_SUSPENDED if wanted.suspended else ~_SUSPENDED)
    if wanted.priority_min is not None:
        found.append(_t.priority >= max(wanted.priority_min, -(2**31)))
    if wanted.priority_max is not None:
        found.append(_t.priority <= min(wanted.priority_max, 2**31 - 1))
    if wanted.tenant_id_in is not None:
        found.append(filter_values.one_of("tenant_id_in", process_instance.c.tenant_id, wanted.tenant_id_in))
    if wanted.kind is not None:
        found.append(filter_values.equals("kind", _t.kind, wanted.kind))
    if wanted.retries_left is not None:
        found.append(_t.retries > 0 if wanted.retries_left else _t.retries == 0)
    if wanted.due_before is not None:
        found.append(_t.due_at < wanted.due_before)
    if wanted.due_after is not None:
        found.append(_t.due_at > wanted.due_after)
    if wanted.error_message_like is not None:
        found.append(filter_values.like("error_message_like", _t.error_message, wanted.error_message_like))
    if wanted.with_exception is not None:
        found.append(_t.error_message.is_not(None) if wanted.with_exception else _t.error_message.is_(None))
    return found
