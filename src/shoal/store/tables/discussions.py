"""What people say about their work: comments and attachments of user tasks and of instances."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, LargeBinary, Table, Text

from shoal.store.tables.columns import Id, Instant
from shoal.store.tables.metadata import metadata

task_comment = Table(
    "task_comment",
    metadata,
    Column("id", Id, primary_key=True),
    Column("instance_id", Id, nullable=False),
    Column("task_id", Id),
    Column("author", Text),
    Column("message", Text, nullable=False),
    Column("written_at", Instant, nullable=False),
    Index("ix_task_comment_instance_id", "instance_id"),
    Index("ix_task_comment_task_id", "task_id"),
)
"""``task_id`` null: about the instance as a whole."""

attachment = Table(
    "attachment",
    metadata,
    Column("id", Id, primary_key=True),
    Column("instance_id", Id, nullable=False),
    Column("task_id", Id),
    Column("kind", Text),
    Column("name", Text),
    Column("description", Text),
    Column("url", Text),
    Column("content", LargeBinary),
    Column("blob_id", Id),
    Column("author", Text),
    Column("attached_at", Instant, nullable=False),
    CheckConstraint("content IS NULL OR (url IS NULL AND blob_id IS NULL)", name="content"),
    CheckConstraint("url IS NULL OR blob_id IS NULL", name="place"),
    CheckConstraint("url IS NOT NULL OR content IS NOT NULL OR blob_id IS NOT NULL", name="something"),
    Index("ix_attachment_instance_id", "instance_id"),
    Index("ix_attachment_task_id", "task_id"),
)
"""A file or an address. Large files are in blob storage; ``blob_id`` names them."""
