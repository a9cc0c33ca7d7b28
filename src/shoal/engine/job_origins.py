"""Which job definition made a job, as Camunda 7 says it: its id, its type, its configuration."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from shoal.batch.job_definitions import BatchJobKind, is_batch_job_definition, job_definition_id
from shoal.batch.job_definitions import place_of as place_of_batch
from shoal.batch.registry import all_operations
from shoal.commands.context import Context
from shoal.commands.job_definitions import id_of, list_job_definitions, place_of
from shoal.commands.start_timers import START_TIMER
from shoal.errors import NotFoundError
from shoal.ids import is_id
from shoal.kernel.effects import JobKind
from shoal.store.queries.cleanup_jobs import KIND as CLEANUP
from shoal.store.queries.history.job_log import JobLogRow
from shoal.store.queries.job_definitions import JobPlace
from shoal.store.queries.job_filters import JobRow

_ASYNC = (JobKind.ASYNC_BEFORE.value, JobKind.ASYNC_AFTER.value)
_BATCH_TYPES = {BatchJobKind.SEED: "batch-seed-job", BatchJobKind.MONITOR: "batch-monitor-job"}
_NOTHING: dict[str, Any] = {"ids": ()}


class JobOrigin(NamedTuple):
    """The job definition of a job. None: a job that comes from nowhere, such as the delivery of a message."""

    id: str | None
    type: str | None
    configuration: str | None


def origins_of(ctx: Context, rows: Sequence[JobLogRow]) -> list[JobOrigin]:
    """The origin of each row; every definition is looked at once."""
    known: dict[str, JobOrigin] = {}
    for definition_id in sorted({each.definition_id for each in rows if each.definition_id is not None}):
        try:
            for each in list_job_definitions(ctx, definition_id):
                known[each.id] = JobOrigin(each.id, each.job_type, each.configuration)
        except NotFoundError:
            # deleted meanwhile
            continue
    return [_origin(row, known) for row in rows]


def job_definition_of(row: JobRow) -> str | None:
    """The id of the job definition that made the job; None: it comes from nowhere."""
    if row.batch_id is not None:
        return job_definition_id(row.batch_id, BatchJobKind(row.kind))
    if row.definition_id is None or row.activity_id is None:
        return None
    return id_of(JobPlace(row.definition_id, row.activity_id, row.kind))


def conditions_of(
    job_definition_id_: str | None, job_type: str | None, configuration: str | None
) -> list[dict[str, Any]]:
    """What an id, a type and a configuration say of entries of the log, each in the words of ``JobLogFilter``."""
    found: list[dict[str, Any]] = []
    if job_definition_id_ is not None:
        found.append(_of_id(job_definition_id_))
    if job_type is not None:
        found.append(_of_type(job_type))
    if configuration is not None:
        found.append(
            {"batch_id": configuration}
            if is_id(configuration)
            else {"kind": configuration}
            if configuration in _ASYNC
            else _NOTHING
        )
    return found


def _of_id(job_definition_id_: str) -> dict[str, Any]:
    try:
        if is_batch_job_definition(job_definition_id_):
            batch_id, kind = place_of_batch(job_definition_id_)
            return {"batch_id": batch_id, "kind": kind.value}
        place = place_of(job_definition_id_)
    except NotFoundError:
        return _NOTHING
    return {"definition_id": place.definition_id, "kind": place.kind, "activity_id": place.activity_id}


def _of_type(job_type: str) -> dict[str, Any]:
    if job_type == "async-continuation":
        return {"kind_in": _ASYNC}
    if job_type == "timer-start-event":
        return {"kind_in": (START_TIMER,)}
    if job_type.startswith("timer-"):
        return {"kind_in": (JobKind.TIMER.value,)}
    if job_type == CLEANUP:
        return {"kind_in": (CLEANUP,)}
    for kind, name in _BATCH_TYPES.items():
        if job_type == name:
            return {"kind_in": (kind.value,)}
    operations = [each.name for each in all_operations().values() if each.camunda_type == job_type]
    if not operations:
        return _NOTHING
    return {"kind_in": (BatchJobKind.EXECUTION.value,), "batch_operation_in": tuple(operations)}


def _origin(row: JobLogRow, known: dict[str, JobOrigin]) -> JobOrigin:
    if row.batch_id is not None:
        kind = BatchJobKind(row.kind)
        operation = all_operations().get(row.batch_operation or "")
        execution = row.batch_operation if operation is None else operation.camunda_type
        return JobOrigin(job_definition_id(row.batch_id, kind), _BATCH_TYPES.get(kind, execution), row.batch_id)
    if row.kind == CLEANUP:
        return JobOrigin(None, CLEANUP, None)
    if row.definition_id is None or row.activity_id is None:
        return JobOrigin(None, None, None)
    place = id_of(JobPlace(row.definition_id, row.activity_id, row.kind))
    if place in known:
        return known[place]
    is_async = row.kind in _ASYNC
    return JobOrigin(place, "async-continuation" if is_async else None, row.kind if is_async else None)
