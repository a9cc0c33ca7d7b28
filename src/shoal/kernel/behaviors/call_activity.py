"""Call activities: an instance of another process is started, and the node waits for its end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from shoal.bpmn.activities import CallActivity
from shoal.errors import ExecutionError
from shoal.expressions import Expression
from shoal.kernel import waiting, writing
from shoal.kernel.behaviors.contract import Behavior, Handles
from shoal.kernel.context import evaluate
from shoal.kernel.effects import ChildStart
from shoal.kernel.plan import ElementPlan
from shoal.kernel.state import Node
from shoal.kernel.transfer import collect
from shoal.kernel.variable_mapping import map_input, map_output
from shoal.values import TypedValue

if TYPE_CHECKING:
    from shoal.kernel.step import Step


class CallActivityBehavior(Behavior):
    """Asks for the start of the other instance; which definition that is, is decided outside."""

    __slots__ = ("call",)

    handles: ClassVar[Handles] = {(CallActivity, None): "callActivity"}

    def __init__(self, plan: ElementPlan) -> None:
        super().__init__(plan)
        self.call = plan.element if isinstance(plan.element, CallActivity) else CallActivity(plan.id)

    def execute(self, step: Step, node: Node) -> None:
        """Ask for the instance. Camunda 7: without a camunda:in for it, it has no business key."""
        call = self.call
        name = _text(step, node, call.called_element)
        if not name:
            raise ExecutionError(f"'{node.element}' calls no process: calledElement is empty", node.element)
        keys = [each.business_key for each in call.inputs if each.business_key is not None]
        version = call.version
        variables = collect(step, node, call.inputs)
        if call.mapping_code is not None:
            map_input(step, node, call.mapping_code, variables)
        child = ChildStart(
            step.new_id(),
            node.id,
            name,
            call.binding,
            None if version is None else waiting.integer_of(step, node, version, "the called version", 0),
            _text(step, node, call.version_tag),
            _text(step, node, call.tenant_id),
            _text(step, node, keys[-1]) if keys else None,
            variables,
        )
        waiting.open_child(step, node, child)

    def take_over(self, step: Step, node: Node, variables: Mapping[str, TypedValue]) -> None:
        """Variables of the called instance come back, as camunda:out says."""
        step.at = node
        context = CalledContext(step.now, variables)
        for each in self.call.outputs:
            if each.all_variables:
                found: dict[str, Any] = dict(variables)
            elif each.target is None:
                continue
            elif each.source_expression is not None:
                found = {each.target: each.source_expression.evaluate(context)}
            else:
                found = {each.target: variables.get(each.source or "")}
            for name, value in found.items():
                if each.local:
                    writing.set_local(step, node, name, value, node)
                else:
                    writing.set_variable(step, node, name, value)
        if self.call.mapping_code is not None:
            map_output(step, node, self.call.mapping_code, variables)


class CalledContext:
    """Expressions of camunda:out see the variables of the called instance."""

    __slots__ = ("_now", "_variables")

    def __init__(self, now: datetime, variables: Mapping[str, TypedValue]) -> None:
        self._now = now
        self._variables = variables

    def resolve(self, name: str) -> Any:
        """The variable of the called instance; KeyError if there is none."""
        return self._variables[name].value

    def now(self) -> datetime:
        """The time of the step."""
        return self._now


def _text(step: Step, node: Node, expression: Expression | None) -> str | None:
    if expression is None:
        return None
    value = evaluate(step, node, expression)
    return None if value is None else str(value)
