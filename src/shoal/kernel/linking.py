"""Where throwing link events lead."""

from __future__ import annotations

from shoal.bpmn.element import FlowNode
from shoal.bpmn.events import Event, IntermediateCatchEvent, IntermediateThrowEvent, LinkEvent
from shoal.kernel.plan import ElementPlan, ProcessPlan


def link_target(process: ProcessPlan, element: FlowNode) -> ElementPlan | None:
    """The catching link event to which the element leads; None when it is no throwing link event."""
    if not isinstance(element, IntermediateThrowEvent) or not isinstance(element.definition, LinkEvent):
        return None
    for other in process.model.nodes.values():
        if (
            isinstance(other, IntermediateCatchEvent)
            and other.scope == element.scope
            and _link(other) == element.definition.link_name
        ):
            return process.elements[other.id]
    return None


def _link(event: Event) -> str | None:
    return event.definition.link_name if isinstance(event.definition, LinkEvent) else None
