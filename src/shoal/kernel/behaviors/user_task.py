"""User tasks: created here and completed here; everything in between is the business of task commands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from shoal.bpmn.activities import UserTask
from shoal.bpmn.events import TimerKind
from shoal.bpmn.timers import TimerTextError, next_due
from shoal.errors import ExecutionError
from shoal.expressions import Expression
from shoal.kernel import catching, tasks, waiting
from shoal.kernel.behaviors.contract import Behavior, Handles
from shoal.kernel.code import run_code
from shoal.kernel.context import ScriptContext, evaluate
from shoal.kernel.effects import UserTaskRecord
from shoal.kernel.plan import ElementPlan
from shoal.kernel.state import Node, Wait, WaitKind
from shoal.kernel.stimulus import Complete, Trigger

if TYPE_CHECKING:
    from shoal.kernel.step import Step


TIMEOUT = "#timeout"
"""Between the element and the position of a timeout listener, in the waits of its job."""


class UserTaskBehavior(Behavior):
    """Opens a task and waits until it is completed."""

    __slots__ = ("plain", "task")

    task: UserTask
    plain: bool

    handles: ClassVar[Handles] = {(UserTask, None): "userTask"}

    def __init__(self, plan: ElementPlan) -> None:
        super().__init__(plan)
        self.task = plan.element if isinstance(plan.element, UserTask) else UserTask(plan.id)
        task = self.task
        self.plain = not (
            task.assignee
            or task.candidate_users
            or task.candidate_groups
            or task.due_date
            or task.follow_up_date
            or task.priority
            or task.form_key
            or task.task_name
            or task.description
        )

    def execute(self, step: Step, node: Node) -> None:
        """Open the task. Camunda 7: its id is not that of the activity instance; here it is."""
        record = UserTaskRecord(node.id, node.id, node.element, self.task.name)
        if not self.plain:
            self._fill(step, node, record)
        waiting.open_user_task(step, node, record)
        if self.task.task_listeners:
            self._created(step, node, record)

    def complete(self, step: Step, node: Node, stimulus: Complete) -> None:  # noqa: ARG002
        """Call the listeners, go on."""
        if self.task.task_listeners:
            tasks.run_task_listeners(step, node, self._record(step, node), "complete")
        step.leave(node)

    def cancel(self, step: Step, node: Node) -> None:
        """The task is deleted."""
        if self.task.task_listeners:
            tasks.run_task_listeners(step, node, self._record(step, node), "delete")

    def trigger(self, step: Step, node: Node, wait: Wait, stimulus: Trigger) -> None:
        """A timeout listener is due. Camunda 7: it may come again if its timer is a cycle."""
        if wait.kind is not WaitKind.JOB:
            super().trigger(step, node, wait, stimulus)
        index = int((wait.element or "").rpartition(TIMEOUT)[2])
        listener = self.task.task_listeners[index]
        if listener.timer is None:
            raise LookupError(f"listener {index} of '{node.element}' has no timer")
        waiting.close(step, node, wait)
        if stimulus.repeat:
            self._arm(step, node, index, listener.timer.kind, stimulus.repeat, stimulus.repeat)
        task = tasks.Task(step, node, self._record(step, node), "timeout")
        run_code(step, node, listener.code, "timeout", task)
        if task.is_completed:
            self._complete(step, node)

    def changed(self, step: Step, node: Node, changes: Mapping[str, Any]) -> None:
        """Somebody changed properties of the task, or what belongs to it: its variables, links, comments."""
        if tasks.change(step, node, self._record(step, node).id, changes):
            self._complete(step, node)

    def _created(self, step: Step, node: Node, record: UserTaskRecord) -> None:
        """Camunda 7: create listeners, then, if somebody is assigned, assignment listeners."""
        for index, listener in enumerate(self.task.task_listeners):
            if listener.timer is not None:
                value = evaluate(step, node, listener.timer.text)
                text = catching.timer_text(value, self.plan)
                self._arm(step, node, index, listener.timer.kind, text, None)
        completed = tasks.run_task_listeners(step, node, record, "create")
        if record.assignee is not None:
            completed = tasks.run_task_listeners(step, node, record, "assignment") or completed
        if completed:
            self._complete(step, node)

    def _arm(self, step: Step, node: Node, index: int, kind: TimerKind, text: str, repeat: str | None) -> None:
        catching.open_timer(step, node, self.plan, kind, text, repeat, f"{node.element}{TIMEOUT}{index}")

    def _complete(self, step: Step, node: Node) -> None:
        tasks.run_task_listeners(step, node, self._record(step, node), "complete")
        step.leave(node)

    def _record(self, step: Step, node: Node) -> UserTaskRecord:
        task_id = next(wait.id for wait in node.waits or () if wait.kind is WaitKind.TASK)
        return tasks.record_of(step, node, task_id)

    def _fill(self, step: Step, node: Node, record: UserTaskRecord) -> None:
        task = self.task
        context = ScriptContext(step, node)
        if task.task_name is not None:
            record.name = _text(task.task_name, context)
        record.description = _text(task.description, context)
        record.assignee = _text(task.assignee, context)
        record.candidate_users = _names(task.candidate_users, context)
        record.candidate_groups = _names(task.candidate_groups, context)
        record.due_at = _instant(task.due_date, context, node, "the due date")
        record.follow_up_at = _instant(task.follow_up_date, context, node, "the follow-up date")
        record.priority = waiting.integer_of(step, node, task.priority, "the priority", 50)
        record.form_key = _text(task.form_key, context)


def _text(expression: Expression | None, context: ScriptContext) -> str | None:
    if expression is None:
        return None
    if expression.is_literal:
        return expression.literal_value
    value = expression.evaluate(context)
    return None if value is None else str(value)


def _names(expressions: tuple[Expression, ...], context: ScriptContext) -> tuple[str, ...]:
    """Camunda 7: an expression may yield a list, or a text with commas."""
    found: list[str] = []
    for expression in expressions:
        value: Any = expression.evaluate(context)
        if value is None:
            continue
        several = value if isinstance(value, list | tuple) else str(value).split(",")
        found.extend(str(each).strip() for each in several)
    return tuple(dict.fromkeys(each for each in found if each))


def _instant(expression: Expression | None, context: ScriptContext, node: Node, what: str) -> datetime | None:
    """Camunda 7: a date, or a text with an ISO 8601 date or duration."""
    if expression is None:
        return None
    value = expression.evaluate(context)
    if value is None or value == "":
        return None
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value
    text = value.isoformat() if isinstance(value, date) else str(value)
    try:
        due = next_due(TimerKind.DATE, text, context.now())
    except TimerTextError as error:
        raise ExecutionError(f"{what} of '{node.element}': {error}", node.element) from error
    return None if due is None else due.at
