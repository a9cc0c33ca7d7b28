"""Comments and attachments: of a user task, or of an instance as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Table, select

from shoal.store.database import Tx
from shoal.store.tables.discussions import attachment, task_comment
from shoal.store.within import within

_c = task_comment.c
_a = attachment.c


class Comment(NamedTuple):
    """What somebody wrote. ``task_id`` None: about the instance as a whole."""

    id: str
    instance_id: str
    task_id: str | None
    author: str | None
    message: str
    written_at: datetime


class Attachment(NamedTuple):
    """A file or an address that somebody attached; exactly one of ``url`` and a content is there."""

    id: str
    instance_id: str
    task_id: str | None
    kind: str | None
    name: str | None
    description: str | None
    url: str | None
    author: str | None
    attached_at: datetime


_COMMENT = tuple(_c[name] for name in Comment._fields)
_ATTACHMENT = tuple(_a[name] for name in Attachment._fields)


def insert_comments(tx: Tx, comments: Sequence[Comment]) -> None:
    """Insert comments."""
    tx.dialect.insert_many(tx.connection, task_comment, Comment._fields, comments)


def find_comment(tx: Tx, comment_id: str) -> Comment | None:
    """One comment; None if there is none."""
    row = tx.execute(select(*_COMMENT).where(_c.id == comment_id)).one_or_none()
    return None if row is None else Comment._make(row)


def list_comments(tx: Tx, *, task_id: str | None = None, instance_id: str | None = None) -> list[Comment]:
    """The comments of a task, or all of an instance, the newest first."""
    statement = select(*_COMMENT).where(*_of(task_comment, task_id, instance_id)).order_by(_c.id.desc())
    return [Comment._make(row) for row in tx.execute(statement)]


def change_comment(tx: Tx, comment_id: str, message: str) -> None:
    """Give a comment another text."""
    tx.dialect.update_many(tx.connection, task_comment, "id", ("message",), [(comment_id, message)])


def delete_comments(tx: Tx, ids: Sequence[str]) -> None:
    """Remove comments."""
    if ids:
        tx.execute(task_comment.delete().where(within(_c.id, ids)))


def insert_attachment(tx: Tx, made: Attachment, content: bytes | None, blob_id: str | None) -> None:
    """Insert an attachment with its content, or with the place of its content."""
    columns = (*Attachment._fields, "content", "blob_id")
    tx.dialect.insert_many(tx.connection, attachment, columns, [(*made, content, blob_id)])


def find_attachment(tx: Tx, attachment_id: str) -> Attachment | None:
    """One attachment without its content; None if there is none."""
    row = tx.execute(select(*_ATTACHMENT).where(_a.id == attachment_id)).one_or_none()
    return None if row is None else Attachment._make(row)


def list_attachments(tx: Tx, *, task_id: str | None = None, instance_id: str | None = None) -> list[Attachment]:
    """The attachments of a task, or all of an instance, the oldest first."""
    statement = select(*_ATTACHMENT).where(*_of(attachment, task_id, instance_id)).order_by(_a.id)
    return [Attachment._make(row) for row in tx.execute(statement)]


def discussed_tasks(tx: Tx, task_ids: Sequence[str]) -> tuple[set[str], set[str]]:
    """Which of the tasks have comments, and which have attachments."""
    commented = tx.execute(select(_c.task_id).where(within(_c.task_id, task_ids)).distinct()).scalars()
    attached = tx.execute(select(_a.task_id).where(within(_a.task_id, task_ids)).distinct()).scalars()
    return {each for each in commented if each}, {each for each in attached if each}


def content_of(tx: Tx, attachment_id: str) -> tuple[bytes | None, str | None] | None:
    """The content of an attachment and the id of its blob, of which one is there; None if there is none."""
    row = tx.execute(select(_a.content, _a.blob_id).where(_a.id == attachment_id)).one_or_none()
    return None if row is None else (None if row[0] is None else bytes(row[0]), row[1])


def delete_attachments(tx: Tx, ids: Sequence[str]) -> None:
    """Remove attachments. Their blobs are the business of the caller."""
    if ids:
        tx.execute(attachment.delete().where(within(_a.id, ids)))


def attached_blobs(tx: Tx, instance_ids: Sequence[str]) -> set[str]:
    """The large values that are attachments of the instances."""
    rows = tx.execute(select(_a.blob_id).where(within(_a.instance_id, instance_ids), _a.blob_id.is_not(None)))
    return set(rows.scalars())


def _of(table: Table, task_id: str | None, instance_id: str | None) -> list[ColumnElement[Any]]:
    found: list[ColumnElement[Any]] = []
    if task_id is not None:
        found.append(table.c.task_id == task_id)
    if instance_id is not None:
        found.append(table.c.instance_id == instance_id)
    return found
