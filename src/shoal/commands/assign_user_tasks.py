"""Who works on a user task: claim, give back, assign, delegate, resolve. Listeners of the task are called."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from shoal.commands.complete_user_tasks import no_such_task
from shoal.commands.context import Context
from shoal.commands.direct import Aim, move_directly, raise_first
from shoal.commands.texts import checked
from shoal.errors import ConflictError
from shoal.ids import is_id
from shoal.kernel.stimulus import ChangeTask
from shoal.store.database import Tx
from shoal.store.queries.user_tasks import TaskPlace, change_tasks, find_tasks

Decide = Callable[[TaskPlace], dict[str, Any]]
"""What is to change of a task. ConflictError if it must not."""


def claim_user_task(ctx: Context, task_id: str, user_id: str) -> None:
    """Take a task that nobody has. ConflictError if somebody else has it; NotFoundError; SuspendedError."""

    def decide(task: TaskPlace) -> dict[str, Any]:
        if task.assignee is not None and task.assignee != user_id:
            raise ConflictError(f"task '{task_id}' is claimed by '{task.assignee}' already", assignee=task.assignee)
        return {"assignee": user_id}

    checked("user_id", user_id)
    _change(ctx, task_id, decide)


def assign_user_task(ctx: Context, task_id: str, user_id: str | None) -> None:
    """Give a task to somebody, or to nobody. NotFoundError; SuspendedError."""
    checked("user_id", user_id)
    _change(ctx, task_id, lambda _task: {"assignee": user_id})


def delegate_user_task(ctx: Context, task_id: str, user_id: str) -> None:
    """Let somebody else do a task; whoever had it owns it until it is resolved. NotFoundError; SuspendedError."""

    def decide(task: TaskPlace) -> dict[str, Any]:
        return {"assignee": user_id, "owner": task.owner if task.owner is not None else task.assignee}

    checked("user_id", user_id)
    _change(ctx, task_id, decide, delegation="PENDING")


def resolve_user_task(ctx: Context, task_id: str) -> None:
    """A delegated task is done: it goes back to its owner. NotFoundError; SuspendedError."""
    _change(ctx, task_id, lambda task: {"assignee": task.owner}, delegation="RESOLVED")


def _change(ctx: Context, task_id: str, decide: Decide, delegation: str | None = None) -> None:
    """Change the task by its kernel, so that its listeners hear of it, and note the delegation with it."""
    decided: dict[str, Any] = {}

    def locate(tx: Tx, keys: Sequence[str]) -> dict[str, Aim | Exception]:
        task = find_tasks(tx, keys).get(task_id) if is_id(task_id) else None
        if task is None or task.ended_at is not None:
            return {task_id: no_such_task(task_id)}
        try:
            decided.clear()
            decided.update(decide(task))
        except ConflictError as error:
            return {task_id: error}
        return {task_id: Aim(task.instance_id, ChangeTask(task.node_id, dict(decided)))}

    def note(tx: Tx, keys: Sequence[str]) -> dict[str, Exception]:
        if delegation is not None:
            change_tasks(tx, ("delegation_state",), [(key, delegation) for key in keys])
        return {}

    raise_first(move_directly(ctx, [task_id], locate, note), [task_id])
