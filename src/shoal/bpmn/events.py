"""Events: a position (start, catch, throw, end, boundary) and a cause (the event definition)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from shoal.bpmn.element import FlowNode
from shoal.bpmn.extensions import Code, VariableMapping
from shoal.expressions import Expression, Script


class TimerKind(StrEnum):
    """How a timer says when it is due."""

    DATE = "date"
    DURATION = "duration"
    CYCLE = "cycle"


@dataclass(frozen=True, slots=True)
class EventDefinition:
    """Why an event happens."""


@dataclass(frozen=True, slots=True)
class MessageEvent(EventDefinition):
    """A message by name. Throwing ones may carry code (Camunda 7: implemented like a service task)."""

    message_name: Expression | None = None
    code: Code | None = None
    external_topic: Expression | None = None
    external_priority: Expression | None = None
    external_error_definitions: tuple[tuple[str, Expression], ...] = ()
    result_variable: str | None = None


@dataclass(frozen=True, slots=True)
class TimerEvent(EventDefinition):
    """``text`` evaluates to an ISO 8601 date, duration or repeating interval, or to a cron expression."""

    kind: TimerKind
    text: Expression


@dataclass(frozen=True, slots=True)
class ErrorEvent(EventDefinition):
    """A BPMN error. ``error_code`` None catches every error."""

    error_code: str | None = None
    error_message: Expression | None = None
    code_variable: str | None = None
    message_variable: str | None = None


@dataclass(frozen=True, slots=True)
class EscalationEvent(EventDefinition):
    """An escalation. ``escalation_code`` None catches every escalation."""

    escalation_code: str | None = None
    code_variable: str | None = None


@dataclass(frozen=True, slots=True)
class SignalEvent(EventDefinition):
    """A signal by name, broadcast to everybody who waits for it."""

    signal_name: Expression | None = None
    is_async: bool = False
    inputs: tuple[VariableMapping, ...] = ()
    """camunda:in of a thrown signal: the variables that it carries."""


@dataclass(frozen=True, slots=True)
class ConditionalEvent(EventDefinition):
    """Fires when the condition becomes true after a change of variables."""

    expression: Expression | None = None
    script: Script | None = None
    variable_name: str | None = None
    variable_events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CompensateEvent(EventDefinition):
    """Compensation of one activity, or of all in the scope."""

    activity_ref: str | None = None
    wait_for_completion: bool = True


@dataclass(frozen=True, slots=True)
class LinkEvent(EventDefinition):
    """A jump to the catching link event of the same name in the same scope."""

    link_name: str = ""


@dataclass(frozen=True, slots=True)
class CancelEvent(EventDefinition):
    """Cancels the surrounding transaction."""


@dataclass(frozen=True, slots=True)
class TerminateEvent(EventDefinition):
    """Ends the scope at once."""


@dataclass(frozen=True, slots=True)
class Event(FlowNode):
    """An event; ``definition`` None is a none event."""

    definition: EventDefinition | None = None


@dataclass(frozen=True, slots=True)
class StartEvent(Event):
    """Where a process, sub-process or event sub-process begins."""

    is_interrupting: bool = True
    initiator_variable: str | None = None
    form_key: Expression | None = None
    form_ref: Expression | None = None
    form_ref_binding: str | None = None
    form_ref_version: Expression | None = None


@dataclass(frozen=True, slots=True)
class EndEvent(Event):
    """Where a path ends."""


@dataclass(frozen=True, slots=True)
class IntermediateCatchEvent(Event):
    """Waits until the event happens."""


@dataclass(frozen=True, slots=True)
class IntermediateThrowEvent(Event):
    """Makes the event happen and goes on."""


@dataclass(frozen=True, slots=True)
class BoundaryEvent(Event):
    """Attached to an activity while that is active."""

    attached_to: str = ""
    cancel_activity: bool = True
