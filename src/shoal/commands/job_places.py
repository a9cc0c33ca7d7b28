"""Which elements of a model make jobs, and of which kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from shoal.bpmn.activities import Activity, UserTask
from shoal.bpmn.element import FlowNode
from shoal.bpmn.events import BoundaryEvent, Event, StartEvent, TimerEvent
from shoal.bpmn.process import Process
from shoal.commands.start_timers import START_TIMER
from shoal.kernel.effects import JobKind
from shoal.kernel.plan import BODY
from shoal.store.queries.job_definitions import JobPlace

_ASYNC = "async-continuation"


class JobMaker(NamedTuple):
    """An element and one kind of its jobs. ``job_type`` and ``configuration`` are Camunda 7's."""

    activity_id: str
    kind: str
    job_type: str
    configuration: str


def job_places_of(process: Process, definition_id: str) -> list[JobPlace]:
    """The places of a definition that make jobs."""
    return [JobPlace(definition_id, each.activity_id, each.kind) for each in job_makers(process)]


def job_makers(process: Process) -> Iterator[JobMaker]:
    """What makes jobs, in the order of the model."""
    for node in process.nodes.values():
        yield from _continuations(node)
        if isinstance(node, Event) and isinstance(node.definition, TimerEvent):
            kind, job_type = _timer_type(process, node)
            yield JobMaker(node.id, kind, job_type, _configuration(node.definition))
        elif isinstance(node, UserTask):
            timers = [each.timer for each in node.task_listeners if each.timer is not None]
            if timers:
                said = ", ".join(map(_configuration, timers))
                yield JobMaker(node.id, JobKind.TIMER.value, "timer-task-listener", said)


def _continuations(node: FlowNode) -> Iterator[JobMaker]:
    loop = node.multi_instance if isinstance(node, Activity) else None
    repeated = isinstance(node, Activity) and (loop is not None or node.standard_loop is not None)
    outer = node.id + BODY if repeated else node.id
    around: Sequence[tuple[str, bool, bool]] = [(outer, node.async_before, node.async_after)]
    if loop is not None:
        around = [*around, (node.id, loop.async_before, loop.async_after)]
    for activity_id, before, after in around:
        for is_there, kind in ((before, JobKind.ASYNC_BEFORE.value), (after, JobKind.ASYNC_AFTER.value)):
            if is_there:
                yield JobMaker(activity_id, kind, _ASYNC, kind)


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
