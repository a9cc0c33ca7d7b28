"""Variables, the log of their updates, and the register of large values.

A variable of an ended instance stays as history. ``live`` turns false when its scope ends while the instance
goes on. Large values are in blob storage; ``blob_id`` names them, the row holds no value then.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
)

from shoal.store.tables.columns import Id, Instant, Json
from shoal.store.tables.metadata import metadata


def value_columns() -> list[Column[object]]:
    """The columns of a typed value, new for each table that has them."""
    return [
        Column("type", Text, nullable=False),
        Column("text_value", Text),
        Column("long_value", BigInteger),
        Column("double_value", Double),
        Column("bytes_value", LargeBinary),
        Column("blob_id", Id),
        Column("info", Json),
    ]


variable = Table(
    "variable",
    metadata,
    Column("id", Id, primary_key=True),
    Column("instance_id", Id, nullable=False),
    Column("scope_id", Id, nullable=False),
    Column("name", Text, nullable=False),
    *value_columns(),
    Column("live", Boolean, nullable=False, default=True),
    Column("created_at", Instant, nullable=False),
    Column("revision", Integer, nullable=False, default=1),
    Index("uq_variable_scope_name", "instance_id", "scope_id", "name", unique=True),
)

variable_update = Table(
    "variable_update",
    metadata,
    Column("id", Id, primary_key=True),
    Column("instance_id", Id, nullable=False),
    Column("scope_id", Id, nullable=False),
    Column("node_id", Id, nullable=False),
    Column("name", Text, nullable=False),
    *value_columns(),
    Column("written_at", Instant, nullable=False),
    Index("ix_variable_update_instance_id", "instance_id"),
)

blob = Table(
    "blob",
    metadata,
    Column("id", Id, primary_key=True),
    Column("instance_id", Id),
    Column("size_bytes", BigInteger, nullable=False),
    Column("created_at", Instant, nullable=False),
    CheckConstraint("size_bytes >= 0", name="size"),
    Index("ix_blob_instance_id", "instance_id"),
)
