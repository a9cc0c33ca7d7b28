"""A timer that stays takes the due date of the target over."""

from __future__ import annotations

from shoal.bpmn.events import TimerEvent
from shoal.bpmn.timers import TimerTextError, next_due
from shoal.errors import ExecutionError
from shoal.kernel import catching, waiting
from shoal.kernel.context import NodeContext
from shoal.kernel.migration.changing import change
from shoal.kernel.plan import ElementPlan
from shoal.kernel.state import Node, Wait
from shoal.kernel.step import Step


def reschedule(step: Step, node: Node, wait: Wait, plan: ElementPlan, timer: TimerEvent) -> None:
    """Give the job of the timer the due date that it would have if it began now."""
    text = catching.timer_text(timer.text.evaluate(NodeContext(step, node)), plan)
    try:
        due = next_due(timer.kind, text, step.now)
    except TimerTextError as error:
        raise ExecutionError(f"timer of '{plan.id}': {error}", plan.id) from error
    if due is None:
        waiting.close(step, node, wait)
    else:
        change(step, wait, {"due_at": due.at, "repeat": due.repeat})
