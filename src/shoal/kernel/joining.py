"""Tokens that wait at a gateway for others, and how they become one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shoal.kernel import ending
from shoal.kernel.plan import ElementPlan
from shoal.kernel.state import Node, Phase

if TYPE_CHECKING:
    from shoal.kernel.step import Step


def park(node: Node) -> int:
    """Let the token wait at its gateway; how many wait there now."""
    node.phase = Phase.JOINING
    scope = node.parent
    if scope is None:
        raise LookupError("the instance itself cannot wait at a gateway")
    if scope.joins is None:
        scope.joins = {}
    there = scope.joins.get(node.element)
    if there is None:
        there = scope.joins[node.element] = []
    there.append(node)
    return len(there)


def merge(step: Step, scope: Node, plan: ElementPlan) -> None:
    """The tokens that wait at the gateway become one, which goes on: the one that came last."""
    there = (scope.joins or {}).pop(plan.id)
    last = there.pop()
    for node in there:
        if plan.end_listeners or plan.outputs:
            ending.conclude(step, node)
        ending.close(step, node, False)
    scope.tokens -= len(there)
    last.phase = Phase.ACTIVE
    step.leave(last)
