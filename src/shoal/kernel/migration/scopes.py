"""Which scope an element is in, which scope waits for an event, and what is directly inside of a scope.

Camunda 7: flow scope and event scope. The multi-instance body is a scope of its own, around its activity.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from shoal.bpmn.activities import ReceiveTask, TaskListener, UserTask
from shoal.bpmn.events import BoundaryEvent, Event, IntermediateCatchEvent
from shoal.bpmn.gateways import EventBasedGateway
from shoal.kernel.behaviors.catch_event import is_behind_event_gateway
from shoal.kernel.migration.kinds import event_of, is_persistent
from shoal.kernel.plan import BODY, ElementPlan, ProcessPlan, event_subprocess_of, is_event_subprocess_start


def children_of(process: ProcessPlan) -> Mapping[str, Sequence[ElementPlan]]:
    """What is directly inside of every scope, in the order of the model; the process itself is under its id."""
    found: dict[str, list[ElementPlan]] = {}
    for element_id in process.model.nodes:
        for plan in (process.elements.get(element_id + BODY), process.elements[element_id]):
            if plan is not None and plan.scope is not None:
                found.setdefault(plan.scope.id, []).append(plan)
    return found


def scopes_around(plan: ElementPlan) -> Iterator[ElementPlan]:
    """The scopes around the element, the nearest first, the process last."""
    scope = plan.scope
    while scope is not None:
        yield scope
        scope = scope.scope


def event_scope(plan: ElementPlan) -> ElementPlan | None:
    """The element whose instances wait for the event of ``plan``; None when nobody has to wait for it."""
    element = plan.element
    if isinstance(element, BoundaryEvent):
        return _outer(plan.process, element.attached_to)
    if is_event_subprocess_start(plan):
        return event_subprocess_of(plan).scope
    if isinstance(element, IntermediateCatchEvent) and is_persistent(element.definition):
        return _gateway_before(plan) or plan
    return plan if plan.inner is None and (_receives(plan) or timeout_listeners(plan)) else None


def has_trigger(plan: ElementPlan) -> bool:
    """Whether somebody waits for the event of the element by a subscription or a timer job."""
    if isinstance(plan.element, Event):
        return event_scope(plan) is not None and is_persistent(event_of(plan))
    return event_scope(plan) is not None


def own_events(plan: ElementPlan) -> tuple[ElementPlan, ...]:
    """The events for which an instance of the element waits itself: its own, or those behind its gateway."""
    if isinstance(plan.element, EventBasedGateway):
        return tuple(flow.target for flow in plan.outgoing)
    if plan.inner is not None:
        return ()
    waits = _receives(plan) or (isinstance(plan.element, IntermediateCatchEvent) and event_scope(plan) is plan)
    return (plan,) if waits else ()


def timeout_listeners(plan: ElementPlan) -> dict[int, TaskListener]:
    """The timeout listeners of a user task, by their position among its listeners."""
    if plan.inner is not None or not isinstance(plan.element, UserTask):
        return {}
    listeners = plan.element.task_listeners
    return {index: listener for index, listener in enumerate(listeners) if listener.timer is not None}


def _receives(plan: ElementPlan) -> bool:
    return isinstance(plan.element, ReceiveTask) and plan.element.message_name is not None


def _outer(process: ProcessPlan, activity_id: str) -> ElementPlan:
    return process.elements.get(activity_id + BODY) or process.elements[activity_id]


def _gateway_before(plan: ElementPlan) -> ElementPlan | None:
    if not is_behind_event_gateway(plan):
        return None
    model = plan.process.model
    for flow in plan.model.incoming:
        source = plan.process.elements[model.flows[flow].source]
        if isinstance(source.element, EventBasedGateway):
            return source
    return None
