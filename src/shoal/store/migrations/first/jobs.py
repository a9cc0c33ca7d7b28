"""Jobs, their log, incidents."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Boolean, CheckConstraint, Column, Integer, PrimaryKeyConstraint, SmallInteger, Text, text

from shoal.store.tables.columns import Id, Instant, Json


def create() -> None:
    """Create the tables."""
    op.create_table(
        "job",
        Column("id", Id(), nullable=False),
        Column("kind", Text(), nullable=False),
        Column("lane", SmallInteger(), nullable=False),
        Column("instance_id", Id()),
        Column("node_id", Id()),
        Column("definition_id", Id()),
        Column("deployment_id", Id()),
        Column("activity_id", Text()),
        Column("batch_id", Id()),
        Column("chunk_id", Id()),
        Column("due_at", Instant()),
        Column("priority", Integer(), nullable=False),
        Column("retries", Integer(), nullable=False),
        Column("exclusive", Boolean(), nullable=False),
        Column("suspended", Boolean(), nullable=False),
        Column("leased_by", Text()),
        Column("leased_until", Instant()),
        Column("repeat", Text()),
        Column("payload", Json()),
        Column("error_message", Text()),
        Column("error_details", Text()),
        Column("failed_activity_id", Text()),
        Column("created_at", Instant(), nullable=False),
        CheckConstraint("(leased_by IS NULL) = (leased_until IS NULL)", name=op.f("ck_job_lease")),
        CheckConstraint("lane IN (0, 1)", name=op.f("ck_job_lane")),
        CheckConstraint("retries >= 0", name=op.f("ck_job_retries")),
        PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    op.create_index("ix_job_batch_id", "job", ["batch_id"])
    op.create_index("ix_job_instance_id", "job", ["instance_id"])
    op.create_index(
        "ix_job_ready",
        "job",
        ["lane", text("priority DESC"), "due_at", "id"],
        postgresql_where=text("retries > 0"),
        sqlite_where=text("retries > 0"),
    )
    op.create_table(
        "job_log",
        Column("id", Id(), nullable=False),
        Column("job_id", Id(), nullable=False),
        Column("event", Text(), nullable=False),
        Column("kind", Text(), nullable=False),
        Column("instance_id", Id()),
        Column("activity_id", Text()),
        Column("definition_id", Id()),
        Column("deployment_id", Id()),
        Column("batch_id", Id()),
        Column("priority", Integer()),
        Column("retries", Integer()),
        Column("due_at", Instant()),
        Column("message", Text()),
        Column("details", Text()),
        Column("failed_activity_id", Text()),
        Column("host", Text()),
        Column("logged_at", Instant(), nullable=False),
        CheckConstraint("event IN ('created', 'failed', 'succeeded', 'deleted')", name=op.f("ck_job_log_event")),
        PrimaryKeyConstraint("id", name=op.f("pk_job_log")),
    )
    op.create_index("ix_job_log_batch_id", "job_log", ["batch_id"])
    op.create_index("ix_job_log_instance_id", "job_log", ["instance_id"])
    op.create_index("ix_job_log_job_id", "job_log", ["job_id"])
    op.create_table(
        "incident",
        Column("id", Id(), nullable=False),
        Column("kind", Text(), nullable=False),
        Column("instance_id", Id()),
        Column("node_id", Id()),
        Column("activity_id", Text()),
        Column("failed_activity_id", Text()),
        Column("definition_id", Id()),
        Column("batch_id", Id()),
        Column("configuration", Text()),
        Column("message", Text()),
        Column("annotation", Text()),
        Column("state", Text(), nullable=False),
        Column("cause_id", Id()),
        Column("root_cause_id", Id()),
        Column("created_at", Instant(), nullable=False),
        Column("ended_at", Instant()),
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", name=op.f("ck_incident_ended")),
        CheckConstraint("state IN ('open', 'resolved', 'deleted')", name=op.f("ck_incident_state")),
        PrimaryKeyConstraint("id", name=op.f("pk_incident")),
    )
    op.create_index("ix_incident_configuration", "incident", ["configuration"])
    op.create_index("ix_incident_instance_id", "incident", ["instance_id"])
