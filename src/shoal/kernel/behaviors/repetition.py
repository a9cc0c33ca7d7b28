"""The scope around a repeated activity: how one instance in it begins. Which and when is in the neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shoal.bpmn.activities import Activity, MultiInstance, StandardLoop
from shoal.errors import ExecutionError
from shoal.expressions import Expression
from shoal.kernel.behaviors.contract import Behavior
from shoal.kernel.context import evaluate
from shoal.kernel.plan import ElementPlan
from shoal.kernel.state import Node

if TYPE_CHECKING:
    from shoal.kernel.step import Step

COUNTER = "loopCounter"


class RepetitionBehavior(Behavior):
    """Begins instances of the activity and counts."""

    __slots__ = ("activity", "inner")

    def __init__(self, plan: ElementPlan) -> None:
        super().__init__(plan)
        inner = plan.inner
        if inner is None or not isinstance(plan.element, Activity):
            raise LookupError(f"'{plan.id}' is no body of a repeated activity")
        self.inner = inner
        self.activity: Activity = plan.element

    @property
    def multi_instance(self) -> MultiInstance:
        """What the model says about multiple instances."""
        return self.activity.multi_instance or MultiInstance()

    @property
    def loop(self) -> StandardLoop:
        """What the model says about the standard loop."""
        return self.activity.standard_loop or StandardLoop()

    def begin(self, step: Step, body: Node, own: dict[str, Any]) -> None:
        """One instance begins; ``own`` are its variables. ``body.tokens`` counts it already."""
        step.enter_with(self.inner, body, None, own)

    def is_true(self, step: Step, body: Node, expression: Expression, what: str) -> bool:
        """The value of a condition at the body. Raises ExecutionError when it is no Boolean."""
        step.at = body
        value = evaluate(step, body, expression)
        if not isinstance(value, bool):
            raise ExecutionError(
                f"{what} of '{self.inner.id}' yields {value!r} instead of true or false", self.inner.id
            )
        return value


def number(step: Step, body: Node, name: str) -> int:
    """A counter of the body; 0 when somebody removed it or made it something else."""
    typed = step.variables.local(body.id).get(name)
    return typed.value if typed is not None and isinstance(typed.value, int) else 0
