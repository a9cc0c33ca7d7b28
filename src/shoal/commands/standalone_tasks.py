"""User tasks that belong to no process instance, sub-tasks among them: made, changed, ended, deleted.

No model stands behind them, so there are no listeners, and nothing moves on. Camunda 7: TaskService.newTask.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from shoal import clock
from shoal.commands.context import Context
from shoal.commands.task_properties import CANDIDATES, check_task_properties
from shoal.errors import ConflictError, InputError, NotFoundError, ShoalError
from shoal.ids import is_id, new_id
from shoal.store.database import Tx
from shoal.store.queries import identity_links, user_tasks
from shoal.store.queries.erasure import delete_history
from shoal.store.queries.identity_links import Candidates, IdentityLink, candidates_of
from shoal.store.queries.user_tasks import TaskPlace, find_tasks

if TYPE_CHECKING:
    from shoal.commands.change_user_tasks import Decide

_PRIORITY = 50
"""Camunda 7: that of a task of which nothing else is said."""


class IsStandalone(Exception):  # noqa: N818 - tells where a request belongs, and never reaches a caller
    """Instead of an aim: the task has no process instance that could be moved."""


def no_variables() -> InputError:
    """The error for variables of such a task: there is no scope that could hold them."""
    return InputError("a task of no process instance has no variables", field="variables")


def create_standalone_task(
    ctx: Context, properties: Mapping[str, Any], *, task_id: str | None = None, parent_id: str | None = None
) -> str:
    """Make a task, or a sub-task of ``parent_id``; its id. ``properties``: see ``TASK_PROPERTIES``.

    InputError: a property; ``task_id`` is no id, or is taken. NotFoundError: the parent is no open task.
    """
    check_task_properties(properties)
    if task_id is not None and not is_id(task_id):
        raise InputError(f"task_id: '{task_id}' is not an id", field="task_id")
    made = task_id or new_id()
    said = {"priority": _PRIORITY, **properties}
    own = {"id": made, "instance_id": made, "node_id": made, "activity_id": "", "parent_id": parent_id}
    known = {**said, **own, "created_at": clock.now()}
    row = tuple(known.get(name) for name in user_tasks.STANDALONE_COLUMNS)
    with ctx.database.write() as tx:
        if parent_id is not None:
            _open(tx, parent_id)
        with tx.whole():
            taken = find_tasks(tx, [made])
        if taken:
            raise InputError(f"task_id: there is a task '{made}' already", field="task_id")
        user_tasks.insert_standalone(tx, [row])
    return made


def delete_standalone_tasks(
    ctx: Context, task_ids: Sequence[str], *, reason: str = "deleted", cascade: bool = False
) -> None:
    """End open tasks and their sub-tasks; ``cascade``: remove tasks, open or ended, with all that was kept of them.

    NotFoundError: no such task. ConflictError: it belongs to a process instance (Camunda 7: the same).
    """
    with ctx.database.write() as tx:
        found = find_tasks(tx, [each for each in task_ids if is_id(each)])
        for each in task_ids:
            if each not in found or (found[each].ended_at is not None and not cascade):
                raise NotFoundError(f"no open task has the id '{each}'", task_id=each)
            if found[each].instance_id != each:
                raise ConflictError(
                    f"The task cannot be deleted because is part of a running process: '{each}'", task_id=each
                )
        end_tasks_and_children(ctx, tx, list(found), reason)
        if cascade:
            delete_history(tx, ctx.blobs, list(found))


def change_standalone_tasks(ctx: Context, changes: Mapping[str, Decide]) -> dict[str, Exception]:
    """Change open tasks as each is decided; the errors of those that were not changed."""
    errors: dict[str, Exception] = {}
    for task_id, decide in changes.items():
        with ctx.database.write() as tx:
            try:
                task = _open(tx, task_id)
                candidates = candidates_of(tx, [task_id]).get(task_id, Candidates())
                _write(tx, task_id, dict(decide(task, candidates)))
            except ShoalError as error:
                errors[task_id] = error
    return errors


def complete_standalone_tasks(ctx: Context, task_ids: Sequence[str]) -> dict[str, Exception]:
    """Complete open tasks with their sub-tasks; the errors of those that were not completed."""
    errors: dict[str, Exception] = {}
    for task_id in task_ids:
        with ctx.database.write() as tx:
            try:
                _open(tx, task_id)
                end_tasks_and_children(ctx, tx, [task_id], "completed")
            except ShoalError as error:
                errors[task_id] = error
    return errors


def end_tasks_and_children(ctx: Context, tx: Tx, task_ids: Sequence[str], reason: str) -> None:
    """End tasks that belong to no process instance, and every sub-task below."""
    end_children(ctx, tx, task_ids, reason)
    _end(ctx, tx, task_ids, reason)


def end_children(ctx: Context, tx: Tx, task_ids: Sequence[str], reason: str = "completed") -> None:
    """End the sub-tasks of tasks. Camunda 7: they end as their parent does."""
    level = task_ids
    while level := user_tasks.open_children(tx, level):
        _end(ctx, tx, level, reason)


def _end(ctx: Context, tx: Tx, task_ids: Sequence[str], reason: str) -> None:
    if ctx.settings.history_level.keeps_activities:
        user_tasks.end_open(tx, task_ids, reason, clock.now())
    else:
        delete_history(tx, ctx.blobs, task_ids)


def _open(tx: Tx, task_id: str) -> TaskPlace:
    """The open task, locked."""
    found = user_tasks.lock_open_task(tx, task_id) if is_id(task_id) else None
    if found is None:
        raise NotFoundError(f"no open task has the id '{task_id}'", task_id=task_id)
    return found


def _write(tx: Tx, task_id: str, changes: dict[str, Any]) -> None:
    for name, kind in CANDIDATES.items():
        if name not in changes:
            continue
        identity_links.delete_candidates(tx, [(task_id, name)])
        for each in changes.pop(name):
            user, group = (each, None) if kind == "user" else (None, each)
            link = IdentityLink(task_id, "candidate", user, group)
            identity_links.insert_link(tx, new_id(), task_id, link)
    changes["updated_at"] = clock.now()
    user_tasks.change_tasks(tx, tuple(changes), [(task_id, *changes.values())])
