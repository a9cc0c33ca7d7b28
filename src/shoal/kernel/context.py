"""What expressions, conditions and scripts see at a node: variables, ``execution``, ``task``, beans.

Only reading; writing goes through the ``execution`` object (``kernel.execution``).
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from shoal.expressions import Expression
from shoal.kernel import writing
from shoal.kernel.execution import Execution

if TYPE_CHECKING:
    from shoal.kernel.state import Node
    from shoal.kernel.step import Step


class NodeContext:
    """The names of one evaluation. Variables win over ``execution`` and ``task``, those over beans.

    Lists and maps are handed out as they are stored; only for expressions that call nothing.
    """

    __slots__ = ("event", "node", "step", "task", "transition")

    def __init__(
        self,
        step: Step,
        node: Node,
        event: str | None = None,
        task: Any = None,
        transition: str | None = None,
    ) -> None:
        self.step = step
        self.node = node
        self.event = event
        self.task = task
        self.transition = transition

    def resolve(self, name: str) -> Any:
        """The value behind a name; KeyError if there is none."""
        scopes = self.step.variables.scopes
        at: Node | None = self.node
        while at is not None:
            scope = scopes.get(at.id)
            if scope is not None and name in scope:
                return scope[name].value
            at = at.parent
        return self._implicit(name)

    def now(self) -> datetime:
        """The time of the step."""
        return self.step.now

    def _implicit(self, name: str) -> Any:
        if name == "execution":
            return Execution(self.step, self.node, self.event, self.transition)
        if name == "task" and self.task is not None:
            return self.task
        bean = self.step.host.callable(name)
        if bean is None:
            raise KeyError(name)
        return bean


class ScriptContext(NodeContext):
    """The same with copies of lists and maps, always the same copy: for whatever may change what it gets."""

    __slots__ = ("copies",)

    def __init__(
        self,
        step: Step,
        node: Node,
        event: str | None = None,
        task: Any = None,
        transition: str | None = None,
    ) -> None:
        super().__init__(step, node, event, task, transition)
        self.copies: dict[str, Any] = {}

    def resolve(self, name: str) -> Any:
        """The value behind a name; KeyError if there is none."""
        if name in self.copies:
            return self.copies[name]
        value = super().resolve(name)
        if type(value) is dict or type(value) is list:
            value = self.copies[name] = writing.copied(value)
        return value


def evaluate(step: Step, node: Node, expression: Expression) -> Any:
    """The value of an expression at the node."""
    context = ScriptContext if "(" in expression.text else NodeContext
    return expression.evaluate(context(step, node))
