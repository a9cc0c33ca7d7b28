"""Intermediate catch events: wait until the event happens."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from shoal.bpmn.events import ConditionalEvent, IntermediateCatchEvent, MessageEvent, SignalEvent, TimerEvent
from shoal.bpmn.gateways import EventBasedGateway
from shoal.kernel import catching, waiting
from shoal.kernel.behaviors.contract import Behavior, Handles
from shoal.kernel.plan import ElementPlan
from shoal.kernel.state import Node, Wait
from shoal.kernel.stimulus import Trigger

if TYPE_CHECKING:
    from shoal.kernel.step import Step


class CatchEventBehavior(Behavior):
    """Waits, unless an event-based gateway has waited already."""

    __slots__ = ("happened",)

    handles: ClassVar[Handles] = {
        (IntermediateCatchEvent, MessageEvent): "intermediateMessageCatch",
        (IntermediateCatchEvent, TimerEvent): "intermediateTimer",
        (IntermediateCatchEvent, SignalEvent): "intermediateSignalCatch",
        (IntermediateCatchEvent, ConditionalEvent): "intermediateConditional",
    }

    def __init__(self, plan: ElementPlan) -> None:
        super().__init__(plan)
        self.happened = is_behind_event_gateway(plan)

    def execute(self, step: Step, node: Node) -> None:
        """Begin to wait."""
        if self.happened:
            step.leave(node)
        else:
            # a condition that holds already lets the token pass as soon as it is looked at
            catching.arm(step, node, self.plan)

    def trigger(self, step: Step, node: Node, wait: Wait, stimulus: Trigger) -> None:  # noqa: ARG002
        """Go on."""
        waiting.close(step, node, wait)
        step.leave(node)


def is_behind_event_gateway(plan: ElementPlan) -> bool:
    """Whether tokens come from an event-based gateway: then the event has happened when they arrive."""
    model = plan.process.model
    sources = (model.nodes[model.flows[flow].source] for flow in plan.model.incoming)
    return any(isinstance(source, EventBasedGateway) for source in sources)
