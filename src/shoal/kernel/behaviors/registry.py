"""Which behaviour executes which element. What is not in here is refused at deployment."""

from __future__ import annotations

from collections.abc import Iterator

from shoal.bpmn.activities import Activity, SubProcess
from shoal.bpmn.element import FlowNode
from shoal.bpmn.events import Event, EventDefinition
from shoal.errors import ExecutionError, Fault
from shoal.kernel.behaviors.boundary_event import BoundaryEventBehavior
from shoal.kernel.behaviors.call_activity import CallActivityBehavior
from shoal.kernel.behaviors.catch_event import CatchEventBehavior
from shoal.kernel.behaviors.compensation_throw import CancelEndBehavior, CompensationThrowBehavior
from shoal.kernel.behaviors.contract import Behavior, Kind
from shoal.kernel.behaviors.end_event import (
    ErrorEndBehavior,
    NoneEndBehavior,
    TerminateEndBehavior,
)
from shoal.kernel.behaviors.escalation_throw import EscalationThrowBehavior
from shoal.kernel.behaviors.event_gateway import EventBasedGatewayBehavior
from shoal.kernel.behaviors.exclusive_gateway import ExclusiveGatewayBehavior
from shoal.kernel.behaviors.inclusive_gateway import InclusiveGatewayBehavior
from shoal.kernel.behaviors.link_event import LinkCatchBehavior, LinkThrowBehavior
from shoal.kernel.behaviors.message_throw import MessageThrowBehavior
from shoal.kernel.behaviors.multi_instance import ParallelBodyBehavior, SequentialBodyBehavior
from shoal.kernel.behaviors.parallel_gateway import ParallelGatewayBehavior
from shoal.kernel.behaviors.passing import PassingBehavior
from shoal.kernel.behaviors.process import ProcessBehavior
from shoal.kernel.behaviors.receive_task import ReceiveTaskBehavior
from shoal.kernel.behaviors.script_task import ScriptTaskBehavior
from shoal.kernel.behaviors.service_task import ServiceTaskBehavior
from shoal.kernel.behaviors.signal_throw import SignalThrowBehavior
from shoal.kernel.behaviors.standard_loop import StandardLoopBehavior
from shoal.kernel.behaviors.start_event import StartEventBehavior
from shoal.kernel.behaviors.sub_process import SubProcessBehavior
from shoal.kernel.behaviors.user_task import UserTaskBehavior
from shoal.kernel.plan import ElementPlan
from shoal.kernel.state import Node

CLASSES: tuple[type[Behavior], ...] = (
    StartEventBehavior,
    NoneEndBehavior,
    ErrorEndBehavior,
    TerminateEndBehavior,
    PassingBehavior,
    UserTaskBehavior,
    ServiceTaskBehavior,
    ScriptTaskBehavior,
    ReceiveTaskBehavior,
    MessageThrowBehavior,
    CatchEventBehavior,
    SignalThrowBehavior,
    EscalationThrowBehavior,
    LinkThrowBehavior,
    LinkCatchBehavior,
    BoundaryEventBehavior,
    ExclusiveGatewayBehavior,
    ParallelGatewayBehavior,
    InclusiveGatewayBehavior,
    EventBasedGatewayBehavior,
    SubProcessBehavior,
    CallActivityBehavior,
    CompensationThrowBehavior,
    CancelEndBehavior,
)

_BY_KIND: dict[Kind, tuple[type[Behavior], str]] = {
    kind: (behavior, activity_type) for behavior in CLASSES for kind, activity_type in behavior.handles.items()
}


class Unsupported(Behavior):
    """Stands where this kernel has no behaviour. A deployment refuses such a process."""

    __slots__ = ()

    def execute(self, step: object, node: Node) -> None:  # noqa: ARG002
        """Raises ExecutionError."""
        raise ExecutionError(f"'{node.element}' cannot be executed", node.element)


def behavior_of(plan: ElementPlan) -> Behavior:
    """A behaviour for the element."""
    if plan.inner is not None:
        loop = getattr(plan.element, "multi_instance", None)
        if loop is None:
            return StandardLoopBehavior(plan)
        return SequentialBodyBehavior(plan) if loop.sequential else ParallelBodyBehavior(plan)
    found = _BY_KIND.get(kind_of(plan.model))
    return Unsupported(plan) if found is None else found[0](plan)


def process_behavior(plan: ElementPlan) -> Behavior:
    """The behaviour of the process itself."""
    return ProcessBehavior(plan)


def activity_type_of(element: FlowNode) -> str:
    """Camunda 7's name of the activity type, as history shows it."""
    if isinstance(element, SubProcess) and element.is_transaction:
        return "transaction"
    found = _BY_KIND.get(kind_of(element))
    return "" if found is None else found[1]


def is_repeated(element: FlowNode) -> bool:
    """Whether there is a body around the instances of the element."""
    return isinstance(element, Activity) and (
        element.multi_instance is not None or element.standard_loop is not None
    )


def kind_of(element: FlowNode) -> Kind:
    """The class of the element, and that of its event definition."""
    definition = element.definition if isinstance(element, Event) else None
    return type(element), None if definition is None else type(definition)


def faults_of(element: FlowNode) -> Iterator[Fault]:
    """What of the element cannot be executed."""
    kind = kind_of(element)
    found = _BY_KIND.get(kind)
    if found is None:
        yield Fault(element.id, f"{_described(kind)} is not executed", supported(kind[0]), element.line)
        return
    yield from found[0].faults(element)


def supported(kind: type[FlowNode]) -> str:
    """What can stand where such an element stands: the same element with another event, or all elements."""
    events = [_event_name(definition) for each, definition in _BY_KIND if each is kind and issubclass(kind, Event)]
    if events:
        return f"{_words(kind.__name__)} with {', '.join(sorted(events))}"
    return ", ".join(sorted({_words(each.__name__) for each, _ in _BY_KIND}))


def _described(kind: Kind) -> str:
    element, definition = kind
    if not issubclass(element, Event):
        return _words(element.__name__)
    return f"{_words(element.__name__)} with {_event_name(definition)}"


def _event_name(definition: type[EventDefinition] | None) -> str:
    return "no event definition" if definition is None else _words(definition.__name__)


def _words(name: str) -> str:
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()
