"""Input and output mappings of activities and events. Camunda 7: camunda:inputOutput."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shoal.bpmn.extensions import ParameterValue
from shoal.errors import ExecutionError
from shoal.expressions import Expression
from shoal.kernel import writing
from shoal.kernel.context import ScriptContext, evaluate

if TYPE_CHECKING:
    from shoal.kernel.state import Node
    from shoal.kernel.step import Step


def map_inputs(step: Step, node: Node) -> None:
    """Set the input parameters as variables of the node; later ones see earlier ones."""
    step.at = node
    for parameter in node.plan.inputs:
        value = value_of(step, node, parameter.value)
        writing.set_local(step, node, parameter.name, value, node)


def map_outputs(step: Step, node: Node) -> None:
    """Set the output parameters in the scope around the node, or where they are already."""
    step.at = node
    parent = node.parent
    for parameter in node.plan.outputs:
        value = value_of(step, node, parameter.value)
        target = parent if parent is not None else node
        owner = step.variables.owner(target, parameter.name)
        scope = step.state.root if owner is None else owner
        writing.set_local(step, scope, parameter.name, value, node)


def value_of(step: Step, node: Node, value: ParameterValue) -> Any:
    """The value of a parameter: an expression, a script, or a list or map of such."""
    if value.expression is not None:
        return evaluate(step, node, value.expression)
    if value.script is not None:
        return value.script.run(ScriptContext(step, node))
    if value.list_items is not None:
        return [value_of(step, node, item) for item in value.list_items]
    if value.map_entries is not None:
        return {_key(step, node, key): value_of(step, node, entry) for key, entry in value.map_entries}
    return None


def _key(step: Step, node: Node, expression: Expression) -> str:
    if expression.literal_value is not None:
        return expression.literal_value
    key = evaluate(step, node, expression)
    if not isinstance(key, str):
        raise ExecutionError(
            f"'{node.element}': the key '{expression.text}' of a map is {key!r}, not a text", node.element
        )
    return key
