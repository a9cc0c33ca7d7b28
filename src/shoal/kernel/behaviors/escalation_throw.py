"""Throwing escalation events, intermediate and end."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from shoal.bpmn.events import EndEvent, EscalationEvent, Event, IntermediateThrowEvent
from shoal.kernel import raising
from shoal.kernel.behaviors.contract import Behavior, Handles
from shoal.kernel.state import Node

if TYPE_CHECKING:
    from shoal.kernel.step import Step


class EscalationThrowBehavior(Behavior):
    """Throws, then goes on unless the one who catches it interrupts this path."""

    __slots__ = ()

    handles: ClassVar[Handles] = {
        (IntermediateThrowEvent, EscalationEvent): "intermediateEscalationThrowEvent",
        (EndEvent, EscalationEvent): "escalationEndEvent",
    }

    def execute(self, step: Step, node: Node) -> None:
        """Throw it."""
        element = self.plan.element
        definition = element.definition if isinstance(element, Event) else None
        code = definition.escalation_code if isinstance(definition, EscalationEvent) else None
        step.later(go_on, step, node)
        raising.throw_escalation(step, node, code or "")


def go_on(step: Step, node: Node, _three: object = None) -> None:
    """Leave, if the node has survived what it has thrown."""
    if node.alive:
        step.leave(node)
