"""Rows of variables and of the log of their updates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shoal.commands.advance import Moved
from shoal.ids import new_id
from shoal.kernel.effects import Effects

if TYPE_CHECKING:
    from shoal.commands.rows.chunk import ChunkRows


def add_variables(rows: ChunkRows, moved: Moved, effects: Effects, ended: bool) -> None:
    keep = rows.level.keeps_variables
    now = rows.now
    encode = rows.encoder.encode
    instance_id = moved.id
    stored = moved.loaded.stored
    # the variables of the instance itself stay as they were when it ends
    gone = effects.scopes_ended - {instance_id} if ended else effects.scopes_ended
    if not (ended and not keep):
        for (scope_id, name), record in effects.variables.items():
            live = not gone or scope_id not in gone
            if not live and not keep:
                continue
            columns = encode(instance_id, name, record.value)
            known = stored.get((scope_id, name)) if stored else None
            if known is None:
                rows.variables.append((new_id(), instance_id, scope_id, name, *columns, live, now, 1))
            else:
                rows.variables_changed.append((known.id, *columns, known.revision + 1))
                if known.blob_id is not None:
                    rows.replaced_blobs.append((instance_id, known.blob_id))
    if rows.level.keeps_everything:
        rows.variable_log += [
            (
                new_id(),
                instance_id,
                each.scope_id,
                each.node_id,
                each.name,
                *encode(instance_id, each.name, each.value),
                now,
            )
            for each in effects.variable_log
        ]
    if stored:
        for key in effects.variables_removed:
            if key in stored and key not in effects.variables:
                rows.variables_removed.append(stored[key].id)
                blob_id = stored[key].blob_id
                if blob_id is not None:
                    rows.replaced_blobs.append((instance_id, blob_id))
        if gone:
            _ended_scopes(rows, instance_id, stored, gone, keep)


def _ended_scopes(
    rows: ChunkRows, instance_id: str, stored: dict[tuple[str, str], Any], gone: set[str], keep: bool
) -> None:
    rows.ended_scopes += [(instance_id, each) for each in {scope for scope, _ in stored} & gone]
    if not keep:
        rows.replaced_blobs += [
            (instance_id, each.blob_id)
            for (scope, _), each in stored.items()
            if scope in gone and each.blob_id is not None
        ]
