"""Rows of user tasks and of who may work on them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from shoal.commands.rows.texts import storable
from shoal.ids import new_id
from shoal.kernel.effects import Effects, UserTaskRecord

if TYPE_CHECKING:
    from shoal.commands.rows.chunk import ChunkRows

_CANDIDATES = frozenset({"candidate_users", "candidate_groups"})


def add_tasks(rows: ChunkRows, instance_id: str, effects: Effects) -> None:
    now = rows.now
    keep = rows.level.keeps_activities
    ends = effects.user_tasks_ended
    for task in effects.user_tasks.values():
        reason = ends.get(task.id) if ends else None
        if reason is not None and not keep:
            continue
        rows.tasks.append(
            (
                task.id,
                instance_id,
                task.node_id,
                task.activity_id,
                storable(task.name),
                storable(task.description),
                storable(task.assignee),
                storable(task.owner),
                task.priority,
                task.due_at,
                task.follow_up_at,
                storable(task.form_key),
                now,
                None if reason is None else now,
                reason,
            )
        )
        for user in task.candidate_users:
            rows.links.append((new_id(), instance_id, task.id, "candidate", storable(user), None))
        for group in task.candidate_groups:
            rows.links.append((new_id(), instance_id, task.id, "candidate", None, storable(group)))
        if rows.level.keeps_everything:
            _log_links(rows, instance_id, task)
    for task_id, reason in ends.items():
        if task_id not in effects.user_tasks:
            if keep:
                rows.tasks_ended.append((task_id, now, reason))
            else:
                rows.tasks_dropped.append(task_id)
    for task_id, changes in effects.user_tasks_changed.items():
        _add_change(rows, instance_id, task_id, changes)


def _log_links(rows: ChunkRows, instance_id: str, task: UserTaskRecord) -> None:
    """Camunda 7: assignee and owner are links too."""
    users = [("assignee", task.assignee), ("owner", task.owner)]
    users += [("candidate", each) for each in task.candidate_users]
    for kind, user in users:
        if user is not None:
            rows.link_log.append((new_id(), instance_id, task.id, "add", kind, storable(user), None))
    for group in task.candidate_groups:
        rows.link_log.append((new_id(), instance_id, task.id, "add", "candidate", None, storable(group)))


def _add_change(rows: ChunkRows, instance_id: str, task_id: str, changes: Mapping[str, Any]) -> None:
    columns: dict[str, Any] = {
        name: storable(each) if isinstance(each, str) else each for name, each in changes.items()
    }
    for name in _CANDIDATES & columns.keys():
        rows.links_replaced.append((task_id, name))
        for each in columns.pop(name):
            holder = (storable(each), None) if name == "candidate_users" else (None, storable(each))
            rows.links.append((new_id(), instance_id, task_id, "candidate", *holder))
    if columns:
        rows.tasks_changed.append((task_id, columns))
