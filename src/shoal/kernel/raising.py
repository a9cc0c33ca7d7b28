"""BPMN errors on their way outwards, to the first event that catches them.

Camunda 7: at every scope event sub-processes are asked before boundary events, and codes before catch-alls.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from shoal.bpmn.events import ErrorEvent, Event
from shoal.kernel import ending, writing
from shoal.kernel.interrupting import start_catcher
from shoal.kernel.plan import ElementPlan, event_subprocess_of, is_event_subprocess_start
from shoal.kernel.state import Node

if TYPE_CHECKING:
    from shoal.kernel.step import Step


def throw(
    step: Step, source: Node, code: str, message: str | None, variables: Mapping[str, Any] | None = None
) -> None:
    """A BPMN error comes from the node.

    Camunda 7: when nothing catches it, the path ends as if it had reached a none end event.
    """
    for name, value in (variables or {}).items():
        writing.set_variable(step, source, name, value)
    found = find(source, code)
    if found is None:
        uncaught(step, source)
        return
    scope, plan = found
    definition = plan.element.definition if isinstance(plan.element, Event) else None
    if isinstance(definition, ErrorEvent):
        if definition.code_variable:
            writing.set_variable(step, scope, definition.code_variable, code)
        if definition.message_variable:
            writing.set_variable(step, scope, definition.message_variable, message)
    start_catcher(step, scope, plan)


def find(source: Node, code: str) -> tuple[Node, ElementPlan] | None:
    """Who catches the error: the node at which it is caught, and the catching event."""
    at: Node | None = source
    came_from: Node | None = None
    while at is not None:
        for plan in at.plan.catchers:
            definition = plan.element.definition if isinstance(plan.element, Event) else None
            if not isinstance(definition, ErrorEvent) or definition.error_code not in (None, "", code):
                continue
            if came_from is not None and is_event_subprocess_start(plan):
                # an event sub-process does not catch what it throws itself
                if came_from.plan is event_subprocess_of(plan):
                    continue
            elif came_from is None and is_event_subprocess_start(plan) and at is source:
                continue
            return at, plan
        came_from = at
        at = at.parent
    return None


def uncaught(step: Step, source: Node) -> None:
    """End the path on which an error was thrown that nobody catches."""
    parent = source.parent
    if parent is None or not source.alive:
        return
    if source.children:
        ending.cancel_children(step, source)
    ending.conclude(step, source)
    ending.close(step, source, False)
    step.later(step.path_ended, parent)
