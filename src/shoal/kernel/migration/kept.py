"""What is kept for compensation in a migration: which element of the target it is kept for.

Camunda 7: compensation subscriptions and event scopes. What can be undone has to be mapped: by the compensation
boundary event of the activity, or by the compensation start event in the sub-process. A completed sub-process that
is only kept for what is inside of it goes by its own instruction; without one it vanishes, and what is inside of it
moves outwards.
"""

from __future__ import annotations

from collections.abc import Iterator

from shoal.bpmn.events import BoundaryEvent, CompensateEvent
from shoal.kernel.compensation import handler_of
from shoal.kernel.migration.pairs import Pairs
from shoal.kernel.migration.scopes import scopes_around
from shoal.kernel.plan import ElementPlan, event_subprocess_of
from shoal.kernel.state import Node, Phase, State


def target_of(node: Node, pairs: Pairs) -> ElementPlan | None:
    """What the element of the node becomes; None when the node does not migrate."""
    if node.parent is None:
        return pairs.target.root
    handler = handler_of(node) if node.phase is Phase.KEPT else None
    if handler is None:
        pair = pairs.of(node.element)
        return None if pair is None else pair.target
    event = _event_of(node.plan, handler)
    pair = None if event is None else pairs.of(event)
    if pair is None:
        return None
    element = pair.target.element
    if isinstance(element, BoundaryEvent):
        return pairs.target.elements[element.attached_to]
    return event_subprocess_of(pair.target).scope


def is_removed(node: Node, pairs: Pairs) -> bool:
    """Whether the node is a scope that vanishes, while what is inside of it stays."""
    if node.phase is Phase.KEPT and handler_of(node) is not None:
        return False
    return node.phase in (Phase.ACTIVE, Phase.KEPT) and pairs.of(node.element) is None


def failures_of_kept(state: State, pairs: Pairs) -> Iterator[tuple[Node, str]]:
    """What keeps the kept nodes from being migrated, by the closest node around each that is active."""
    kept = [node for node in state.nodes.values() if node.phase is Phase.KEPT]
    houses = _houses(state, pairs) if kept else set()
    for node in kept:
        said = _failure(node, pairs, houses)
        if said is not None:
            yield _active_around(node), said


def _failure(node: Node, pairs: Pairs, houses: set[tuple[str, str]]) -> str | None:
    handler = handler_of(node)
    if is_removed(node, pairs):
        return None
    cannot = f"Cannot migrate subscription for compensation handler '{(handler or node.plan).id}'."
    target = target_of(node, pairs)
    if target is None:
        kind = "start" if handler is not None and handler.scope is node.plan else "boundary"
        return f"{cannot} There is no migration instruction for the compensation {kind} event"
    if handler is not None and target.compensated_by is None:
        return f"{cannot} '{target.id}' has no compensation handler"
    around = _survivor(node, pairs)
    scope = target.scope
    if scope is None or scope is target_of(around, pairs) or (around.id, scope.id) in houses:
        return None
    return f"{cannot} Nothing active migrates to the scope '{scope.id}' of '{target.id}' together with it"


def _houses(state: State, pairs: Pairs) -> set[tuple[str, str]]:
    """The scopes that emerge, each with the closest node around it that is there already."""
    found: set[tuple[str, str]] = set()
    for node in state.nodes.values():
        target = None if node.phase is Phase.KEPT else target_of(node, pairs)
        if target is None:
            continue
        around = _survivor(node, pairs)
        limit = target_of(around, pairs)
        for scope in scopes_around(target):
            if scope is limit:
                break
            found.add((around.id, scope.id))
    return found


def _survivor(node: Node, pairs: Pairs) -> Node:
    """The closest node around it that migrates."""
    around = node.parent
    while around is not None and around.parent is not None and is_removed(around, pairs):
        around = around.parent
    if around is None:
        raise LookupError("the instance itself is in no scope")
    return around


def _active_around(node: Node) -> Node:
    around = node.parent
    while around is not None and around.phase is not Phase.ACTIVE:
        around = around.parent
    return node if around is None else around


def _event_of(plan: ElementPlan, handler: ElementPlan) -> str | None:
    """The compensation event that is waited for: the start of an event sub-process inside, or a boundary event."""
    if handler.scope is plan:
        return None if handler.start is None else handler.start.id
    for event in plan.process.model.boundaries.get(plan.model.id, ()):
        if isinstance(event.definition, CompensateEvent):
            return event.id
    return None
