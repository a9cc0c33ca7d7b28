"""Boundary events, from the moment at which they have happened: the token only passes.

That they are waited for is the business of the activity they are attached to (``kernel.preparing``).
"""

from __future__ import annotations

from typing import ClassVar

from shoal.bpmn.events import (
    BoundaryEvent,
    CancelEvent,
    CompensateEvent,
    ConditionalEvent,
    ErrorEvent,
    EscalationEvent,
    MessageEvent,
    SignalEvent,
    TimerEvent,
)
from shoal.kernel.behaviors.contract import Behavior, Handles


class BoundaryEventBehavior(Behavior):
    """Passes."""

    __slots__ = ()

    handles: ClassVar[Handles] = {
        (BoundaryEvent, MessageEvent): "boundaryMessage",
        (BoundaryEvent, TimerEvent): "boundaryTimer",
        (BoundaryEvent, ErrorEvent): "boundaryError",
        (BoundaryEvent, CompensateEvent): "compensationBoundaryCatch",
        (BoundaryEvent, CancelEvent): "cancelBoundaryCatch",
        (BoundaryEvent, SignalEvent): "boundarySignal",
        (BoundaryEvent, EscalationEvent): "boundaryEscalation",
        (BoundaryEvent, ConditionalEvent): "boundaryConditional",
    }
