"""Which variables go along with something that leaves a scope: camunda:in and camunda:out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from shoal.bpmn.extensions import VariableMapping
from shoal.kernel import writing
from shoal.kernel.context import ScriptContext, evaluate
from shoal.values import TypedValue, infer

if TYPE_CHECKING:
    from shoal.kernel.state import Node
    from shoal.kernel.step import Step


class LocalContext(ScriptContext):
    """What an expression sees that looks at the node's own variables only."""

    __slots__ = ()

    def resolve(self, name: str) -> Any:
        """The value behind a name; KeyError if there is none."""
        typed = self.step.variables.local(self.node.id).get(name)
        return self._implicit(name) if typed is None else writing.plain(typed)


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
            if each.local:
                value: Any = each.source_expression.evaluate(LocalContext(step, node))
            else:
                value = evaluate(step, node, each.source_expression)
            found[each.target] = infer(each.target, value)
        elif each.source is not None:
            name = each.source
            typed = variables.local(node.id).get(name) if each.local else variables.find(node, name)
            found[each.target] = infer(each.target, None) if typed is None else typed
    return found
