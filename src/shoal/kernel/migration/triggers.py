"""What wakes a node after a migration: waits that stay, waits that are told otherwise, waits that end or begin.

Camunda 7: the wait for an event stays when an instruction maps the event and what waits for it; with
updateEventTrigger it takes the target's due date or name over. Events of the source without instruction are not
waited for any more, and events of the target that nothing was mapped to are waited for from now on.
"""

from __future__ import annotations

from dataclasses import dataclass

from shoal.bpmn.activities import ReceiveTask
from shoal.bpmn.events import Event, EventDefinition, MessageEvent, SignalEvent, TimerEvent
from shoal.kernel import catching, waiting
from shoal.kernel.behaviors.user_task import TIMEOUT
from shoal.kernel.migration import timeouts
from shoal.kernel.migration.changing import change
from shoal.kernel.migration.kinds import event_of, is_persistent
from shoal.kernel.migration.pairs import Pair, Pairs
from shoal.kernel.migration.rescheduling import reschedule
from shoal.kernel.migration.scopes import own_events
from shoal.kernel.plan import ElementPlan, is_interrupting
from shoal.kernel.state import Node, Phase, Wait, WaitKind
from shoal.kernel.step import Step


@dataclass(frozen=True, slots=True)
class Arrival:
    """A node that has got its element of the target, and the element that it had before."""

    node: Node
    source: ElementPlan


def migrate_waits(step: Step, arrival: Arrival, pairs: Pairs) -> None:
    """Let the node wait for what the target says."""
    node = arrival.node
    covered: set[str] = set()
    for wait in list(node.waits or ()):
        if _is_work(node, wait):
            if arrival.source.id != node.element:
                change(step, wait, {"activity_id": node.element})
        elif TIMEOUT in (wait.element or ""):
            timeouts.migrate_wait(step, node, wait, arrival.source, pairs, covered)
        else:
            _migrate_event(step, arrival, wait, pairs, covered)
    if node.phase is not Phase.ACTIVE:
        return
    for event in _expected(node):
        if event.id not in covered and not _is_over(arrival, event, pairs):
            begin_to_wait(step, node, event)
    timeouts.begin_missing(step, node, arrival.source, covered)


def begin_to_wait(step: Step, node: Node, event: ElementPlan) -> None:
    """Arm the event at the node."""
    if isinstance(event.element, ReceiveTask):
        name = catching.name_of(step, node, event.element.message_name, event)
        waiting.open_subscription(step, node, "message", name, event)
    else:
        catching.arm(step, node, event)


def _is_work(node: Node, wait: Wait) -> bool:
    """Whether the wait is for the work of the node, or for its turn, and not for an event."""
    return node.phase is not Phase.ACTIVE or wait.kind not in (WaitKind.JOB, WaitKind.SUBSCRIPTION)


def _expected(node: Node) -> list[ElementPlan]:
    plan = node.plan
    attached = [each for each in (*plan.event_starts, *plan.boundaries) if is_persistent(event_of(each))]
    return [*own_events(plan), *attached]


def _migrate_event(step: Step, arrival: Arrival, wait: Wait, pairs: Pairs, covered: set[str]) -> None:
    node = arrival.node
    source_id = wait.element or arrival.source.id
    pair = pairs.of(source_id)
    if pair is None or pair.target.id in covered or pair.target not in _expected(node):
        waiting.close(step, node, wait)
        return
    event = pair.target
    covered.add(event.id)
    _keep_name(wait, event_of(pair.source))
    wait.element = None if event is node.plan else event.id
    if event.id != source_id:
        change(step, wait, {"activity_id": event.id})
    if pair.instruction.update_event_trigger:
        _update(step, node, wait, event)


def _update(step: Step, node: Node, wait: Wait, event: ElementPlan) -> None:
    element = event.element
    definition = event_of(event)
    step.at = node
    if isinstance(definition, TimerEvent):
        reschedule(step, node, wait, event, definition)
    elif isinstance(element, ReceiveTask):
        change(step, wait, {"name": catching.name_of(step, node, element.message_name, event)})
    elif isinstance(element, Event) and isinstance(definition, MessageEvent):
        change(step, wait, {"name": catching.name_of(step, node, definition.message_name, event)})
    elif isinstance(element, Event) and isinstance(definition, SignalEvent):
        wait.name = catching.name_of(step, node, definition.signal_name, event)
        change(step, wait, {"name": wait.name})


def _keep_name(wait: Wait, definition: EventDefinition | None) -> None:
    """Whoever waits for a signal goes on waiting for that one, whatever the new model calls its own."""
    if wait.name is None and isinstance(definition, SignalEvent) and definition.signal_name is not None:
        wait.name = definition.signal_name.literal_value


def _is_over(arrival: Arrival, event: ElementPlan, pairs: Pairs) -> bool:
    """Whether the event has happened already, so that nobody waits for it although the target has it.

    Camunda 7: non-interrupting timers that have fired; here also the events of a scope that one of its event
    sub-processes has interrupted.
    """
    node = arrival.node
    if event in node.plan.event_starts:
        for child in (node.children or {}).values():
            start = child.plan.start
            if start is not None and start in node.plan.event_starts and is_interrupting(start):
                return True
    if not isinstance(event_of(event), TimerEvent) or is_interrupting(event):
        return False
    attached = (*arrival.source.event_starts, *arrival.source.boundaries)
    return any(_becomes(pairs.of(each.id), event) for each in attached)


def _becomes(pair: Pair | None, event: ElementPlan) -> bool:
    return pair is not None and pair.target is event
