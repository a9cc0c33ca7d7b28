"""Calls execution listeners. Task listeners are called by the behaviour of user tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shoal.bpmn.extensions import Listener
from shoal.kernel.code import run_code

if TYPE_CHECKING:
    from shoal.kernel.plan import FlowPlan
    from shoal.kernel.state import Node
    from shoal.kernel.step import Step


def run_listeners(step: Step, node: Node, listeners: tuple[Listener, ...], event: str) -> None:
    """Call the listeners in the order of the model."""
    if step.skip_listeners:
        return
    step.at = node
    for listener in listeners:
        run_code(step, node, listener.code, event)


def run_take_listeners(step: Step, flow: FlowPlan, scope: Node) -> None:
    """Call the listeners of a sequence flow that is just taken."""
    step.at = scope
    for listener in flow.listeners:
        run_code(step, scope, listener.code, "take", transition=flow.id)
