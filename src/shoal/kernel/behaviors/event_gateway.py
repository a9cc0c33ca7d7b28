"""Event-based gateways."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from shoal.bpmn.gateways import EventBasedGateway
from shoal.errors import NotFoundError
from shoal.kernel import catching, ending
from shoal.kernel.behaviors.contract import Behavior, Handles
from shoal.kernel.state import Node, Wait
from shoal.kernel.stimulus import Trigger

if TYPE_CHECKING:
    from shoal.kernel.step import Step


class EventBasedGatewayBehavior(Behavior):
    """Waits for the first of the events behind it."""

    __slots__ = ()

    handles: ClassVar[Handles] = {(EventBasedGateway, None): "eventBasedGateway"}

    def execute(self, step: Step, node: Node) -> None:
        """Wait for all of them."""
        for flow in self.plan.outgoing:
            catching.arm(step, node, flow.target)

    def trigger(self, step: Step, node: Node, wait: Wait, stimulus: Trigger) -> None:  # noqa: ARG002
        """Go on at the event that came.

        Camunda 7: the gateway's activity instance counts as cancelled, and nobody hears that the flow is taken.
        """
        flow = next((flow for flow in self.plan.outgoing if flow.target.id == wait.element), None)
        scope = node.parent
        if flow is None or scope is None:
            raise NotFoundError(f"no event '{wait.element}' behind '{node.element}'")
        step.at = node
        if not self.plan.plain_exit:
            ending.conclude(step, node)
        ending.close(step, node, True, "deleted")
        step.later(step.enter, flow.target, scope)
