"""What happens between the arrival at an element and its work. Camunda 7: input mappings, waits, listeners."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shoal.kernel import catching, conditions, mapping
from shoal.kernel.listening import run_listeners, unhandled
from shoal.kernel.state import Node

if TYPE_CHECKING:
    from shoal.kernel.step import Step


def listen_first(step: Step, node: Node, before: int) -> None:
    """Run the start listeners of a node that has begun to wait since there were ``before`` changes.

    Camunda 7: its own conditional events look when the listeners are done, and once; those around it see every
    change.
    """
    begun = step.changes[before:]
    if node.parent is None:
        with unhandled(node):
            run_listeners(step, node, node.plan.start_listeners, "start")
    else:
        run_listeners(step, node, node.plan.start_listeners, "start")
    if begun:
        step.changes[before : before + len(begun)] = []
        step.changes += begun


def prepare(step: Step, node: Node) -> bool:
    """Make everything ready. False when the node did not survive it."""
    plan = node.plan
    if plan.inputs and not step.skip_mappings:
        mapping.map_inputs(step, node)
    before = len(step.changes)
    for event in plan.event_starts:
        catching.arm(step, node, event)
    for event in plan.boundaries:
        catching.arm(step, node, event)
    if plan.start_listeners:
        listen_first(step, node, before)
    # a scope may be interrupted from within: it has to have its token before anybody looks
    if step.changes and not plan.event_starts:
        conditions.check(step)
    return node.alive
