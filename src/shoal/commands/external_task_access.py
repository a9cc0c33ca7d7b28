"""Whether a worker may touch an external task. Camunda 7: only the one that locked it last, expired or not."""

from __future__ import annotations

from collections.abc import Sequence

from shoal.errors import InputError, NotFoundError
from shoal.store.database import Tx
from shoal.store.queries.external_tasks import ExternalTask, hold_external_tasks


def refused(task_id: str, task: ExternalTask | None, worker_id: str | None, verb: str) -> Exception | None:
    """Why the worker may not do it; None if it may. ``worker_id`` None asks for nothing but the task."""
    if task is None:
        return NotFoundError(f"External task with id {task_id} does not exist", task_id=task_id)
    if worker_id is not None and task.worker_id != worker_id:
        holder = f"It is locked by worker '{task.worker_id}'." if task.worker_id else "It is not locked."
        return InputError(
            f"External Task {task_id} cannot be {verb} by worker '{worker_id}'. {holder}", task_id=task_id
        )
    return None


def refusals(tx: Tx, workers: dict[str, str], task_ids: Sequence[str], verb: str) -> dict[str, Exception]:
    """Lock the tasks, and say which of them their workers lost meanwhile."""
    found = hold_external_tasks(tx, task_ids)
    checked = {each: refused(each, found.get(each), workers[each], verb) for each in task_ids}
    return {each: error for each, error in checked.items() if error is not None}
