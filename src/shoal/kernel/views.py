"""Views of a state for those who only look at it: commands, queries, the activity instances of the REST API."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from shoal.bpmn.activities import UserTask
from shoal.bpmn.events import ErrorEvent, EscalationEvent
from shoal.bpmn.process import Process
from shoal.errors import NotFoundError
from shoal.kernel.compensation import handler_of
from shoal.kernel.compilation import compile_plan
from shoal.kernel.moving import bind
from shoal.kernel.plan import ProcessPlan, is_interrupting
from shoal.kernel.raising import find
from shoal.kernel.state import Node, Phase, State, Wait
from shoal.kernel.stimulus import Stimulus
from shoal.kernel.tree import home_of


@dataclass(frozen=True, slots=True)
class LiveNode:
    """A node of the state."""

    id: str
    element_id: str
    parent_id: str
    phase: Phase
    is_scope: bool
    """Whether there are tokens inside of it."""
    waits: tuple[Wait, ...]


@dataclass(slots=True)
class ActivityTree:
    """An activity instance with those inside of it. Camunda 7: GET /process-instance/{id}/activity-instances."""

    id: str
    parent_id: str | None
    activity_id: str
    activity_name: str | None
    activity_type: str
    children: list[ActivityTree] = field(default_factory=list)
    transitions: list[LiveNode] = field(default_factory=list)
    """Tokens before or after an asynchronous element (Camunda 7: childTransitionInstances)."""


def live_nodes(state: State) -> Iterator[LiveNode]:
    """All nodes but the root, every parent before its children. Works without the model."""
    for node in state.nodes.values():
        if node.phase is not Phase.KEPT:
            yield _live(node)


def activity_tree(process: Process | ProcessPlan, instance_id: str, state: State) -> ActivityTree:
    """The activity instances of the instance."""
    plan = compile_plan(process)
    if state.bound is not plan:
        bind(state, plan)
    model = plan.model
    top = ActivityTree(instance_id, None, model.id, model.name, "processDefinition")
    trees = {state.root.id: top}
    for node in state.nodes.values():
        if node.phase is Phase.KEPT:
            continue
        home = home_of(node) or state.root
        around = trees[home.id]
        if node.phase in (Phase.BEFORE, Phase.AFTER):
            around.transitions.append(_live(node))
            continue
        element = plan.elements[node.element]
        name = element.element.name if element.element is not None else None
        tree = ActivityTree(node.id, around.id, node.element, name, element.activity_type)
        around.children.append(tree)
        trees[node.id] = tree
    return top


@dataclass(frozen=True, slots=True)
class KeptNode:
    """What is kept of an activity that is done, so that it can be undone."""

    id: str
    activity_id: str
    """Of what undoes it: the handler, or the sub-process itself if the handlers are inside of it."""
    scope_id: str


def kept_nodes(process: Process | ProcessPlan, state: State) -> Iterator[KeptNode]:
    """Everything that is kept for compensation. Camunda 7: the event subscriptions of the type "compensate"."""
    plan = compile_plan(process)
    if state.bound is not plan:
        bind(state, plan)
    for node in state.nodes.values():
        if node.phase is Phase.KEPT:
            handler = handler_of(node)
            activity_id = node.element if handler is None else handler.id
            yield KeptNode(node.id, activity_id, (node.parent or state.root).id)


def is_awaited(state: State, stimulus: Stimulus) -> bool:
    """Whether there is (still) something in the running instance that the stimulus is for."""
    node_id = getattr(stimulus, "node_id", None)
    if node_id is None:
        return True
    node = state.find(node_id)
    if node is None:
        return False
    wait_id = getattr(stimulus, "wait_id", None)
    return node.phase is Phase.ACTIVE if wait_id is None else node.wait(wait_id) is not None


def catches_error(
    process: Process | ProcessPlan, state: State, node_id: str, error_code: str | Collection[str]
) -> bool:
    """Whether something in the instance catches a BPMN error that comes from the node, such as a call activity.

    An exception has the names of its classes instead of a code.

    Raises NotFoundError when there is no such node (any more).
    """
    return find(_bound(process, state, node_id), ErrorEvent, error_code) is not None


def escalation_interrupts(
    process: Process | ProcessPlan, state: State, node_id: str, escalation_code: str
) -> bool | None:
    """Whether an escalation from the node interrupts something in the instance; None if nothing catches it.

    Raises NotFoundError when there is no such node (any more).
    """
    found = find(_bound(process, state, node_id), EscalationEvent, escalation_code)
    return None if found is None else is_interrupting(found[1])


def _bound(process: Process | ProcessPlan, state: State, node_id: str) -> Node:
    plan = compile_plan(process)
    if state.bound is not plan:
        bind(state, plan)
    node = state.find(node_id)
    if node is None:
        raise NotFoundError(f"no activity instance '{node_id}'", node_id=node_id)
    return node


def has_end_listeners(process: Process | ProcessPlan) -> bool:
    """Whether something in the model wants to know that an instance is cancelled.

    If not, an instance can be cancelled without the kernel: there are no end listeners, no output mappings and
    no delete listeners of user tasks.
    """
    plan = compile_plan(process)
    return any(
        each.end_listeners
        or each.outputs
        or (
            isinstance(each.element, UserTask)
            and any(listener.event == "delete" for listener in each.element.task_listeners)
        )
        for each in (plan.root, *plan.elements.values())
    )


def wants_tasks(process: Process | ProcessPlan) -> bool:
    """Whether steps of the process look at user tasks of earlier steps: see ``Snapshot.user_tasks``."""
    plan = compile_plan(process)
    return any(
        isinstance(each.element, UserTask) and each.element.task_listeners for each in plan.elements.values()
    )


def _live(node: Node) -> LiveNode:
    parent = node.parent
    return LiveNode(
        node.id,
        node.element,
        "" if parent is None else parent.id,
        node.phase,
        node.tokens > 0,
        tuple(node.waits or ()),
    )
