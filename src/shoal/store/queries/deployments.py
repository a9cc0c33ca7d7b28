"""Deployments as lists show them, and the files in them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, or_, select

from shoal.filters.deployments import DeploymentFilter
from shoal.store.database import Tx
from shoal.store.queries import filter_values
from shoal.store.queries.ordering import Order, ordered_by
from shoal.store.tables.definitions import deployment, deployment_resource
from shoal.store.within import within

_t = deployment.c
_r = deployment_resource.c


class DeploymentRow(NamedTuple):
    """A deployment as lists show it."""

    id: str
    name: str | None
    source: str | None
    tenant_id: str | None
    deployed_at: datetime


class ResourceRow(NamedTuple):
    """A file of a deployment, without its content."""

    id: str
    name: str
    deployment_id: str


_ROW = tuple(_t[name] for name in DeploymentRow._fields)
_RESOURCE = tuple(_r[name] for name in ResourceRow._fields)


def list_deployments(
    tx: Tx,
    filter: DeploymentFilter,  # noqa: A002
    *,
    sort: str | Sequence[Order] = "id",
    descending: bool = False,
    offset: int = 0,
    limit: int | None = None,
) -> list[DeploymentRow]:
    """The deployments that match. FilterRejectedError if ``sort`` names no field of ``DeploymentRow``."""
    order = ordered_by(dict(zip(DeploymentRow._fields, _ROW, strict=True)), sort, descending=descending, last=_t.id)
    statement = select(*_ROW).where(*_conditions(filter)).order_by(*order).offset(offset)
    if limit is not None:
        statement = statement.limit(limit)
    return [DeploymentRow._make(row) for row in tx.execute(statement)]


def count_deployments(tx: Tx, filter: DeploymentFilter) -> int:  # noqa: A002
    """How many match."""
    statement = select(func.count()).select_from(deployment).where(*_conditions(filter))
    return int(tx.execute(statement).scalar_one())


def list_resources(tx: Tx, deployment_id: str) -> list[ResourceRow]:
    """The files of a deployment by name."""
    statement = select(*_RESOURCE).where(filter_values.id_is(_r.deployment_id, deployment_id)).order_by(_r.name)
    return [ResourceRow._make(row) for row in tx.execute(statement)]


def list_file_names(tx: Tx, deployment_ids: Collection[str]) -> dict[str, frozenset[str]]:
    """The names of the files of each deployment."""
    rows = tx.execute(select(_r.deployment_id, _r.name).where(within(_r.deployment_id, sorted(deployment_ids))))
    found: dict[str, set[str]] = {}
    for deployment_id, name in rows:
        found.setdefault(deployment_id, set()).add(name)
    return {each: frozenset(names) for each, names in found.items()}


def contents_of(
    tx: Tx, deployment_id: str, *, ids: Sequence[str] | None = None, names: Sequence[str] | None = None
) -> list[tuple[ResourceRow, bytes]]:
    """Files of a deployment with their content: those of the ids or names, all if neither is said."""
    statement = select(*_RESOURCE, _r.content).where(filter_values.id_is(_r.deployment_id, deployment_id))
    wanted: list[ColumnElement[bool]] = []
    if ids is not None:
        wanted.append(filter_values.id_among(_r.id, ids))
    if names is not None:
        wanted.append(filter_values.one_of("names", _r.name, names))
    if wanted:
        statement = statement.where(or_(*wanted))
    rows = tx.execute(statement.order_by(_r.name))
    return [(ResourceRow._make(row[:-1]), bytes(row[-1])) for row in rows]


def _conditions(wanted: DeploymentFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.ids is not None:
        found.append(filter_values.id_among(_t.id, wanted.ids))
    if wanted.name is not None:
        found.append(filter_values.equals("name", _t.name, wanted.name))
    if wanted.source is not None:
        found.append(filter_values.equals("source", _t.source, wanted.source))
    if wanted.name_like is not None:
        found.append(filter_values.like("name_like", _t.name, wanted.name_like))
    if wanted.without_source is not None:
        found.append(_t.source.is_(None) if wanted.without_source else _t.source.is_not(None))
    if wanted.deployed_after is not None:
        found.append(_t.deployed_at > wanted.deployed_after)
    if wanted.deployed_before is not None:
        found.append(_t.deployed_at < wanted.deployed_before)
    if wanted.tenant_id_in is not None:
        of = filter_values.one_of("tenant_id_in", _t.tenant_id, wanted.tenant_id_in)
        found.append(or_(of, _t.tenant_id.is_(None)) if wanted.include_without_tenant else of)
    if wanted.without_tenant is not None:
        found.append(_t.tenant_id.is_(None) if wanted.without_tenant else _t.tenant_id.is_not(None))
    return found
