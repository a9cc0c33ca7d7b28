"""Comments, attachments, the time of a task's last change, and what was said about the jobs of an element."""

from __future__ import annotations

from alembic import op
from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Text,
    text,
)

from shoal.store.tables.columns import Id, Instant

revision = "0002"
down_revision = "0001"

_ASSIGNED = text("assignee IS NOT NULL AND ended_at IS NULL")


def upgrade() -> None:
    """Create the tables, the column and the index."""
    op.create_table(
        "task_comment",
        Column("id", Id(), nullable=False),
        Column("instance_id", Id(), nullable=False),
        Column("task_id", Id()),
        Column("author", Text()),
        Column("message", Text(), nullable=False),
        Column("written_at", Instant(), nullable=False),
        PrimaryKeyConstraint("id", name=op.f("pk_task_comment")),
    )
    op.create_index("ix_task_comment_instance_id", "task_comment", ["instance_id"])
    op.create_index("ix_task_comment_task_id", "task_comment", ["task_id"])
    op.create_table(
        "attachment",
        Column("id", Id(), nullable=False),
        Column("instance_id", Id(), nullable=False),
        Column("task_id", Id()),
        Column("kind", Text()),
        Column("name", Text()),
        Column("description", Text()),
        Column("url", Text()),
        Column("content", LargeBinary()),
        Column("blob_id", Id()),
        Column("author", Text()),
        Column("attached_at", Instant(), nullable=False),
        CheckConstraint("content IS NULL OR (url IS NULL AND blob_id IS NULL)", name=op.f("ck_attachment_content")),
        CheckConstraint("url IS NULL OR blob_id IS NULL", name=op.f("ck_attachment_place")),
        CheckConstraint(
            "url IS NOT NULL OR content IS NOT NULL OR blob_id IS NOT NULL", name=op.f("ck_attachment_something")
        ),
        PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    op.create_index("ix_attachment_instance_id", "attachment", ["instance_id"])
    op.create_index("ix_attachment_task_id", "attachment", ["task_id"])
    op.create_table(
        "job_definition_state",
        Column("definition_id", Id(), nullable=False),
        Column("activity_id", Text(), nullable=False),
        Column("kind", Text(), nullable=False),
        Column("suspended", Boolean(), nullable=False),
        Column("priority", Integer()),
        PrimaryKeyConstraint("definition_id", "activity_id", "kind", name=op.f("pk_job_definition_state")),
        sqlite_with_rowid=False,
    )
    op.add_column("user_task", Column("updated_at", Instant()))
    op.create_index(
        "ix_user_task_assignee",
        "user_task",
        ["assignee"],
        postgresql_where=_ASSIGNED,
        sqlite_where=_ASSIGNED,
    )
