"""What can happen to an instance from outside: the reasons for which the kernel is called."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from shoal.values import TypedValue

Variables = Mapping[str, TypedValue]


@dataclass(frozen=True, slots=True)
class Stimulus:
    """Base of all stimuli."""


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction of a modification."""


@dataclass(frozen=True, slots=True)
class StartingInstruction(Instruction):
    """Puts a token somewhere. ``variables`` go where they are, else to the instance; ``local_variables`` to the
    new activity instance. ``ancestor_id`` says in which instance of a scope, if there are several."""

    variables: Variables = field(default_factory=dict, kw_only=True)
    local_variables: Variables = field(default_factory=dict, kw_only=True)
    ancestor_id: str | None = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True)
class StartBefore(StartingInstruction):
    """Begin the element.

    ``x`` of a multi-instance activity adds an instance, ``x#multiInstanceBody`` begins them all.
    """

    activity_id: str


@dataclass(frozen=True, slots=True)
class StartAfter(StartingInstruction):
    """Go on behind the element, which has at most one outgoing sequence flow."""

    activity_id: str


@dataclass(frozen=True, slots=True)
class StartTransition(StartingInstruction):
    """Take the sequence flow."""

    transition_id: str


@dataclass(frozen=True, slots=True)
class CancelNode(Instruction):
    """Cancel one activity instance, or one token before or after an asynchronous element."""

    node_id: str


@dataclass(frozen=True, slots=True)
class CancelActivity(Instruction):
    """Cancel all that is at the element."""

    activity_id: str


@dataclass(frozen=True, slots=True)
class Start(Stimulus):
    """Begin the instance, at its none start event, at ``start_event_id``, or as ``instructions`` say."""

    variables: Variables = field(default_factory=dict)
    start_event_id: str | None = None
    initiator: str | None = None
    """Who starts it; goes to the variable that the start event names (camunda:initiator)."""
    instructions: tuple[Instruction, ...] = ()
    skip_custom_listeners: bool = False
    skip_io_mappings: bool = False


@dataclass(frozen=True, slots=True)
class Modify(Stimulus):
    """Carry out the instructions, in their order. ``reason`` is kept if the instance ends by that."""

    instructions: tuple[Instruction, ...]
    reason: str | None = None
    skip_custom_listeners: bool = False
    skip_io_mappings: bool = False


@dataclass(frozen=True, slots=True)
class Complete(Stimulus):
    """The work of a waiting node is done: a user task, an external task, a receive task."""

    node_id: str
    variables: Variables = field(default_factory=dict)
    local_variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trigger(Stimulus):
    """An event came for a subscription or timer job (``wait_id``) of the node.

    ``variables`` go where they are, else to the instance (Camunda 7: processVariables), ``local_variables`` to
    the scope of the waiting activity, ``triggered_variables`` to the scope that the event begins: that of the event
    sub-process, that in which the path behind a boundary event goes on (Camunda 7:
    processVariablesToTriggeredScope); elsewhere they are local ones.
    """

    node_id: str
    wait_id: str
    element_id: str
    variables: Variables = field(default_factory=dict)
    local_variables: Variables = field(default_factory=dict)
    repeat: str | None = None
    triggered_variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Repeat(Stimulus):
    """A cycle goes on although its job ``wait_id`` failed, and stays: ``repeat`` says when it comes next."""

    node_id: str
    wait_id: str
    repeat: str


@dataclass(frozen=True, slots=True)
class Continue(Stimulus):
    """An asynchronous continuation is due: the job ``wait_id`` of the node."""

    node_id: str
    wait_id: str


@dataclass(frozen=True, slots=True)
class ThrowError(Stimulus):
    """A BPMN error comes from the node (a worker or a task client reported it)."""

    node_id: str
    error_code: str
    error_message: str | None = None
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FailExternal(Stimulus):
    """A worker reports that its work failed.

    The model may make a BPMN error of that (camunda:errorEventDefinition); then the effects delete the external
    task. Else nothing moves, and retries are the business of the caller.
    """

    node_id: str
    error_message: str | None = None
    error_details: str | None = None
    variables: Variables = field(default_factory=dict)
    local_variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ThrowEscalation(Stimulus):
    """An escalation comes from the node."""

    node_id: str
    escalation_code: str
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChildEnded(Stimulus):
    """The instance that a call activity has started came to its end.

    ``variables`` are those of its process scope; they are taken over as the model says (camunda:out), if it
    completed. One that was cancelled hands nothing over, and its call activity is cancelled (Camunda 7).
    """

    node_id: str
    variables: Variables = field(default_factory=dict)
    completed: bool = True
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ChildFailed(Stimulus):
    """The called instance ended with a BPMN error that nothing in it caught (``Effects.error``).

    Camunda 7: its variables are taken over all the same.
    """

    node_id: str
    error_code: str | Collection[str]
    """The names of the classes if it is an exception."""
    error_message: str | None = None
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChildEscalated(Stimulus):
    """An escalation comes from the called instance. Camunda 7: with its variables, as if it had ended."""

    node_id: str
    escalation_code: str
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SetVariables(Stimulus):
    """Variables are set from outside on a scope (the instance itself, or a node); conditions are checked."""

    variables: Variables
    scope_id: str | None = None
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangeTask(Stimulus):
    """Somebody changed properties of the user task of the node: update and assignment listeners are called.

    ``changes`` are new values by the names of ``UserTaskRecord``; they come back in the effects. ``variables`` are
    set before, each where it is, else in the instance.
    """

    node_id: str
    changes: Mapping[str, Any]
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cancel(Stimulus):
    """The instance is cancelled from outside, listeners and output mappings included.

    ``skip_subprocesses``: the instances that it called go on without it. ``internally``: its caller has left the
    call activity by itself, by a boundary event, say (Camunda 7: INTERNALLY_TERMINATED).
    """

    reason: str | None = None
    skip_custom_listeners: bool = False
    skip_io_mappings: bool = False
    skip_subprocesses: bool = False
    internally: bool = False
