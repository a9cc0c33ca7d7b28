"""Which elements are of the same kind, under the names that Camunda 7's reports have for them.

Camunda 7: two activities are of the same kind when the same behaviour class executes them.
"""

from __future__ import annotations

from shoal.bpmn.activities import (
    BusinessRuleTask,
    CallActivity,
    ManualTask,
    NoneTask,
    ReceiveTask,
    ScriptTask,
    ServiceTask,
    SubProcess,
    UserTask,
)
from shoal.bpmn.element import FlowNode
from shoal.bpmn.events import (
    BoundaryEvent,
    CancelEvent,
    CompensateEvent,
    ConditionalEvent,
    EndEvent,
    ErrorEvent,
    EscalationEvent,
    Event,
    EventDefinition,
    IntermediateCatchEvent,
    LinkEvent,
    MessageEvent,
    SignalEvent,
    StartEvent,
    TerminateEvent,
    TimerEvent,
)
from shoal.bpmn.extensions import Code, CodeKind
from shoal.bpmn.gateways import EventBasedGateway, ExclusiveGateway, InclusiveGateway, ParallelGateway
from shoal.kernel.plan import ElementPlan, is_event_subprocess_start

_PLAIN: tuple[tuple[type[FlowNode], str], ...] = (
    (UserTask, "UserTaskActivityBehavior"),
    (ReceiveTask, "ReceiveTaskActivityBehavior"),
    (ScriptTask, "ScriptTaskActivityBehavior"),
    (NoneTask, "TaskActivityBehavior"),
    (ManualTask, "ManualTaskActivityBehavior"),
    (CallActivity, "CallActivityBehavior"),
    (ExclusiveGateway, "ExclusiveGatewayActivityBehavior"),
    (ParallelGateway, "ParallelGatewayActivityBehavior"),
    (InclusiveGateway, "InclusiveGatewayActivityBehavior"),
    (EventBasedGateway, "EventBasedGatewayActivityBehavior"),
)
_CODE = {
    CodeKind.CLASS: "ClassDelegateActivityBehavior",
    CodeKind.DELEGATE_EXPRESSION: "ServiceTaskDelegateExpressionActivityBehavior",
    CodeKind.EXPRESSION: "ServiceTaskExpressionActivityBehavior",
    CodeKind.SCRIPT: "ScriptTaskActivityBehavior",
}
_THROWN: dict[type[EventDefinition | None], str] = {
    SignalEvent: "ThrowSignalEventActivityBehavior",
    EscalationEvent: "ThrowEscalationEventActivityBehavior",
    CompensateEvent: "CompensationEventActivityBehavior",
    ErrorEvent: "ErrorEndEventActivityBehavior",
    TerminateEvent: "TerminateEndEventActivityBehavior",
    CancelEvent: "CancelEndEventActivityBehavior",
}
_EVENT_SUBPROCESS = "EventSubProcessActivityBehavior"
_SUBPROCESS = "SubProcessActivityBehavior"
_SUPPORTED = frozenset(
    {
        _SUBPROCESS,
        _EVENT_SUBPROCESS,
        "UserTaskActivityBehavior",
        "BoundaryEventActivityBehavior",
        "ParallelMultiInstanceActivityBehavior",
        "SequentialMultiInstanceActivityBehavior",
        "StandardLoopActivityBehavior",
        "ReceiveTaskActivityBehavior",
        "CallActivityBehavior",
        "IntermediateCatchEventActivityBehavior",
        "EventBasedGatewayActivityBehavior",
        "EventSubProcessStartEventActivityBehavior",
        "ExternalTaskActivityBehavior",
        "ParallelGatewayActivityBehavior",
        "InclusiveGatewayActivityBehavior",
        "IntermediateConditionalEventBehavior",
        "BoundaryConditionalEventActivityBehavior",
        "EventSubProcessStartConditionalEventActivityBehavior",
    }
)
_PERSISTENT = (MessageEvent, TimerEvent, SignalEvent, ConditionalEvent)


def kind_name(plan: ElementPlan) -> str:
    """Camunda 7's name of the behaviour that executes the element."""
    element = plan.model
    if plan.inner is not None:
        return _body_name(element)
    for kind, name in _PLAIN:
        if isinstance(element, kind):
            return name
    if isinstance(element, SubProcess):
        return _EVENT_SUBPROCESS if element.triggered_by_event else _SUBPROCESS
    if isinstance(element, ServiceTask):
        if isinstance(element, BusinessRuleTask) and element.decision_ref is not None:
            return "DmnBusinessRuleTaskActivityBehavior"
        return "ExternalTaskActivityBehavior" if element.external is not None else _code_name(element.code)
    if isinstance(element, Event):
        return _event_name(plan, element)
    return type(element).__name__


def same_kind(source: ElementPlan, target: ElementPlan) -> bool:
    """Whether an instance of the one can be an instance of the other. Camunda 7: EQUIVALENT_BEHAVIORS too."""
    names = {kind_name(source), kind_name(target)}
    return len(names) == 1 or names == {_SUBPROCESS, _EVENT_SUBPROCESS}


def is_supported(plan: ElementPlan) -> bool:
    """Whether an activity instance at the element can be migrated. Tokens before or after it always can."""
    return kind_name(plan) in _SUPPORTED


def is_synchronizing(plan: ElementPlan) -> bool:
    """Whether tokens wait at the element for one another."""
    return isinstance(plan.element, ParallelGateway | InclusiveGateway)


def event_of(plan: ElementPlan) -> EventDefinition | None:
    """What the element, an event, is about."""
    return plan.element.definition if isinstance(plan.element, Event) else None


def is_persistent(definition: EventDefinition | None) -> bool:
    """Whether waiting for the event needs a row: a subscription or a timer job."""
    return isinstance(definition, _PERSISTENT)


def catches(plan: ElementPlan) -> bool:
    """Whether the element is an event that is waited for, by itself or by what it is attached to."""
    return isinstance(plan.element, BoundaryEvent | IntermediateCatchEvent) or is_event_subprocess_start(plan)


def _body_name(element: FlowNode) -> str:
    loop = getattr(element, "multi_instance", None)
    if loop is None:
        return "StandardLoopActivityBehavior"
    return f"{'Sequential' if loop.sequential else 'Parallel'}MultiInstanceActivityBehavior"


def _code_name(code: Code | None) -> str:
    return "TaskActivityBehavior" if code is None else _CODE[code.kind]


def _event_name(plan: ElementPlan, element: Event) -> str:
    definition = element.definition
    conditional = isinstance(definition, ConditionalEvent)
    if isinstance(element, BoundaryEvent):
        return f"Boundary{'Conditional' if conditional else ''}EventActivityBehavior"
    if isinstance(element, IntermediateCatchEvent):
        if isinstance(definition, LinkEvent):
            return "IntermediateCatchLinkEventActivityBehavior"
        return "IntermediateConditionalEventBehavior" if conditional else "IntermediateCatchEventActivityBehavior"
    if isinstance(element, StartEvent):
        if is_event_subprocess_start(plan):
            return f"EventSubProcessStart{'Conditional' if conditional else ''}EventActivityBehavior"
        return "NoneStartEventActivityBehavior"
    if isinstance(definition, MessageEvent):
        if definition.external_topic is not None:
            return "ExternalTaskActivityBehavior"
        if definition.code is not None:
            return _code_name(definition.code)
    plain = "NoneEndEvent" if isinstance(element, EndEvent) else "IntermediateThrowNoneEvent"
    return _THROWN.get(type(definition), f"{plain}ActivityBehavior")
