"""Rules for events that wait: event-based gateways, and who may wait for the same thing in one place."""

from __future__ import annotations

from collections.abc import Sequence

from shoal.bpmn.activities import Activity, ReceiveTask
from shoal.bpmn.events import (
    ConditionalEvent,
    EscalationEvent,
    Event,
    EventDefinition,
    IntermediateCatchEvent,
    LinkEvent,
    MessageEvent,
    SignalEvent,
)
from shoal.bpmn.gateways import EventBasedGateway
from shoal.bpmn.process import Process
from shoal.bpmn.reader.findings import Findings, Owner
from shoal.bpmn.reader.scope_rules import starts_of_event_sub_processes

INSTANCE = " (instance)"


def check_event_gateways(process: Process, findings: Findings) -> None:
    """Camunda 7: only catching events follow an event-based gateway, and nothing else leads to them."""
    for node in process.nodes.values():
        if not isinstance(node, EventBasedGateway):
            continue
        owner = Owner(node.id, node.line)
        if not node.outgoing:
            findings.fault(owner, "event-based gateway without outgoing sequence flows")
        for flow_id in node.outgoing:
            target = process.nodes.get(process.flows[flow_id].target)
            if target is None:
                continue  # reported with the flow
            if not isinstance(target, IntermediateCatchEvent):
                findings.fault(
                    owner,
                    "event-based gateway can only be connected to elements of type "
                    f"intermediateCatchEvent, '{target.id}' is none",
                    "catching events for messages, timers, signals and conditions",
                )
                continue
            place = Owner(target.id, target.line)
            if isinstance(target.definition, LinkEvent):
                findings.fault(place, "a catching link event is not allowed after an event-based gateway")
            if len(target.incoming) > 1:
                findings.fault(
                    place,
                    f"invalid incoming sequence flow for intermediateCatchEvent '{target.id}' "
                    "connected to an event-based gateway",
                    "only the flow from the gateway",
                )


def check_subscriptions(process: Process, findings: Findings) -> None:
    """Nobody waits twice for the same message or signal, or for escalations that another one takes."""
    _check_names(process.root.start_events, process.id, findings, conditions=True)
    waiting: dict[str, list[Event]] = {host: list(events) for host, events in process.boundaries.items()}
    for scope in process.scopes:
        inner = starts_of_event_sub_processes(process, scope)
        _check_escalations(inner, "event sub-process", findings)
        # Camunda 7: boundary events of a multi-instance activity wait around all instances, not in each.
        key = f"{scope}{INSTANCE}" if _is_multi_instance(process, scope) else scope
        waiting.setdefault(key, []).extend(inner)
    for host, attached in process.boundaries.items():
        _check_escalations(attached, "boundary event", findings)
        task = process.nodes.get(host)
        if isinstance(task, ReceiveTask) and task.message_name is not None and task.multi_instance is None:
            own = Event(id=task.id, line=task.line, definition=MessageEvent(task.message_name))
            waiting[host].insert(0, own)
    for node in process.nodes.values():
        if isinstance(node, EventBasedGateway):
            targets = [process.nodes.get(process.flows[flow].target) for flow in node.outgoing]
            waiting[node.id] = [each for each in targets if isinstance(each, Event)]
    for scope, events in waiting.items():
        _check_names(events, scope, findings)


def _is_multi_instance(process: Process, element_id: str) -> bool:
    node = process.nodes.get(element_id)
    return isinstance(node, Activity) and node.multi_instance is not None


def _check_names(events: Sequence[Event], scope: str, findings: Findings, conditions: bool = False) -> None:
    seen: set[tuple[str, str]] = set()
    for event in events:
        key = _subscription(event.definition, conditions)
        if key is None:
            continue
        kind, name = key
        if key in seen:
            said = f"the same condition '{name}'" if kind == "conditional" else f"name '{name}' for scope '{scope}'"
            findings.fault(
                Owner(event.id, event.line),
                f"cannot have more than one {kind} event subscription with {said}",
                "different conditions" if kind == "conditional" else "different names",
            )
        seen.add(key)


def _subscription(definition: EventDefinition | None, conditions: bool) -> tuple[str, str] | None:
    match definition:
        case MessageEvent(message_name=name) if name is not None:
            return "message", name.text
        case SignalEvent(signal_name=name) if name is not None:
            return "signal", name.text
        case ConditionalEvent(expression=condition) if conditions and condition is not None:
            return "conditional", condition.text
        case _:
            return None


def _check_escalations(events: Sequence[Event], kind: str, findings: Findings) -> None:
    """Camunda 7: one handler per code; a handler without a code takes all and stands alone."""
    codes: list[str | None] = []
    for event in events:
        if not isinstance(event.definition, EscalationEvent):
            continue
        code = event.definition.escalation_code
        if code in codes or (codes and None in (code, codes[0])):
            what = (
                f"multiple {kind}s with the same escalationCode '{code}' are not supported on same scope"
                if code is not None and code in codes
                else f"an escalation {kind} without escalation code catches all escalation events; "
                f"the same scope has another escalation {kind}"
            )
            findings.fault(Owner(event.id, event.line), what, "one handler per escalation code")
        codes.append(code)
