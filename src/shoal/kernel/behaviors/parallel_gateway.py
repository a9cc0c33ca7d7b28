"""Parallel gateways."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from shoal.bpmn.gateways import ParallelGateway
from shoal.kernel.behaviors.contract import Behavior, Handles
from shoal.kernel.joining import merge, park
from shoal.kernel.state import Node

if TYPE_CHECKING:
    from shoal.kernel.step import Step


class ParallelGatewayBehavior(Behavior):
    """Waits until there are as many tokens as incoming flows (Camunda 7 counts tokens), then forks."""

    __slots__ = ()

    handles: ClassVar[Handles] = {(ParallelGateway, None): "parallelGateway"}

    def execute(self, step: Step, node: Node) -> None:
        """Join, then take every outgoing flow, whatever conditions it has."""
        if self.plan.incoming <= 1:
            step.leave(node, self.plan.outgoing)
        elif park(node) >= self.plan.incoming and node.parent is not None:
            merge(step, node.parent, self.plan)
