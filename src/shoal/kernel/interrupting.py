"""What happens when an attached event is caught: a boundary event, or the start of an event sub-process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from shoal.kernel import ending, waiting, writing
from shoal.kernel.plan import (
    ElementPlan,
    event_subprocess_of,
    is_event_subprocess_start,
    is_interrupting,
)
from shoal.kernel.state import Node
from shoal.values import TypedValue

if TYPE_CHECKING:
    from shoal.kernel.step import Step


def start_catcher(step: Step, node: Node, plan: ElementPlan, own: Mapping[str, TypedValue] | None = None) -> None:
    """Go on at the catching event ``plan`` that is attached to the node.

    ``own`` are variables of the event sub-process that begins, or of the scope in which the path behind a boundary
    event goes on (Camunda 7: what follows sees them).
    """
    if not is_event_subprocess_start(plan):
        scope = _leave_by_boundary(step, node, plan)
        step.later(step.enter, plan, scope)
        for name, value in (own or {}).items():
            writing.set_local(step, scope, name, value, node)
        return
    scope = _start_event_subprocess(step, node, plan)
    if own:
        step.later(_enter_with, step, scope, (event_subprocess_of(plan), own))
    else:
        step.later(step.enter, event_subprocess_of(plan), scope)


def _enter_with(step: Step, scope: Node, which: tuple[ElementPlan, Mapping[str, TypedValue]]) -> None:
    if scope.alive:
        step.enter_with(which[0], scope, None, which[1])


def _leave_by_boundary(step: Step, node: Node, plan: ElementPlan) -> Node:
    scope = node.parent
    if scope is None:
        raise LookupError("nothing is attached to the instance itself")
    if is_interrupting(plan):
        ending.cancel(step, node)
    else:
        scope.tokens += 1
    return scope


def _start_event_subprocess(step: Step, scope: Node, start: ElementPlan) -> Node:
    if is_interrupting(start):
        interrupt(step, scope)
    scope.tokens += 1
    return scope


def interrupt(step: Step, scope: Node) -> None:
    """Cancel what is in the scope, and let it wait no more for the events of its event sub-processes."""
    ending.cancel_children(step, scope)
    events = {plan.id for plan in scope.plan.event_starts}
    for wait in [wait for wait in scope.waits or () if wait.element in events]:
        waiting.close(step, scope, wait)
