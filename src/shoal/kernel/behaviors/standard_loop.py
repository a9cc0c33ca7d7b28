"""Standard loops. Camunda 7 ignores them; here they are executed: while the condition holds, at most as often as
``loopMaximum`` says. ``loopCounter`` is a variable of the body and counts from 0."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from shoal.kernel import writing
from shoal.kernel.behaviors.repetition import COUNTER, RepetitionBehavior, number
from shoal.kernel.state import Node

if TYPE_CHECKING:
    from shoal.kernel.step import Step


class StandardLoopBehavior(RepetitionBehavior):
    """Repeats the activity. Without a condition, and without a maximum, it is done once."""

    is_concurrent: ClassVar[bool] = False

    __slots__ = ()

    def execute(self, step: Step, node: Node) -> None:
        """Begin, or, with testBefore, see first whether there is anything to do."""
        writing.set_local(step, node, COUNTER, 0, node)
        condition = self.loop.condition
        if self.loop.maximum == 0 or (
            self.loop.test_before
            and condition is not None
            and not self.is_true(step, node, condition, "the loop condition")
        ):
            step.leave(node)
            return
        node.tokens = 1
        self.begin(step, node, {})

    def path_ended(self, step: Step, scope: Node) -> None:
        """Once more, or leave."""
        done = number(step, scope, COUNTER) + 1
        writing.set_local(step, scope, COUNTER, done, scope)
        maximum = self.loop.maximum
        condition = self.loop.condition
        again = condition is not None or maximum is not None
        if again and maximum is not None:
            again = done < maximum
        if again and condition is not None:
            again = self.is_true(step, scope, condition, "the loop condition")
        if again:
            scope.tokens = 1
            self.begin(step, scope, {})
        else:
            step.leave(scope)
