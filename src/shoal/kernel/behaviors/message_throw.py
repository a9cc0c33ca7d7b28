"""Throwing message events, intermediate and end.

Camunda 7: implemented like service tasks. Without an implementation the message leaves the instance as a
``ThrownEvent``; what becomes of it is not the kernel's business.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from shoal.bpmn.events import EndEvent, Event, IntermediateThrowEvent, MessageEvent
from shoal.kernel import writing
from shoal.kernel.behaviors.contract import Behavior, Handles
from shoal.kernel.behaviors.service_task import hand_out
from shoal.kernel.catching import name_of
from shoal.kernel.code import run_code
from shoal.kernel.effects import ThrownEvent
from shoal.kernel.plan import ElementPlan
from shoal.kernel.state import Node
from shoal.kernel.stimulus import Complete

if TYPE_CHECKING:
    from shoal.kernel.step import Step


class MessageThrowBehavior(Behavior):
    """Sends, then goes on."""

    __slots__ = ("message",)

    message: MessageEvent

    handles: ClassVar[Handles] = {
        (IntermediateThrowEvent, MessageEvent): "intermediateMessageThrowEvent",
        (EndEvent, MessageEvent): "messageEndEvent",
    }

    def __init__(self, plan: ElementPlan) -> None:
        super().__init__(plan)
        definition = plan.element.definition if isinstance(plan.element, Event) else None
        self.message = definition if isinstance(definition, MessageEvent) else MessageEvent()

    def execute(self, step: Step, node: Node) -> None:
        """Send it, or begin to wait for the worker that does."""
        message = self.message
        if message.external_topic is not None:
            hand_out(step, node, message.external_topic, message.external_priority)
            return
        if message.code is not None:
            result = run_code(step, node, message.code)
            if message.result_variable:
                writing.set_variable(step, node, message.result_variable, result)
        elif message.message_name is not None:
            name = name_of(step, node, message.message_name, self.plan)
            step.effects.thrown.append(ThrownEvent("message", name, {}))
        step.leave(node)

    def complete(self, step: Step, node: Node, stimulus: Complete) -> None:
        """The worker has sent it."""
        if self.message.external_topic is None:
            super().complete(step, node, stimulus)
        step.leave(node)
