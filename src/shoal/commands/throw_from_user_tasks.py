"""User tasks that end with a BPMN error, or say an escalation, which the model may catch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from shoal.commands.complete_user_tasks import no_such_task
from shoal.commands.context import Context
from shoal.commands.direct import Aim, move_directly, raise_first
from shoal.errors import InputError
from shoal.ids import is_id
from shoal.kernel.stimulus import Stimulus, ThrowError, ThrowEscalation
from shoal.store.database import Tx
from shoal.store.queries.user_tasks import find_tasks
from shoal.values import TypedValue

Variables = Mapping[str, TypedValue]


def throw_user_task_error(
    ctx: Context,
    task_id: str,
    error_code: str,
    error_message: str | None = None,
    variables: Variables | None = None,
) -> None:
    """End the task with a BPMN error. Uncaught, it ends the path as any error of the model does.

    InputError without a code. NotFoundError: no open task. SuspendedError. ExecutionError: what followed failed.
    """
    if not error_code:
        raise InputError("a BPMN error needs a code", field="errorCode")
    _throw(ctx, task_id, lambda node_id: ThrowError(node_id, error_code, error_message, variables or {}))


def throw_user_task_escalation(
    ctx: Context, task_id: str, escalation_code: str, variables: Variables | None = None
) -> None:
    """Say an escalation; the task goes on unless what catches it interrupts it. The same errors."""
    if not escalation_code:
        raise InputError("an escalation needs a code", field="escalationCode")
    _throw(ctx, task_id, lambda node_id: ThrowEscalation(node_id, escalation_code, variables or {}))


def _throw(ctx: Context, task_id: str, stimulus_for: Callable[[str], Stimulus]) -> None:
    def locate(tx: Tx, task_ids: Sequence[str]) -> dict[str, Aim | Exception]:
        found = find_tasks(tx, [each for each in task_ids if is_id(each)])
        aims: dict[str, Aim | Exception] = {}
        for each in task_ids:
            task = found.get(each)
            if task is None or task.ended_at is not None:
                aims[each] = no_such_task(each)
            else:
                aims[each] = Aim(task.instance_id, stimulus_for(task.node_id))
        return aims

    raise_first(move_directly(ctx, [task_id], locate), [task_id])
