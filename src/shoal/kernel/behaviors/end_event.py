"""End events that need nobody else: none, error, terminate."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from shoal.bpmn.events import EndEvent, ErrorEvent, Event, TerminateEvent
from shoal.kernel import ending, raising
from shoal.kernel.behaviors.contract import Behavior, Handles
from shoal.kernel.context import evaluate
from shoal.kernel.state import Node

if TYPE_CHECKING:
    from shoal.kernel.step import Step


class NoneEndBehavior(Behavior):
    """Ends the path."""

    __slots__ = ()

    handles: ClassVar[Handles] = {(EndEvent, None): "noneEndEvent"}


class ErrorEndBehavior(Behavior):
    """Ends the path with a BPMN error."""

    __slots__ = ()

    handles: ClassVar[Handles] = {(EndEvent, ErrorEvent): "errorEndEvent"}

    def execute(self, step: Step, node: Node) -> None:
        """Throw. Camunda 7: the end event is cancelled with what the error interrupts."""
        element = self.plan.element
        definition = element.definition if isinstance(element, Event) else None
        if not isinstance(definition, ErrorEvent):
            raise LookupError(f"'{node.element}' has no error")
        message = definition.error_message
        text = None if message is None else evaluate(step, node, message)
        raising.throw(step, node, definition.error_code or "", None if text is None else str(text))


class TerminateEndBehavior(Behavior):
    """Cancels everything else in its scope, which then ends as usual."""

    __slots__ = ()

    handles: ClassVar[Handles] = {(EndEvent, TerminateEvent): "terminateEndEvent"}

    def execute(self, step: Step, node: Node) -> None:
        """Cancel the others, then end."""
        scope = node.parent
        if scope is None:
            raise LookupError(f"'{node.element}' is in no scope")
        ending.cancel_children(step, scope, node)
        step.leave(node)
