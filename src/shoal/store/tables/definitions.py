"""Deployments and the process definitions in them."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, func

from shoal.store.tables.columns import Id, Instant
from shoal.store.tables.metadata import metadata

deployment = Table(
    "deployment",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text),
    Column("source", Text),
    Column("tenant_id", Text),
    Column("deployed_at", Instant, nullable=False),
)

deployment_resource = Table(
    "deployment_resource",
    metadata,
    Column("id", Id, primary_key=True),
    Column("deployment_id", Id, ForeignKey("deployment.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("digest", Text, nullable=False),
    Index("uq_deployment_resource_name", "deployment_id", "name", unique=True),
)

process_definition = Table(
    "process_definition",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("name", Text),
    Column("version_tag", Text),
    Column("deployment_id", Id, ForeignKey("deployment.id"), nullable=False),
    Column("resource_name", Text, nullable=False),
    Column("tenant_id", Text),
    Column("suspended", Boolean, nullable=False, default=False),
    Column("startable", Boolean, nullable=False, default=True),
    Column("history_ttl_days", Integer),
    Column("created_at", Instant, nullable=False),
    Column("deleted_at", Instant),
)
Index(
    "uq_process_definition_version",
    process_definition.c.key,
    process_definition.c.version,
    func.coalesce(process_definition.c.tenant_id, ""),
    unique=True,
)
Index("ix_process_definition_deployment_id", process_definition.c.deployment_id)
