"""The lock of an external task: taken by name, extended, given back."""

from __future__ import annotations

from datetime import timedelta

from shoal import clock
from shoal.commands.context import Context
from shoal.commands.external_task_access import refused
from shoal.commands.external_work import arrivals_of
from shoal.commands.texts import checked
from shoal.errors import InputError
from shoal.ids import is_id
from shoal.store.database import Tx
from shoal.store.queries.external_tasks import (
    ExternalTask,
    hold_external_tasks,
    lock_external_tasks,
    unlock_external_tasks,
)


def lock_external_task(ctx: Context, task_id: str, worker_id: str, duration: timedelta) -> None:
    """Take a task that nobody holds (any more). NotFoundError; InputError if another worker holds it."""
    _positive(duration, "lockDuration")
    now = clock.now()
    with ctx.database.write() as tx:
        task = _held(tx, task_id)
        if task.worker_id not in (None, worker_id) and task.locked_until is not None and task.locked_until > now:
            raise refused(task_id, task, worker_id, "locked") or InputError(task_id)
        lock_external_tasks(tx, [task_id], checked("workerId", worker_id) or "", now + duration)


def extend_external_task_lock(ctx: Context, task_id: str, worker_id: str, duration: timedelta) -> None:
    """Hold a task for ``duration`` from now on. NotFoundError; InputError if the worker does not hold it now."""
    _positive(duration, "newDuration")
    now = clock.now()
    with ctx.database.write() as tx:
        task = _held(tx, task_id)
        if (error := refused(task_id, task, worker_id, "extended")) is not None:
            raise error
        if task.locked_until is None or task.locked_until <= now:
            raise InputError(
                f"External Task {task_id}: the lock of worker '{worker_id}' has expired", task_id=task_id
            )
        lock_external_tasks(tx, [task_id], worker_id, now + duration)


def unlock_external_task(ctx: Context, task_id: str) -> None:
    """Give a task back, whoever holds it. NotFoundError."""
    with ctx.database.write() as tx:
        _held(tx, task_id)
        unlock_external_tasks(tx, [task_id])
        tx.after_commit(arrivals_of(ctx.database).notify)


def _held(tx: Tx, task_id: str) -> ExternalTask:
    task = hold_external_tasks(tx, [task_id]).get(task_id) if is_id(task_id) else None
    if task is None:
        raise refused(task_id, None, None, "") or InputError(task_id)
    return task


def _positive(duration: timedelta, field: str) -> None:
    if duration <= timedelta():
        raise InputError(f"{field} has to be positive", field=field)
