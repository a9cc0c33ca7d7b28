"""Work that a remote worker does: how it is handed out, and what its completion or failure may be instead.

Camunda 7: camunda:errorEventDefinition turns a completion or a failure into a BPMN error when its expression holds;
``externalTask`` is known in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shoal.bpmn.activities import ExternalWork
from shoal.errors import ExecutionError
from shoal.kernel import raising, waiting
from shoal.kernel.context import ScriptContext, evaluate
from shoal.kernel.state import Node, WaitKind

if TYPE_CHECKING:
    from shoal.kernel.step import Step


class ExternalTaskView:
    """``externalTask`` in the expressions of camunda:errorEventDefinition."""

    __slots__ = ("activity_id", "error_details", "error_message", "id", "process_instance_id")

    def __init__(self, step: Step, node: Node, message: str | None, details: str | None) -> None:
        waits = [wait.id for wait in node.waits or () if wait.kind is WaitKind.EXTERNAL]
        self.id = waits[0] if waits else None
        self.activity_id = node.element
        self.process_instance_id = step.instance.id
        self.error_message = message
        self.error_details = details


class ExternalTaskContext(ScriptContext):
    """The names at the node, and ``externalTask``."""

    __slots__ = ("view",)

    def __init__(self, step: Step, node: Node, view: ExternalTaskView) -> None:
        super().__init__(step, node)
        self.view = view

    def resolve(self, name: str) -> Any:
        """The value behind a name; KeyError if there is none."""
        return self.view if name == "externalTask" else super().resolve(name)


def hand_out(step: Step, node: Node, work: ExternalWork) -> None:
    """Open an external task. Camunda 7: without a priority of its own it has that of the process, else 0."""
    name = work.topic.literal_value
    if name is None:
        name = str(evaluate(step, node, work.topic))
    rank = work.priority if work.priority is not None else step.plan.model.task_priority
    waiting.open_external_task(step, node, name, waiting.integer_of(step, node, rank, "the priority", 0))


def completed(step: Step, node: Node, work: ExternalWork) -> None:
    """The worker is done: go on, unless that means an error."""
    if not (work.error_definitions and is_error(step, node, work, None, None)):
        step.leave(node)


def is_error(step: Step, node: Node, work: ExternalWork, message: str | None, details: str | None) -> bool:
    """Throw the first BPMN error whose expression holds; whether there is one."""
    step.at = node
    context = ExternalTaskContext(step, node, ExternalTaskView(step, node, message, details))
    for code, expression in work.error_definitions:
        value = expression.evaluate(context)
        if not isinstance(value, bool):
            raise ExecutionError(
                f"error event definition '{code}' of '{node.element}' yields {value!r} instead of true or false",
                node.element,
            )
        if value:
            raising.throw(step, node, code, message)
            return True
    return False
