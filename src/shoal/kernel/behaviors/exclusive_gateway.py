"""Exclusive gateways."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from shoal.bpmn.gateways import ExclusiveGateway
from shoal.kernel.behaviors.contract import Behavior, Handles
from shoal.kernel.choosing import choose_first
from shoal.kernel.state import Node

if TYPE_CHECKING:
    from shoal.kernel.step import Step


class ExclusiveGatewayBehavior(Behavior):
    """Takes the first flow whose condition holds, else the default flow."""

    __slots__ = ()

    handles: ClassVar[Handles] = {(ExclusiveGateway, None): "exclusiveGateway"}

    def execute(self, step: Step, node: Node) -> None:
        """Choose and go. Without outgoing flows the path ends."""
        plan = self.plan
        if plan.branching:
            step.leave(node, (choose_first(step, node),))
        else:
            step.leave(node, plan.outgoing[:1])
