"""Writes what belongs to a user task besides its properties; update listeners of the task hear of that too."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from shoal.bpmn.activities import UserTask
from shoal.commands.change_user_tasks import change_user_tasks
from shoal.commands.context import Context
from shoal.commands.direct import raise_first
from shoal.ids import is_id
from shoal.store.database import Tx
from shoal.store.queries.instances import load_headers
from shoal.store.queries.user_tasks import find_tasks


def touch_user_task(ctx: Context, task_id: str | None, write: Callable[[Tx], None]) -> None:
    """Do ``write`` in a transaction, and in the same one what listeners of the open task do, if there are any.

    Camunda 7: comments, attachments and identity links are an update of their task. Besides what ``write`` raises:
    NotFoundError, SuspendedError, ExecutionError if the task has such listeners; nothing is written then.
    """
    if task_id is None or not _hears_updates(ctx, task_id):
        with ctx.database.write() as tx:
            write(tx)
        return

    def guard(tx: Tx, task_ids: Sequence[str]) -> dict[str, Exception]:
        if task_ids:
            write(tx)
        return {}

    raise_first(change_user_tasks(ctx, {task_id: lambda _task, _candidates: {}}, guard=guard), [task_id])


def _hears_updates(ctx: Context, task_id: str) -> bool:
    with ctx.database.read() as tx:
        task = find_tasks(tx, [task_id]).get(task_id) if is_id(task_id) else None
        header = None if task is None else load_headers(tx, [task.instance_id]).get(task.instance_id)
        if task is None or task.ended_at is not None or header is None:
            return False
        process = ctx.catalog.get(tx, header.definition_id).process
    tasks = (each for each in process.nodes.values() if isinstance(each, UserTask))
    return any(listener.event == "update" for each in tasks for listener in each.task_listeners)
