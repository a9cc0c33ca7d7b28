"""Makes a node wait for an event: by subscription or by timer job.

Used wherever a model catches: intermediate events, receive tasks, event-based gateways, boundary events and
event sub-processes.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from shoal.bpmn.events import (
    ConditionalEvent,
    Event,
    EventDefinition,
    MessageEvent,
    SignalEvent,
    TimerEvent,
    TimerKind,
)
from shoal.bpmn.timers import TimerTextError, next_due
from shoal.errors import ExecutionError
from shoal.expressions import Expression
from shoal.kernel import waiting
from shoal.kernel.context import evaluate
from shoal.kernel.effects import JobKind
from shoal.kernel.plan import ElementPlan
from shoal.kernel.state import Node

if TYPE_CHECKING:
    from shoal.kernel.step import Step


def arm(step: Step, node: Node, plan: ElementPlan) -> None:
    """Let the node wait for the event of the element ``plan``.

    Errors, escalations, compensation and cancellation need no wait: they come from inside.
    """
    element = plan.element
    definition: EventDefinition | None = element.definition if isinstance(element, Event) else None
    if isinstance(definition, MessageEvent):
        name = name_of(step, node, definition.message_name, plan)
        waiting.open_subscription(step, node, "message", name, plan)
    elif isinstance(definition, TimerEvent):
        text = timer_text(evaluate(step, node, definition.text), plan)
        open_timer(step, node, plan, definition.kind, text, None)
    elif isinstance(definition, SignalEvent):
        name = name_of(step, node, definition.signal_name, plan)
        wait = waiting.open_subscription(step, node, "signal", name, plan)
        if definition.signal_name is not None and definition.signal_name.literal_value is None:
            wait.name = name
    elif isinstance(definition, ConditionalEvent):
        waiting.open_subscription(step, node, "conditional", None, plan)


def open_timer(
    step: Step,
    node: Node,
    plan: ElementPlan,
    kind: TimerKind,
    text: str,
    repeat: str | None,
    element: str | None = None,
) -> bool:
    """Open the job of a timer, or the next one of a cycle. False when the timer is never due."""
    try:
        due = next_due(kind, text, step.now, repeat)
    except TimerTextError as error:
        raise ExecutionError(f"timer of '{plan.id}': {error}", plan.id) from error
    if due is None:
        return False
    waiting.open_job(step, node, JobKind.TIMER, plan, due.at, due.repeat, element)
    return True


def timer_text(value: Any, plan: ElementPlan) -> str:
    """The text of a timer. Camunda 7: the expression may also yield a date."""
    if isinstance(value, str):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise ExecutionError(f"timer of '{plan.id}': {value!r} is neither a text nor a date", plan.id)


def name_of(step: Step, node: Node, expression: Expression | None, plan: ElementPlan) -> str:
    """The name of a message or signal at the moment at which somebody begins to wait for it."""
    if expression is None:
        raise ExecutionError(f"'{plan.id}' waits for an event without a name", plan.id)
    name = expression.literal_value
    if name is None:
        value = evaluate(step, node, expression)
        if value is None:
            raise ExecutionError(f"the event name '{expression.text}' of '{plan.id}' is null", plan.id)
        name = str(value)
    return name
