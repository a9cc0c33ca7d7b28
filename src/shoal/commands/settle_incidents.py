"""Settles open incidents by hand: resolves one that was opened so, and writes notes on any."""

from __future__ import annotations

from shoal import clock
from shoal.commands.context import Context
from shoal.commands.texts import checked
from shoal.errors import ConflictError, NotFoundError
from shoal.ids import is_id
from shoal.store.database import Tx
from shoal.store.queries import incidents
from shoal.store.queries.incidents import OpenIncident
from shoal.store.queries.instances import lock_headers

_OF_THE_ENGINE = ("failedJob", "failedExternalTask")
_LONGEST = 4000


def resolve_incident(ctx: Context, incident_id: str) -> None:
    """Say that work goes on. NotFoundError.

    ConflictError: the engine opened it, and resolves it when its job or external task gets tries (Camunda 7).
    """
    with ctx.database.write() as tx:
        found = _open(tx, incident_id)
        if found.kind in _OF_THE_ENGINE:
            raise ConflictError(f"Cannot resolve an incident of type {found.kind}", incident_id=incident_id)
        if found.instance_id is not None:
            lock_headers(tx, [found.instance_id], skip=False)
        keep = ctx.settings.history_level.keeps_everything
        incidents.end_incidents(tx, [incident_id], "resolved", clock.now(), keep=keep)


def annotate_incident(ctx: Context, incident_id: str, annotation: str | None) -> None:
    """Write a note on it; None takes it away. NotFoundError; InputError: the text is too long."""
    checked("annotation", annotation, _LONGEST)
    with ctx.database.write() as tx:
        _open(tx, incident_id)
        incidents.annotate(tx, incident_id, annotation)


def _open(tx: Tx, incident_id: str) -> OpenIncident:
    found = incidents.find_open(tx, incident_id) if is_id(incident_id) else None
    if found is None:
        raise NotFoundError(f"No matching incident with id {incident_id}", incident_id=incident_id)
    return found
