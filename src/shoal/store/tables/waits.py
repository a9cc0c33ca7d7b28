"""What an instance waits for: subscriptions, external tasks, user tasks. Timers are jobs."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, Integer, Table, Text

from shoal.store.tables.columns import Id, Instant
from shoal.store.tables.metadata import metadata

event_subscription = Table(
    "event_subscription",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("name", Text),
    Column("instance_id", Id),
    Column("node_id", Id),
    Column("activity_id", Text, nullable=False),
    Column("definition_id", Id),
    Column("tenant_id", Text),
    Column("created_at", Instant, nullable=False),
    CheckConstraint("kind IN ('message', 'signal', 'conditional', 'compensate')", name="kind"),
    CheckConstraint("(instance_id IS NULL) <> (definition_id IS NULL)", name="owner"),
    Index("ix_event_subscription_instance_id", "instance_id", "name"),
    Index("ix_event_subscription_name", "name", "kind"),
)
"""With ``instance_id``: a waiting node. With ``definition_id``: a start event of the latest version."""

external_task = Table(
    "external_task",
    metadata,
    Column("id", Id, primary_key=True),
    Column("instance_id", Id, nullable=False),
    Column("node_id", Id, nullable=False),
    Column("activity_id", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("priority", Integer, nullable=False, default=0),
    Column("retries", Integer),
    Column("worker_id", Text),
    Column("locked_until", Instant),
    Column("error_message", Text),
    Column("error_details", Text),
    Column("created_at", Instant, nullable=False),
    CheckConstraint("(worker_id IS NULL) = (locked_until IS NULL)", name="lock"),
    CheckConstraint("retries IS NULL OR retries >= 0", name="retries"),
    Index("ix_external_task_instance_id", "instance_id"),
    Index("ix_external_task_topic", "topic", "priority", "id"),
)

user_task = Table(
    "user_task",
    metadata,
    Column("id", Id, primary_key=True),
    Column("instance_id", Id, nullable=False),
    Column("node_id", Id, nullable=False),
    Column("activity_id", Text, nullable=False),
    Column("name", Text),
    Column("description", Text),
    Column("assignee", Text),
    Column("owner", Text),
    Column("priority", Integer, nullable=False, default=50),
    Column("due_at", Instant),
    Column("follow_up_at", Instant),
    Column("form_key", Text),
    Column("delegation_state", Text),
    Column("created_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("end_reason", Text),
    Column("updated_at", Instant),
    Column("parent_id", Id),
    CheckConstraint("(ended_at IS NULL) = (end_reason IS NULL)", name="ended"),
    Index("ix_user_task_instance_id", "instance_id"),
)
"""One row from creation to purge; open while ``ended_at`` is null, history afterwards. A task that belongs to no
process instance is its own ``instance_id`` and ``node_id``, and so owns its links, comments and attachments.
``parent_id``: the task of which it is a sub-task."""

_sub_tasks = user_task.c.parent_id.is_not(None)
Index("ix_user_task_parent_id", user_task.c.parent_id, postgresql_where=_sub_tasks, sqlite_where=_sub_tasks)

_assigned = user_task.c.assignee.is_not(None) & user_task.c.ended_at.is_(None)
Index("ix_user_task_assignee", user_task.c.assignee, postgresql_where=_assigned, sqlite_where=_assigned)

identity_link = Table(
    "identity_link",
    metadata,
    Column("id", Id, primary_key=True),
    Column("instance_id", Id, nullable=False),
    Column("task_id", Id, nullable=False),
    Column("kind", Text, nullable=False),
    Column("user_id", Text),
    Column("group_id", Text),
    CheckConstraint("(user_id IS NULL) <> (group_id IS NULL)", name="holder"),
    Index("ix_identity_link_instance_id", "instance_id"),
    Index("ix_identity_link_task_id", "task_id"),
)
