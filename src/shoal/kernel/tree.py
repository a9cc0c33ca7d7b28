"""Takes nodes out of the tree of the state, with everything that is counted about them; where they are at home."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shoal.kernel.state import Node, Phase

if TYPE_CHECKING:
    from shoal.kernel.step import Step


def detach(step: Step, node: Node) -> None:
    """Take the node out of the state; nothing of it reaches history here."""
    parent = node.parent
    node.alive = False
    state = step.state
    state.nodes.pop(node.id, None)
    if node.joins is not None:
        state.uncertain.pop(node.id, None)
    if parent is None:
        return
    if parent.children is not None:
        parent.children.pop(node.id, None)
    if parent.census is not None and node.phase is not Phase.KEPT:
        parent.census[node.element] -= 1
    if node.phase is Phase.JOINING and parent.joins is not None:
        waiting_there = parent.joins.get(node.element)
        if waiting_there is not None:
            if waiting_there[0] is node:
                del waiting_there[0]
            elif node in waiting_there:
                waiting_there.remove(node)
            if not waiting_there:
                del parent.joins[node.element]


def home_of(node: Node) -> Node | None:
    """The scope of the model in which the node is; None for the root.

    What is being undone is kept below the event that undoes it. Camunda 7: its activity instance is in that of
    its own scope, beside the event, and that of a handler in the body of the repeated activity that it undoes.
    """
    scope = node.plan.scope
    at = node.parent
    while at is not None and at.parent is not None and at.plan is not scope and at.phase is not Phase.COMPENSATING:
        at = at.parent
    return at
