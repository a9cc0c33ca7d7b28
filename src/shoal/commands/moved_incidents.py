"""Open incidents go with their instances to another definition, and with their jobs to other elements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shoal.store.database import Tx
from shoal.store.queries import incidents

if TYPE_CHECKING:
    from shoal.commands.rows import ChunkRows


def move_incidents(tx: Tx, rows: ChunkRows) -> None:
    """Camunda 7: activity and definition of the incident change, the activity that failed stays."""
    for definition_id, ids in rows.migrated_to.items():
        incidents.set_definition(tx, ids, definition_id)
    elements: dict[str, str] = {}
    for row_id, columns in (*rows.jobs_changed, *rows.external_tasks_changed):
        if "activity_id" in columns:
            elements[row_id] = columns["activity_id"]
    if not elements:
        return
    found = incidents.open_of_instances(tx, [instance_id for instance_id, _ in rows.migrated])
    incidents.set_elements(
        tx, [(incident_id, elements[about]) for incident_id, _, about in found if about in elements]
    )
