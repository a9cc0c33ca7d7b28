"""Start events: the token only passes. Who starts at which event is decided before it gets here."""

from __future__ import annotations

from typing import ClassVar

from shoal.bpmn.events import (
    CompensateEvent,
    ConditionalEvent,
    ErrorEvent,
    EscalationEvent,
    MessageEvent,
    SignalEvent,
    StartEvent,
    TimerEvent,
)
from shoal.kernel.behaviors.contract import Behavior, Handles


class StartEventBehavior(Behavior):
    """Passes."""

    __slots__ = ()

    handles: ClassVar[Handles] = {
        (StartEvent, None): "startEvent",
        (StartEvent, MessageEvent): "messageStartEvent",
        (StartEvent, TimerEvent): "startTimerEvent",
        (StartEvent, ErrorEvent): "errorStartEvent",
        (StartEvent, CompensateEvent): "compensationStartEvent",
        (StartEvent, SignalEvent): "signalStartEvent",
        (StartEvent, EscalationEvent): "escalationStartEvent",
        (StartEvent, ConditionalEvent): "conditionalStartEvent",
    }
