"""Rows of headers and states."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shoal.commands.advance import Moved
from shoal.kernel import encode_state
from shoal.kernel.effects import InstanceEnd

if TYPE_CHECKING:
    from shoal.commands.rows.chunk import ChunkRows


def add_header(rows: ChunkRows, moved: Moved, end: InstanceEnd | None) -> None:
    header = moved.loaded.header
    facts = moved.loaded.snapshot.instance
    instance_id = facts.id
    now = rows.now
    if header is None:
        rows.new_headers.append(
            (
                instance_id,
                facts.definition_id,
                facts.business_key,
                "active" if end is None else end.state.value,
                False,
                facts.tenant_id,
                facts.root_id or instance_id,
                facts.super_id,
                facts.super_node_id,
                moved.start_activity_id,
                None if end is None else end.end_activity_id,
                now,
                None if end is None else now,
                moved.started_by,
                None if end is None else end.reason,
                moved.restarted_from,
                1,
            )
        )
        if end is None:
            rows.new_states.append((instance_id, encode_state(moved.loaded.snapshot.state)))
    elif end is None:
        rows.continued.append(instance_id)
        if moved.released:
            rows.released.append(instance_id)
        rows.changed_states.append((instance_id, encode_state(moved.loaded.snapshot.state)))
    else:
        rows.ended.append(instance_id)
        rows.ended_headers.append(
            (instance_id, end.state.value, False, now, end.reason, end.end_activity_id, header.revision + 1)
        )
    if header is not None and moved.effects.definition_id is not None:
        rows.migrated.append((instance_id, moved.effects.definition_id))
