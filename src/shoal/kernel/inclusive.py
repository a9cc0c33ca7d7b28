"""When the tokens at an inclusive gateway need not wait for others any more.

Camunda 7: when no other token of the scope can reach the gateway. Camunda 7 asks only when a token arrives; here
it is asked whenever nothing else moves, so a token that ends elsewhere, or leaves by a boundary event, releases
the others too. A token that itself waits at a joining gateway is judged by the rule of the BPMN specification,
else two gateways inside of a loop could wait for one another for ever.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shoal.bpmn.gateways import InclusiveGateway
from shoal.kernel.joining import merge
from shoal.kernel.plan import ElementPlan
from shoal.kernel.state import Node

if TYPE_CHECKING:
    from shoal.kernel.step import Step


def settle(step: Step) -> bool:
    """Let the tokens of one gateway go on whose waiting is over. False when there is no such gateway."""
    for scope in list(step.state.uncertain.values()):
        candidates = [
            plan
            for plan in (step.plan.elements[gateway_id] for gateway_id in scope.joins or ())
            if isinstance(plan.element, InclusiveGateway)
        ]
        for plan in candidates:
            if not _can_grow(scope, plan):
                merge(step, scope, plan)
                return True
        if not candidates:
            del step.state.uncertain[scope.id]
        elif _all_wait(scope):
            merge(step, scope, candidates[0])
            return True
    return False


def _all_wait(scope: Node) -> bool:
    """Whether every token of the scope waits at a gateway: then they wait for one another."""
    return scope.tokens == sum(len(there) for there in (scope.joins or {}).values())


def _can_grow(scope: Node, plan: ElementPlan) -> bool:
    joins = scope.joins or {}
    flows = plan.process.flows
    present = 0
    for node in joins[plan.id]:
        if node.flow is not None:
            present |= 1 << flows[node.flow].index
    reach = plan.reach
    if reach is None:
        reach = plan.reach = reach_of(plan)
    for element_id, count in (scope.census or {}).items():
        moving = count > len(joins.get(element_id, ()))
        if element_id == plan.id:
            if moving:
                return True
            continue
        ways = reach.get(element_id, 0)
        # a token that waits itself counts only if it could not also come where one is already
        if count and ways and (moving or (ways & ~present and not ways & present)):
            return True
    return False


def reach_of(gateway: ElementPlan) -> dict[str, int]:
    """For the elements of the scope, by which incoming flows of the gateway they can reach it: a bit mask."""
    before: dict[str, set[str]] = {}
    for plan in gateway.process.elements.values():
        if plan.scope is not gateway.scope:
            continue
        for flow in plan.outgoing:
            before.setdefault(flow.target.id, set()).add(plan.id)
        for event in plan.boundaries:
            before.setdefault(event.id, set()).add(plan.id)
    reach: dict[str, int] = {}
    model = gateway.process.model
    for index, flow_id in enumerate(gateway.model.incoming):
        source = model.flows[flow_id].source
        found: set[str] = set()
        open_ids = [plan.id for plan in _standing_for(gateway, source)]
        while open_ids:
            element_id = open_ids.pop()
            if element_id in found or element_id == gateway.id:
                continue
            found.add(element_id)
            open_ids.extend(before.get(element_id, ()))
        for element_id in found:
            reach[element_id] = reach.get(element_id, 0) | 1 << index
    return reach


def _standing_for(gateway: ElementPlan, element_id: str) -> list[ElementPlan]:
    return [
        plan
        for plan in gateway.process.elements.values()
        if plan.scope is gateway.scope and plan.element is not None and plan.element.id == element_id
    ]
