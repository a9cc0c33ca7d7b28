"""Incidents: work that stopped and waits for somebody to act."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shoal.commands.context import Context
from shoal.commands.settle_incidents import annotate_incident, resolve_incident
from shoal.engine import log_words
from shoal.engine.access import allowed
from shoal.engine.filters import parsed
from shoal.engine.paging import check_page
from shoal.errors import NotFoundError
from shoal.filters.history import IncidentFilter
from shoal.people.permissions import Permission
from shoal.store.queries.history.incidents import INCIDENTS, HistoricIncidentRow
from shoal.store.queries.ordering import Order

Filter = IncidentFilter | Mapping[str, Any] | None
Found = list[HistoricIncidentRow]


class Incidents:
    """``engine.incidents``: the open ones; ``engine.history.incidents`` has all.

    Those of jobs and external tasks are resolved by giving these new tries, for instance by the batch
    set-job-retries.
    """

    def __init__(self, context: Context) -> None:
        self._context = context

    @allowed(Permission.READ_INSTANCES)
    def find(
        self,
        filter: Filter = None,  # noqa: A002 - the word that users of filters know
        *,
        sort: str | Sequence[Order] = "id",
        descending: bool = False,
        offset: int = 0,
        limit: int = 100,
        **conditions: Any,
    ) -> Found:
        """The open incidents that match, those of batches too: ``find(kind="failedJob")``."""
        check_page(limit, offset=offset)
        wanted = _open(filter, conditions)
        with self._context.database.read() as tx:
            return INCIDENTS.rows(tx, wanted, sort or "id", descending=descending, offset=offset, limit=limit)

    @allowed(Permission.READ_INSTANCES)
    def count(self, filter: Filter = None, **conditions: Any) -> int:  # noqa: A002
        """How many open incidents match; all, if nothing is said."""
        with self._context.database.read() as tx:
            return INCIDENTS.count(tx, _open(filter, conditions))

    @allowed(Permission.READ_INSTANCES)
    def get(self, incident_id: str) -> HistoricIncidentRow:
        """One open incident. NotFoundError."""
        found = self.find(ids=(incident_id,))
        if not found:
            raise NotFoundError(f"No matching incident with id {incident_id}", incident_id=incident_id)
        return found[0]

    @allowed(Permission.UPDATE_INSTANCES, log_words.RESOLVE_INCIDENT)
    def resolve(self, incident_id: str) -> None:
        """Resolve an incident that was opened by hand. NotFoundError; ConflictError: it is of a job or a task."""
        resolve_incident(self._context, incident_id)

    @allowed(Permission.UPDATE_INSTANCES, log_words.ANNOTATE_INCIDENT)
    def annotate(self, incident_id: str, annotation: str) -> None:
        """Write a note on it. NotFoundError; InputError: it is too long."""
        annotate_incident(self._context, incident_id, annotation)

    @allowed(Permission.UPDATE_INSTANCES, log_words.CLEAR_INCIDENT_ANNOTATION)
    def clear_annotation(self, incident_id: str) -> None:
        """Take the note away. NotFoundError."""
        annotate_incident(self._context, incident_id, None)


def _open(given: Filter, conditions: Mapping[str, Any]) -> IncidentFilter:
    return parsed(IncidentFilter, given, {**conditions, "state": "open"})
