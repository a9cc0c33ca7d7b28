"""Gives every node its element of the target, and the scopes around it that the target has there.

Camunda 7: a scope that is new between an instance and its closest ancestor that migrates begins once for all that
get into it from the same ancestor.
"""

from __future__ import annotations

from collections.abc import Callable

from shoal.kernel.migration.flows import way_in, way_out
from shoal.kernel.migration.kept import target_of
from shoal.kernel.migration.pairs import Pairs
from shoal.kernel.moving import bind
from shoal.kernel.plan import ElementPlan
from shoal.kernel.state import Node, Phase, State


def rehouse(state: State, pairs: Pairs, new_id: Callable[[], str]) -> set[str]:
    """Turn the state into one of the target, and return the ids of the nodes that are new.

    Every node has an instruction, or the plan or the instance would not have passed validation.
    """
    state.root.plan = pairs.target.root
    emerging: dict[tuple[str, str], Node] = {}
    # what is kept for compensation gets into new scopes, but no scope begins for it
    for node in sorted(state.nodes.values(), key=lambda each: each.phase is Phase.KEPT):
        target = target_of(node, pairs)
        around = node.parent
        if target is None or around is None:
            raise LookupError(f"'{node.element}' has no migration instruction")
        node.parent = _house(around, target, emerging, new_id)
        _move(node, target, pairs)
    _rebuild(state, [*emerging.values(), *state.nodes.values()])
    bind(state, pairs.target)
    return {node.id for node in emerging.values()}


def _house(
    around: Node, plan: ElementPlan, emerging: dict[tuple[str, str], Node], new_id: Callable[[], str]
) -> Node:
    """The node of the scope that the element is in, which is inside of ``around`` or is that."""
    missing: list[ElementPlan] = []
    scope = plan.scope
    while scope is not around.plan:
        if scope is None:
            raise LookupError(f"'{plan.id}' is not inside of '{around.plan.id}'")
        missing.append(scope)
        scope = scope.scope
    for scope in reversed(missing):
        key = (around.id, scope.id)
        house = emerging.get(key)
        if house is None:
            house = emerging[key] = Node(new_id(), scope.id, around)
            house.plan = scope
        around = house
    return around


def _move(node: Node, target: ElementPlan, pairs: Pairs) -> None:
    pair = pairs.of(node.element)
    node.plan = target
    node.element = target.id
    if node.phase is Phase.AFTER:
        node.flow = way_out(target, node.flow)
    else:
        node.flow = None if pair is None else way_in(pair, node.flow)


def _rebuild(state: State, nodes: list[Node]) -> None:
    """Everything that follows from the parents of the nodes, parents before their children."""
    root = state.root
    for node in (root, *nodes):
        node.children = None
        node.tokens = 0
        node.joins = None
        node.census = None
    for node in nodes:
        parent = node.parent or root
        if parent.children is None:
            parent.children = {}
        parent.children[node.id] = node
        parent.tokens += node.phase is not Phase.KEPT
    ordered: dict[str, Node] = {}
    open_nodes = list(reversed((root.children or {}).values()))
    while open_nodes:
        node = open_nodes.pop()
        ordered[node.id] = node
        open_nodes += reversed((node.children or {}).values())
    state.nodes = ordered
    state.uncertain = {}
    state.watchers = {}
