"""Inclusive gateways."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from shoal.bpmn.gateways import InclusiveGateway
from shoal.kernel.behaviors.contract import Behavior, Handles
from shoal.kernel.joining import merge, park
from shoal.kernel.state import Node

if TYPE_CHECKING:
    from shoal.kernel.step import Step


class InclusiveGatewayBehavior(Behavior):
    """Waits while another token can still arrive, then takes every flow whose condition holds.

    Whether one can arrive is asked when nothing else moves (``kernel.inclusive``), except that as many tokens as
    incoming flows are always enough (Camunda 7).
    """

    __slots__ = ()

    handles: ClassVar[Handles] = {(InclusiveGateway, None): "inclusiveGateway"}

    def execute(self, step: Step, node: Node) -> None:
        """Join, then fork."""
        scope = node.parent
        if scope is None or self.plan.incoming <= 1:
            step.leave(node)
        elif park(node) >= self.plan.incoming:
            merge(step, scope, self.plan)
        else:
            step.state.uncertain[scope.id] = scope
