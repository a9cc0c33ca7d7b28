"""Throwing message events, intermediate and end.

Camunda 7: implemented like service tasks, and does nothing without an implementation. Here the message then leaves
the instance as a ``ThrownEvent``; what becomes of it is not the kernel's business.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from shoal.bpmn.activities import ExternalWork
from shoal.bpmn.events import EndEvent, Event, IntermediateThrowEvent, MessageEvent
from shoal.kernel import writing
from shoal.kernel.behaviors.contract import Behavior, Handles
from shoal.kernel.catching import name_of
from shoal.kernel.code import run_code
from shoal.kernel.effects import ThrownEvent
from shoal.kernel.external_work import completed, hand_out, is_error
from shoal.kernel.plan import ElementPlan
from shoal.kernel.state import Node
from shoal.kernel.stimulus import Complete

if TYPE_CHECKING:
    from shoal.kernel.step import Step


class MessageThrowBehavior(Behavior):
    """Sends, then goes on."""

    __slots__ = ("external", "message")

    external: ExternalWork | None
    message: MessageEvent

    handles: ClassVar[Handles] = {
        (IntermediateThrowEvent, MessageEvent): "intermediateMessageThrowEvent",
        (EndEvent, MessageEvent): "messageEndEvent",
    }

    def __init__(self, plan: ElementPlan) -> None:
        super().__init__(plan)
        definition = plan.element.definition if isinstance(plan.element, Event) else None
        message = definition if isinstance(definition, MessageEvent) else MessageEvent()
        topic = message.external_topic
        self.message = message
        self.external = (
            None
            if topic is None
            else ExternalWork(topic, message.external_priority, message.external_error_definitions)
        )

    def execute(self, step: Step, node: Node) -> None:
        """Send it, or begin to wait for the worker that does."""
        message = self.message
        if self.external is not None:
            hand_out(step, node, self.external)
            return
        if message.code is not None:
            result = run_code(step, node, message.code)
            if message.result_variable:
                writing.set_variable(step, node, message.result_variable, result)
        elif message.message_name is not None:
            name = name_of(step, node, message.message_name, self.plan)
            step.effects.thrown.append(ThrownEvent("message", name, {}, element_id=self.plan.id))
        step.leave(node)

    def complete(self, step: Step, node: Node, stimulus: Complete) -> None:
        """The worker has sent it."""
        if self.external is None:
            super().complete(step, node, stimulus)
        else:
            completed(step, node, self.external)

    def failed(self, step: Step, node: Node, message: str | None, details: str | None) -> bool:
        """The worker reported a failure."""
        return self.external is not None and is_error(step, node, self.external, message, details)
