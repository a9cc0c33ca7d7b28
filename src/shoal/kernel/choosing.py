"""Which sequence flows a token takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from shoal.bpmn.process import Condition
from shoal.errors import ExecutionError
from shoal.kernel.context import ScriptContext, evaluate
from shoal.kernel.plan import FlowPlan
from shoal.kernel.state import Node

if TYPE_CHECKING:
    from shoal.kernel.step import Step


def holds(step: Step, node: Node, condition: Condition, where: str) -> bool:
    """Whether the condition is true at the node.

    Camunda 7: a condition has to yield a Boolean; anything else, null included, is an error.
    """
    if condition.expression is not None:
        value = evaluate(step, node, condition.expression)
    elif condition.script is not None:
        value = condition.script.run(ScriptContext(step, node))
    else:
        return True
    if value is True:
        return True
    if value is False:
        return False
    raise ExecutionError(f"the condition of '{where}' yields {value!r} instead of true or false", where)


def choose(step: Step, node: Node) -> Sequence[FlowPlan]:
    """Every flow whose condition holds; the default flow if there is none.

    Camunda 7: for activities, events and inclusive gateways alike. Raises ExecutionError when nothing can be taken.
    """
    plan = node.plan
    default = plan.default
    taken = [
        flow
        for flow in plan.outgoing
        if flow is not default and (flow.condition is None or holds(step, node, flow.condition, flow.id))
    ]
    if not taken and plan.outgoing:
        if default is None:
            raise no_way_out(node)
        taken.append(default)
    return taken


def choose_first(step: Step, node: Node) -> FlowPlan:
    """The first flow whose condition holds, else the default flow. Raises ExecutionError when there is neither."""
    plan = node.plan
    default = plan.default
    for flow in plan.outgoing:
        if flow.condition is None:
            if flow is not default:
                return flow
        elif holds(step, node, flow.condition, flow.id):
            return flow
    if default is None:
        raise no_way_out(node)
    return default


def no_way_out(node: Node) -> ExecutionError:
    """The error of a token that cannot go on; the caller raises it. Camunda 7's words, so that it can be found."""
    return ExecutionError(
        f"ENGINE-02004 No outgoing sequence flow for the element with id '{node.element}' could be selected for "
        f"continuing the process: no condition holds and there is no default flow",
        node.element,
    )
