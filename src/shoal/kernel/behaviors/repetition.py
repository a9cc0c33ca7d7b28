"""The scope around a repeated activity: how one instance in it begins. Which and when is in the neighbours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from shoal.bpmn.activities import Activity, MultiInstance, StandardLoop
from shoal.errors import ExecutionError
from shoal.expressions import Expression
from shoal.kernel import writing
from shoal.kernel.behaviors.contract import Behavior
from shoal.kernel.context import ScriptContext, evaluate
from shoal.kernel.plan import ElementPlan
from shoal.kernel.state import Node
from shoal.values import TypedValue

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

    def is_true(
        self,
        step: Step,
        body: Node,
        expression: Expression,
        what: str,
        own: Mapping[str, TypedValue] | None = None,
    ) -> bool:
        """The value of a condition at the body, or, with its ``own`` variables, at an instance that has ended.

        Raises ExecutionError when it is no Boolean.
        """
        step.at = body
        value = expression.evaluate(EndedContext(step, body, own)) if own else evaluate(step, body, expression)
        if not isinstance(value, bool):
            raise ExecutionError(
                f"{what} of '{self.inner.id}' yields {value!r} instead of true or false", self.inner.id
            )
        return value


class EndedContext(ScriptContext):
    """What an instance saw that has ended."""

    __slots__ = ("own",)

    def __init__(self, step: Step, body: Node, own: Mapping[str, TypedValue]) -> None:
        super().__init__(step, body)
        self.own = own

    def resolve(self, name: str) -> Any:
        """The value behind a name; KeyError if there is none."""
        return writing.plain(self.own[name]) if name in self.own else super().resolve(name)


def number(step: Step, body: Node, name: str) -> int:
    """A counter of the body; 0 when somebody removed it or made it something else."""
    typed = step.variables.local(body.id).get(name)
    return typed.value if typed is not None and isinstance(typed.value, int) else 0
