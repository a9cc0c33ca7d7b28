"""How activity instances end: one that is done, and a whole subtree that is cancelled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shoal.kernel import mapping, waiting
from shoal.kernel.listening import run_listeners, unhandled
from shoal.kernel.state import Node, Phase
from shoal.kernel.tree import detach

if TYPE_CHECKING:
    from shoal.kernel.step import Step

DELETED = "deleted"
"""Camunda 7: the reason for the end of a task that is cancelled."""


def conclude(step: Step, node: Node) -> None:
    """Run what the model wants at the end. Camunda 7: end listeners first, output mappings then."""
    plan = node.plan
    step.at = node
    if node.id in step.concluded:
        return
    step.concluded.add(node.id)
    if plan.end_listeners:
        run_listeners(step, node, plan.end_listeners, "end")
    if plan.outputs and not step.skip_mappings:
        mapping.map_outputs(step, node)


def close(step: Step, node: Node, cancelled: bool, reason: str = "completed") -> None:
    """End the activity instance, its waits and its variable scope, and take the node out of the state."""
    if node.waits is not None:
        waiting.close_all(step, node, reason)
    effects = step.effects
    node_id = node.id
    if node.phase is Phase.ACTIVE or node.phase is Phase.JOINING:
        record_end(step, node, cancelled)
    if node.children:
        drop_kept(step, node)
    if node_id in step.variables.scopes:
        del step.variables.scopes[node_id]
        effects.scopes_ended.add(node_id)
    detach(step, node)


def record_end(step: Step, node: Node, cancelled: bool) -> None:
    """The activity instance has ended; the node stays."""
    record = step.effects.activities.get(node.id)
    if record is not None:
        record.ended = True
        record.cancelled = cancelled
    else:
        step.effects.activities_ended[node.id] = cancelled


def drop_kept(step: Step, scope: Node) -> None:
    """Nothing in the scope will be compensated any more."""
    for child in list((scope.children or {}).values()):
        if child.phase is Phase.KEPT:
            cancel(step, child)


def cancel_children(step: Step, scope: Node, keep: Node | None = None) -> None:
    """Cancel everything inside of the scope but ``keep``; the scope itself goes on.

    What is kept for compensation stays: whatever comes now may want to undo it.
    """
    children = [child for child in (scope.children or {}).values() if child.phase is not Phase.KEPT]
    if scope.tokens > len(children):
        # tokens on their way between two elements are only on the worklist
        step.stack[:] = [work for work in step.stack if work[1] is not scope and work[2] is not scope]
    for child in children:
        if child is not keep and child.alive:
            cancel(step, child)
    scope.tokens = 0 if keep is None else 1


def cancel(step: Step, top: Node) -> None:
    """Cancel the node and everything below it, the innermost first. The scope around keeps its count."""
    order: list[Node] = []
    open_nodes = [top]
    while open_nodes:
        node = open_nodes.pop()
        order.append(node)
        if node.children:
            open_nodes.extend(node.children.values())
    before, step.cancelling = step.cancelling, step.cancelling or DELETED
    for node in reversed(order):
        if node.phase is Phase.ACTIVE:
            with unhandled(node):
                node.plan.behavior.cancel(step, node)
                if not node.plan.plain_exit:
                    conclude(step, node)
        close(step, node, True, DELETED)
    step.cancelling = before
