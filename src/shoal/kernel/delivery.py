"""Brings what happens outside to the node that it is meant for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from shoal.bpmn.events import TimerKind
from shoal.errors import ConflictError, ExecutionError, NotFoundError
from shoal.kernel import catching, ending, raising, waiting, writing
from shoal.kernel.behaviors.call_activity import CallActivityBehavior
from shoal.kernel.behaviors.contract import refused
from shoal.kernel.behaviors.process import finish
from shoal.kernel.behaviors.user_task import UserTaskBehavior
from shoal.kernel.effects import EndState
from shoal.kernel.happening import happen
from shoal.kernel.modification import modify
from shoal.kernel.preparing import listen_first
from shoal.kernel.state import Node, Phase, Wait, WaitKind
from shoal.kernel.stimulus import (
    Cancel,
    CancelNode,
    ChangeTask,
    ChildEnded,
    ChildEscalated,
    ChildFailed,
    Complete,
    Continue,
    FailExternal,
    Modify,
    Repeat,
    SetVariables,
    Start,
    Stimulus,
    ThrowError,
    ThrowEscalation,
    Trigger,
)

if TYPE_CHECKING:
    from shoal.kernel.step import Step


def deliver(step: Step, stimulus: Stimulus, _two: object = None, _three: object = None) -> None:
    """Let the stimulus act. Raises NotFoundError or ConflictError when there is nothing it can act on."""
    act = _ACTS.get(type(stimulus))
    if act is None:
        raise ConflictError(f"stimulus {type(stimulus).__name__} is not supported")
    act(step, stimulus)


def _start(step: Step, stimulus: Start) -> None:
    root = step.state.root
    if root.tokens or step.effects.end is not None or step.state.nodes:
        raise ConflictError(f"process instance '{root.id}' has been started already")
    start = step.plan.root.start
    if stimulus.start_event_id is not None:
        start = step.plan.elements.get(stimulus.start_event_id)
        if start is not None and start.scope is not step.plan.root:
            start = None
    if start is None and not stimulus.instructions:
        named = f"no start event '{stimulus.start_event_id}'" if stimulus.start_event_id else "no none start event"
        raise NotFoundError(f"process '{step.plan.model.id}' has {named}")
    step.effects.started = True
    if step.plan.initiator is not None:
        # Camunda 7: a variable of that name that is given wins
        writing.set_local(step, root, step.plan.initiator, stimulus.initiator, root)
    for name, value in stimulus.variables.items():
        writing.set_local(step, root, name, value, root)
    step.skip_listeners = stimulus.skip_custom_listeners
    step.skip_mappings = stimulus.skip_io_mappings
    if stimulus.instructions:
        modify(step, stimulus.instructions, None)
    else:
        root.tokens = 1
        step.later(step.enter, start, root, None)
    before = len(step.changes)
    for event in root.plan.event_starts:
        catching.arm(step, root, event)
    if root.plan.start_listeners:
        listen_first(step, root, before)


def _modify(step: Step, stimulus: Modify) -> None:
    step.skip_listeners = stimulus.skip_custom_listeners
    step.skip_mappings = stimulus.skip_io_mappings
    modify(step, stimulus.instructions, stimulus.reason)


def _complete(step: Step, stimulus: Complete) -> None:
    node = _active(step, stimulus.node_id)
    _set_variables(step, node, stimulus)
    node.plan.behavior.complete(step, node, stimulus)


def _trigger(step: Step, stimulus: Trigger) -> None:
    node = _node(step, stimulus.node_id)
    wait = _wait(node, stimulus.wait_id)
    if wait.kind is WaitKind.JOB and node.phase is not Phase.ACTIVE:
        raise ConflictError(f"job '{wait.id}' is no timer", node_id=node.id)
    step.at = node
    _set_variables(step, node, stimulus)
    happen(step, node, wait, stimulus)


def _repeat(step: Step, stimulus: Repeat) -> None:
    node = _node(step, stimulus.node_id)
    wait = _wait(node, stimulus.wait_id)
    event = step.plan.elements.get(wait.element or "", node.plan)
    element = wait.element if event is node.plan else None
    catching.open_timer(step, node, event, TimerKind.CYCLE, stimulus.repeat, stimulus.repeat, element)


def _continue(step: Step, stimulus: Continue) -> None:
    node = _node(step, stimulus.node_id)
    wait = _wait(node, stimulus.wait_id)
    if node.phase is not Phase.BEFORE and node.phase is not Phase.AFTER:
        raise ConflictError(f"job '{wait.id}' is no asynchronous continuation", node_id=node.id)
    step.at = node
    waiting.close(step, node, wait)
    step.resume(node)


def _child_ended(step: Step, stimulus: ChildEnded) -> None:
    node, behavior = _calling(step, stimulus)
    if stimulus.completed:
        behavior.take_over(step, node, stimulus.variables)
        step.leave(node)
    else:
        _forget_child(step, node)
        modify(step, (CancelNode(node.id),), stimulus.reason)


def _child_failed(step: Step, stimulus: ChildFailed) -> None:
    node, behavior = _calling(step, stimulus)
    behavior.take_over(step, node, stimulus.variables)
    _forget_child(step, node)
    raising.throw(step, node, stimulus.error_code, stimulus.error_message)


def _child_escalated(step: Step, stimulus: ChildEscalated) -> None:
    node, behavior = _calling(step, stimulus)
    behavior.take_over(step, node, stimulus.variables)
    raising.throw_escalation(step, node, stimulus.escalation_code)


def _forget_child(step: Step, node: Node) -> None:
    """The called instance has ended already, so nobody is to cancel it."""
    for wait in [wait for wait in node.waits or () if wait.kind is WaitKind.CHILD]:
        waiting.close(step, node, wait, "completed")


def _calling(step: Step, stimulus: ChildEnded | ChildFailed | ChildEscalated) -> tuple[Node, CallActivityBehavior]:
    node = _active(step, stimulus.node_id)
    behavior = node.plan.behavior
    if not isinstance(behavior, CallActivityBehavior):
        raise refused(node, "left", stimulus)
    return node, behavior


def _fail_external(step: Step, stimulus: FailExternal) -> None:
    node = _active(step, stimulus.node_id)
    _set_variables(step, node, stimulus)
    node.plan.behavior.failed(step, node, stimulus.error_message, stimulus.error_details)


def _throw_error(step: Step, stimulus: ThrowError) -> None:
    node = _active(step, stimulus.node_id)
    raising.throw(step, node, stimulus.error_code, stimulus.error_message, stimulus.variables)


def _throw_escalation(step: Step, stimulus: ThrowEscalation) -> None:
    node = _active(step, stimulus.node_id)
    writing.set_variables(step, node, stimulus.variables)
    if not raising.throw_escalation(step, node, stimulus.escalation_code):
        # Camunda 7: only an event in the model may escalate to nobody
        raise ExecutionError(
            f"nothing catches escalation '{stimulus.escalation_code}' of '{node.element}'", node.element
        )


def _set(step: Step, stimulus: SetVariables) -> None:
    scope = step.state.root if stimulus.scope_id is None else _node(step, stimulus.scope_id)
    step.at = scope
    for name, value in stimulus.variables.items():
        writing.set_local(step, scope, name, value, step.state.root)
    for name in stimulus.removed:
        writing.remove(step, scope, name)
    behavior = scope.plan.behavior
    if isinstance(behavior, UserTaskBehavior) and scope.phase is Phase.ACTIVE:
        # Camunda 7: before conditional events look at the variables
        behavior.changed(step, scope, {})


def _change_task(step: Step, stimulus: ChangeTask) -> None:
    node = _active(step, stimulus.node_id)
    behavior = node.plan.behavior
    if not isinstance(behavior, UserTaskBehavior):
        raise refused(node, "changed", stimulus)
    for name, value in stimulus.variables.items():
        writing.set_variable(step, node, name, value)
    behavior.changed(step, node, stimulus.changes)


def _cancel(step: Step, stimulus: Cancel) -> None:
    step.skip_listeners = stimulus.skip_custom_listeners
    step.skip_mappings = stimulus.skip_io_mappings
    step.cancelling = stimulus.reason or ending.DELETED
    finish(step, EndState.TERMINATED if stimulus.internally else EndState.CANCELLED, stimulus.reason)


def _set_variables(step: Step, node: Node, stimulus: Complete | Trigger | FailExternal) -> None:
    for name, value in stimulus.variables.items():
        writing.set_variable(step, node, name, value)
    for name, value in stimulus.local_variables.items():
        writing.set_local(step, node, name, value, node)


def _node(step: Step, node_id: str) -> Node:
    node = step.state.find(node_id)
    if node is None:
        raise NotFoundError(
            f"process instance '{step.instance.id}' has no activity instance '{node_id}' (any more)",
            node_id=node_id,
        )
    return node


def _active(step: Step, node_id: str) -> Node:
    node = _node(step, node_id)
    if node.phase is not Phase.ACTIVE or node.parent is None:
        raise ConflictError(f"'{node.element}' is not active at '{node_id}'", node_id=node_id)
    step.at = node
    return node


def _wait(node: Node, wait_id: str) -> Wait:
    wait = node.wait(wait_id)
    if wait is None:
        raise NotFoundError(
            f"activity instance '{node.id}' does not wait for '{wait_id}' (any more)",
            node_id=node.id,
            wait_id=wait_id,
        )
    return wait


_ACTS: dict[type[Stimulus], Callable[[Step, Any], None]] = {
    Start: _start,
    Complete: _complete,
    Trigger: _trigger,
    Continue: _continue,
    Repeat: _repeat,
    FailExternal: _fail_external,
    Modify: _modify,
    ChildEnded: _child_ended,
    ChildFailed: _child_failed,
    ChildEscalated: _child_escalated,
    ThrowError: _throw_error,
    ThrowEscalation: _throw_escalation,
    SetVariables: _set,
    Cancel: _cancel,
    ChangeTask: _change_task,
}
