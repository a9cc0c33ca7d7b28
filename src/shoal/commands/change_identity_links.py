"""Who has to do with a user task: candidates, and people in any other part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shoal import clock
from shoal.commands.change_user_tasks import Decide, change_user_tasks
from shoal.commands.complete_user_tasks import no_such_task
from shoal.commands.context import Context
from shoal.commands.direct import raise_first
from shoal.commands.log_links import log_link
from shoal.commands.texts import checked
from shoal.commands.touch_user_task import touch_user_task
from shoal.errors import InputError, SuspendedError
from shoal.ids import is_id, new_id
from shoal.store.database import Tx
from shoal.store.queries import identity_links
from shoal.store.queries.identity_links import Candidates, IdentityLink
from shoal.store.queries.instances import lock_headers
from shoal.store.queries.user_tasks import TaskPlace, find_tasks, lock_open_task

CANDIDATE = "candidate"
_SINGLE = ("assignee", "owner")


def add_identity_link(
    ctx: Context, task_id: str, kind: str, *, user_id: str | None = None, group_id: str | None = None
) -> None:
    """Let a user or a group be a ``candidate``, or anything else; ``assignee`` and ``owner`` set that property.

    A link that is there already stays. InputError: not exactly one of user and group, or a group as assignee or
    owner. NotFoundError: no open task. SuspendedError.
    """
    _check(kind, user_id, group_id)
    if kind in _SINGLE:
        _decide(ctx, task_id, lambda _task, _candidates: {kind: user_id})
    elif kind == CANDIDATE:

        def decide(_task: TaskPlace, candidates: Candidates) -> Mapping[str, Any]:
            if user_id is not None:
                return {"candidate_users": tuple(dict.fromkeys((*candidates.users, user_id)))}
            return {"candidate_groups": tuple(dict.fromkeys((*candidates.groups, group_id)))}

        _decide(ctx, task_id, decide)
    else:

        def write(tx: Tx) -> None:
            task = _open_task(tx, task_id)
            wanted = IdentityLink(task_id, kind, user_id, group_id)
            if wanted not in identity_links.links_of_task(tx, task_id):
                identity_links.insert_link(tx, new_id(), task.instance_id, wanted)
                if ctx.settings.history_level.keeps_everything:
                    log_link(tx, "add", task.instance_id, wanted, clock.now())

        touch_user_task(ctx, task_id, write)


def delete_identity_link(
    ctx: Context, task_id: str, kind: str, *, user_id: str | None = None, group_id: str | None = None
) -> None:
    """Take a link away; nothing happens if there is none. The same errors as ``add_identity_link``."""
    _check(kind, user_id, group_id)
    if kind in _SINGLE:

        def clear(task: TaskPlace, _candidates: Candidates) -> Mapping[str, Any]:
            return {kind: None} if getattr(task, kind) == user_id else {}

        _decide(ctx, task_id, clear)
    elif kind == CANDIDATE:

        def decide(_task: TaskPlace, candidates: Candidates) -> Mapping[str, Any]:
            if user_id is not None:
                return {"candidate_users": tuple(each for each in candidates.users if each != user_id)}
            return {"candidate_groups": tuple(each for each in candidates.groups if each != group_id)}

        _decide(ctx, task_id, decide)
    else:

        def write(tx: Tx) -> None:
            task = _open_task(tx, task_id)
            unwanted = IdentityLink(task_id, kind, user_id, group_id)
            if identity_links.delete_link(tx, unwanted) and ctx.settings.history_level.keeps_everything:
                log_link(tx, "delete", task.instance_id, unwanted, clock.now())

        touch_user_task(ctx, task_id, write)


def _decide(ctx: Context, task_id: str, decide: Decide) -> None:
    raise_first(change_user_tasks(ctx, {task_id: decide}), [task_id])


def _check(kind: str, user_id: str | None, group_id: str | None) -> None:
    if not kind:
        raise InputError("a link needs a type, such as candidate", field="type")
    for field, text in (("type", kind), ("userId", user_id), ("groupId", group_id)):
        checked(field, text)
    if (user_id is None) == (group_id is None):
        raise InputError("a link is to either a user or a group", field="userId")
    if kind in _SINGLE and group_id is not None:
        raise InputError(f"a group cannot be the {kind} of a task", field="groupId")


def _open_task(tx: Tx, task_id: str) -> TaskPlace:
    """The task, its instance locked."""
    found = find_tasks(tx, [task_id]).get(task_id) if is_id(task_id) else None
    if found is None:
        raise no_such_task(task_id)
    if found.instance_id == task_id:
        alone = lock_open_task(tx, task_id)
        if alone is None:
            raise no_such_task(task_id)
        return alone
    header = lock_headers(tx, [found.instance_id], skip=False).get(found.instance_id)
    task = find_tasks(tx, [task_id]).get(task_id)
    if header is None or task is None or task.ended_at is not None:
        raise no_such_task(task_id)
    if header.suspended:
        raise SuspendedError(f"process instance '{header.id}' is suspended")
    return task
