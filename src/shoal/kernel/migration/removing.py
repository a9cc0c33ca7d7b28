"""Takes scopes out of the state that the target does not have. What is inside of them moves outwards.

Camunda 7: the innermost first, in terms of the source, with end listeners and output mappings.
"""

from __future__ import annotations

from shoal.kernel import ending
from shoal.kernel.migration.kept import is_removed
from shoal.kernel.migration.pairs import Pairs
from shoal.kernel.state import Node, Phase
from shoal.kernel.step import Step


def remove_unmapped(step: Step, pairs: Pairs) -> None:
    """End every scope that no instruction mentions. Its activity instance counts as cancelled."""
    for node in reversed(list(step.state.nodes.values())):
        if is_removed(node, pairs):
            _remove(step, node)


def _remove(step: Step, node: Node) -> None:
    around = node.parent
    if around is None:
        raise LookupError("the instance itself cannot be removed")
    inside = list((node.children or {}).values())
    if node.phase is Phase.ACTIVE and not node.plan.plain_exit:
        ending.conclude(step, node)
    node.children = None
    ending.close(step, node, True, "deleted")
    children = around.children
    if children is None:
        children = around.children = {}
    for child in inside:
        child.parent = around
        children[child.id] = child
