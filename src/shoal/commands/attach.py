"""Attachments of user tasks and of instances: files, in blob storage when they are large, or addresses."""

from __future__ import annotations

from shoal import clock
from shoal.commands.context import Context
from shoal.commands.discussed import keeps_discussions, lock_discussed
from shoal.commands.texts import checked
from shoal.commands.touch_user_task import touch_user_task
from shoal.errors import InputError, NotFoundError
from shoal.ids import is_id, new_id
from shoal.store.database import Tx
from shoal.store.queries import discussions
from shoal.store.queries.discussions import Attachment
from shoal.store.queries.large_values import give_up_blobs, register_blobs

_DESCRIPTION = 4000
_URL = 4000


def attach(
    ctx: Context,
    *,
    task_id: str | None = None,
    instance_id: str | None = None,
    name: str | None = None,
    kind: str | None = None,
    description: str | None = None,
    url: str | None = None,
    content: bytes | None = None,
    author: str | None = None,
) -> Attachment:
    """Attach a file (``content``) or an address (``url``) to an open task, or to an instance.

    ``kind`` is what the caller calls its type, such as a media type. InputError: not exactly one of content and
    address, or the history level keeps no attachments. NotFoundError: no such task or instance.
    """
    keeps_discussions(ctx)
    if (url is None) == (content is None):
        raise InputError("an attachment is either a content or an url", field="content")
    for field, text, longest in (
        ("name", name, 255),
        ("type", kind, 255),
        ("description", description, _DESCRIPTION),
        ("url", url, _URL),
        ("author", author, 255),
    ):
        checked(field, text, longest)
    now = clock.now()
    blob_id: str | None = None
    size = len(content) if content is not None else 0
    if content is not None and size > ctx.settings.blob_threshold_bytes:
        blob_id = new_id()
        ctx.blobs.put(blob_id, content)
        content = None
    attachments: list[Attachment] = []

    def write(tx: Tx) -> None:
        of = lock_discussed(tx, task_id, instance_id)
        attachments[:] = [Attachment(new_id(), of, task_id, kind, name, description, url, author, now)]
        if blob_id is not None:
            register_blobs(tx, [(blob_id, of, size, now)])
        discussions.insert_attachment(tx, attachments[0], content, blob_id)

    try:
        touch_user_task(ctx, task_id, write)
    except BaseException:
        if blob_id is not None:
            ctx.blobs.remove([blob_id])
        raise
    return attachments[0]


def content_of_attachment(ctx: Context, attachment_id: str) -> bytes | None:
    """The file; None if it is an address. NotFoundError."""
    with ctx.database.read() as tx:
        found = discussions.content_of(tx, attachment_id) if is_id(attachment_id) else None
    if found is None:
        raise NotFoundError(f"there is no attachment '{attachment_id}'", attachment_id=attachment_id)
    content, blob_id = found
    return content if blob_id is None else ctx.blobs.get(blob_id)


def delete_attachment(ctx: Context, attachment_id: str) -> None:
    """Remove an attachment with its content. NotFoundError."""
    with ctx.database.read() as tx:
        known = discussions.find_attachment(tx, attachment_id) if is_id(attachment_id) else None

    def write(tx: Tx) -> None:
        found = discussions.content_of(tx, attachment_id) if is_id(attachment_id) else None
        if found is None:
            raise NotFoundError(f"there is no attachment '{attachment_id}'", attachment_id=attachment_id)
        discussions.delete_attachments(tx, [attachment_id])
        if found[1] is not None:
            give_up_blobs(tx, ctx.blobs, [found[1]])

    touch_user_task(ctx, None if known is None else known.task_id, write)
