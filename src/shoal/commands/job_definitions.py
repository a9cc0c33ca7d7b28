"""Job definitions: which elements of a model make jobs. A view over the model; only what was said is stored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from shoal.bpmn.activities import Activity, UserTask
from shoal.bpmn.element import FlowNode
from shoal.bpmn.events import BoundaryEvent, Event, StartEvent, TimerEvent
from shoal.bpmn.process import Process
from shoal.commands.context import Context
from shoal.commands.start_timers import START_TIMER
from shoal.commands.suspend_definitions import named_definitions
from shoal.errors import InputError, NotFoundError
from shoal.ids import is_id
from shoal.kernel.effects import JobKind
from shoal.kernel.plan import BODY
from shoal.store.database import Tx
from shoal.store.queries import job_definitions
from shoal.store.queries.definitions import find_definitions
from shoal.store.queries.job_definitions import JobPlace

_ASYNC = "async-continuation"
_MARK = "~"
_BODY_MARK = "~body"


class JobDefinition(NamedTuple):
    """The jobs of one element. ``job_type`` and ``configuration`` are Camunda 7's."""

    id: str
    definition_id: str
    definition_key: str
    deployment_id: str
    tenant_id: str | None
    activity_id: str
    kind: str
    """That of its jobs."""
    job_type: str
    configuration: str
    suspended: bool
    priority: int | None
    """Overrides that of the model for new jobs."""


def list_job_definitions(ctx: Context, definition_id: str) -> list[JobDefinition]:
    """The job definitions of a process definition, in the order of the model. NotFoundError."""
    with ctx.database.read() as tx:
        return _of(ctx, tx, definition_id)


def find_job_definition(ctx: Context, job_definition_id: str) -> JobDefinition:
    """One job definition. NotFoundError."""
    place = place_of(job_definition_id)
    with ctx.database.read() as tx:
        for each in _of(ctx, tx, place.definition_id):
            if each.id == job_definition_id:
                return each
    raise _unknown(job_definition_id)


def suspend_job_definitions(
    ctx: Context,
    *,
    job_definition_id: str | None = None,
    definition_id: str | None = None,
    key: str | None = None,
    tenant_id: str | None = None,
    without_tenant: bool = False,
) -> None:
    """Work on no job of the element, or of any element of a definition or of all versions of a key.

    Takes effect at once on jobs that are there and on those to come. NotFoundError.
    """
    _set(ctx, job_definition_id, definition_id, key, tenant_id, without_tenant, True)


def resume_job_definitions(
    ctx: Context,
    *,
    job_definition_id: str | None = None,
    definition_id: str | None = None,
    key: str | None = None,
    tenant_id: str | None = None,
    without_tenant: bool = False,
) -> None:
    """Let suspended ones go on; the same rules as ``suspend_job_definitions``."""
    _set(ctx, job_definition_id, definition_id, key, tenant_id, without_tenant, False)


def set_job_definition_priority(
    ctx: Context, job_definition_id: str, priority: int | None, *, include_jobs: bool = False
) -> None:
    """Give new jobs of the element that priority instead of the model's; None: the model's again.

    ``include_jobs``: also those that are there. InputError: no number of 32 bits, or none with jobs. NotFoundError.
    """
    if priority is not None and not -(2**31) <= priority < 2**31:
        raise InputError(f"priority: a whole number of 32 bits, not {priority}", field="priority")
    if priority is None and include_jobs:
        raise InputError("the priority of jobs that are there cannot be taken away", field="includeJobs")
    found = find_job_definition(ctx, job_definition_id)
    place = JobPlace(found.definition_id, found.activity_id, found.kind)
    with ctx.database.write() as tx:
        job_definitions.set_priority(tx, place, priority)
        if include_jobs and priority is not None:
            job_definitions.set_priority_of_jobs(tx, place, priority)


def id_of(place: JobPlace) -> str:
    """The id of a job definition: the same for ever, and known without a look-up."""
    activity_id = place.activity_id.removesuffix(BODY) + (_BODY_MARK if place.activity_id.endswith(BODY) else "")
    return _MARK.join((place.definition_id, place.kind, activity_id))


def place_of(job_definition_id: str) -> JobPlace:
    """What an id means. NotFoundError if it means nothing."""
    definition_id, first, rest = job_definition_id.partition(_MARK)
    kind, second, activity_id = rest.partition(_MARK)
    if not (first and second and activity_id and is_id(definition_id)):
        raise _unknown(job_definition_id)
    if activity_id.endswith(_BODY_MARK):
        activity_id = activity_id.removesuffix(_BODY_MARK) + BODY
    return JobPlace(definition_id, activity_id, kind)


def _unknown(job_definition_id: str) -> NotFoundError:
    return NotFoundError(f"there is no job definition '{job_definition_id}'", job_definition_id=job_definition_id)


def _set(
    ctx: Context,
    job_definition_id: str | None,
    definition_id: str | None,
    key: str | None,
    tenant_id: str | None,
    without_tenant: bool,
    suspended: bool,
) -> None:
    if sum(each is not None for each in (job_definition_id, definition_id, key)) != 1:
        raise InputError("name a job definition, a process definition or its key", field="jobDefinitionId")
    if job_definition_id is not None:
        found = find_job_definition(ctx, job_definition_id)
        places = [JobPlace(found.definition_id, found.activity_id, found.kind)]
    else:
        with ctx.database.read() as tx:
            named = named_definitions(tx, definition_id, key, tenant_id, without_tenant)
            places = [
                JobPlace(each.definition_id, each.activity_id, each.kind)
                for one in named
                for each in _of(ctx, tx, one)
            ]
    with ctx.database.write() as tx:
        job_definitions.set_suspended(tx, places, suspended)


def _of(ctx: Context, tx: Tx, definition_id: str) -> list[JobDefinition]:
    stored = find_definitions(tx, [definition_id]).get(definition_id) if is_id(definition_id) else None
    if stored is None:
        raise NotFoundError(f"there is no process definition '{definition_id}'", definition_id=definition_id)
    said = job_definitions.said_of(tx, [definition_id])
    found: list[JobDefinition] = []
    for activity_id, kind, job_type, configuration in _job_makers(ctx.catalog.get(tx, definition_id).process):
        place = JobPlace(definition_id, activity_id, kind)
        suspended, priority = said.get(place, (False, None))
        found.append(
            JobDefinition(
                id_of(place),
                definition_id,
                stored.key,
                stored.deployment_id,
                stored.tenant_id,
                activity_id,
                kind,
                job_type,
                configuration,
                suspended,
                priority,
            )
        )
    return found


def _job_makers(process: Process) -> Iterator[tuple[str, str, str, str]]:
    """Element, kind of its jobs, type, configuration."""
    for node in process.nodes.values():
        yield from _continuations(node)
        if isinstance(node, Event) and isinstance(node.definition, TimerEvent):
            kind, job_type = _timer_type(process, node)
            yield node.id, kind, job_type, _configuration(node.definition)
        elif isinstance(node, UserTask):
            timers = [each.timer for each in node.task_listeners if each.timer is not None]
            if timers:
                said = ", ".join(map(_configuration, timers))
                yield node.id, JobKind.TIMER.value, "timer-task-listener", said


def _continuations(node: FlowNode) -> Iterator[tuple[str, str, str, str]]:
    loop = node.multi_instance if isinstance(node, Activity) else None
    repeated = isinstance(node, Activity) and (loop is not None or node.standard_loop is not None)
    outer = node.id + BODY if repeated else node.id
    around: Sequence[tuple[str, bool, bool]] = [(outer, node.async_before, node.async_after)]
    if loop is not None:
        around = [*around, (node.id, loop.async_before, loop.async_after)]
    for activity_id, before, after in around:
        for is_there, kind in ((before, JobKind.ASYNC_BEFORE.value), (after, JobKind.ASYNC_AFTER.value)):
            if is_there:
                yield activity_id, kind, _ASYNC, kind


def _timer_type(process: Process, node: Event) -> tuple[str, str]:
    if isinstance(node, StartEvent):
        if node.scope == process.id:
            return START_TIMER, "timer-start-event"
        return JobKind.TIMER.value, "timer-start-event-subprocess"
    if isinstance(node, BoundaryEvent):
        return JobKind.TIMER.value, "timer-transition"
    return JobKind.TIMER.value, "timer-intermediate-transition"


def _configuration(timer: TimerEvent) -> str:
    return f"{timer.kind.value.upper()}: {timer.text.text}"
