"""Rows of activity instances."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shoal.kernel.effects import Effects

if TYPE_CHECKING:
    from shoal.commands.rows.chunk import ChunkRows


def add_activities(rows: ChunkRows, instance_id: str, effects: Effects) -> None:
    now = rows.now
    keep = rows.level.keeps_activities
    new = rows.activities
    for each in effects.activities.values():
        ended = each.ended
        if keep or not ended:
            new.append(
                (
                    each.id,
                    instance_id,
                    each.parent_id,
                    each.activity_id,
                    each.activity_type,
                    each.called_instance_id,
                    each.task_id,
                    now,
                    now if ended else None,
                    each.cancelled,
                )
            )
    if effects.activities_ended:
        if keep:
            rows.activities_ended += [
                (node_id, now, cancelled) for node_id, cancelled in effects.activities_ended.items()
            ]
        else:
            rows.activities_dropped += effects.activities_ended
    if effects.activities_changed:
        rows.activities_changed += effects.activities_changed.items()
