"""Completes user tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from shoal.commands.context import Context
from shoal.commands.direct import Aim, move_directly, raise_first
from shoal.commands.standalone_tasks import (
    IsStandalone,
    complete_standalone_tasks,
    end_children,
    no_variables,
)
from shoal.errors import ConflictError, NotFoundError
from shoal.ids import is_id
from shoal.kernel.stimulus import Complete
from shoal.store.database import Tx
from shoal.store.queries.user_tasks import find_tasks
from shoal.values import TypedValue

Variables = Mapping[str, TypedValue]
_NOTHING: Variables = MappingProxyType({})


class TaskCompletion(NamedTuple):
    """``variables`` go to where they are, ``local_variables`` to the task's own scope."""

    task_id: str
    variables: Variables = _NOTHING
    local_variables: Variables = _NOTHING


def complete_user_tasks(ctx: Context, requests: Sequence[TaskCompletion]) -> dict[str, Exception]:
    """Complete tasks and move their instances on; the errors of those that were not completed, by task id.

    NotFoundError: no such task, or it has ended. SuspendedError: its instance is suspended. ConflictError: it is
    delegated (Camunda 7: resolve it first). VariableTypeError, ExecutionError: what followed failed.
    """
    wanted = {each.task_id: each for each in requests}

    def locate(tx: Tx, task_ids: Sequence[str]) -> dict[str, Aim | Exception]:
        found = find_tasks(tx, [each for each in task_ids if is_id(each)])
        aims: dict[str, Aim | Exception] = {}
        for task_id in task_ids:
            task = found.get(task_id)
            if task is None or task.ended_at is not None:
                aims[task_id] = no_such_task(task_id)
            elif task.delegation_state == "PENDING":
                aims[task_id] = ConflictError(f"task '{task_id}' is delegated: it has to be resolved first")
            elif task.instance_id == task_id:
                _, variables, local = wanted[task_id]
                aims[task_id] = no_variables() if variables or local else IsStandalone()
            else:
                _, variables, local = wanted[task_id]
                aims[task_id] = Aim(task.instance_id, Complete(task.node_id, variables, local))
        return aims

    def note(tx: Tx, task_ids: Sequence[str]) -> None:
        end_children(ctx, tx, task_ids)

    errors = move_directly(ctx, list(wanted), locate, note=note)
    alone = [task_id for task_id, error in errors.items() if isinstance(error, IsStandalone)]
    for task_id in alone:
        del errors[task_id]
    return errors | complete_standalone_tasks(ctx, alone)


def complete_user_task(
    ctx: Context, task_id: str, variables: Variables | None = None, local_variables: Variables | None = None
) -> None:
    """Complete one task. Raises what ``complete_user_tasks`` returns."""
    request = TaskCompletion(task_id, variables or {}, local_variables or {})
    raise_first(complete_user_tasks(ctx, [request]), [task_id])


def no_such_task(task_id: str) -> NotFoundError:
    """The error for a task that does not exist or has ended."""
    return NotFoundError(f"no open task has the id '{task_id}'", task_id=task_id)
