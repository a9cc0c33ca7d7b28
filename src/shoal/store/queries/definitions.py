"""Deployments, their files, and the process definitions in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, select, tuple_

from shoal.store.database import Tx
from shoal.store.queries import filter_values
from shoal.store.tables.definitions import deployment, deployment_resource, process_definition
from shoal.store.tables.instances import process_instance
from shoal.store.within import within

_t = process_definition.c

NEW_COLUMNS = (
    "id",
    "key",
    "version",
    "name",
    "version_tag",
    "deployment_id",
    "resource_name",
    "tenant_id",
    "suspended",
    "startable",
    "history_ttl_days",
    "created_at",
)


class Definition(NamedTuple):
    """A process definition as it is stored."""

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


_ROW = tuple(_t[name] for name in Definition._fields)


def find_definitions(tx: Tx, ids: Sequence[str]) -> dict[str, Definition]:
    """The definitions of these ids; deleted ones are left out."""
    rows = tx.execute(select(*_ROW).where(within(_t.id, ids), _t.deleted_at.is_(None)))
    return {row[0]: Definition._make(row) for row in rows}


def find_by_key(tx: Tx, key: str, *, version: int | None, tenant_id: str | None) -> Definition | None:
    """The definition with that key and version (None: the newest) of the tenant."""
    statement = select(*_ROW).where(
        _t.key == key, _t.tenant_id.is_not_distinct_from(tenant_id), _t.deleted_at.is_(None)
    )
    if version is not None:
        statement = statement.where(_t.version == version)
    row = tx.execute(statement.order_by(_t.version.desc()).limit(1)).first()
    return None if row is None else Definition._make(row)


def find_called(
    tx: Tx,
    key: str,
    tenant_id: str | None,
    *,
    version: int | None = None,
    version_tag: str | None = None,
    deployment_id: str | None = None,
) -> Definition | None:
    """The newest definition of that key and tenant that has the version, the tag, or comes with the deployment."""
    statement = select(*_ROW).where(
        _t.key == key, _t.tenant_id.is_not_distinct_from(tenant_id), _t.deleted_at.is_(None)
    )
    if version is not None:
        statement = statement.where(filter_values.number_is(_t.version, version))
    if version_tag is not None:
        statement = statement.where(_t.version_tag == version_tag)
    if deployment_id is not None:
        statement = statement.where(_t.deployment_id == deployment_id)
    row = tx.execute(statement.order_by(_t.version.desc()).limit(1)).first()
    return None if row is None else Definition._make(row)


def find_latest(tx: Tx, keys: Sequence[str], tenant_id: str | None) -> dict[str, Definition]:
    """The newest definition of each key of the tenant, deleted ones included: their versions are taken."""
    newest = (
        select(_t.key, func.max(_t.version))
        .where(_t.key.in_(list(keys)), _t.tenant_id.is_not_distinct_from(tenant_id))
        .group_by(_t.key)
    )
    rows = tx.execute(
        select(*_ROW).where(tuple_(_t.key, _t.version).in_(newest), _t.tenant_id.is_not_distinct_from(tenant_id))
    )
    return {row[1]: Definition._make(row) for row in rows}


def with_version_tag(tag: str) -> ColumnElement[bool]:
    """The condition that an instance's definition has that version tag."""
    of = select(_t.id).where(filter_values.equals("version_tag", _t.version_tag, tag))
    return process_instance.c.definition_id.in_(of)


def load_sources(tx: Tx, definition_ids: Sequence[str]) -> list[tuple[Definition, bytes]]:
    """Each definition with the content of its file."""
    rows = tx.execute(
        select(*_ROW, deployment_resource.c.content)
        .join(
            deployment_resource,
            (deployment_resource.c.deployment_id == _t.deployment_id)
            & (deployment_resource.c.name == _t.resource_name),
        )
        .where(within(_t.id, definition_ids))
    )
    return [(Definition._make(row[:-1]), bytes(row[-1])) for row in rows]


def last_deployment(tx: Tx, name: str | None, tenant_id: str | None) -> tuple[str, dict[str, str]] | None:
    """The id of the newest deployment of that name, and the digests of its files by name."""
    d, r = deployment.c, deployment_resource.c
    found = tx.execute(
        select(d.id)
        .where(d.name.is_not_distinct_from(name), d.tenant_id.is_not_distinct_from(tenant_id))
        .order_by(d.id.desc())
        .limit(1)
    ).scalar()
    if found is None:
        return None
    rows = tx.execute(select(r.name, r.digest).where(r.deployment_id == found))
    return found, {row[0]: row[1] for row in rows}


def find_deployment(tx: Tx, deployment_id: str) -> tuple[str, str | None, str | None, str | None, datetime]:
    """A deployment that exists: id, name, source, tenant, time."""
    d = deployment.c
    row = tx.execute(select(d.id, d.name, d.source, d.tenant_id, d.deployed_at).where(d.id == deployment_id)).one()
    return row[0], row[1], row[2], row[3], row[4]


def definitions_of(tx: Tx, deployment_id: str) -> list[Definition]:
    """The definitions that came with a deployment."""
    rows = tx.execute(
        select(*_ROW).where(_t.deployment_id == deployment_id, _t.deleted_at.is_(None)).order_by(_t.key)
    )
    return [Definition._make(row) for row in rows]


def insert_deployment(tx: Tx, row: Sequence[Any], resources: Sequence[Sequence[Any]]) -> None:
    """Insert a deployment (id, name, source, tenant, time), its files (id, deployment, name, content, digest)."""
    columns = ("id", "name", "source", "tenant_id", "deployed_at")
    tx.dialect.insert_many(tx.connection, deployment, columns, [row])
    columns = ("id", "deployment_id", "name", "content", "digest")
    tx.dialect.insert_many(tx.connection, deployment_resource, columns, resources)


def insert_definitions(tx: Tx, rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows of ``NEW_COLUMNS``."""
    tx.dialect.insert_many(tx.connection, process_definition, NEW_COLUMNS, rows)
