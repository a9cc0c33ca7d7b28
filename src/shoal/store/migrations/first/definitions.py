"""Deployments and definitions."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Boolean, Column, ForeignKeyConstraint, Integer, LargeBinary, PrimaryKeyConstraint, Text, text

from shoal.store.tables.columns import Id, Instant


def create() -> None:
    """Create the tables."""
    op.create_table(
        "deployment",
        Column("id", Id(), nullable=False),
        Column("name", Text()),
        Column("source", Text()),
        Column("tenant_id", Text()),
        Column("deployed_at", Instant(), nullable=False),
        PrimaryKeyConstraint("id", name=op.f("pk_deployment")),
    )
    op.create_table(
        "deployment_resource",
        Column("id", Id(), nullable=False),
        Column("deployment_id", Id(), nullable=False),
        Column("name", Text(), nullable=False),
        Column("content", LargeBinary(), nullable=False),
        Column("digest", Text(), nullable=False),
        ForeignKeyConstraint(
            ["deployment_id"], ["deployment.id"], name=op.f("fk_deployment_resource_deployment_id")
        ),
        PrimaryKeyConstraint("id", name=op.f("pk_deployment_resource")),
    )
    op.create_index("uq_deployment_resource_name", "deployment_resource", ["deployment_id", "name"], unique=True)
    op.create_table(
        "process_definition",
        Column("id", Id(), nullable=False),
        Column("key", Text(), nullable=False),
        Column("version", Integer(), nullable=False),
        Column("name", Text()),
        Column("version_tag", Text()),
        Column("deployment_id", Id(), nullable=False),
        Column("resource_name", Text(), nullable=False),
        Column("tenant_id", Text()),
        Column("suspended", Boolean(), nullable=False),
        Column("startable", Boolean(), nullable=False),
        Column("history_ttl_days", Integer()),
        Column("created_at", Instant(), nullable=False),
        Column("deleted_at", Instant()),
        ForeignKeyConstraint(
            ["deployment_id"], ["deployment.id"], name=op.f("fk_process_definition_deployment_id")
        ),
        PrimaryKeyConstraint("id", name=op.f("pk_process_definition")),
    )
    op.create_index("ix_process_definition_deployment_id", "process_definition", ["deployment_id"])
    op.create_index(
        "uq_process_definition_version",
        "process_definition",
        ["key", "version", text("coalesce(tenant_id, '')")],
        unique=True,
    )
