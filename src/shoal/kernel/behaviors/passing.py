"""Elements without work for the engine: none and manual tasks, none throw events."""

from __future__ import annotations

from typing import ClassVar

from shoal.bpmn.activities import ManualTask, NoneTask
from shoal.bpmn.events import IntermediateThrowEvent
from shoal.kernel.behaviors.contract import Behavior, Handles


class PassingBehavior(Behavior):
    """Passes."""

    __slots__ = ()

    handles: ClassVar[Handles] = {
        (NoneTask, None): "task",
        (ManualTask, None): "manualTask",
        (IntermediateThrowEvent, None): "intermediateNoneThrowEvent",
    }
