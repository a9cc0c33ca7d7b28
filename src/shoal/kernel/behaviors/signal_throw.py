"""Throwing signal events, intermediate and end.

Who waits for it in this instance hears it at once; for all others it leaves the instance as a ``ThrownEvent``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from shoal.bpmn.events import EndEvent, Event, IntermediateThrowEvent, SignalEvent
from shoal.kernel.behaviors.contract import Behavior, Handles
from shoal.kernel.catching import name_of
from shoal.kernel.context import evaluate
from shoal.kernel.effects import ThrownEvent
from shoal.kernel.hearing import tell
from shoal.kernel.plan import ElementPlan
from shoal.kernel.state import Node
from shoal.kernel.transfer import collect

if TYPE_CHECKING:
    from shoal.kernel.step import Step


class SignalThrowBehavior(Behavior):
    """Throws, then goes on."""

    __slots__ = ("signal",)

    handles: ClassVar[Handles] = {
        (IntermediateThrowEvent, SignalEvent): "intermediateSignalThrow",
        (EndEvent, SignalEvent): "signalEndEvent",
    }

    def __init__(self, plan: ElementPlan) -> None:
        super().__init__(plan)
        definition = plan.element.definition if isinstance(plan.element, Event) else None
        self.signal = definition if isinstance(definition, SignalEvent) else SignalEvent()

    def execute(self, step: Step, node: Node) -> None:
        """Throw it with the variables that the model names."""
        signal = self.signal
        name = name_of(step, node, signal.signal_name, self.plan)
        variables = collect(step, node, signal.inputs)
        keys = [each.business_key for each in signal.inputs if each.business_key is not None]
        key = evaluate(step, node, keys[-1]) if keys else None
        step.effects.thrown.append(
            ThrownEvent("signal", name, variables, signal.is_async, self.plan.id, None if key is None else str(key))
        )
        if not signal.is_async:
            tell(step, name, variables)
        if node.alive:
            step.leave(node)
