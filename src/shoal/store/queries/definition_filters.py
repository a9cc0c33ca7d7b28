"""The one translation of a ``DefinitionFilter``: it lists and counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from shoal.filters.definitions import DefinitionFilter
from shoal.store.database import Tx
from shoal.store.queries import filter_values
from shoal.store.queries.incident_conditions import incident_conditions
from shoal.store.queries.ordering import Order, ordered_by
from shoal.store.tables.definitions import deployment, process_definition
from shoal.store.tables.jobs import incident

_t = process_definition.c


class DefinitionRow(NamedTuple):
    """A process definition as lists show it."""

    id: str
    key: str
    version: int
    name: str | None
    version_tag: str | None
    deployment_id: str
    resource_name: str
    tenant_id: str | None
    suspended: bool
    startable: bool
    history_ttl_days: int | None
    created_at: datetime


_ROW = tuple(_t[name] for name in DefinitionRow._fields)


def list_definition_rows(
    tx: Tx,
    filter: DefinitionFilter,  # noqa: A002
    *,
    sort: str | Sequence[Order] = "id",
    descending: bool = False,
    offset: int = 0,
    limit: int | None = None,
) -> list[DefinitionRow]:
    """The definitions that match. FilterRejectedError if ``sort`` names no field of ``DefinitionRow``."""
    order = ordered_by(dict(zip(DefinitionRow._fields, _ROW, strict=True)), sort, descending=descending, last=_t.id)
    statement = select(*_ROW).where(*_conditions(filter)).order_by(*order).offset(offset)
    if limit is not None:
        statement = statement.limit(limit)
    return [DefinitionRow._make(row) for row in tx.execute(statement)]


def matching_definitions(
    columns: Sequence[ColumnElement[Any]],
    filter: DefinitionFilter,  # noqa: A002
) -> Select[Any]:
    """The columns of the definitions that match."""
    return select(*columns).select_from(process_definition).where(*_conditions(filter))


def find_definition_rows(tx: Tx, ids: Sequence[str]) -> list[DefinitionRow]:
    """The definitions of these ids, by id."""
    return list_definition_rows(tx, DefinitionFilter(ids=tuple(ids)))


def count_definitions(tx: Tx, filter: DefinitionFilter) -> int:  # noqa: A002
    """How many match."""
    statement = select(func.count()).select_from(process_definition).where(*_conditions(filter))
    return int(tx.execute(statement).scalar_one())


def _conditions(wanted: DefinitionFilter) -> list[ColumnElement[bool]]:
    found = [_t.deleted_at.is_(None), *_names(wanted), *_origin(wanted), *_state(wanted)]
    if wanted.latest_only:
        place = func.row_number().over(partition_by=(_t.key, _t.tenant_id), order_by=_t.version.desc())
        newest = select(_t.id, place.label("place")).where(_t.deleted_at.is_(None)).subquery()
        found.append(_t.id.in_(select(newest.c.id).where(newest.c.place == 1)))
    return found


def _names(wanted: DefinitionFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.id is not None:
        found.append(filter_values.id_is(_t.id, wanted.id))
    if wanted.ids is not None:
        found.append(filter_values.id_among(_t.id, wanted.ids))
    for field in ("key", "name", "version_tag", "resource_name"):
        if (value := getattr(wanted, field)) is not None:
            found.append(filter_values.equals(field, _t[field], value))
        if (pattern := getattr(wanted, f"{field}_like")) is not None:
            found.append(filter_values.like(f"{field}_like", _t[field], pattern))
    if wanted.key_in is not None:
        found.append(filter_values.one_of("key_in", _t.key, wanted.key_in))
    if wanted.version is not None:
        found.append(filter_values.number_is(_t.version, wanted.version))
    if wanted.without_version_tag is not None:
        found.append(_t.version_tag.is_(None) if wanted.without_version_tag else _t.version_tag.is_not(None))
    return found


def _origin(wanted: DefinitionFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.deployment_id is not None:
        found.append(filter_values.id_is(_t.deployment_id, wanted.deployment_id))
    times: list[ColumnElement[bool]] = []
    if wanted.deployed_after is not None:
        times.append(deployment.c.deployed_at > wanted.deployed_after)
    if wanted.deployed_before is not None:
        times.append(deployment.c.deployed_at < wanted.deployed_before)
    if wanted.deployed_at is not None:
        # dates are shown in milliseconds, and asked for as they were shown
        until = wanted.deployed_at + timedelta(milliseconds=1)
        times += [deployment.c.deployed_at >= wanted.deployed_at, deployment.c.deployed_at < until]
    if times:
        found.append(_t.deployment_id.in_(select(deployment.c.id).where(and_(*times))))
    if wanted.tenant_id_in is not None:
        of = filter_values.one_of("tenant_id_in", _t.tenant_id, wanted.tenant_id_in)
        found.append(or_(of, _t.tenant_id.is_(None)) if wanted.include_without_tenant else of)
    if wanted.without_tenant is not None:
        found.append(_t.tenant_id.is_(None) if wanted.without_tenant else _t.tenant_id.is_not(None))
    return found


def _state(wanted: DefinitionFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.suspended is not None:
        found.append(_t.suspended.is_(wanted.suspended))
    if wanted.startable is not None:
        found.append(_t.startable.is_(wanted.startable))
    is_open = exists().where(incident.c.definition_id == _t.id, incident.c.state == "open")
    if wanted.with_open_incident is not None:
        found.append(is_open if wanted.with_open_incident else ~is_open)
    found += [is_open.where(each) for each in incident_conditions(wanted)]
    return found
