"""What happens between the arrival at an element and its work. Camunda 7: input mappings, waits, listeners."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shoal.kernel import catching, conditions, mapping
from shoal.kernel.listening import run_listeners
from shoal.kernel.state import Node

if TYPE_CHECKING:
    from shoal.kernel.step import Step


def prepare(step: Step, node: Node) -> bool:
    """Make everything ready. False when the node did not survive it."""
    plan = node.plan
    if plan.inputs and not step.skip_mappings:
        mapping.map_inputs(step, node)
    for event in plan.event_starts:
        catching.arm(step, node, event)
    for event in plan.boundaries:
        catching.arm(step, node, event)
    if plan.start_listeners:
        run_listeners(step, node, plan.start_listeners, "start")
    # a scope may be interrupted from within: it has to have its token before anybody looks
    if step.changes and not plan.event_starts:
        conditions.check(step)
    return node.alive
