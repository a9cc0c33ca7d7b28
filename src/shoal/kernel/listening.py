"""Calls execution listeners. Task listeners are called by the behaviour of user tasks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from shoal.bpmn.extensions import Listener
from shoal.errors import ExecutionError
from shoal.expressions.errors import BpmnError
from shoal.kernel import tree
from shoal.kernel.code import run_code
from shoal.kernel.state import Node, Phase

if TYPE_CHECKING:
    from shoal.kernel.plan import FlowPlan
    from shoal.kernel.step import Step


class ListenerError(ExecutionError):
    """What a listener raised where no error event catches it. Camunda 7: when something is cancelled or made by a
    modification, at the start and at the end of the process."""


@contextmanager
def unhandled(node: Node) -> Iterator[None]:
    """Whatever listeners of the node raise in the block fails the step: ListenerError."""
    place = node.element or node.plan.id
    try:
        yield
    except BpmnError as error:
        raise ListenerError(f"'{place}': nothing catches BPMN error {error}", place) from error
    except ExecutionError as error:
        raise ListenerError(error.message, error.element_id or place) from error


def run_listeners(step: Step, node: Node, listeners: tuple[Listener, ...], event: str) -> None:
    """Call the listeners in the order of the model."""
    if step.skip_listeners:
        return
    step.at = node
    for listener in listeners:
        run_code(step, node, listener.code, event)


def run_take_listeners(step: Step, flow: FlowPlan, scope: Node) -> bool:
    """Call the listeners of a sequence flow that is just taken. False when the token did not survive it.

    Camunda 7: they still see the activity that the token comes from.
    """
    if step.skip_listeners:
        return True
    node = Node(step.new_id(), flow.source.id, scope)
    node.plan = flow.source
    node.phase = Phase.AFTER
    step.attach(node)
    step.at = node
    for listener in flow.listeners:
        run_code(step, node, listener.code, "take", transition=flow.id)
    if not node.alive:
        return False
    if node.id in step.variables.scopes:
        del step.variables.scopes[node.id]
        step.effects.scopes_ended.add(node.id)
    tree.detach(step, node)
    return True
