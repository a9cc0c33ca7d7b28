"""Instances and what they wait for."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Boolean, CheckConstraint, Column, Integer, LargeBinary, PrimaryKeyConstraint, Text, text

from shoal.store.tables.columns import Id, Instant


def create() -> None:
    """Create the tables."""
    op.create_table(
        "process_instance",
        Column("id", Id(), nullable=False),
        Column("definition_id", Id(), nullable=False),
        Column("business_key", Text()),
        Column("state", Text(), nullable=False),
        Column("suspended", Boolean(), nullable=False),
        Column("tenant_id", Text()),
        Column("root_id", Id(), nullable=False),
        Column("super_id", Id()),
        Column("super_node_id", Id()),
        Column("start_activity_id", Text()),
        Column("end_activity_id", Text()),
        Column("started_at", Instant(), nullable=False),
        Column("ended_at", Instant()),
        Column("started_by", Text()),
        Column("end_reason", Text()),
        Column("restarted_from_id", Id()),
        Column("removal_time", Instant()),
        Column("deleted_at", Instant()),
        Column("revision", Integer(), nullable=False),
        CheckConstraint("(state = 'active') = (ended_at IS NULL)", name=op.f("ck_process_instance_ended")),
        CheckConstraint("state = 'active' OR NOT suspended", name=op.f("ck_process_instance_suspended")),
        CheckConstraint(
            "state IN ('active', 'completed', 'cancelled', 'terminated')", name=op.f("ck_process_instance_state")
        ),
        PrimaryKeyConstraint("id", name=op.f("pk_process_instance")),
    )
    op.create_index(
        "ix_process_instance_business_key",
        "process_instance",
        ["business_key"],
        postgresql_where=text("business_key IS NOT NULL"),
        sqlite_where=text("business_key IS NOT NULL"),
    )
    op.create_index("ix_process_instance_definition_id", "process_instance", ["definition_id", "id"])
    op.create_index(
        "ix_process_instance_deleted_at",
        "process_instance",
        ["deleted_at"],
        postgresql_where=text("deleted_at IS NOT NULL"),
        sqlite_where=text("deleted_at IS NOT NULL"),
    )
    op.create_index(
        "ix_process_instance_removal_time",
        "process_instance",
        ["removal_time"],
        postgresql_where=text("removal_time IS NOT NULL"),
        sqlite_where=text("removal_time IS NOT NULL"),
    )
    op.create_index(
        "ix_process_instance_super_id",
        "process_instance",
        ["super_id"],
        postgresql_where=text("super_id IS NOT NULL"),
        sqlite_where=text("super_id IS NOT NULL"),
    )
    op.create_table(
        "instance_state",
        Column("instance_id", Id(), nullable=False),
        Column("state", LargeBinary(), nullable=False),
        PrimaryKeyConstraint("instance_id", name=op.f("pk_instance_state")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "event_subscription",
        Column("id", Id(), nullable=False),
        Column("kind", Text(), nullable=False),
        Column("name", Text()),
        Column("instance_id", Id()),
        Column("node_id", Id()),
        Column("activity_id", Text(), nullable=False),
        Column("definition_id", Id()),
        Column("tenant_id", Text()),
        Column("created_at", Instant(), nullable=False),
        CheckConstraint(
            "kind IN ('message', 'signal', 'conditional', 'compensate')", name=op.f("ck_event_subscription_kind")
        ),
        CheckConstraint(
            "(instance_id IS NULL) <> (definition_id IS NULL)", name=op.f("ck_event_subscription_owner")
        ),
        PrimaryKeyConstraint("id", name=op.f("pk_event_subscription")),
    )
    op.create_index("ix_event_subscription_instance_id", "event_subscription", ["instance_id", "name"])
    op.create_index("ix_event_subscription_name", "event_subscription", ["name", "kind"])
    op.create_table(
        "external_task",
        Column("id", Id(), nullable=False),
        Column("instance_id", Id(), nullable=False),
        Column("node_id", Id(), nullable=False),
        Column("activity_id", Text(), nullable=False),
        Column("topic", Text(), nullable=False),
        Column("priority", Integer(), nullable=False),
        Column("retries", Integer()),
        Column("worker_id", Text()),
        Column("locked_until", Instant()),
        Column("error_message", Text()),
        Column("error_details", Text()),
        Column("created_at", Instant(), nullable=False),
        CheckConstraint("(worker_id IS NULL) = (locked_until IS NULL)", name=op.f("ck_external_task_lock")),
        CheckConstraint("retries IS NULL OR retries >= 0", name=op.f("ck_external_task_retries")),
        PrimaryKeyConstraint("id", name=op.f("pk_external_task")),
    )
    op.create_index("ix_external_task_instance_id", "external_task", ["instance_id"])
    op.create_index("ix_external_task_topic", "external_task", ["topic", "priority", "id"])
    op.create_table(
        "user_task",
        Column("id", Id(), nullable=False),
        Column("instance_id", Id(), nullable=False),
        Column("node_id", Id(), nullable=False),
        Column("activity_id", Text(), nullable=False),
        Column("name", Text()),
        Column("description", Text()),
        Column("assignee", Text()),
        Column("owner", Text()),
        Column("priority", Integer(), nullable=False),
        Column("due_at", Instant()),
        Column("follow_up_at", Instant()),
        Column("form_key", Text()),
        Column("delegation_state", Text()),
        Column("created_at", Instant(), nullable=False),
        Column("ended_at", Instant()),
        Column("end_reason", Text()),
        CheckConstraint("(ended_at IS NULL) = (end_reason IS NULL)", name=op.f("ck_user_task_ended")),
        PrimaryKeyConstraint("id", name=op.f("pk_user_task")),
    )
    op.create_index("ix_user_task_instance_id", "user_task", ["instance_id"])
    op.create_table(
        "identity_link",
        Column("id", Id(), nullable=False),
        Column("instance_id", Id(), nullable=False),
        Column("task_id", Id(), nullable=False),
        Column("kind", Text(), nullable=False),
        Column("user_id", Text()),
        Column("group_id", Text()),
        CheckConstraint("(user_id IS NULL) <> (group_id IS NULL)", name=op.f("ck_identity_link_holder")),
        PrimaryKeyConstraint("id", name=op.f("pk_identity_link")),
    )
    op.create_index("ix_identity_link_instance_id", "identity_link", ["instance_id"])
    op.create_index("ix_identity_link_task_id", "identity_link", ["task_id"])
