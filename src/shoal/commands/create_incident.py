"""Opens an incident by hand: something outside says that work has stopped."""

from __future__ import annotations

from shoal import clock
from shoal.commands.context import Context
from shoal.commands.texts import checked
from shoal.errors import ConflictError, InputError, NotFoundError
from shoal.filters import InstanceFilter
from shoal.filters.activities import ExecutionFilter
from shoal.ids import is_id, new_id
from shoal.store.database import Tx
from shoal.store.queries.executions import ExecutionRow, list_executions
from shoal.store.queries.incidents import open_incidents
from shoal.store.queries.instances import lock_headers

_LONGEST = 4000


def create_incident(
    ctx: Context, execution_id: str, kind: str, configuration: str | None = None, message: str | None = None
) -> str:
    """Open an incident of any type at an execution; its id.

    The execution of an instance stands for the only activity in it. InputError: no type. NotFoundError: no such
    execution. ConflictError: the instance has several activities, or none.
    """
    if not kind:
        raise InputError("incidentType is null", field="kind")
    kind, configuration, message = (
        checked("kind", kind) or "",
        checked("configuration", configuration),
        checked("message", message, _LONGEST),
    )
    with ctx.database.write() as tx:
        place = _place(tx, execution_id)
        if place.instance_id not in lock_headers(tx, [place.instance_id], skip=False):
            raise _unknown(execution_id)
        place = _place(tx, execution_id)
        incident_id = new_id()
        open_incidents(
            tx,
            [
                (
                    incident_id,
                    kind,
                    place.instance_id,
                    place.id,
                    place.activity_id,
                    place.activity_id,
                    place.definition_id,
                    configuration,
                    message,
                    "open",
                    clock.now(),
                    None,
                )
            ],
        )
    return incident_id


def _place(tx: Tx, execution_id: str) -> ExecutionRow:
    found = list_executions(tx, ExecutionFilter(ids=(execution_id,)), limit=1) if is_id(execution_id) else []
    if not found:
        raise _unknown(execution_id)
    if found[0].activity_id is not None:
        return found[0]
    inside = ExecutionFilter(instances=InstanceFilter(ids=(execution_id,)))
    activities = [each for each in list_executions(tx, inside, limit=3) if each.activity_id is not None]
    if len(activities) != 1:
        raise ConflictError(f"execution '{execution_id}' is not related to exactly one activity")
    return activities[0]


def _unknown(execution_id: str) -> NotFoundError:
    return NotFoundError(f"Cannot find an execution with executionId '{execution_id}'", execution_id=execution_id)
