"""Opens and closes the rows that can wake a node: jobs, subscriptions, tasks, called instances."""

from __future__ import annotations

import re
from datetime import datetime
from math import isfinite
from typing import TYPE_CHECKING

from shoal.errors import ExecutionError
from shoal.expressions import Expression
from shoal.kernel.context import evaluate
from shoal.kernel.effects import (
    ChildStart,
    ExternalTaskRecord,
    JobKind,
    JobRecord,
    SubscriptionRecord,
    UserTaskRecord,
)
from shoal.kernel.plan import ElementPlan
from shoal.kernel.state import Node, Wait, WaitKind

if TYPE_CHECKING:
    from shoal.kernel.step import Step


def open_job(
    step: Step,
    node: Node,
    kind: JobKind,
    plan: ElementPlan,
    due_at: datetime | None,
    repeat: str | None = None,
    element: str | None = None,
) -> None:
    """A job wakes the node; ``plan`` is the element that asks for it, ``element`` what its wait remembers."""
    if element is None and plan is not node.plan:
        element = plan.id
    # the job of asyncBefore had the id of the node already
    reused = kind is JobKind.TIMER and plan.async_before
    job_id = node.id if element is None and not node.waits and not reused else step.new_id()
    _add(node, Wait(WaitKind.JOB, job_id, element))
    step.effects.jobs[job_id] = JobRecord(
        job_id,
        kind,
        node.id,
        plan.id,
        due_at,
        step.host.default_retries,
        _priority(step, node, plan),
        plan.exclusive,
        repeat,
    )


def open_subscription(step: Step, node: Node, kind: str, name: str | None, plan: ElementPlan) -> Wait:
    """The node waits for a message, a signal or a condition."""
    own = plan is node.plan and not node.waits
    wait_id = node.id if own else step.new_id()
    wait = Wait(WaitKind.SUBSCRIPTION, wait_id, None if plan is node.plan else plan.id)
    _add(node, wait)
    step.effects.subscriptions[wait_id] = SubscriptionRecord(wait_id, kind, name, node.id, plan.id)
    if kind == "signal":
        step.state.hearers[wait_id] = node
    elif kind == "conditional":
        step.state.watchers[wait_id] = node
        step.changes.append((node, None, wait_id))
    return wait


def open_external_task(step: Step, node: Node, topic: str, priority: int) -> None:
    """A remote worker has to do the work of the node."""
    task_id = node.id if not node.waits else step.new_id()
    _add(node, Wait(WaitKind.EXTERNAL, task_id))
    step.effects.external_tasks[task_id] = ExternalTaskRecord(task_id, node.id, node.element, topic, priority)


def open_user_task(step: Step, node: Node, record: UserTaskRecord) -> None:
    """A person has to do the work of the node."""
    _add(node, Wait(WaitKind.TASK, record.id))
    step.effects.user_tasks[record.id] = record
    activity = step.effects.activities.get(node.id)
    if activity is not None:
        activity.task_id = record.id


def open_child(step: Step, node: Node, child: ChildStart) -> None:
    """The node waits for the end of an instance that it has called."""
    _add(node, Wait(WaitKind.CHILD, child.instance_id))
    step.effects.children.append(child)
    activity = step.effects.activities.get(node.id)
    if activity is not None:
        activity.called_instance_id = child.instance_id


def close_all(step: Step, node: Node, reason: str) -> None:
    """Nothing can wake the node any more. ``reason`` is for user tasks: "completed" or "deleted"."""
    waits = node.waits
    if waits:
        node.waits = None
        for wait in waits:
            withdraw(step, wait, reason)


def close(step: Step, node: Node, wait: Wait, reason: str = "deleted") -> None:
    """That wait of the node is over."""
    if node.waits is not None:
        node.waits.remove(wait)
        if not node.waits:
            node.waits = None
    withdraw(step, wait, reason)


def withdraw(step: Step, wait: Wait, reason: str) -> None:
    """Delete the row of a wait. One that was made in the same step leaves no trace."""
    effects = step.effects
    kind = wait.kind
    if kind is WaitKind.JOB:
        if effects.jobs.pop(wait.id, None) is None:
            effects.jobs_deleted.add(wait.id)
    elif kind is WaitKind.SUBSCRIPTION:
        step.state.watchers.pop(wait.id, None)
        step.state.hearers.pop(wait.id, None)
        if effects.subscriptions.pop(wait.id, None) is None:
            effects.subscriptions_deleted.add(wait.id)
    elif kind is WaitKind.EXTERNAL:
        if effects.external_tasks.pop(wait.id, None) is None:
            effects.external_tasks_deleted.add(wait.id)
    elif kind is WaitKind.TASK:
        effects.user_tasks_ended[wait.id] = reason
    elif reason == "deleted":
        made = [child for child in effects.children if child.instance_id == wait.id]
        if made:
            effects.children.remove(made[0])
        else:
            effects.children_cancelled.append(wait.id)


def integer_of(
    step: Step, node: Node, expression: Expression | None, what: str, default: int, truncates: bool = False
) -> int:
    """The value of an expression that has to be a whole number, be it as text or as 2.0."""
    if expression is None:
        return default
    value = expression.literal_value if expression.is_literal else evaluate(step, node, expression)
    if isinstance(value, str):
        text = value.strip()
        if re.fullmatch(r"[+-]?\d{1,18}", text):
            return int(text)
    elif isinstance(value, int) and not isinstance(value, bool):
        return value
    elif isinstance(value, float) and isfinite(value) and (truncates or value.is_integer()):
        return int(value)
    raise ExecutionError(f"{what} of '{node.element}' is {value!r}, which is no whole number", node.element)


def _add(node: Node, wait: Wait) -> None:
    if node.waits is None:
        node.waits = [wait]
    else:
        node.waits.append(wait)


def _priority(step: Step, node: Node, plan: ElementPlan) -> int:
    expression = plan.element.job_priority if plan.element is not None else None
    if expression is None:
        expression = step.plan.model.job_priority
    return integer_of(step, node, expression, "the job priority", 0)
