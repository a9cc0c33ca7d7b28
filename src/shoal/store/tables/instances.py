"""Process instances: the header, on which every fact stands once, and the kernel's state beside it.

Hot tables carry no foreign keys: each would cost a look-up per inserted row. What they would guard is held
by the commands (one transaction writes an instance) and proven by a test that checks every row.
"""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, LargeBinary, Table, Text

from shoal.store.tables.columns import Id, Instant
from shoal.store.tables.metadata import metadata

process_instance = Table(
    "process_instance",
    metadata,
    Column("id", Id, primary_key=True),
    Column("definition_id", Id, nullable=False),
    Column("business_key", Text),
    Column("state", Text, nullable=False),
    Column("suspended", Boolean, nullable=False, default=False),
    Column("tenant_id", Text),
    Column("root_id", Id, nullable=False),
    Column("super_id", Id),
    Column("super_node_id", Id),
    Column("start_activity_id", Text),
    Column("end_activity_id", Text),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("started_by", Text),
    Column("end_reason", Text),
    Column("restarted_from_id", Id),
    Column("removal_time", Instant),
    Column("deleted_at", Instant),
    Column("revision", Integer, nullable=False, default=1),
    CheckConstraint("state IN ('active', 'completed', 'cancelled', 'terminated')", name="state"),
    CheckConstraint("(state = 'active') = (ended_at IS NULL)", name="ended"),
    CheckConstraint("state = 'active' OR NOT suspended", name="suspended"),
)
"""``state``: active; completed (its tokens ended); cancelled (from outside, Camunda 7:
EXTERNALLY_TERMINATED); terminated (by its own model, INTERNALLY_TERMINATED)."""

Index("ix_process_instance_definition_id", process_instance.c.definition_id, process_instance.c.id)
Index(
    "ix_process_instance_business_key",
    process_instance.c.business_key,
    postgresql_where=process_instance.c.business_key.is_not(None),
    sqlite_where=process_instance.c.business_key.is_not(None),
)
Index(
    "ix_process_instance_super_id",
    process_instance.c.super_id,
    postgresql_where=process_instance.c.super_id.is_not(None),
    sqlite_where=process_instance.c.super_id.is_not(None),
)
Index(
    "ix_process_instance_root_id",
    process_instance.c.root_id,
    postgresql_where=process_instance.c.root_id != process_instance.c.id,
    sqlite_where=process_instance.c.root_id != process_instance.c.id,
)
Index(
    "ix_process_instance_removal_time",
    process_instance.c.removal_time,
    postgresql_where=process_instance.c.removal_time.is_not(None),
    sqlite_where=process_instance.c.removal_time.is_not(None),
)
Index(
    "ix_process_instance_deleted_at",
    process_instance.c.deleted_at,
    postgresql_where=process_instance.c.deleted_at.is_not(None),
    sqlite_where=process_instance.c.deleted_at.is_not(None),
)

instance_state = Table(
    "instance_state",
    metadata,
    Column("instance_id", Id, primary_key=True),
    Column("state", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
"""The kernel's compact state; exists only while the instance runs."""
