"""Modification: tokens are put and taken by hand, at any element.

Camunda 7: instructions act one after the other; scopes that a new token needs are used if exactly one instance of
them is there, else made; scopes in which nothing is left after a cancellation are cancelled too. A token before an
event that interrupts, interrupts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from shoal.bpmn.events import BoundaryEvent
from shoal.errors import ConflictError, InputError, NotFoundError
from shoal.kernel import ending, preparing, writing
from shoal.kernel.behaviors.multi_instance import ACTIVE, INSTANCES, ParallelBodyBehavior
from shoal.kernel.behaviors.process import finish
from shoal.kernel.behaviors.repetition import COUNTER, number
from shoal.kernel.effects import ActivityRecord, EndState
from shoal.kernel.interrupting import interrupt
from shoal.kernel.listening import unhandled
from shoal.kernel.plan import ElementPlan, FlowPlan, is_event_subprocess_start, is_interrupting
from shoal.kernel.state import Node, Phase
from shoal.kernel.stimulus import (
    CancelActivity,
    CancelNode,
    Instruction,
    StartAfter,
    StartBefore,
    StartingInstruction,
    StartTransition,
)

if TYPE_CHECKING:
    from shoal.kernel.step import Step


def modify(step: Step, instructions: Sequence[Instruction], reason: str | None) -> None:
    """Carry out the instructions; an instance in which nothing is left ends then, and not before."""
    step.is_held = True
    step.later(_release, step, instructions, reason)
    for instruction in reversed(instructions):
        step.later(_apply, step, instruction)


def _apply(step: Step, instruction: Instruction, _three: object) -> None:
    if isinstance(instruction, CancelNode):
        node = step.state.nodes.get(instruction.node_id)
        if node is None:
            raise NotFoundError(
                f"Cannot cancel '{instruction.node_id}': it is not in instance '{step.instance.id}' (any more)",
                node_id=instruction.node_id,
            )
        _cancel(step, node)
    elif isinstance(instruction, CancelActivity):
        element(step, instruction.activity_id)
        for node in list(step.state.nodes.values()):
            if node.element == instruction.activity_id and node.alive and node.phase is not Phase.KEPT:
                _cancel(step, node)
    elif isinstance(instruction, StartBefore):
        _start(step, instruction, _begun_by(element(step, instruction.activity_id)), None)
    elif isinstance(instruction, StartAfter):
        _start_after(step, instruction)
    elif isinstance(instruction, StartTransition):
        flow = step.plan.flows.get(instruction.transition_id)
        if flow is None:
            raise NotFoundError(f"no sequence flow '{instruction.transition_id}' in '{step.plan.model.id}'")
        _start(step, instruction, flow.target, flow)


def element(step: Step, activity_id: str) -> ElementPlan:
    """The element of that id. Raises NotFoundError."""
    plan = step.plan.elements.get(activity_id)
    if plan is None:
        raise NotFoundError(f"process '{step.plan.model.id}' has no element '{activity_id}'")
    return plan


def _release(step: Step, instructions: Sequence[Instruction], reason: str | None) -> None:
    step.is_held = False
    root = step.state.root
    if root.alive and root.tokens == 0:
        cancelled = isinstance(instructions[-1], CancelNode | CancelActivity) if instructions else True
        finish(step, EndState.CANCELLED if cancelled else EndState.COMPLETED, reason)


def _cancel(step: Step, node: Node) -> None:
    top = node
    while top.parent is not None and top.parent.parent is not None and top.parent.tokens == 1:
        top = top.parent
    scope = top.parent
    ending.cancel(step, top)
    if scope is not None and scope.alive:
        scope.tokens -= 1
        if isinstance(scope.plan.behavior, ParallelBodyBehavior):
            writing.set_local(step, scope, ACTIVE, scope.tokens, scope)


def _start(step: Step, instruction: StartingInstruction, plan: ElementPlan, flow: FlowPlan | None) -> None:
    before = len(step.changes)
    scope = _scope_for(step, plan, instruction.ancestor_id)
    if scope is None:
        return
    if flow is None:
        _interrupt(step, scope, plan)
    _set_variables(step, scope, instruction, before)
    own = {**_count(step, scope, plan), **instruction.local_variables}
    scope.tokens += 1
    step.enter_with(plan, scope, flow, own)


def _set_variables(step: Step, scope: Node, instruction: StartingInstruction, before: int) -> None:
    """Conditional events of scopes that the instruction has begun look once, when its variables are there."""
    begun = step.changes[before:]
    del step.changes[before:]
    writing.set_variables(step, scope, instruction.variables)
    step.changes += begun


def _begun_by(plan: ElementPlan) -> ElementPlan:
    """What begins when a token is put before the element: an interrupting event begins its event sub-process."""
    around = plan.scope
    if is_event_subprocess_start(plan) and is_interrupting(plan) and around is not None:
        return around
    return plan


def _interrupt(step: Step, scope: Node, plan: ElementPlan) -> None:
    """Cancel what the element, at which a token is to begin in the scope, interrupts."""
    event = plan.element
    if isinstance(event, BoundaryEvent) and event.cancel_activity:
        hosts = [child for child in (scope.children or {}).values() if plan in child.plan.boundaries]
        hosts = [child for child in hosts if child.phase is Phase.ACTIVE]
        if len(hosts) > 1:
            raise ConflictError(
                f"'{event.attached_to}' has {len(hosts)} activity instances; '{plan.id}' can interrupt only one",
                element_id=plan.id,
            )
        for host in hosts:
            ending.cancel(step, host)
            scope.tokens -= 1
    elif plan.start is not None and plan.start in scope.plan.event_starts and is_interrupting(plan.start):
        interrupt(step, scope)


def _count(step: Step, scope: Node, plan: ElementPlan) -> dict[str, Any]:
    """One more instance of a repeated activity is about to begin in its body: what it knows of itself."""
    body = scope.plan.behavior
    if scope.plan.inner is not plan:
        return {}
    if scope.tokens and not body.is_concurrent:
        raise ConflictError(f"'{scope.element}' takes one instance at a time", element_id=plan.id)
    if not isinstance(body, ParallelBodyBehavior):
        return {}
    instances = number(step, scope, INSTANCES)
    body.count(step, scope, instances + 1, scope.tokens + 1, instances - scope.tokens)
    own = body.own_variables(instances, None)
    if not body.is_concurrent:
        writing.set_local(step, scope, COUNTER, own.pop(COUNTER), scope)
    return own


def _start_after(step: Step, instruction: StartAfter) -> None:
    plan = element(step, instruction.activity_id)
    if len(plan.outgoing) > 1:
        raise InputError(
            f"'{plan.id}' has more than one outgoing sequence flow; name the one to take", element_id=plan.id
        )
    before = len(step.changes)
    scope = _scope_for(step, plan, instruction.ancestor_id)
    if scope is not None:
        _set_variables(step, scope, instruction, before)
        scope.tokens += 1
        step.take(scope, plan.outgoing)


def _scope_for(step: Step, plan: ElementPlan, ancestor_id: str | None) -> Node | None:
    """The node below which a token at the element begins; None when it did not survive its own beginning.

    Camunda 7: below an ancestor that is named, all scopes are new ones.
    """
    levels: list[ElementPlan] = []
    level = plan.scope
    while level is not None:
        levels.append(level)
        level = level.scope
    levels.reverse()
    at = step.state.root
    if ancestor_id is not None:
        ancestor = step.state.find(ancestor_id)
        if ancestor is None or ancestor.plan not in levels or ancestor.phase is not Phase.ACTIVE:
            raise NotFoundError(f"'{ancestor_id}' is no activity instance around '{plan.id}'", node_id=ancestor_id)
        at = ancestor
    for level in levels[levels.index(at.plan) + 1 :]:
        present = [
            child
            for child in (at.children or {}).values()
            if ancestor_id is None and child.plan is level and child.phase is Phase.ACTIVE
        ]
        if len(present) > 1:
            raise ConflictError(
                f"'{level.id}' has {len(present)} activity instances; say in which one '{plan.id}' is to begin",
                element_id=level.id,
            )
        at = present[0] if present else _open(step, level, at)
        if not at.alive:
            return None
    return at


def _open(step: Step, plan: ElementPlan, parent: Node) -> Node:
    """Begin a scope without letting a token begin in it."""
    own = _count(step, parent, plan)
    node = Node(step.new_id(), plan.id, parent)
    node.plan = plan
    parent.tokens += 1
    step.attach(node)
    for name, value in own.items():
        writing.set_local(step, node, name, value, node)
    step.at = node
    step.effects.activities[node.id] = ActivityRecord(node.id, parent.id, plan.id, plan.activity_type)
    if not plan.plain_entry:
        with unhandled(node):
            preparing.prepare(step, node)
    return node
