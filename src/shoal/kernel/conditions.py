"""Conditional events: looks at their conditions when variables have changed.

Camunda 7: a condition is looked at when its scope begins, and after every change of a variable that it can see and
that camunda:variableName and camunda:variableEvents let through.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shoal.bpmn.events import ConditionalEvent, Event
from shoal.bpmn.process import Condition
from shoal.errors import SuspendedError
from shoal.expressions.errors import UnknownPropertyError
from shoal.kernel.choosing import holds
from shoal.kernel.happening import happen
from shoal.kernel.plan import ElementPlan
from shoal.kernel.state import Node, Wait
from shoal.kernel.stimulus import Trigger

if TYPE_CHECKING:
    from shoal.kernel.step import Step

Change = tuple[Node, str | None, str]
"""The scope, the name of the variable, and create, update or delete; without a name: a wait has begun."""


def check(step: Step) -> None:
    """Let every conditional event happen that the changes of variables make true."""
    while step.changes:
        changes: list[Change] = step.changes
        step.changes = []
        begun = {event: place for place, (_, name, event) in enumerate(changes) if name is None}
        for place, (scope, name, event) in enumerate(changes):
            for wait_id, node in list(step.state.watchers.items()):
                wait = node.wait(wait_id) if node.alive else None
                # what changed before somebody began to wait is seen when he begins
                if (
                    wait is None
                    or place < begun.get(wait_id, 0)
                    or (event != wait_id if name is None else not _is_below(node, scope))
                ):
                    continue
                plan = _event_of(step, node, wait)
                if _concerns(plan, name, event) and is_true(step, node, plan):
                    if step.suspended:
                        raise SuspendedError(
                            f"process instance '{step.instance.id}' is suspended: conditional event '{plan.id}' "
                            "cannot happen"
                        )
                    happen(step, node, wait, Trigger(node.id, wait.id, plan.id))


def is_true(step: Step, node: Node, plan: ElementPlan) -> bool:
    """Whether the condition holds. Camunda 7: one that knows a name that does not exist does not hold."""
    definition = _definition(plan)
    try:
        return holds(step, node, Condition(definition.expression, definition.script), plan.id)
    except UnknownPropertyError:
        return False


def _event_of(step: Step, node: Node, wait: Wait) -> ElementPlan:
    return node.plan if wait.element is None else step.plan.elements[wait.element]


def _definition(plan: ElementPlan) -> ConditionalEvent:
    element = plan.element
    if isinstance(element, Event) and isinstance(element.definition, ConditionalEvent):
        return element.definition
    raise LookupError(f"'{plan.id}' has no condition")


def _concerns(plan: ElementPlan, name: str | None, event: str) -> bool:
    if name is None:
        return True
    definition = _definition(plan)
    if definition.variable_name and definition.variable_name != name:
        return False
    return not definition.variable_events or event in definition.variable_events


def _is_below(node: Node, scope: Node) -> bool:
    at: Node | None = node
    while at is not None:
        if at is scope:
            return True
        at = at.parent
    return False
