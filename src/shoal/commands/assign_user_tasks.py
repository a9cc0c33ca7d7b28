"""Who works on a user task: claim, give back, assign, delegate, resolve."""

from __future__ import annotations

from shoal.commands.complete_user_tasks import no_such_task
from shoal.commands.context import Context
from shoal.commands.texts import checked
from shoal.errors import ConflictError, SuspendedError
from shoal.ids import is_id
from shoal.store.database import Tx
from shoal.store.queries.instances import lock_headers
from shoal.store.queries.user_tasks import TaskPlace, change_tasks, find_tasks


def claim_user_task(ctx: Context, task_id: str, user_id: str) -> None:
    """Take a task that nobody has. ConflictError if somebody else has it; NotFoundError; SuspendedError."""
    with ctx.database.write() as tx:
        task = _open_task(tx, task_id)
        if task.assignee is not None and task.assignee != user_id:
            raise ConflictError(f"task '{task_id}' is claimed by '{task.assignee}' already", assignee=task.assignee)
        change_tasks(tx, ("assignee",), [(task_id, checked("user_id", user_id))])


def assign_user_task(ctx: Context, task_id: str, user_id: str | None) -> None:
    """Give a task to somebody, or to nobody. NotFoundError; SuspendedError."""
    with ctx.database.write() as tx:
        _open_task(tx, task_id)
        change_tasks(tx, ("assignee",), [(task_id, checked("user_id", user_id))])


def delegate_user_task(ctx: Context, task_id: str, user_id: str) -> None:
    """Let somebody else do a task; whoever had it owns it until it is resolved. NotFoundError; SuspendedError."""
    with ctx.database.write() as tx:
        task = _open_task(tx, task_id)
        owner = task.owner if task.owner is not None else task.assignee
        row = (task_id, checked("user_id", user_id), owner, "PENDING")
        change_tasks(tx, ("assignee", "owner", "delegation_state"), [row])


def resolve_user_task(ctx: Context, task_id: str) -> None:
    """A delegated task is done: it goes back to its owner. NotFoundError; SuspendedError."""
    with ctx.database.write() as tx:
        task = _open_task(tx, task_id)
        change_tasks(tx, ("assignee", "delegation_state"), [(task_id, task.owner, "RESOLVED")])


def _open_task(tx: Tx, task_id: str) -> TaskPlace:
    """The task, its instance locked."""
    found = find_tasks(tx, [task_id]) if is_id(task_id) else {}
    if task_id not in found:
        raise no_such_task(task_id)
    header = lock_headers(tx, [found[task_id].instance_id], skip=False).get(found[task_id].instance_id)
    task = find_tasks(tx, [task_id]).get(task_id)
    if header is None or task is None or task.ended_at is not None:
        raise no_such_task(task_id)
    if header.suspended:
        raise SuspendedError(f"process instance '{header.id}' is suspended")
    return task
