"""What a worker reports of external tasks that it has done: completion, or a BPMN error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from shoal.commands.context import Context
from shoal.commands.direct import Aim, move_directly, raise_first
from shoal.commands.external_task_access import refusals, refused
from shoal.ids import is_id
from shoal.kernel.stimulus import Complete, Stimulus, ThrowError
from shoal.store.database import Tx
from shoal.store.queries.external_tasks import find_external_tasks
from shoal.values import TypedValue

Variables = Mapping[str, TypedValue]
_NOTHING: Variables = MappingProxyType({})


class WorkDone(NamedTuple):
    """A task is complete. ``variables`` go to where they are, ``local_variables`` to the task's own scope."""

    task_id: str
    worker_id: str
    variables: Variables = _NOTHING
    local_variables: Variables = _NOTHING

    def stimulus(self, node_id: str) -> Stimulus:
        """What the kernel is told."""
        return Complete(node_id, self.variables, self.local_variables)


class WorkRefused(NamedTuple):
    """A task ends with a BPMN error that the model may catch."""

    task_id: str
    worker_id: str
    error_code: str
    error_message: str | None = None
    variables: Variables = _NOTHING

    def stimulus(self, node_id: str) -> Stimulus:
        """What the kernel is told."""
        return ThrowError(node_id, self.error_code, self.error_message, self.variables)


def complete_external_tasks(ctx: Context, requests: Sequence[WorkDone]) -> dict[str, Exception]:
    """Complete tasks and move their instances on; the errors of those that were not completed, by task id.

    NotFoundError: no such task. InputError: the worker does not hold it. SuspendedError: its instance is suspended.
    VariableTypeError, ExecutionError: what followed failed, and the task is as it was.
    """
    return _report(ctx, requests, "completed")


def throw_external_task_errors(ctx: Context, requests: Sequence[WorkRefused]) -> dict[str, Exception]:
    """End tasks with BPMN errors; the errors of those for which that was not possible, by task id.

    The same errors as ``complete_external_tasks``.
    """
    return _report(ctx, requests, "ended with an error")


def complete_external_task(
    ctx: Context,
    task_id: str,
    worker_id: str,
    variables: Variables | None = None,
    local_variables: Variables | None = None,
) -> None:
    """Complete one task. Raises what ``complete_external_tasks`` returns."""
    request = WorkDone(task_id, worker_id, variables or {}, local_variables or {})
    raise_first(complete_external_tasks(ctx, [request]), [task_id])


def throw_external_task_error(
    ctx: Context,
    task_id: str,
    worker_id: str,
    error_code: str,
    error_message: str | None = None,
    variables: Variables | None = None,
) -> None:
    """End one task with a BPMN error. Raises what ``throw_external_task_errors`` returns."""
    request = WorkRefused(task_id, worker_id, error_code, error_message, variables or {})
    raise_first(throw_external_task_errors(ctx, [request]), [task_id])


def _report(ctx: Context, requests: Sequence[WorkDone] | Sequence[WorkRefused], verb: str) -> dict[str, Exception]:
    wanted: dict[str, WorkDone | WorkRefused] = {each.task_id: each for each in requests}
    workers = {each.task_id: each.worker_id for each in requests}

    def locate(tx: Tx, task_ids: Sequence[str]) -> dict[str, Aim | Exception]:
        found = find_external_tasks(tx, [each for each in task_ids if is_id(each)])
        aims: dict[str, Aim | Exception] = {}
        for task_id in task_ids:
            task = found.get(task_id)
            error = refused(task_id, task, workers[task_id], verb)
            if task is None or error is not None:
                aims[task_id] = error or LookupError(task_id)
            else:
                request = wanted[task_id]
                # Camunda 7: a task that ends with an error is deleted, not done
                done = task_id if isinstance(request, WorkDone) else None
                aims[task_id] = Aim(task.instance_id, request.stimulus(task.node_id), done)
        return aims

    def guard(tx: Tx, task_ids: Sequence[str]) -> dict[str, Exception]:
        return refusals(tx, workers, task_ids, verb)

    return move_directly(ctx, list(wanted), locate, guard)
