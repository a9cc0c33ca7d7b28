"""Who works on a user task: claim, give back, assign, delegate, resolve. Listeners of the task are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shoal.commands.change_user_tasks import Decide, change_user_tasks
from shoal.commands.context import Context
from shoal.commands.direct import raise_first
from shoal.commands.set_variables import check_variables
from shoal.commands.texts import checked
from shoal.errors import ConflictError
from shoal.store.queries.identity_links import Candidates
from shoal.store.queries.user_tasks import TaskPlace
from shoal.values import TypedValue


def claim_user_task(ctx: Context, task_id: str, user_id: str) -> None:
    """Take a task that nobody has. ConflictError if somebody else has it; NotFoundError; SuspendedError."""

    def decide(task: TaskPlace, _candidates: Candidates) -> Mapping[str, Any]:
        if task.assignee is not None and task.assignee != user_id:
            raise ConflictError(f"task '{task_id}' is claimed by '{task.assignee}' already", assignee=task.assignee)
        return {"assignee": user_id}

    checked("user_id", user_id)
    _change(ctx, task_id, decide)


def unclaim_user_task(ctx: Context, task_id: str) -> None:
    """Give a task back: nobody has it. NotFoundError; SuspendedError."""
    assign_user_task(ctx, task_id, None)


def assign_user_task(ctx: Context, task_id: str, user_id: str | None) -> None:
    """Give a task to somebody, or to nobody. NotFoundError; SuspendedError."""
    checked("user_id", user_id)
    _change(ctx, task_id, lambda _task, _candidates: {"assignee": user_id})


def delegate_user_task(ctx: Context, task_id: str, user_id: str) -> None:
    """Let somebody else do a task; whoever had it owns it until it is resolved. NotFoundError; SuspendedError."""

    def decide(task: TaskPlace, _candidates: Candidates) -> Mapping[str, Any]:
        owner = task.owner if task.owner is not None else task.assignee
        return {"assignee": user_id, "owner": owner, "delegation_state": "PENDING"}

    checked("user_id", user_id)
    _change(ctx, task_id, decide)


def resolve_user_task(ctx: Context, task_id: str, variables: Mapping[str, TypedValue] | None = None) -> None:
    """A delegated task is done: it goes back to its owner. NotFoundError; SuspendedError; VariableTypeError.

    ``variables`` are set before: each where it is, as the task sees it, else in the instance.
    """

    def decide(task: TaskPlace, _candidates: Candidates) -> Mapping[str, Any]:
        return {"assignee": task.owner, "delegation_state": "RESOLVED"}

    check_variables(variables or {})
    _change(ctx, task_id, decide, variables)


def _change(ctx: Context, task_id: str, decide: Decide, variables: Mapping[str, TypedValue] | None = None) -> None:
    raise_first(change_user_tasks(ctx, {task_id: decide}, variables), [task_id])
