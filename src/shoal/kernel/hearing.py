"""Signals within one instance: whoever waits in it hears them when they are thrown.

Others, and those who only begin to wait later, are none of the kernel's business.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from shoal.bpmn.events import Event, SignalEvent
from shoal.kernel import writing
from shoal.kernel.happening import happen
from shoal.kernel.state import Node, Wait
from shoal.kernel.stimulus import Trigger
from shoal.values import TypedValue

if TYPE_CHECKING:
    from shoal.kernel.step import Step


def tell(step: Step, name: str, variables: Mapping[str, TypedValue]) -> None:
    """Let everybody in the instance who waits for the signal have it, the one who has waited longest first."""
    for wait_id, node in sorted(step.state.hearers.items()):
        # one who hears it may interrupt the next
        wait = node.wait(wait_id) if node.alive else None
        if wait is None or _name(step, node, wait) != name:
            continue
        step.at = node
        writing.set_variables(step, node, variables)
        happen(step, node, wait, Trigger(node.id, wait.id, wait.element or node.element))


def _name(step: Step, node: Node, wait: Wait) -> str | None:
    if wait.name is not None:
        return wait.name
    definition = _definition(step, node, wait)
    expression = None if definition is None else definition.signal_name
    return None if expression is None else expression.literal_value


def _definition(step: Step, node: Node, wait: Wait) -> SignalEvent | None:
    plan = node.plan if wait.element is None else step.plan.elements.get(wait.element)
    element = None if plan is None else plan.element
    definition = element.definition if isinstance(element, Event) else None
    return definition if isinstance(definition, SignalEvent) else None
