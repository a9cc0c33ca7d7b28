"""Multi-instance activities. Camunda 7: the variables nrOfInstances, nrOfActiveInstances and
nrOfCompletedInstances belong to the body; loopCounter and the element variable belong to the instance when
instances are parallel, to the body when they are sequential."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from shoal.errors import ExecutionError
from shoal.kernel import ending, waiting, writing
from shoal.kernel.behaviors.repetition import COUNTER, RepetitionBehavior, number
from shoal.kernel.context import evaluate
from shoal.kernel.state import Node

if TYPE_CHECKING:
    from shoal.kernel.step import Step

INSTANCES = "nrOfInstances"
ACTIVE = "nrOfActiveInstances"
COMPLETED = "nrOfCompletedInstances"


class ParallelBodyBehavior(RepetitionBehavior):
    """All instances at once."""

    __slots__ = ()

    def execute(self, step: Step, node: Node) -> None:
        """Begin them; without any the activity is done."""
        count, items = self.size(step, node)
        if count == 0:
            step.leave(node)
            return
        self.count(step, node, count, count, 0)
        node.tokens = count
        for index in reversed(range(count)):
            step.later(self._begin_one, step, node, (index, self.element(items, index)))

    def path_ended(self, step: Step, scope: Node) -> None:
        """One is done; the last one, or the completion condition, ends the activity."""
        own, step.own_of_ended = step.own_of_ended, {}
        completed = number(step, scope, COMPLETED) + 1
        writing.set_local(step, scope, COMPLETED, completed, scope)
        writing.set_local(step, scope, ACTIVE, scope.tokens, scope)
        condition = self.multi_instance.completion_condition
        # Camunda 7: the instance that has just ended is asked
        if condition is not None and self.is_true(step, scope, condition, "the completion condition", own):
            ending.cancel_children(step, scope)
        if scope.tokens == 0:
            step.leave(scope)

    def count(self, step: Step, body: Node, instances: int, active: int, completed: int) -> None:
        """Set the counters of the body."""
        writing.set_local(step, body, INSTANCES, instances, body)
        writing.set_local(step, body, ACTIVE, active, body)
        writing.set_local(step, body, COMPLETED, completed, body)

    def size(self, step: Step, body: Node) -> tuple[int, list[Any] | None]:
        """How many instances there are to be, and the elements of the collection if there is one."""
        loop = self.multi_instance
        items = None if loop.collection is None else self._items(step, body)
        if loop.cardinality is None:
            return (0, None) if items is None else (len(items), items)
        # Camunda 7: Number.intValue()
        count = waiting.integer_of(step, body, loop.cardinality, "the loop cardinality", 0, truncates=True)
        if count < 0:
            raise ExecutionError(f"the loop cardinality of '{self.inner.id}' is {count}", self.inner.id)
        return count, items

    def element(self, items: list[Any] | None, index: int) -> Any:
        """The element for one instance. ExecutionError: the cardinality is more than the collection has."""
        if items is None:
            return None
        if index >= len(items):
            raise ExecutionError(
                f"the collection of '{self.inner.id}' has {len(items)} elements, and none for instance {index + 1}",
                self.inner.id,
            )
        return items[index]

    def own_variables(self, index: int, item: Any) -> dict[str, Any]:
        """What one instance knows of itself."""
        own: dict[str, Any] = {COUNTER: index}
        name = self.multi_instance.element_variable
        if name and self.multi_instance.collection is not None:
            own[name] = item
        return own

    def _items(self, step: Step, body: Node) -> list[Any]:
        expression = self.multi_instance.collection
        if expression is None:
            return []
        value = evaluate(step, body, expression)
        if isinstance(value, str):
            typed = step.variables.find(body, value)
            if typed is None:
                raise ExecutionError(f"collection '{value}' of '{self.inner.id}' does not exist", self.inner.id)
            value = typed.value
        if not isinstance(value, list | tuple):
            raise ExecutionError(
                f"the collection of '{self.inner.id}' is {type(value).__name__}, not a list", self.inner.id
            )
        return list(value)

    def _begin_one(self, step: Step, body: Node, which: tuple[int, Any]) -> None:
        if body.alive:
            self.begin(step, body, self.own_variables(*which))


class SequentialBodyBehavior(ParallelBodyBehavior):
    """One instance after the other."""

    is_concurrent: ClassVar[bool] = False

    __slots__ = ()

    def execute(self, step: Step, node: Node) -> None:
        """Begin the first; without any the activity is done."""
        count, items = self.size(step, node)
        if count == 0:
            step.leave(node)
            return
        self.count(step, node, count, 1, 0)
        self._begin_at(step, node, 0, items)

    def path_ended(self, step: Step, scope: Node) -> None:
        """Begin the next, unless it was the last or the completion condition holds."""
        writing.set_local(step, scope, COMPLETED, number(step, scope, COMPLETED) + 1, scope)
        done = number(step, scope, COUNTER) + 1
        condition = self.multi_instance.completion_condition
        if done >= number(step, scope, INSTANCES) or (
            condition is not None and self.is_true(step, scope, condition, "the completion condition")
        ):
            step.leave(scope)
            return
        items = None if self.multi_instance.collection is None else self.size(step, scope)[1]
        self._begin_at(step, scope, done, items)

    def _begin_at(self, step: Step, body: Node, index: int, items: list[Any] | None) -> None:
        for name, value in self.own_variables(index, self.element(items, index)).items():
            writing.set_local(step, body, name, value, body)
        body.tokens = 1
        self.begin(step, body, {})
