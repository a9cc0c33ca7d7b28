"""A process made ready for execution: behaviours resolved once, flows as tuples, flags for the fast path.

Derived from the model alone; nothing of an instance is in here, so one plan serves all threads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shoal.bpmn.element import FlowNode
from shoal.bpmn.events import BoundaryEvent, StartEvent
from shoal.bpmn.extensions import Listener, Parameter, RetryCycle
from shoal.bpmn.process import Condition, Process

if TYPE_CHECKING:
    from shoal.kernel.behaviors.contract import Behavior

BODY = "#multiInstanceBody"
"""Camunda 7: what is appended to an activity's id for the scope around its instances."""


class FlowPlan:
    """A sequence flow."""

    __slots__ = ("condition", "id", "index", "listeners", "source", "target")

    def __init__(self, flow_id: str, condition: Condition | None, listeners: tuple[Listener, ...]) -> None:
        self.id = flow_id
        self.condition = condition
        self.listeners = listeners
        self.source: ElementPlan
        self.target: ElementPlan
        self.index = 0
        """Position among the incoming flows of the target."""


class ElementPlan:
    """An element, or the multi-instance body around it, or the process itself."""

    __slots__ = (
        "activity_type",
        "async_after",
        "async_before",
        "behavior",
        "boundaries",
        "branching",
        "catchers",
        "compensated_by",
        "conditionals",
        "counted",
        "default",
        "element",
        "end_listeners",
        "event_starts",
        "exclusive",
        "id",
        "incoming",
        "inner",
        "inputs",
        "interrupts",
        "keeps",
        "outgoing",
        "outputs",
        "plain_entry",
        "plain_exit",
        "process",
        "reach",
        "retry_cycle",
        "scope",
        "start",
        "start_listeners",
        "take_listeners",
    )

    behavior: Behavior

    def __init__(self, element_id: str, element: FlowNode | None, process: ProcessPlan) -> None:
        self.id = element_id
        self.element = element
        self.process = process
        self.activity_type = ""
        self.scope: ElementPlan | None = None
        """The sub-process or process that contains the element."""
        self.incoming = 0
        self.outgoing: tuple[FlowPlan, ...] = ()
        self.default: FlowPlan | None = None
        self.branching = False
        """Whether leaving has to look at conditions or at a default flow."""
        self.async_before = False
        self.async_after = False
        self.exclusive = True
        self.retry_cycle: RetryCycle | None = None
        self.start_listeners: tuple[Listener, ...] = ()
        self.end_listeners: tuple[Listener, ...] = ()
        self.inputs: tuple[Parameter, ...] = ()
        self.outputs: tuple[Parameter, ...] = ()
        self.boundaries: tuple[ElementPlan, ...] = ()
        self.start: ElementPlan | None = None
        """Of a scope: its none start event."""
        self.event_starts: tuple[ElementPlan, ...] = ()
        """Of a scope: the start events of its event sub-processes."""
        self.catchers: tuple[ElementPlan, ...] = ()
        """Boundary and start events that catch errors and escalations here, the first to be asked first."""
        self.inner: ElementPlan | None = None
        """Of a multi-instance body: the activity itself."""
        self.reach: dict[str, int] | None = None
        """Of an inclusive gateway: what ``kernel.inclusive`` found out about the ways to it."""
        self.compensated_by: ElementPlan | None = None
        """What undoes the activity: another activity, or the compensation event sub-process in it."""
        self.keeps = False
        """Whether something may have to be kept for a compensation when the activity is done."""
        self.interrupts = False
        """Of a terminate or cancel end event: a token that comes to it cancels the others of its scope."""
        self.counted = False
        """Of a scope: whether an inclusive gateway in it asks where the tokens are."""
        self.plain_entry = True
        self.plain_exit = True

    def __repr__(self) -> str:
        return f"ElementPlan({self.id!r})"

    @property
    def model(self) -> FlowNode:
        """The model of the element. Not for the plan of the process itself, which is no flow node."""
        element = self.element
        if element is None:
            raise LookupError(f"'{self.id}' is the process")
        return element


class ProcessPlan:
    """A whole process."""

    __slots__ = ("attentive", "elements", "flows", "initiator", "model", "observant", "root")

    def __init__(self, model: Process) -> None:
        self.model = model
        self.elements: dict[str, ElementPlan] = {}
        self.flows: dict[str, FlowPlan] = {}
        self.root = ElementPlan(model.id, None, self)
        self.observant = False
        """Whether there are conditional events, so that changes of variables matter."""
        self.attentive = False
        """Whether there are events that wait for signals."""
        self.initiator: str | None = None
        """The variable for who started the instance. Camunda 7: at whatever start event that was."""


def event_subprocess_of(start: ElementPlan) -> ElementPlan:
    """The event sub-process that a start event in it begins."""
    scope = start.scope
    if scope is None:
        raise LookupError(f"'{start.id}' is in no scope")
    return scope


def is_event_subprocess_start(plan: ElementPlan) -> bool:
    """Whether the element is the start event of an event sub-process."""
    scope = plan.scope
    return (
        isinstance(plan.element, StartEvent)
        and scope is not None
        and getattr(scope.element, "triggered_by_event", False)
    )


def is_interrupting(plan: ElementPlan) -> bool:
    """Whether a boundary event, or the start event of an event sub-process, interrupts what it is attached to."""
    element = plan.element
    if isinstance(element, BoundaryEvent):
        return element.cancel_activity
    return isinstance(element, StartEvent) and element.is_interrupting
