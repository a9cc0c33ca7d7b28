"""Variables, large values, activity instances."""

from __future__ import annotations

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Text,
)

from shoal.store.tables.columns import Id, Instant, Json


def create() -> None:
    """Create the tables."""
    op.create_table(
        "variable",
        Column("id", Id(), nullable=False),
        Column("instance_id", Id(), nullable=False),
        Column("scope_id", Id(), nullable=False),
        Column("name", Text(), nullable=False),
        Column("type", Text(), nullable=False),
        Column("text_value", Text()),
        Column("long_value", BigInteger()),
        Column("double_value", Double()),
        Column("bytes_value", LargeBinary()),
        Column("blob_id", Id()),
        Column("info", Json()),
        Column("live", Boolean(), nullable=False),
        Column("created_at", Instant(), nullable=False),
        Column("revision", Integer(), nullable=False),
        PrimaryKeyConstraint("id", name=op.f("pk_variable")),
    )
    op.create_index("uq_variable_scope_name", "variable", ["instance_id", "scope_id", "name"], unique=True)
    op.create_table(
        "variable_update",
        Column("id", Id(), nullable=False),
        Column("instance_id", Id(), nullable=False),
        Column("scope_id", Id(), nullable=False),
        Column("node_id", Id(), nullable=False),
        Column("name", Text(), nullable=False),
        Column("type", Text(), nullable=False),
        Column("text_value", Text()),
        Column("long_value", BigInteger()),
        Column("double_value", Double()),
        Column("bytes_value", LargeBinary()),
        Column("blob_id", Id()),
        Column("info", Json()),
        Column("written_at", Instant(), nullable=False),
        PrimaryKeyConstraint("id", name=op.f("pk_variable_update")),
    )
    op.create_index("ix_variable_update_instance_id", "variable_update", ["instance_id"])
    op.create_table(
        "blob",
        Column("id", Id(), nullable=False),
        Column("instance_id", Id()),
        Column("size_bytes", BigInteger(), nullable=False),
        Column("created_at", Instant(), nullable=False),
        CheckConstraint("size_bytes >= 0", name=op.f("ck_blob_size")),
        PrimaryKeyConstraint("id", name=op.f("pk_blob")),
    )
    op.create_index("ix_blob_instance_id", "blob", ["instance_id"])
    op.create_table(
        "activity_instance",
        Column("id", Id(), nullable=False),
        Column("instance_id", Id(), nullable=False),
        Column("parent_id", Id(), nullable=False),
        Column("activity_id", Text(), nullable=False),
        Column("activity_type", Text(), nullable=False),
        Column("called_instance_id", Id()),
        Column("task_id", Id()),
        Column("started_at", Instant(), nullable=False),
        Column("ended_at", Instant()),
        Column("cancelled", Boolean(), nullable=False),
        CheckConstraint("ended_at IS NOT NULL OR NOT cancelled", name=op.f("ck_activity_instance_cancelled")),
        PrimaryKeyConstraint("id", name=op.f("pk_activity_instance")),
    )
    op.create_index("ix_activity_instance_instance_id", "activity_instance", ["instance_id"])
