"""Link events. Camunda 7: a flow to a throwing link event leads straight to the catching one (``compilation``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from shoal.bpmn.events import IntermediateCatchEvent, IntermediateThrowEvent, LinkEvent
from shoal.errors import ExecutionError
from shoal.kernel.behaviors.contract import Behavior, Handles
from shoal.kernel.linking import link_target
from shoal.kernel.plan import FlowPlan
from shoal.kernel.state import Node, Phase

if TYPE_CHECKING:
    from shoal.kernel.step import Step


class LinkThrowBehavior(Behavior):
    """Reached only by a modification: goes on at the catching event."""

    __slots__ = ()

    handles: ClassVar[Handles] = {(IntermediateThrowEvent, LinkEvent): "intermediateLinkThrow"}

    def execute(self, step: Step, node: Node) -> None:
        """Go on at the catching event of the same name."""
        target = link_target(self.plan.process, self.plan.model)
        scope = node.parent
        if target is None or scope is None:
            raise ExecutionError(f"no catching link event belongs to '{node.element}'", node.element)
        scope.tokens += 1
        step.later(step.enter, target, scope, None)
        _leave_untold(step, node, ())


class LinkCatchBehavior(Behavior):
    """Passes."""

    __slots__ = ()

    handles: ClassVar[Handles] = {(IntermediateCatchEvent, LinkEvent): "intermediateLinkCatch"}

    def execute(self, step: Step, node: Node) -> None:
        """Go on."""
        _leave_untold(step, node)


def _leave_untold(step: Step, node: Node, flows: Sequence[FlowPlan] | None = None) -> None:
    """Leave without an activity instance. Camunda 7: history does not know link events."""
    del step.effects.activities[node.id]
    node.phase = Phase.AFTER
    step.leave(node, flows)
