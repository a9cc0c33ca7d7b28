"""History: activity instances and logs. Headers, variables, tasks and incidents are their own history."""

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
    Column("node_id", Id),
    CheckConstraint("event IN ('created', 'failed', 'succeeded', 'deleted')", name="event"),
    Index("ix_job_log_instance_id", "instance_id"),
    Index("ix_job_log_batch_id", "batch_id"),
    Index("ix_job_log_job_id", "job_id"),
)

external_task_log = Table(
    "external_task_log",
    metadata,
    Column("id", Id, primary_key=True),
    Column("task_id", Id, nullable=False),
    Column("event", Text, nullable=False),
    Column("instance_id", Id, nullable=False),
    Column("node_id", Id, nullable=False),
    Column("activity_id", Text, nullable=False),
    Column("definition_id", Id, nullable=False),
    Column("topic", Text, nullable=False),
    Column("worker_id", Text),
    Column("priority", Integer, nullable=False),
    Column("retries", Integer),
    Column("message", Text),
    Column("details", Text),
    Column("logged_at", Instant, nullable=False),
    CheckConstraint("event IN ('created', 'failed', 'succeeded', 'deleted')", name="event"),
    Index("ix_external_task_log_instance_id", "instance_id"),
    Index("ix_external_task_log_task_id", "task_id"),
)

identity_link_log = Table(
    "identity_link_log",
    metadata,
    Column("id", Id, primary_key=True),
    Column("instance_id", Id),
    Column("task_id", Id),
    Column("operation", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("user_id", Text),
    Column("group_id", Text),
    Column("assigner_id", Text),
    Column("logged_at", Instant, nullable=False),
    CheckConstraint("operation IN ('add', 'delete')", name="operation"),
    CheckConstraint("(user_id IS NULL) <> (group_id IS NULL)", name="holder"),
    Index("ix_identity_link_log_instance_id", "instance_id"),
    Index("ix_identity_link_log_task_id", "task_id"),
)
"""Who came to have a part in a task, and who had it no more. ``kind``: assignee, owner, candidate, or any other."""
