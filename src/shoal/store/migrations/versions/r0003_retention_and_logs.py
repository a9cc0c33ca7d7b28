"""The logs of external tasks and identity links, decisions, and what history cleanup needs."""

from __future__ import annotations

from typing import Any

from alembic import op
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Double,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Text,
    text,
)

from shoal.store.tables.columns import Id, Instant, Json

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the tables, the columns and the indexes."""
    op.add_column("job_log", Column("node_id", Id()))
    op.add_column("incident", Column("job_kind", Text()))
    _partial_index("process_instance", "root_id", "root_id != id")
    _partial_index("batch", "removal_time", "removal_time IS NOT NULL")
    _logs()
    _decision_definitions()
    _decisions()


def _logs() -> None:
    op.create_table(
        "external_task_log",
        Column("id", Id(), nullable=False),
        Column("task_id", Id(), nullable=False),
        Column("event", Text(), nullable=False),
        Column("instance_id", Id(), nullable=False),
        Column("node_id", Id(), nullable=False),
        Column("activity_id", Text(), nullable=False),
        Column("definition_id", Id(), nullable=False),
        Column("topic", Text(), nullable=False),
        Column("worker_id", Text()),
        Column("priority", Integer(), nullable=False),
        Column("retries", Integer()),
        Column("message", Text()),
        Column("details", Text()),
        Column("logged_at", Instant(), nullable=False),
        CheckConstraint(
            "event IN ('created', 'failed', 'succeeded', 'deleted')", name=op.f("ck_external_task_log_event")
        ),
        PrimaryKeyConstraint("id", name=op.f("pk_external_task_log")),
    )
    op.create_index("ix_external_task_log_instance_id", "external_task_log", ["instance_id"])
    op.create_index("ix_external_task_log_task_id", "external_task_log", ["task_id"])
    op.create_table(
        "identity_link_log",
        Column("id", Id(), nullable=False),
        Column("instance_id", Id()),
        Column("task_id", Id()),
        Column("operation", Text(), nullable=False),
        Column("kind", Text(), nullable=False),
        Column("user_id", Text()),
        Column("group_id", Text()),
        Column("assigner_id", Text()),
        Column("logged_at", Instant(), nullable=False),
        CheckConstraint("operation IN ('add', 'delete')", name=op.f("ck_identity_link_log_operation")),
        CheckConstraint("(user_id IS NULL) <> (group_id IS NULL)", name=op.f("ck_identity_link_log_holder")),
        PrimaryKeyConstraint("id", name=op.f("pk_identity_link_log")),
    )
    op.create_index("ix_identity_link_log_instance_id", "identity_link_log", ["instance_id"])
    op.create_index("ix_identity_link_log_task_id", "identity_link_log", ["task_id"])


def _decision_definitions() -> None:
    op.create_table(
        "decision_definition",
        Column("id", Id(), nullable=False),
        Column("key", Text(), nullable=False),
        Column("version", Integer(), nullable=False),
        Column("name", Text()),
        Column("version_tag", Text()),
        Column("deployment_id", Id(), nullable=False),
        Column("resource_name", Text(), nullable=False),
        Column("tenant_id", Text()),
        Column("requirements_id", Id()),
        Column("requirements_key", Text()),
        Column("history_ttl_days", Integer()),
        Column("created_at", Instant(), nullable=False),
        PrimaryKeyConstraint("id", name=op.f("pk_decision_definition")),
    )
    op.create_index(
        "uq_decision_definition_version",
        "decision_definition",
        ["key", "version", text("coalesce(tenant_id, '')")],
        unique=True,
    )
    op.create_index("ix_decision_definition_deployment_id", "decision_definition", ["deployment_id"])


def _decisions() -> None:
    op.create_table(
        "decision_instance",
        Column("id", Id(), nullable=False),
        Column("definition_id", Id(), nullable=False),
        Column("definition_key", Text(), nullable=False),
        Column("definition_name", Text()),
        Column("requirements_id", Id()),
        Column("requirements_key", Text()),
        Column("root_decision_id", Id()),
        Column("instance_id", Id()),
        Column("root_instance_id", Id()),
        Column("process_definition_id", Id()),
        Column("activity_id", Text()),
        Column("activity_instance_id", Id()),
        Column("tenant_id", Text()),
        Column("user_id", Text()),
        Column("collect_result", Double()),
        Column("evaluated_at", Instant(), nullable=False),
        Column("removal_time", Instant()),
        CheckConstraint(
            "(instance_id IS NULL) = (root_instance_id IS NULL)", name=op.f("ck_decision_instance_instance")
        ),
        PrimaryKeyConstraint("id", name=op.f("pk_decision_instance")),
    )
    op.create_index("ix_decision_instance_definition_id", "decision_instance", ["definition_id", "id"])
    for column in ("root_decision_id", "instance_id", "root_instance_id", "removal_time"):
        _partial_index("decision_instance", column, f"{column} IS NOT NULL")
    op.create_table(
        "decision_input",
        Column("id", Id(), nullable=False),
        Column("decision_id", Id(), nullable=False),
        Column("clause_id", Text()),
        Column("clause_name", Text()),
        *_value(),
        PrimaryKeyConstraint("id", name=op.f("pk_decision_input")),
    )
    op.create_index("ix_decision_input_decision_id", "decision_input", ["decision_id"])
    op.create_table(
        "decision_output",
        Column("id", Id(), nullable=False),
        Column("decision_id", Id(), nullable=False),
        Column("clause_id", Text()),
        Column("clause_name", Text()),
        Column("rule_id", Text()),
        Column("rule_order", Integer()),
        Column("variable_name", Text()),
        *_value(),
        PrimaryKeyConstraint("id", name=op.f("pk_decision_output")),
    )
    op.create_index("ix_decision_output_decision_id", "decision_output", ["decision_id"])


def _partial_index(table: str, column: str, where: str) -> None:
    op.create_index(f"ix_{table}_{column}", table, [column], postgresql_where=text(where), sqlite_where=text(where))


def _value() -> list[Column[Any]]:
    return [
        Column("type", Text(), nullable=False),
        Column("text_value", Text()),
        Column("long_value", BigInteger()),
        Column("double_value", Double()),
        Column("bytes_value", LargeBinary()),
        Column("blob_id", Id()),
        Column("info", Json()),
    ]
