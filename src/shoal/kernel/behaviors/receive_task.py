"""Receive tasks: wait for a message, or, without one, for somebody who completes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from shoal.bpmn.activities import ReceiveTask
from shoal.kernel import catching, waiting
from shoal.kernel.behaviors.contract import Behavior, Handles
from shoal.kernel.plan import ElementPlan
from shoal.kernel.state import Node, Wait
from shoal.kernel.stimulus import Complete, Trigger

if TYPE_CHECKING:
    from shoal.kernel.step import Step


class ReceiveTaskBehavior(Behavior):
    """Waits. Camunda 7: a signal to the execution completes it too, message or not."""

    __slots__ = ("expression",)

    handles: ClassVar[Handles] = {(ReceiveTask, None): "receiveTask"}

    def __init__(self, plan: ElementPlan) -> None:
        super().__init__(plan)
        element = plan.element
        self.expression = element.message_name if isinstance(element, ReceiveTask) else None

    def execute(self, step: Step, node: Node) -> None:
        """Begin to wait."""
        if self.expression is not None:
            name = catching.name_of(step, node, self.expression, self.plan)
            waiting.open_subscription(step, node, "message", name, self.plan)

    def complete(self, step: Step, node: Node, stimulus: Complete) -> None:  # noqa: ARG002
        """Go on, message or not."""
        step.leave(node)

    def trigger(self, step: Step, node: Node, wait: Wait, stimulus: Trigger) -> None:  # noqa: ARG002
        """The message came."""
        waiting.close(step, node, wait)
        step.leave(node)
