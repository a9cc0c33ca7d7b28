"""Embedded sub-processes, transactions and event sub-processes: scopes that end with their last token."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from shoal.bpmn.activities import SubProcess
from shoal.errors import ExecutionError
from shoal.kernel.behaviors.contract import Behavior, Handles
from shoal.kernel.state import Node

if TYPE_CHECKING:
    from shoal.kernel.step import Step


class SubProcessBehavior(Behavior):
    """Begins at its start event, ends when no token is left in it."""

    __slots__ = ()

    handles: ClassVar[Handles] = {(SubProcess, None): "subProcess"}

    def execute(self, step: Step, node: Node) -> None:
        """Let a token begin inside."""
        start = self.plan.start
        if start is None:
            raise ExecutionError(f"'{node.element}' has no none start event", node.element)
        node.tokens += 1
        step.later(step.enter, start, node, None)

    def path_ended(self, step: Step, scope: Node) -> None:
        """The last token is gone: leave."""
        if scope.tokens == 0:
            step.leave(scope)
