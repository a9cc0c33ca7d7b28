"""What becomes of an event that has come: who goes on, and whether it is waited for again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shoal.bpmn.events import Event, TimerEvent
from shoal.kernel import catching, interrupting, waiting, writing
from shoal.kernel.plan import ElementPlan, is_interrupting
from shoal.kernel.state import Node, Wait, WaitKind
from shoal.kernel.stimulus import Trigger

if TYPE_CHECKING:
    from shoal.kernel.step import Step


def happen(step: Step, node: Node, wait: Wait, stimulus: Trigger) -> None:
    """The event of the wait has come."""
    event = node.plan if wait.element is None else step.plan.elements.get(wait.element)
    if event is None:
        node.plan.behavior.trigger(step, node, wait, stimulus)
    elif event in node.plan.boundaries or event in node.plan.event_starts:
        _attached(step, node, wait, event, stimulus)
    else:
        for name, value in stimulus.triggered_variables.items():
            writing.set_local(step, node, name, value, node)
        node.plan.behavior.trigger(step, node, wait, stimulus)


def _attached(step: Step, node: Node, wait: Wait, event: ElementPlan, stimulus: Trigger) -> None:
    """A boundary event or event sub-process. Non-interrupting ones go on waiting; timers if they repeat."""
    if wait.kind is WaitKind.JOB:
        waiting.close(step, node, wait)
        definition = event.element.definition if isinstance(event.element, Event) else None
        if stimulus.repeat and isinstance(definition, TimerEvent) and not is_interrupting(event):
            catching.open_timer(step, node, event, definition.kind, stimulus.repeat, stimulus.repeat)
    elif is_interrupting(event):
        waiting.close(step, node, wait)
    interrupting.start_catcher(step, node, event, stimulus.triggered_variables)
