"""Incidents: work that stopped and waits for somebody to act."""

from __future__ import annotations

from shoal.commands.context import Context
from shoal.engine.access import allowed
from shoal.engine.paging import check_page
from shoal.people.permissions import Permission
from shoal.store.queries.incident_lists import IncidentRow, list_open_incidents

Rows = list[IncidentRow]


class Incidents:
    """``engine.incidents``. They are resolved by giving their jobs new tries (batch set-job-retries)."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @allowed(Permission.READ_INSTANCES)
    def list(
        self,
        *,
        instance_id: str | None = None,
        activity_id: str | None = None,
        after_id: str | None = None,
        limit: int = 100,
    ) -> Rows:
        """The open incidents, by id; ``after_id`` is the last id of the page before."""
        check_page(limit, after_id=after_id)
        with self._context.database.read() as tx:
            return list_open_incidents(
                tx, limit=limit, after_id=after_id, instance_id=instance_id, activity_id=activity_id
            )
