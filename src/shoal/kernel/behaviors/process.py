"""The process itself: the outermost scope. Its end is the end of the instance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shoal.kernel import ending, waiting
from shoal.kernel.behaviors.contract import Behavior
from shoal.kernel.effects import EndState, InstanceEnd
from shoal.kernel.listening import run_listeners, unhandled
from shoal.kernel.state import Node

if TYPE_CHECKING:
    from shoal.kernel.step import Step


class ProcessBehavior(Behavior):
    """Ends the instance with its last token."""

    __slots__ = ()

    def path_ended(self, step: Step, scope: Node) -> None:
        """Nothing is left to do when no token is left."""
        if scope.tokens == 0 and not step.is_held:
            finish(step, EndState.COMPLETED, None)


def finish(step: Step, state: EndState, reason: str | None) -> None:
    """End the instance, which has no tokens any more."""
    root = step.state.root
    at = step.at
    if state is EndState.CANCELLED:
        step.cancelling = reason or ending.DELETED
    ending.cancel_children(step, root)
    ending.drop_kept(step, root)
    if root.plan.end_listeners:
        with unhandled(root):
            run_listeners(step, root, root.plan.end_listeners, "end")
    waiting.close_all(step, root, "deleted")
    root.alive = False
    root.extra = None
    step.stack.clear()
    step.state.uncertain.clear()
    effects = step.effects
    if root.id in step.variables.scopes:
        effects.scopes_ended.add(root.id)
    last = at.element if at is not root and not at.alive else None
    effects.end = InstanceEnd(state, reason, last if state is EndState.COMPLETED else None)
