"""Script tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from shoal.bpmn.activities import ScriptTask
from shoal.kernel import writing
from shoal.kernel.behaviors.contract import Behavior, Handles
from shoal.kernel.code import run_code
from shoal.kernel.state import Node

if TYPE_CHECKING:
    from shoal.kernel.step import Step


class ScriptTaskBehavior(Behavior):
    """Runs the script; its value goes to camunda:resultVariable."""

    __slots__ = ()

    handles: ClassVar[Handles] = {(ScriptTask, None): "scriptTask"}

    def execute(self, step: Step, node: Node) -> None:
        """Run it, then go on."""
        element = self.plan.element
        if isinstance(element, ScriptTask) and element.code is not None:
            result = run_code(step, node, element.code)
            if element.result_variable:
                writing.set_variable(step, node, element.result_variable, result)
        step.leave(node)
