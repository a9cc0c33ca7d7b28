"""Service, send and business rule tasks: a registered callable, an expression, or a remote worker."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from shoal.bpmn.activities import BusinessRuleTask, ExternalWork, SendTask, ServiceTask
from shoal.bpmn.element import FlowNode
from shoal.bpmn.extensions import Code
from shoal.errors import ExecutionError, Fault
from shoal.kernel import writing
from shoal.kernel.behaviors.contract import Behavior, Handles
from shoal.kernel.code import run_code
from shoal.kernel.external_work import completed, hand_out, is_error
from shoal.kernel.plan import ElementPlan
from shoal.kernel.state import Node
from shoal.kernel.stimulus import Complete

if TYPE_CHECKING:
    from shoal.kernel.step import Step


class ServiceTaskBehavior(Behavior):
    """Does the work at once, or hands it to a remote worker and waits."""

    __slots__ = ("code", "external", "result_variable")

    code: Code | None
    external: ExternalWork | None
    result_variable: str | None

    handles: ClassVar[Handles] = {
        (ServiceTask, None): "serviceTask",
        (SendTask, None): "sendTask",
        (BusinessRuleTask, None): "businessRuleTask",
    }

    def __init__(self, plan: ElementPlan) -> None:
        super().__init__(plan)
        task = plan.element if isinstance(plan.element, ServiceTask) else ServiceTask(plan.id)
        self.code = task.code
        self.external = task.external
        self.result_variable = task.result_variable

    @classmethod
    def faults(cls, element: FlowNode) -> Iterator[Fault]:
        """Decisions are not evaluated."""
        if isinstance(element, BusinessRuleTask) and element.decision_ref is not None:
            yield Fault(
                element.id,
                "camunda:decisionRef is not executed",
                'camunda:type="external", camunda:class, camunda:delegateExpression, camunda:expression',
                element.line,
            )

    def execute(self, step: Step, node: Node) -> None:
        """Do the work, or begin to wait for a worker."""
        external = self.external
        if external is not None:
            hand_out(step, node, external)
            return
        if self.code is None:
            raise ExecutionError(f"'{node.element}' has no implementation", node.element)
        result = run_code(step, node, self.code)
        # user code may have ended what is around it
        if node.alive:
            if self.result_variable:
                writing.set_variable(step, node, self.result_variable, result)
            step.leave(node)

    def complete(self, step: Step, node: Node, stimulus: Complete) -> None:
        """The worker is done."""
        if self.external is None:
            super().complete(step, node, stimulus)
        else:
            completed(step, node, self.external)

    def failed(self, step: Step, node: Node, message: str | None, details: str | None) -> bool:
        """The worker reported a failure."""
        return self.external is not None and is_error(step, node, self.external, message, details)
