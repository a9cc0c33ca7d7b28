"""What is kept of activities that are done so that they can be undone, and how they are undone.

Camunda 7: a throwing event undoes what has completed in its scope, all handlers are begun at once, the one of the
activity that completed last first. A completed sub-process is kept with its variables. The handlers inside of it
are begun even if a handler is attached to it, unless the event names the sub-process; an event sub-process for
compensation takes their place.
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
    parent = node.parent
    own = plan.compensated_by
    attached = own is not None and own.scope is not plan
    has_kept = any(child.phase is Phase.KEPT for child in (node.children or {}).values())
    stays = has_kept or (own is not None and not attached)
    if not stays:
        ending.close(step, node, False)
    if attached:
        mark = Node(step.new_id() if stays else node.id, plan.id, parent)
        mark.plan = plan
        mark.phase = Phase.KEPT
        step.attach(mark)
    if stays:
        _keep(step, node)


def handler_of(node: Node) -> ElementPlan | None:
    """What is begun to undo what is kept; None for a scope that is only kept for what is inside of it."""
    handler = node.plan.compensated_by
    return None if handler is not None and handler.scope is not node.plan and node.children else handler


def _keep(step: Step, node: Node) -> None:
    """The scope stays, with its variables and with what is kept in it; everything else ends."""
    if node.parent is not None:
        _move(step, node, node.parent)
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
            if activity_ref is None or _is_named(child, activity_ref):
                found.append(child)
        if not getattr(at.plan.element, "triggered_by_event", False):
            break
        at = at.parent
    return found


def _is_named(node: Node, activity_ref: str) -> bool:
    element = node.plan.element
    if element is None or element.id != activity_ref:
        return False
    # the handler that is attached to it is meant, if there is one
    return node.plan.compensated_by is None or handler_of(node) is not None


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
    handler = handler_of(node)
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
    """Put the node below another one, or to the end of its own; in the state it comes after its new parent."""
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
