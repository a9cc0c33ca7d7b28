"""Comments on user tasks and on instances: written, changed, deleted."""

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
from shoal.store.queries.discussions import Comment

_LONGEST = 1_000_000


def write_comment(
    ctx: Context,
    message: str,
    *,
    task_id: str | None = None,
    instance_id: str | None = None,
    author: str | None = None,
) -> Comment:
    """Comment on an open task, or on an instance, running or ended.

    InputError: no text, or the history level keeps no comments. NotFoundError: no such task or instance.
    """
    keeps_discussions(ctx)
    text = _text(message)
    checked("author", author)
    comments: list[Comment] = []

    def write(tx: Tx) -> None:
        of = lock_discussed(tx, task_id, instance_id)
        comments[:] = [Comment(new_id(), of, task_id, author, text, clock.now())]
        discussions.insert_comments(tx, comments)

    touch_user_task(ctx, task_id, write)
    return comments[0]


def change_comment(ctx: Context, comment_id: str, message: str) -> None:
    """Give a comment another text. InputError: no text. NotFoundError: no such comment."""
    text = _text(message)
    with ctx.database.write() as tx:
        _existing(tx, comment_id)
        discussions.change_comment(tx, comment_id, text)


def delete_comment(ctx: Context, comment_id: str) -> None:
    """Remove one comment. NotFoundError."""
    with ctx.database.write() as tx:
        _existing(tx, comment_id)
        discussions.delete_comments(tx, [comment_id])


def delete_comments_of(ctx: Context, *, task_id: str | None = None, instance_id: str | None = None) -> int:
    """Remove all comments of a task, or of an instance and its tasks; how many there were."""
    if (task_id is None) == (instance_id is None):
        raise InputError("comments belong to either a task or a process instance", field="task_id")
    if not is_id(task_id or instance_id or ""):
        return 0
    with ctx.database.write() as tx:
        found = discussions.list_comments(tx, task_id=task_id, instance_id=instance_id)
        discussions.delete_comments(tx, [each.id for each in found])
    return len(found)


def _text(message: str) -> str:
    if not message:
        raise InputError("a comment needs a text", field="message")
    return checked("message", message, _LONGEST) or ""


def _existing(tx: Tx, comment_id: str) -> Comment:
    found = discussions.find_comment(tx, comment_id) if is_id(comment_id) else None
    if found is None:
        raise NotFoundError(f"there is no comment '{comment_id}'", comment_id=comment_id)
    return found
