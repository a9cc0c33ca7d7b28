"""Timeout listeners of user tasks in a migration. Camunda 7: the listener with the same id goes on waiting."""

from __future__ import annotations

from shoal.bpmn.activities import TaskListener
from shoal.kernel import catching, waiting
from shoal.kernel.behaviors.user_task import TIMEOUT
from shoal.kernel.context import NodeContext
from shoal.kernel.migration.changing import change
from shoal.kernel.migration.pairs import Pairs
from shoal.kernel.migration.rescheduling import reschedule
from shoal.kernel.migration.scopes import timeout_listeners
from shoal.kernel.plan import ElementPlan
from shoal.kernel.state import Node, Wait
from shoal.kernel.step import Step


def migrate_wait(step: Step, node: Node, wait: Wait, source: ElementPlan, pairs: Pairs, covered: set[str]) -> None:
    """The listener of the source, whose job ``wait`` is, becomes that of the target, or its job ends."""
    before = int((wait.element or "").rpartition(TIMEOUT)[2])
    listeners = timeout_listeners(node.plan)
    index = _counterpart(timeout_listeners(source)[before], before, listeners)
    if index is None:
        waiting.close(step, node, wait)
        return
    covered.add(_key(node, index))
    wait.element = _key(node, index)
    if source.id != node.element:
        change(step, wait, {"activity_id": node.element})
    pair = pairs.of(source.id)
    timer = listeners[index].timer
    if pair is not None and pair.instruction.update_event_trigger and timer is not None:
        reschedule(step, node, wait, node.plan, timer)


def begin_missing(step: Step, node: Node, source: ElementPlan, covered: set[str]) -> None:
    """Wait for the listeners that only the target has; those whose time has come already are not called again."""
    fired = {
        _counterpart(listener, index, timeout_listeners(node.plan))
        for index, listener in timeout_listeners(source).items()
    }
    for index, listener in timeout_listeners(node.plan).items():
        if _key(node, index) in covered or index in fired or listener.timer is None:
            continue
        text = catching.timer_text(listener.timer.text.evaluate(NodeContext(step, node)), node.plan)
        catching.open_timer(step, node, node.plan, listener.timer.kind, text, None, _key(node, index))


def _counterpart(listener: TaskListener, index: int, others: dict[int, TaskListener]) -> int | None:
    """Listeners without id belong together by their position."""
    if listener.id is None:
        other = others.get(index)
        return index if other is not None and other.id is None else None
    return next((each for each, other in others.items() if other.id == listener.id), None)


def _key(node: Node, index: int) -> str:
    return f"{node.element}{TIMEOUT}{index}"
