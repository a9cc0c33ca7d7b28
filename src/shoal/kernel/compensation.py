"""What is kept of activities that are done so that they can be undone, and how they are undone.

Camunda 7: a throwing event undoes what has completed in its scope, all handlers are begun at once, the one of the
activity that completed last first. A completed sub-process is kept with its variables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shoal.kernel import ending, tree, waiting
from shoal.kernel.plan import ElementPlan
from shoal.kernel.state import Node, Phase

if TYPE_CHECKING:
    from shoal.kernel.step import Step


def close_or_keep(step: Step, node: Node) -> None:
    """End the activity instance, and keep of it what its compensation needs."""
    plan = node.plan
    own = plan.compensated_by
    whole = own is None or own.scope is plan
    has_kept = any(child.phase is Phase.KEPT for child in (node.children or {}).values())
    if whole and (own is not None or has_kept):
        _keep(step, node)
        return
    parent = node.parent
    ending.close(step, node, False)
    if own is not None:
        mark = Node(node.id, plan.id, parent)
        mark.plan = plan
        mark.phase = Phase.KEPT
        step.attach(mark)


def _keep(step: Step, node: Node) -> None:
    """The scope stays, with its variables and with what is kept in it; everything else ends."""
    waiting.close_all(step, node, "completed")
    ending.record_end(step, node, False)
    node.phase = Phase.KEPT
    if node.parent is not None and node.parent.census is not None:
        node.parent.census[node.element] -= 1
    step.state.uncertain.pop(node.id, None)


def collect(scope: Node, activity_ref: str | None) -> list[Node]:
    """What a throwing event in the scope undoes, in the order of completion.

    From within an event sub-process the scope around it is undone too (Camunda 7).
    """
    found: list[Node] = []
    at: Node | None = scope
    while at is not None:
        for child in (at.children or {}).values():
            if child.phase is not Phase.KEPT:
                continue
            element = child.plan.element
            if activity_ref is None or (element is not None and element.id == activity_ref):
                found.append(child)
        if not getattr(at.plan.element, "triggered_by_event", False):
            break
        at = at.parent
    return found


def undo(step: Step, thrower: Node, kept: list[Node]) -> None:
    """Begin to undo all of it below the node, which gets ``path_ended`` for each."""
    thrower.tokens += len(kept)
    for node in kept:
        step.later(_undo_one, step, thrower, node)


def path_ended(step: Step, scope: Node) -> None:
    """A handler inside of a scope that is being undone is done; the last one ends it."""
    if scope.tokens == 0:
        parent = scope.parent
        ending.close(step, scope, False)
        step.later(step.path_ended, parent)


def _undo_one(step: Step, thrower: Node, node: Node) -> None:
    if not thrower.alive or not node.alive:
        return
    handler: ElementPlan | None = node.plan.compensated_by
    if handler is not None and handler.scope is not node.plan:
        tree.detach(step, node)
        step.enter(handler, thrower, None)
        return
    _move(step, node, thrower)
    node.phase = Phase.COMPENSATING
    if handler is not None:
        node.tokens = 1
        step.enter(handler, node, None)
        return
    inner = [child for child in (node.children or {}).values() if child.phase is Phase.KEPT]
    node.tokens = 0
    undo(step, node, inner)


def _move(step: Step, node: Node, parent: Node) -> None:
    """Put the node below another one; in the state it comes after its new parent."""
    if node.parent is not parent:
        if node.parent is not None and node.parent.children is not None:
            del node.parent.children[node.id]
        node.parent = parent
        if parent.children is None:
            parent.children = {}
        parent.children[node.id] = node
    nodes = step.state.nodes
    moving = [node]
    while moving:
        each = moving.pop()
        nodes[each.id] = nodes.pop(each.id)
        moving.extend((each.children or {}).values())
