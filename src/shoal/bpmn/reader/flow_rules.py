"""Rules for sequence flows: their ends, defaults and conditions."""

from __future__ import annotations

from shoal.bpmn.activities import Activity, SubProcess
from shoal.bpmn.element import FlowNode
from shoal.bpmn.events import BoundaryEvent, EndEvent, StartEvent
from shoal.bpmn.gateways import (
    EventBasedGateway,
    ExclusiveGateway,
    InclusiveGateway,
    ParallelGateway,
)
from shoal.bpmn.process import Process
from shoal.bpmn.reader.findings import Findings, Owner
from shoal.bpmn.reader.flows import Arrow
from shoal.bpmn.reader.outline import Outline


def check_flows(process: Process, outline: Outline, findings: Findings) -> None:
    """Checks every sequence flow, then what leaves every node."""
    for arrow in outline.arrows:
        _check_ends(arrow, process, findings)
    for node in process.nodes.values():
        owner = Owner(node.id, node.line)
        if isinstance(node, ExclusiveGateway):
            _check_exclusive(node, process, owner, findings)
        elif isinstance(node, ParallelGateway | EventBasedGateway):
            for flow_id in node.outgoing:
                if process.flows[flow_id].condition is not None:
                    findings.warn(owner, f"the condition of sequence flow '{flow_id}' is ignored")
        if isinstance(node, Activity | ExclusiveGateway | InclusiveGateway):
            _check_default(node, process, owner, findings)


def _check_ends(arrow: Arrow, process: Process, findings: Findings) -> None:
    ends: list[FlowNode] = []
    for side, reference in (("source", arrow.source), ("destination", arrow.target)):
        node = process.nodes.get(reference)
        if node is None:
            findings.fault(
                arrow.owner,
                f"invalid {side} '{reference}' of sequence flow '{arrow.id}'",
                "the id of a flow node in the same scope",
            )
        elif node.scope != arrow.scope:
            findings.fault(
                arrow.owner,
                f"invalid {side} '{reference}' of sequence flow '{arrow.id}': "
                f"it is in scope '{node.scope}', the flow is in '{arrow.scope}'",
                "flows that do not cross the border of a sub-process",
            )
        else:
            ends.append(node)
    if len(ends) < 2:
        return
    source, target = ends
    for node, direction in ((source, "outgoing"), (target, "incoming")):
        owner = Owner(node.id, node.line)
        if isinstance(node, Activity) and node.is_for_compensation:
            findings.fault(
                owner,
                f"invalid {direction} sequence flow '{arrow.id}' of compensation activity '{node.id}'",
                "compensation activities without sequence flows",
            )
        if isinstance(node, SubProcess) and node.triggered_by_event:
            findings.fault(
                owner,
                f"invalid {direction} sequence flow '{arrow.id}' of event sub-process",
                "event sub-processes without sequence flows",
            )
    if isinstance(source, EndEvent):
        findings.fault(
            Owner(source.id, source.line),
            f"end event with outgoing sequence flow '{arrow.id}'",
            "end events without outgoing sequence flows",
        )
    if isinstance(target, StartEvent | BoundaryEvent):
        kind = "start" if isinstance(target, StartEvent) else "boundary"
        findings.fault(
            Owner(target.id, target.line),
            f"{kind} event with incoming sequence flow '{arrow.id}'",
            f"{kind} events without incoming sequence flows",
        )


def _check_default(
    node: Activity | ExclusiveGateway | InclusiveGateway,
    process: Process,
    owner: Owner,
    findings: Findings,
) -> None:
    default = node.default_flow
    if default is None:
        return
    if default not in node.outgoing:
        findings.fault(
            owner,
            f"the default flow '{default}' is not an outgoing sequence flow of '{node.id}'",
            ", ".join(node.outgoing),
        )
    elif process.flows[default].condition is not None:
        if isinstance(node, ExclusiveGateway):
            findings.fault(
                owner,
                f"Exclusive Gateway '{node.id}' has outgoing sequence flow '{default}' which is the default flow "
                "but has a condition too.",
                "a default flow without a condition",
            )
        else:
            findings.warn(owner, f"the condition of the default flow '{default}' is ignored")


def _check_exclusive(node: ExclusiveGateway, process: Process, owner: Owner, findings: Findings) -> None:
    """Camunda 7: the rules and messages of its parser."""
    name = f"Exclusive Gateway '{node.id}'"
    if not node.outgoing:
        findings.fault(owner, f"{name} has no outgoing sequence flows.", "an outgoing flow")
        return
    if len(node.outgoing) == 1:
        only = node.outgoing[0]
        if process.flows[only].condition is not None and only != node.default_flow:
            findings.fault(
                owner,
                f"{name} has only one outgoing sequence flow ('{only}'). This is not allowed to have a condition.",
                "a single flow without a condition, or several flows",
            )
        return
    bare = [
        flow_id
        for flow_id in node.outgoing
        if flow_id != node.default_flow and process.flows[flow_id].condition is None
    ]
    if node.default_flow is not None or len(bare) > 1:
        for flow_id in bare:
            findings.fault(
                owner,
                f"{name} has outgoing sequence flow '{flow_id}' without condition which is not the default flow.",
                "a condition on every flow but the default flow",
            )
    elif bare:
        findings.warn(
            owner,
            f"{name} has outgoing sequence flow '{bare[0]}' without condition which is not the "
            "default flow; it is always true when its turn comes",
        )
