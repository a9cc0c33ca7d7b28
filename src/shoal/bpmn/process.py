"""A process as the model describes it: its flow nodes, sequence flows, scopes and messages.

One file of XML gives a ``Definitions``; each executable process in it becomes one ``Process``.
Everything is immutable and compiled (expressions, scripts, timer texts) when it is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from shoal.bpmn.activities import Activity
from shoal.bpmn.element import Element, FlowNode
from shoal.bpmn.events import BoundaryEvent, StartEvent
from shoal.bpmn.extensions import Listener
from shoal.expressions import Expression, Script


@dataclass(frozen=True, slots=True)
class Condition:
    """What decides whether a flow is taken or a conditional event fires: an expression or a script."""

    expression: Expression | None = None
    script: Script | None = None
    variable_name: str | None = None
    variable_events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SequenceFlow(Element):
    """An arrow from ``source`` to ``target`` (element ids)."""

    source: str = ""
    target: str = ""
    condition: Condition | None = None
    listeners: tuple[Listener, ...] = ()


@dataclass(frozen=True, slots=True)
class Scope:
    """What directly belongs to the process or to one sub-process; ``owner`` is the element id."""

    owner: str
    start_events: tuple[StartEvent, ...] = ()
    event_subprocesses: tuple[Activity, ...] = ()


@dataclass(frozen=True, slots=True)
class Process(Element):
    """One executable process."""

    nodes: Mapping[str, FlowNode] = field(default_factory=dict)
    flows: Mapping[str, SequenceFlow] = field(default_factory=dict)
    scopes: Mapping[str, Scope] = field(default_factory=dict)
    """By owner: the process id itself and every sub-process id."""
    boundaries: Mapping[str, tuple[BoundaryEvent, ...]] = field(default_factory=dict)
    """Boundary events by the id of the activity that they are attached to."""
    compensation_handlers: Mapping[str, str] = field(default_factory=dict)
    """Who undoes an activity, by the activity's id: the activity that its compensation boundary event is
    associated with, or the compensation event sub-process inside of it."""
    category: str | None = None
    """Camunda 7: the target namespace of the file."""
    version_tag: str | None = None
    history_time_to_live_days: int | None = None
    is_startable: bool = True
    candidate_starter_users: tuple[str, ...] = ()
    candidate_starter_groups: tuple[str, ...] = ()
    job_priority: Expression | None = None
    task_priority: Expression | None = None
    listeners: tuple[Listener, ...] = ()
    properties: Mapping[str, str] = field(default_factory=dict)

    def node(self, element_id: str) -> FlowNode:
        """The flow node with that id; KeyError if there is none."""
        return self.nodes[element_id]

    @property
    def description(self) -> str | None:
        """Camunda 7: the documentation of the process."""
        return self.documentation

    @property
    def root(self) -> Scope:
        """The scope of the process itself."""
        return self.scopes[self.id]


@dataclass(frozen=True, slots=True)
class Definitions:
    """One model file."""

    processes: tuple[Process, ...]
    target_namespace: str | None = None
    exporter: str | None = None
