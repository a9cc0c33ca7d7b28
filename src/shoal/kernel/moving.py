"""The one way into the kernel: a stimulus comes, the tokens move, the effects say what is to be written."""

from __future__ import annotations

from datetime import datetime

from shoal.bpmn.events import ConditionalEvent, Event, SignalEvent
from shoal.bpmn.process import Process
from shoal.errors import ConflictError, ExecutionError, InputError, NotFoundError, means_stop, words_of
from shoal.kernel import writing
from shoal.kernel.compilation import compile_plan
from shoal.kernel.delivery import deliver
from shoal.kernel.effects import Effects
from shoal.kernel.host import Host
from shoal.kernel.plan import ProcessPlan
from shoal.kernel.snapshot import Snapshot
from shoal.kernel.state import Phase, State, WaitKind
from shoal.kernel.step import Step
from shoal.kernel.stimulus import Stimulus


def advance(
    process: Process | ProcessPlan,
    snapshot: Snapshot,
    stimulus: Stimulus,
    host: Host,
    now: datetime,
    effects: Effects | None = None,
) -> Effects:
    """Move the instance until all of its tokens wait, and return what is to be written.

    May be called several times for one instance with the same ``effects``. After an exception the snapshot and
    the effects are garbage. Raises NotFoundError or ConflictError when the instance does not wait for the stimulus
    (any more), and ExecutionError, with its cause, when an expression, a script or a callable fails.
    """
    plan = compile_plan(process)
    if effects is None:
        effects = Effects()
    if effects.end is not None:
        raise ConflictError(f"process instance '{snapshot.instance.id}' has ended")
    state = snapshot.state
    if state.bound is not plan:
        bind(state, plan)
    step = Step(plan, snapshot, host, now, effects)
    step.later(deliver, step, stimulus)
    try:
        step.run()
    except BaseException as error:
        if means_stop(error) or _is_said(error):
            raise
        element = step.at.element or plan.model.id
        raise ExecutionError(f"'{element}': {words_of(error)}", element) from error
    if step.transients:
        writing.forget_transients(step)
    return effects


def _is_said(error: BaseException) -> bool:
    """Whether the error already tells the caller what it has to."""
    if isinstance(error, ExecutionError):
        return error.element_id is not None
    # a value that cannot be stored is an input error too, but comes from code of the process
    return isinstance(error, NotFoundError | ConflictError) or type(error) is InputError


def bind(state: State, plan: ProcessPlan) -> None:
    """Connect the nodes with the elements of the plan. Raises ConflictError when one does not exist in it."""
    root = state.root
    root.plan = plan.root
    root.joins = None
    state.uncertain.clear()
    state.watchers.clear()
    state.hearers.clear()
    if plan.root.counted:
        root.census = {}
    for node in state.nodes.values():
        element = plan.elements.get(node.element)
        if element is None:
            raise ConflictError(
                f"the state of instance '{root.id}' is at '{node.element}', which process "
                f"'{plan.model.id}' does not have",
                element_id=node.element,
            )
        node.plan = element
        node.joins = None
        if element.counted:
            node.census = {}
        parent = node.parent
        if parent is None:
            continue
        if parent.census is not None and node.phase is not Phase.KEPT:
            parent.census[node.element] = parent.census.get(node.element, 0) + 1
        if node.phase is Phase.JOINING:
            if parent.joins is None:
                parent.joins = {}
            parent.joins.setdefault(node.element, []).append(node)
            state.uncertain[parent.id] = parent
    if plan.observant or plan.attentive:
        _watch(state, plan)
    state.bound = plan


def _watch(state: State, plan: ProcessPlan) -> None:
    for node in (state.root, *state.nodes.values()):
        for wait in node.waits or ():
            if wait.kind is WaitKind.SUBSCRIPTION:
                # while an instance is migrated, its waits are still those of the old model
                event = node.plan if wait.element is None else plan.elements.get(wait.element)
                element = None if event is None else event.element
                definition = element.definition if isinstance(element, Event) else None
                if isinstance(definition, ConditionalEvent):
                    state.watchers[wait.id] = node
                elif isinstance(definition, SignalEvent):
                    state.hearers[wait.id] = node
