"""Compensation: which handler belongs to which activity, and whether that is drawn right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shoal.bpmn.activities import Activity, SubProcess
from shoal.bpmn.element import FlowNode
from shoal.bpmn.events import BoundaryEvent, CompensateEvent, Event, StartEvent
from shoal.bpmn.reader.findings import Findings, Owner
from shoal.bpmn.reader.outline import Association

TWO_HANDLERS = (
    "compensation boundary event and event sub-process with compensation start event "
    "are not supported on the same scope"
)


def compensation_handlers(
    nodes: Mapping[str, FlowNode], associations: Sequence[Association], findings: Findings
) -> dict[str, str]:
    """Handler ids by the id of the activity that they compensate; what is drawn wrong is a fault."""
    handlers: dict[str, str] = {}
    drawn = _associated(nodes, associations, findings)
    for node in nodes.values():
        owner = Owner(node.id, node.line)
        if isinstance(node, BoundaryEvent) and isinstance(node.definition, CompensateEvent):
            if node.attached_to in handlers:
                findings.fault(
                    owner,
                    "multiple boundary events with compensateEventDefinition not supported on same activity",
                    "one compensation boundary event per activity",
                )
            if node.outgoing:
                findings.warn(owner, "the sequence flows out of a compensation boundary event are never taken")
            targets = drawn.get(node.id, [])
            if len(targets) > 1:
                findings.fault(
                    owner,
                    f"compensation boundary event has {len(targets)} compensation handlers",
                    "an association to one activity with isForCompensation='true'",
                )
            elif not targets:
                findings.warn(owner, "a compensation boundary event without a handler: nothing will be undone")
            handlers[node.attached_to] = targets[0] if targets else ""
    drawn_handlers = frozenset(handlers.values())
    for node in nodes.values():
        if isinstance(node, StartEvent) and isinstance(node.definition, CompensateEvent):
            _event_sub_process(node, nodes, handlers, findings)
        elif isinstance(node, Activity) and node.is_for_compensation and node.id not in drawn_handlers:
            findings.warn(Owner(node.id, node.line), "no compensation event leads to this handler")
    _check_throwing(nodes, findings)
    return {activity: handler for activity, handler in handlers.items() if handler}


def _associated(
    nodes: Mapping[str, FlowNode], associations: Sequence[Association], findings: Findings
) -> dict[str, list[str]]:
    drawn: dict[str, list[str]] = {}
    for association in associations:
        source = nodes.get(association.source)
        if not isinstance(source, BoundaryEvent) or not isinstance(source.definition, CompensateEvent):
            continue
        target = nodes.get(association.target)
        if target is None:
            continue
        if not isinstance(target, Activity) or not target.is_for_compensation:
            findings.fault(
                Owner(source.id, source.line),
                "compensation boundary catch must be connected to element with isForCompensation=true, "
                f"'{target.id}' is not",
                "an activity with isForCompensation='true'",
            )
        if target.scope != source.scope:
            findings.fault(
                Owner(source.id, source.line),
                f"the compensation handler '{target.id}' is in another scope",
                "a handler in the same scope",
            )
        drawn.setdefault(source.id, []).append(target.id)
    return drawn


def _event_sub_process(
    start: StartEvent, nodes: Mapping[str, FlowNode], handlers: dict[str, str], findings: Findings
) -> None:
    owner = Owner(start.id, start.line)
    container = nodes.get(start.scope)
    if not isinstance(container, SubProcess):
        return
    if container.scope not in nodes:
        findings.fault(
            owner,
            "event sub-process with compensation start event is only supported for embedded sub-processes",
            "within a sub-process",
        )
        return
    existing = nodes.get(handlers.get(container.scope, ""))
    if isinstance(existing, SubProcess) and existing.triggered_by_event:
        findings.fault(
            owner,
            "multiple event sub-processes with compensation start event are not supported on the same scope",
            "one of them",
        )
    elif container.scope in handlers:
        findings.fault(owner, TWO_HANDLERS, "one of them")
    handlers[container.scope] = container.id


def _check_throwing(nodes: Mapping[str, FlowNode], findings: Findings) -> None:
    for node in nodes.values():
        if not isinstance(node, Event) or not isinstance(node.definition, CompensateEvent):
            continue
        reference = node.definition.activity_ref
        if reference is None:
            continue
        scopes = {node.scope}
        container = nodes.get(node.scope)
        if isinstance(container, SubProcess) and container.triggered_by_event:
            scopes.add(container.scope)
        target = nodes.get(reference)
        if not isinstance(target, Activity) or target.scope not in scopes:
            findings.fault(
                Owner(node.id, node.line),
                f"invalid attribute value for 'activityRef': no activity with id '{reference}' "
                f"in scope '{node.scope}'",
                "an activity of the same scope",
            )
