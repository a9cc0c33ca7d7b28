"""What happens when an attached event is caught: a boundary event, or the start of an event sub-process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shoal.kernel import ending, waiting
from shoal.kernel.plan import (
    ElementPlan,
    event_subprocess_of,
    is_event_subprocess_start,
    is_interrupting,
)
from shoal.kernel.state import Node

if TYPE_CHECKING:
    from shoal.kernel.step import Step


def start_catcher(step: Step, node: Node, plan: ElementPlan) -> None:
    """Go on at the catching event ``plan`` that is attached to the node."""
    if is_event_subprocess_start(plan):
        _start_event_subprocess(step, node, plan)
    else:
        _leave_by_boundary(step, node, plan)


def _leave_by_boundary(step: Step, node: Node, plan: ElementPlan) -> None:
    scope = node.parent
    if scope is None:
        raise LookupError("nothing is attached to the instance itself")
    if is_interrupting(plan):
        ending.cancel(step, node)
    else:
        scope.tokens += 1
    step.later(step.enter, plan, scope, None)


def _start_event_subprocess(step: Step, scope: Node, start: ElementPlan) -> None:
    if is_interrupting(start):
        ending.cancel_children(step, scope)
        events = {plan.id for plan in scope.plan.event_starts}
        for wait in [wait for wait in scope.waits or () if wait.element in events]:
            waiting.close(step, scope, wait)
    scope.tokens += 1
    step.later(step.enter, event_subprocess_of(start), scope, None)
