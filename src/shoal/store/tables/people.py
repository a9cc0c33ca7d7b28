"""Who may do what: users with their tokens, groups, tenants, roles and authorizations; and what they did.

Ids of users, groups and tenants are chosen by people. Secrets are stored hashed only.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text, func

from shoal.store.tables.columns import SHARED, Id, Instant, Json
from shoal.store.tables.metadata import metadata

account = Table(
    "account",
    metadata,
    Column("id", Text, primary_key=True),
    Column("first_name", Text),
    Column("last_name", Text),
    Column("email", Text),
    Column("password_hash", Text),
    Column("failed_logins", Integer, nullable=False, default=0),
    Column("locked_until", Instant),
    Column("created_at", Instant, nullable=False),
    info=SHARED,
)
"""A user. ``password_hash`` (argon2) is null for those who have only tokens."""

access_token = Table(
    "access_token",
    metadata,
    Column("id", Id, primary_key=True),
    Column("account_id", Text, ForeignKey("account.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Index("uq_access_token_digest", "digest", unique=True),
    Index("uq_access_token_name", "account_id", "name", unique=True),
    info=SHARED,
)
"""``digest`` is SHA-256 of a token of 256 random bits: nothing that could be guessed has to be slowed down."""

account_group = Table(
    "account_group",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text),
    Column("kind", Text),
    info=SHARED,
)

group_member = Table(
    "group_member",
    metadata,
    Column("group_id", Text, ForeignKey("account_group.id"), primary_key=True),
    Column("account_id", Text, ForeignKey("account.id"), primary_key=True),
    Index("ix_group_member_account_id", "account_id"),
    sqlite_with_rowid=False,
    info=SHARED,
)

tenant = Table(
    "tenant",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text),
    info=SHARED,
)

tenant_member = Table(
    "tenant_member",
    metadata,
    Column("id", Id, primary_key=True),
    Column("tenant_id", Text, ForeignKey("tenant.id"), nullable=False),
    Column("account_id", Text, ForeignKey("account.id")),
    Column("group_id", Text, ForeignKey("account_group.id")),
    CheckConstraint("(account_id IS NULL) <> (group_id IS NULL)", name="holder"),
    Index("ix_tenant_member_account_id", "account_id"),
    Index("ix_tenant_member_group_id", "group_id"),
    info=SHARED,
)
Index(
    "uq_tenant_member",
    tenant_member.c.tenant_id,
    func.coalesce(tenant_member.c.account_id, ""),
    func.coalesce(tenant_member.c.group_id, ""),
    unique=True,
)

role_grant = Table(
    "role_grant",
    metadata,
    Column("id", Id, primary_key=True),
    Column("role", Text, nullable=False),
    Column("account_id", Text, ForeignKey("account.id")),
    Column("group_id", Text, ForeignKey("account_group.id")),
    CheckConstraint("role IN ('viewer', 'operator', 'deployer', 'admin')", name="role"),
    CheckConstraint("(account_id IS NULL) <> (group_id IS NULL)", name="holder"),
    Index("ix_role_grant_account_id", "account_id"),
    Index("ix_role_grant_group_id", "group_id"),
    info=SHARED,
)
Index(
    "uq_role_grant",
    role_grant.c.role,
    func.coalesce(role_grant.c.account_id, ""),
    func.coalesce(role_grant.c.group_id, ""),
    unique=True,
)

authorization_rule = Table(
    "authorization_rule",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", Integer, nullable=False),
    Column("permissions", Json, nullable=False),
    Column("user_id", Text),
    Column("group_id", Text),
    Column("resource_type", Integer, nullable=False),
    Column("resource_id", Text, nullable=False),
    CheckConstraint("kind IN (0, 1, 2)", name="kind"),
    CheckConstraint("user_id IS NULL OR group_id IS NULL", name="holder"),
    Index("ix_authorization_rule_user_id", "user_id"),
    Index("ix_authorization_rule_group_id", "group_id"),
    info=SHARED,
)
"""Camunda 7's authorizations. ``kind``: 0 global, 1 grant, 2 revoke; ``permissions``: their names."""

batch_tenant = Table(
    "batch_tenant",
    metadata,
    Column("batch_id", Id, primary_key=True),
    Column("tenant_id", Text, primary_key=True),
    sqlite_with_rowid=False,
    info=SHARED,
)
"""The tenants of who created a batch: it works on what is theirs, or nobody's. A batch without a row works on
everything. An empty ``tenant_id`` stands for what belongs to none: that row is always there."""

user_operation = Table(
    "user_operation",
    metadata,
    Column("id", Id, primary_key=True),
    Column("operation_id", Id, nullable=False),
    Column("at", Instant, nullable=False),
    Column("user_id", Text),
    Column("tenant_id", Text),
    Column("operation_type", Text, nullable=False),
    Column("entity_type", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("property", Text),
    Column("org_value", Text),
    Column("new_value", Text),
    Column("deployment_id", Id),
    Column("definition_id", Id),
    Column("definition_key", Text),
    Column("instance_id", Id),
    Column("root_id", Id),
    Column("node_id", Id),
    Column("task_id", Id),
    Column("external_task_id", Id),
    Column("job_id", Id),
    Column("job_definition_id", Text),
    Column("batch_id", Id),
    Column("annotation", Text),
    Index("ix_user_operation_at", "at"),
    Index("ix_user_operation_operation_id", "operation_id"),
    Index("ix_user_operation_instance_id", "instance_id"),
    Index("ix_user_operation_batch_id", "batch_id"),
)
"""What users did: one row for each property of an operation, never one for each element of many."""
