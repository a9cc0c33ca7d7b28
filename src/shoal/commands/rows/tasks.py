"""Rows of user tasks and of who may work on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shoal.commands.rows.texts import storable
from shoal.ids import new_id
from shoal.kernel.effects import Effects

if TYPE_CHECKING:
    from shoal.commands.rows.chunk import ChunkRows


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
    for task_id, reason in ends.items():
        if task_id not in effects.user_tasks:
            if keep:
                rows.tasks_ended.append((task_id, now, reason))
            else:
                rows.tasks_dropped.append(task_id)
    if effects.user_tasks_changed:
        rows.tasks_changed += effects.user_tasks_changed.items()
