"""What a comment or an attachment is about: an open task, or an instance."""

from __future__ import annotations

from shoal.commands.complete_user_tasks import no_such_task
from shoal.commands.context import Context
from shoal.errors import InputError, NotFoundError
from shoal.ids import is_id
from shoal.store.database import Tx
from shoal.store.queries.instances import lock_headers
from shoal.store.queries.user_tasks import find_tasks, lock_open_task


def keeps_discussions(ctx: Context) -> None:
    """InputError if nothing is kept, so that it would be lost. Camunda 7: history has to be enabled."""
    if not ctx.settings.history_level.keeps_activities:
        raise InputError("the history level 'none' keeps no comments and no attachments", field="history_level")


def lock_discussed(tx: Tx, task_id: str | None, instance_id: str | None) -> str:
    """The instance that it belongs to, locked, so that nobody removes it meanwhile.

    With both named, the task has to be one of the instance. InputError without either; NotFoundError.
    """
    if task_id is None:
        if instance_id is None:
            raise InputError("a task or a process instance has to be named", field="task_id")
        _lock(tx, instance_id)
        return instance_id
    task = find_tasks(tx, [task_id]).get(task_id) if is_id(task_id) else None
    if task is None or (instance_id is not None and task.instance_id != instance_id):
        raise no_such_task(task_id)
    if task.instance_id == task_id:
        if lock_open_task(tx, task_id) is None:
            raise no_such_task(task_id)
        return task_id
    _lock(tx, task.instance_id)
    task = find_tasks(tx, [task_id]).get(task_id)
    if task is None or task.ended_at is not None:
        raise no_such_task(task_id)
    return task.instance_id


def _lock(tx: Tx, instance_id: str) -> None:
    if not is_id(instance_id) or instance_id not in lock_headers(tx, [instance_id], skip=False):
        raise NotFoundError(f"there is no process instance '{instance_id}'", instance_id=instance_id)
