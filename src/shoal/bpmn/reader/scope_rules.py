"""Rules for scopes: start events, event sub-processes, boundary events, transactions and links."""

from __future__ import annotations

from collections import Counter

from shoal.bpmn.activities import Activity, CallActivity, SubProcess, UserTask
from shoal.bpmn.events import (
    BoundaryEvent,
    CancelEvent,
    EscalationEvent,
    IntermediateCatchEvent,
    IntermediateThrowEvent,
    LinkEvent,
    StartEvent,
    TimerEvent,
)
from shoal.bpmn.process import Process
from shoal.bpmn.reader.findings import Findings, Owner
from shoal.bpmn.reader.outline import Outline
from shoal.bpmn.reader.site import ScopeKind


def check_scopes(process: Process, outline: Outline, findings: Findings) -> None:
    """Start events of the process and of every sub-process."""
    for owner_id, scope in process.scopes.items():
        kind = outline.scopes[owner_id]
        element = process.nodes.get(owner_id, process)
        owner = Owner(owner_id, element.line)
        if not scope.start_events:
            findings.fault(owner, f"{kind} must define a startEvent element", "a start event")
        elif kind is ScopeKind.PROCESS:
            plain = [
                start
                for start in scope.start_events
                if start.definition is None or isinstance(start.definition, TimerEvent)
            ]
            for start in plain[1:]:
                findings.fault(
                    Owner(start.id, start.line),
                    "multiple none start events or timer start events not supported on process definition",
                    "one none or timer start event; any number for messages, signals and conditions",
                )
        else:
            for start in scope.start_events[1:]:
                findings.fault(
                    Owner(start.id, start.line),
                    f"multiple start events not supported for {kind}",
                    "one start event",
                )


def check_boundaries(process: Process, findings: Findings) -> None:
    """What boundary events are attached to."""
    for attached_to, events in process.boundaries.items():
        host = process.nodes.get(attached_to)
        for event in events:
            owner = Owner(event.id, event.line)
            if not attached_to:
                continue  # reported where the attribute is read
            if not isinstance(host, Activity) or host.scope != event.scope:
                findings.fault(
                    owner,
                    f"invalid reference '{attached_to}' in boundary event: make sure that the referenced "
                    "activity is defined in the same scope as the boundary event",
                    "an activity of the same scope",
                )
                continue
            _check_host(event, host, owner, findings)
        cancels = [event for event in events if isinstance(event.definition, CancelEvent)]
        for event in cancels[1:]:
            findings.fault(
                Owner(event.id, event.line),
                "multiple boundary events with cancelEventDefinition not supported on same transaction sub-process",
                "one cancel boundary event",
            )


def _check_host(event: BoundaryEvent, host: Activity, owner: Owner, findings: Findings) -> None:
    if isinstance(host, SubProcess) and host.triggered_by_event:
        findings.fault(owner, "boundary event on an event sub-process", "another activity")
    if isinstance(event.definition, CancelEvent):
        if not isinstance(host, SubProcess) or not host.is_transaction:
            findings.fault(
                owner,
                "boundary event with cancelEventDefinition only supported on transaction sub-processes",
                "a transaction",
            )
    elif isinstance(event.definition, EscalationEvent) and not isinstance(
        host, SubProcess | CallActivity | UserTask
    ):
        findings.fault(
            owner,
            "an escalation boundary event should only be attached to a sub-process, a call activity or a user task",
            "a sub-process, call activity or user task",
        )


def check_links(process: Process, findings: Findings) -> None:
    """Every throwing link leads to exactly one catching link of its scope."""
    catching: Counter[tuple[str, str]] = Counter()
    for node in process.nodes.values():
        if isinstance(node, IntermediateCatchEvent) and isinstance(node.definition, LinkEvent):
            key = (node.scope, node.definition.link_name)
            catching[key] += 1
            if catching[key] > 1:
                findings.fault(
                    Owner(node.id, node.line),
                    "multiple intermediate catch events with the same link event name "
                    f"('{node.definition.link_name}') are not allowed",
                    "one catching link event per name",
                )
    for node in process.nodes.values():
        if not isinstance(node, IntermediateThrowEvent) or not isinstance(node.definition, LinkEvent):
            continue
        owner = Owner(node.id, node.line)
        name = node.definition.link_name
        if name and not catching[(node.scope, name)]:
            findings.fault(
                owner,
                f"link event source with name '{name}', but no event target with that name exists "
                "in the same scope",
                "a catching link event of that name",
            )
        if node.outgoing:
            findings.fault(
                owner,
                "a throwing link event has outgoing sequence flows",
                "the flows leave the catching link event",
            )


def starts_of_event_sub_processes(process: Process, scope: str) -> list[StartEvent]:
    """The start events of the event sub-processes that stand directly in the scope."""
    return [
        start
        for container in process.scopes[scope].event_subprocesses
        for start in process.scopes[container.id].start_events
    ]
