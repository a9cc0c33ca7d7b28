"""History: activity instances and the log of jobs. Headers, variables and tasks are their own history."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, Table, Text

from shoal.store.tables.columns import Id, Instant
from shoal.store.tables.metadata import metadata

activity_instance = Table(
    "activity_instance",
    metadata,
    Column("id", Id, primary_key=True),
    Column("instance_id", Id, nullable=False),
    Column("parent_id", Id, nullable=False),
    Column("activity_id", Text, nullable=False),
    Column("activity_type", Text, nullable=False),
    Column("called_instance_id", Id),
    Column("task_id", Id),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("cancelled", Boolean, nullable=False, default=False),
    CheckConstraint("ended_at IS NOT NULL OR NOT cancelled", name="cancelled"),
    Index("ix_activity_instance_instance_id", "instance_id"),
)

job_log = Table(
    "job_log",
    metadata,
    Column("id", Id, primary_key=True),
    Column("job_id", Id, nullable=False),
    Column("event", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("instance_id", Id),
    Column("activity_id", Text),
    Column("definition_id", Id),
    Column("deployment_id", Id),
    Column("batch_id", Id),
    Column("priority", Integer),
    Column("retries", Integer),
    Column("due_at", Instant),
    Column("message", Text),
    Column("details", Text),
    Column("failed_activity_id", Text),
    Column("host", Text),
    Column("logged_at", Instant, nullable=False),
    CheckConstraint("event IN ('created', 'failed', 'succeeded', 'deleted')", name="event"),
    Index("ix_job_log_instance_id", "instance_id"),
    Index("ix_job_log_batch_id", "batch_id"),
    Index("ix_job_log_job_id", "job_id"),
)
