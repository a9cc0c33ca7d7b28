"""Users, groups, tenants, authorizations, and the log of what users did."""

from __future__ import annotations

from alembic import op
from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    Text,
    text,
)

from shoal.store.tables.columns import Id, Instant, Json

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the tables."""
    _accounts()
    _groups()
    _tenants()
    _permissions()
    _operations()


def _accounts() -> None:
    op.create_table(
        "account",
        Column("id", Text(), nullable=False),
        Column("first_name", Text()),
        Column("last_name", Text()),
        Column("email", Text()),
        Column("password_hash", Text()),
        Column("failed_logins", Integer(), nullable=False),
        Column("locked_until", Instant()),
        Column("created_at", Instant(), nullable=False),
        PrimaryKeyConstraint("id", name=op.f("pk_account")),
    )
    op.create_table(
        "access_token",
        Column("id", Id(), nullable=False),
        Column("account_id", Text(), nullable=False),
        Column("name", Text(), nullable=False),
        Column("digest", Text(), nullable=False),
        Column("created_at", Instant(), nullable=False),
        Column("expires_at", Instant()),
        ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_access_token_account_id")),
        PrimaryKeyConstraint("id", name=op.f("pk_access_token")),
    )
    op.create_index("uq_access_token_digest", "access_token", ["digest"], unique=True)
    op.create_index("uq_access_token_name", "access_token", ["account_id", "name"], unique=True)


def _groups() -> None:
    op.create_table(
        "account_group",
        Column("id", Text(), nullable=False),
        Column("name", Text()),
        Column("kind", Text()),
        PrimaryKeyConstraint("id", name=op.f("pk_account_group")),
    )
    op.create_table(
        "group_member",
        Column("group_id", Text(), nullable=False),
        Column("account_id", Text(), nullable=False),
        ForeignKeyConstraint(["group_id"], ["account_group.id"], name=op.f("fk_group_member_group_id")),
        ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_group_member_account_id")),
        PrimaryKeyConstraint("group_id", "account_id", name=op.f("pk_group_member")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_group_member_account_id", "group_member", ["account_id"])


def _tenants() -> None:
    op.create_table(
        "tenant",
        Column("id", Text(), nullable=False),
        Column("name", Text()),
        PrimaryKeyConstraint("id", name=op.f("pk_tenant")),
    )
    op.create_table(
        "tenant_member",
        Column("id", Id(), nullable=False),
        Column("tenant_id", Text(), nullable=False),
        Column("account_id", Text()),
        Column("group_id", Text()),
        CheckConstraint("(account_id IS NULL) <> (group_id IS NULL)", name=op.f("ck_tenant_member_holder")),
        ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_tenant_member_tenant_id")),
        ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_tenant_member_account_id")),
        ForeignKeyConstraint(["group_id"], ["account_group.id"], name=op.f("fk_tenant_member_group_id")),
        PrimaryKeyConstraint("id", name=op.f("pk_tenant_member")),
    )
    op.create_index("ix_tenant_member_account_id", "tenant_member", ["account_id"])
    op.create_index("ix_tenant_member_group_id", "tenant_member", ["group_id"])
    op.create_index(
        "uq_tenant_member",
        "tenant_member",
        ["tenant_id", text("coalesce(account_id, '')"), text("coalesce(group_id, '')")],
        unique=True,
    )
    op.create_table(
        "batch_tenant",
        Column("batch_id", Id(), nullable=False),
        Column("tenant_id", Text(), nullable=False),
        PrimaryKeyConstraint("batch_id", "tenant_id", name=op.f("pk_batch_tenant")),
        sqlite_with_rowid=False,
    )


def _permissions() -> None:
    op.create_table(
        "role_grant",
        Column("id", Id(), nullable=False),
        Column("role", Text(), nullable=False),
        Column("account_id", Text()),
        Column("group_id", Text()),
        CheckConstraint("role IN ('viewer', 'operator', 'deployer', 'admin')", name=op.f("ck_role_grant_role")),
        CheckConstraint("(account_id IS NULL) <> (group_id IS NULL)", name=op.f("ck_role_grant_holder")),
        ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_role_grant_account_id")),
        ForeignKeyConstraint(["group_id"], ["account_group.id"], name=op.f("fk_role_grant_group_id")),
        PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
    )
    op.create_index("ix_role_grant_account_id", "role_grant", ["account_id"])
    op.create_index("ix_role_grant_group_id", "role_grant", ["group_id"])
    op.create_index(
        "uq_role_grant",
        "role_grant",
        ["role", text("coalesce(account_id, '')"), text("coalesce(group_id, '')")],
        unique=True,
    )
    op.create_table(
        "authorization_rule",
        Column("id", Id(), nullable=False),
        Column("kind", Integer(), nullable=False),
        Column("permissions", Json(), nullable=False),
        Column("user_id", Text()),
        Column("group_id", Text()),
        Column("resource_type", Integer(), nullable=False),
        Column("resource_id", Text(), nullable=False),
        CheckConstraint("kind IN (0, 1, 2)", name=op.f("ck_authorization_rule_kind")),
        CheckConstraint("user_id IS NULL OR group_id IS NULL", name=op.f("ck_authorization_rule_holder")),
        PrimaryKeyConstraint("id", name=op.f("pk_authorization_rule")),
    )
    op.create_index("ix_authorization_rule_user_id", "authorization_rule", ["user_id"])
    op.create_index("ix_authorization_rule_group_id", "authorization_rule", ["group_id"])


def _operations() -> None:
    op.create_table(
        "user_operation",
        Column("id", Id(), nullable=False),
        Column("operation_id", Id(), nullable=False),
        Column("at", Instant(), nullable=False),
        Column("user_id", Text()),
        Column("tenant_id", Text()),
        Column("operation_type", Text(), nullable=False),
        Column("entity_type", Text(), nullable=False),
        Column("category", Text(), nullable=False),
        Column("property", Text()),
        Column("org_value", Text()),
        Column("new_value", Text()),
        Column("deployment_id", Id()),
        Column("definition_id", Id()),
        Column("definition_key", Text()),
        Column("instance_id", Id()),
        Column("root_id", Id()),
        Column("node_id", Id()),
        Column("task_id", Id()),
        Column("external_task_id", Id()),
        Column("job_id", Id()),
        Column("job_definition_id", Text()),
        Column("batch_id", Id()),
        Column("annotation", Text()),
        PrimaryKeyConstraint("id", name=op.f("pk_user_operation")),
    )
    op.create_index("ix_user_operation_at", "user_operation", ["at"])
    op.create_index("ix_user_operation_operation_id", "user_operation", ["operation_id"])
    op.create_index("ix_user_operation_instance_id", "user_operation", ["instance_id"])
    op.create_index("ix_user_operation_batch_id", "user_operation", ["batch_id"])
