"""Turns the model of a process into its plan, and keeps the plans of the processes used last."""

from __future__ import annotations

import threading

from shoal.bpmn.element import FlowNode
from shoal.bpmn.events import (
    CancelEvent,
    ConditionalEvent,
    EndEvent,
    ErrorEvent,
    EscalationEvent,
    Event,
    EventDefinition,
    SignalEvent,
    TerminateEvent,
    TimerEvent,
)
from shoal.bpmn.gateways import InclusiveGateway
from shoal.bpmn.process import Process
from shoal.kernel.behaviors import registry
from shoal.kernel.linking import link_target
from shoal.kernel.plan import BODY, ElementPlan, FlowPlan, ProcessPlan, is_event_subprocess_start

_KEPT_PLANS = 2048
_plans: dict[int, ProcessPlan] = {}
_changing = threading.Lock()


def compile_plan(process: Process | ProcessPlan) -> ProcessPlan:
    """The plan of the process; asked again for the same object, the same plan."""
    if isinstance(process, ProcessPlan):
        return process
    plan = _plans.get(id(process))
    # a plan holds its model, so while it is kept no other object can get the model's id()
    if plan is None:
        plan = _compile(process)
        with _changing:
            while len(_plans) >= _KEPT_PLANS:
                del _plans[next(iter(_plans))]
            plan = _plans.setdefault(id(process), plan)
    return plan


def _compile(process: Process) -> ProcessPlan:
    compiled = ProcessPlan(process)
    for flow_id, flow in process.flows.items():
        compiled.flows[flow_id] = FlowPlan(flow_id, flow.condition, flow.listeners)
    for element_id, element in process.nodes.items():
        compiled.elements[element_id] = _element(compiled, element_id, element)
    for element_id, element in process.nodes.items():
        if registry.is_repeated(element):
            compiled.elements[element_id + BODY] = _body(compiled, compiled.elements[element_id])
    _connect(compiled)
    _nest(compiled)
    _compensate(compiled)
    for plan in compiled.elements.values():
        plan.behavior = registry.behavior_of(plan)
        plan.plain_entry = not (plan.inputs or plan.start_listeners or plan.boundaries or plan.event_starts)
        plan.plain_exit = not (plan.outputs or plan.end_listeners or plan.keeps)
    for start in process.root.start_events:
        compiled.initiator = start.initiator_variable or compiled.initiator
    root = compiled.root
    root.start_listeners = tuple(each for each in process.listeners if each.event == "start")
    root.end_listeners = tuple(each for each in process.listeners if each.event == "end")
    root.behavior = registry.process_behavior(root)
    return compiled


def _element(compiled: ProcessPlan, element_id: str, element: FlowNode) -> ElementPlan:
    plan = ElementPlan(element_id, element, compiled)
    plan.activity_type = registry.activity_type_of(element)
    plan.async_before = element.async_before
    plan.async_after = element.async_after
    plan.exclusive = element.exclusive
    plan.retry_cycle = element.retry_cycle
    plan.interrupts = isinstance(element, EndEvent) and isinstance(element.definition, CancelEvent | TerminateEvent)
    plan.start_listeners = tuple(each for each in element.listeners if each.event == "start")
    plan.end_listeners = tuple(each for each in element.listeners if each.event == "end")
    if element.input_output is not None:
        plan.inputs = element.input_output.inputs
        plan.outputs = element.input_output.outputs
    return plan


def _body(compiled: ProcessPlan, inner: ElementPlan) -> ElementPlan:
    """The scope around the instances of a repeated activity. It takes the activity's place in the graph."""
    body = ElementPlan(inner.id + BODY, inner.element, compiled)
    body.activity_type = "multiInstanceBody"
    body.inner = inner
    body.async_before, body.async_after, body.exclusive = inner.async_before, inner.async_after, inner.exclusive
    body.retry_cycle = inner.retry_cycle
    loop = getattr(inner.element, "multi_instance", None)
    inner.async_before = loop is not None and loop.async_before
    inner.async_after = loop is not None and loop.async_after
    inner.exclusive = loop is None or loop.exclusive
    inner.retry_cycle = None if loop is None else loop.retry_cycle
    return body


def _outer(compiled: ProcessPlan, element_id: str) -> ElementPlan:
    """What stands for the element in the graph: its body when it is repeated."""
    return compiled.elements.get(element_id + BODY) or compiled.elements[element_id]


def _connect(compiled: ProcessPlan) -> None:
    for flow_id, flow in compiled.model.flows.items():
        compiled.flows[flow_id].source = _outer(compiled, flow.source)
        linked = link_target(compiled, compiled.model.nodes[flow.target])
        compiled.flows[flow_id].target = linked or _outer(compiled, flow.target)
    for element_id, element in compiled.model.nodes.items():
        plan = _outer(compiled, element_id)
        plan.incoming = len(element.incoming)
        plan.outgoing = tuple(compiled.flows[flow_id] for flow_id in element.outgoing)
        for index, flow_id in enumerate(element.incoming):
            compiled.flows[flow_id].index = index
        default = getattr(element, "default_flow", None)
        plan.default = compiled.flows[default] if default else None
        plan.branching = plan.default is not None or any(flow.condition for flow in plan.outgoing)


def _nest(compiled: ProcessPlan) -> None:
    model = compiled.model
    elements = compiled.elements
    for element_id, element in model.nodes.items():
        scope = compiled.root if element.scope == model.id else elements[element.scope]
        outer = _outer(compiled, element_id)
        outer.scope = scope
        if outer.inner is not None:
            outer.inner.scope = outer
        if isinstance(element, InclusiveGateway) and len(element.incoming) > 1:
            scope.counted = True
        if _definition(element, ConditionalEvent):
            compiled.observant = True
        if _definition(element, SignalEvent):
            compiled.attentive = True
    for activity_id, events in model.boundaries.items():
        outer = _outer(compiled, activity_id)
        outer.boundaries = tuple(elements[event.id] for event in events)
    starts: dict[str, list[ElementPlan]] = {}
    for owner, scope_model in model.scopes.items():
        scope = compiled.root if owner == model.id else elements[owner]
        for event in scope_model.start_events:
            start = elements[event.id]
            if is_event_subprocess_start(start):
                around = scope.scope
                if around is not None:
                    starts.setdefault(around.id, []).append(start)
                scope.start = start
            elif event.definition is None or (scope is compiled.root and isinstance(event.definition, TimerEvent)):
                scope.start = start
        if scope is compiled.root and scope.start is None and len(scope_model.start_events) == 1:
            # Camunda 7: a single start event is the initial one, whatever its type
            scope.start = elements[scope_model.start_events[0].id]
    for owner_id, found in starts.items():
        scope = compiled.root if owner_id == model.id else elements[owner_id]
        scope.event_starts = tuple(found)
    for plan in (compiled.root, *elements.values()):
        catching = [each for each in (*plan.event_starts, *plan.boundaries) if _catches(each.element)]
        plan.catchers = tuple(sorted(catching, key=_precedence))


def _compensate(compiled: ProcessPlan) -> None:
    elements = compiled.elements
    for activity_id, handler_id in compiled.model.compensation_handlers.items():
        plan = elements[activity_id]
        plan.compensated_by = _outer(compiled, handler_id)
        at: ElementPlan | None = plan
        while at is not None and at is not compiled.root and not at.keeps:
            at.keeps = True
            at = at.scope


def _definition(element: FlowNode | None, kind: type[EventDefinition]) -> bool:
    return isinstance(element, Event) and isinstance(element.definition, kind)


def _catches(element: FlowNode | None) -> bool:
    return _definition(element, ErrorEvent) or _definition(element, EscalationEvent)


def _precedence(plan: ElementPlan) -> int:
    """Camunda 7: event sub-processes before boundary events, and each with a code before those without."""
    definition = getattr(plan.element, "definition", None)
    code = getattr(definition, "error_code", None) or getattr(definition, "escalation_code", None)
    return (0 if is_event_subprocess_start(plan) else 2) + (0 if code else 1)
