"""Which variables go along with something that leaves a scope: camunda:in and camunda:out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from shoal.bpmn.extensions import VariableMapping
from shoal.kernel.context import evaluate
from shoal.values import TypedValue, infer

if TYPE_CHECKING:
    from shoal.kernel.state import Node
    from shoal.kernel.step import Step


def collect(step: Step, node: Node, mappings: Iterable[VariableMapping]) -> dict[str, TypedValue]:
    """The variables that the mappings take from the node, under their new names; later ones win.

    Camunda 7: a source that does not exist yields null; ``local`` looks at the node's own variables only.
    """
    found: dict[str, TypedValue] = {}
    variables = step.variables
    for each in mappings:
        if each.all_variables:
            found.update(variables.local(node.id) if each.local else variables.visible(node))
        elif each.target is None:
            continue
        elif each.source_expression is not None:
            value = evaluate(step, node, each.source_expression)
            found[each.target] = infer(each.target, value)
        elif each.source is not None:
            name = each.source
            typed = variables.local(node.id).get(name) if each.local else variables.find(node, name)
            found[each.target] = infer(each.target, None) if typed is None else typed
    return found
