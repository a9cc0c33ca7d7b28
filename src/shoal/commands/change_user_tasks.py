"""Changes properties of open user tasks. Their listeners hear of it: update first, then assignment."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from shoal import clock
from shoal.commands.complete_user_tasks import no_such_task
from shoal.commands.context import Context
from shoal.commands.direct import Aim, Guard, move_directly
from shoal.commands.standalone_tasks import IsStandalone, change_standalone_tasks, no_variables
from shoal.errors import ShoalError
from shoal.ids import is_id
from shoal.kernel.stimulus import ChangeTask
from shoal.store.database import Tx
from shoal.store.queries.identity_links import Candidates, candidates_of
from shoal.store.queries.user_tasks import TaskPlace, change_tasks, find_tasks
from shoal.values import TypedValue

Decide = Callable[[TaskPlace, Candidates], Mapping[str, Any]]
"""What is to change of a task, by the names of its columns and ``candidate_users``, ``candidate_groups``.

Raises a ShoalError if it must not be changed. Asked again when others changed the task meanwhile.
"""
_NOT_OF_THE_MODEL = "delegation_state"


def change_user_tasks(
    ctx: Context,
    changes: Mapping[str, Decide],
    variables: Mapping[str, TypedValue] | None = None,
    guard: Guard | None = None,
) -> dict[str, Exception]:
    """Change tasks; the errors of those that were not changed, by task id.

    ``variables`` are set before: each where it is, as the task sees it, else in the instance. ``guard`` is asked
    about tasks of instances, these locked, before anything is written.
    NotFoundError: no such task, or it has ended. SuspendedError: its instance is suspended. ExecutionError: a
    listener failed. What a Decide raises.
    """
    delegations: dict[str, str | None] = {}

    def locate(tx: Tx, task_ids: Sequence[str]) -> dict[str, Aim | Exception]:
        found = find_tasks(tx, [each for each in task_ids if is_id(each)])
        candidates = candidates_of(tx, list(found))
        aims: dict[str, Aim | Exception] = {}
        for task_id in task_ids:
            task = found.get(task_id)
            if task is None or task.ended_at is not None:
                aims[task_id] = no_such_task(task_id)
                continue
            if task.instance_id == task_id:
                aims[task_id] = IsStandalone()
                continue
            try:
                decided = dict(changes[task_id](task, candidates.get(task_id, Candidates())))
            except ShoalError as error:
                aims[task_id] = error
                continue
            delegations[task_id] = decided.pop(_NOT_OF_THE_MODEL, task.delegation_state)
            aims[task_id] = Aim(task.instance_id, ChangeTask(task.node_id, decided, variables or {}))
        return aims

    def note(tx: Tx, task_ids: Sequence[str]) -> None:
        now = clock.now()
        change_tasks(tx, (_NOT_OF_THE_MODEL, "updated_at"), [(each, delegations[each], now) for each in task_ids])

    errors = move_directly(ctx, list(changes), locate, guard, note)
    alone = [task_id for task_id, error in errors.items() if isinstance(error, IsStandalone)]
    if alone and variables:
        return errors | {task_id: no_variables() for task_id in alone}
    for task_id in alone:
        del errors[task_id]
    return errors | change_standalone_tasks(ctx, {task_id: changes[task_id] for task_id in alone})
