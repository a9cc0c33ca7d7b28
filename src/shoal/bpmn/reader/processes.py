"""One executable process: its own attributes, and its nodes, flows and scopes put together."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable

from shoal.bpmn.activities import NoneTask, SubProcess
from shoal.bpmn.element import FlowNode
from shoal.bpmn.events import BoundaryEvent, StartEvent
from shoal.bpmn.process import Process, Scope
from shoal.bpmn.reader.access import (
    XmlElement,
    attribute,
    child,
    documentation,
    engine_attribute,
    engine_flag,
    extensions,
    line_of,
    text,
)
from shoal.bpmn.reader.activities import (
    read_business_rule_task,
    read_manual_task,
    read_none_task,
    read_receive_task,
    read_script_task,
    read_send_task,
    read_service_task,
    read_sub_process,
)
from shoal.bpmn.reader.calls import read_call_activity
from shoal.bpmn.reader.catalog import Catalog
from shoal.bpmn.reader.compensation import compensation_handlers
from shoal.bpmn.reader.events import (
    read_boundary_event,
    read_catch_event,
    read_end_event,
    read_start_event,
    read_throw_event,
)
from shoal.bpmn.reader.extensions import (
    comma_separated,
    read_listeners,
    read_priority,
    read_properties,
)
from shoal.bpmn.reader.findings import Findings, Owner
from shoal.bpmn.reader.flows import read_flow
from shoal.bpmn.reader.gateways import (
    read_event_based_gateway,
    read_exclusive_gateway,
    read_inclusive_gateway,
    read_parallel_gateway,
)
from shoal.bpmn.reader.outline import Outline, outline_process
from shoal.bpmn.reader.site import Site
from shoal.bpmn.reader.user_tasks import read_user_task
from shoal.bpmn.reader.validation import validate
from shoal.bpmn.reader.vocabulary import check_vocabulary

READERS: dict[str, Callable[[Site], FlowNode]] = {
    "startEvent": read_start_event,
    "intermediateCatchEvent": read_catch_event,
    "intermediateThrowEvent": read_throw_event,
    "endEvent": read_end_event,
    "boundaryEvent": read_boundary_event,
    "task": read_none_task,
    "manualTask": read_manual_task,
    "userTask": read_user_task,
    "serviceTask": read_service_task,
    "sendTask": read_send_task,
    "businessRuleTask": read_business_rule_task,
    "scriptTask": read_script_task,
    "receiveTask": read_receive_task,
    "callActivity": read_call_activity,
    "subProcess": read_sub_process,
    "transaction": read_sub_process,
    "exclusiveGateway": read_exclusive_gateway,
    "inclusiveGateway": read_inclusive_gateway,
    "parallelGateway": read_parallel_gateway,
    "eventBasedGateway": read_event_based_gateway,
}
_TIME_TO_LIVE = re.compile(r"P?(?P<days>[0-9]{1,9})(?P<unit>D?)")


def read_process(
    element: XmlElement,
    process_id: str,
    category: str | None,
    catalog: Catalog,
    seen: set[str],
    findings: Findings,
) -> Process:
    """The process with everything in it; what is wrong with it is in ``findings``."""
    owner = Owner(process_id, line_of(element))
    check_vocabulary(element, owner, findings)
    outline = outline_process(element, process_id, seen, findings)
    nodes = _nodes(outline, catalog, findings)
    flows = {arrow.id: read_flow(arrow, findings) for arrow in outline.arrows}
    boundaries: defaultdict[str, list[BoundaryEvent]] = defaultdict(list)
    for node in nodes.values():
        if isinstance(node, BoundaryEvent):
            boundaries[node.attached_to].append(node)
    users, groups = _starters(element, owner, findings)
    process = Process(
        id=process_id,
        name=attribute(element, "name"),
        line=owner.line,
        documentation=documentation(element),
        nodes=nodes,
        flows=flows,
        scopes=_scopes(outline, nodes),
        boundaries={attached: tuple(events) for attached, events in boundaries.items()},
        compensation_handlers=compensation_handlers(nodes, outline.associations, findings),
        category=category,
        version_tag=engine_attribute(element, "versionTag") or None,
        history_time_to_live_days=_time_to_live(element, owner, findings),
        is_startable=engine_flag(element, "isStartableInTasklist", default=True),
        candidate_starter_users=users,
        candidate_starter_groups=groups,
        job_priority=read_priority(engine_attribute(element, "jobPriority"), "jobPriority", owner, findings),
        task_priority=read_priority(engine_attribute(element, "taskPriority"), "taskPriority", owner, findings),
        listeners=read_listeners(element, owner, findings),
        properties=read_properties(element),
    )
    validate(process, outline, findings)
    return process


def _nodes(outline: Outline, catalog: Catalog, findings: Findings) -> dict[str, FlowNode]:
    incoming: defaultdict[str, list[str]] = defaultdict(list)
    outgoing: defaultdict[str, list[str]] = defaultdict(list)
    for arrow in outline.arrows:
        incoming[arrow.target].append(arrow.id)
        outgoing[arrow.source].append(arrow.id)
    nodes: dict[str, FlowNode] = {}
    for spot in outline.spots:
        identifier = spot.owner.id or ""
        site = Site(
            element=spot.element,
            kind=spot.kind,
            owner=spot.owner,
            scope=spot.scope,
            scope_kind=spot.scope_kind,
            incoming=tuple(incoming[identifier]),
            outgoing=tuple(outgoing[identifier]),
            catalog=catalog,
            findings=findings,
        )
        nodes[identifier] = READERS[spot.kind](site)
    for spot in outline.refused:
        # Stands in for what was refused, so that its flows are not reported as well.
        identifier = spot.owner.id or ""
        nodes[identifier] = NoneTask(
            id=identifier,
            scope=spot.scope,
            line=spot.owner.line,
            incoming=tuple(incoming[identifier]),
            outgoing=tuple(outgoing[identifier]),
        )
    return nodes


def _scopes(outline: Outline, nodes: dict[str, FlowNode]) -> dict[str, Scope]:
    starts: defaultdict[str, list[StartEvent]] = defaultdict(list)
    triggered: defaultdict[str, list[SubProcess]] = defaultdict(list)
    for node in nodes.values():
        if isinstance(node, StartEvent):
            starts[node.scope].append(node)
        elif isinstance(node, SubProcess) and node.triggered_by_event:
            triggered[node.scope].append(node)
    return {owner: Scope(owner, tuple(starts[owner]), tuple(triggered[owner])) for owner in outline.scopes}


def _time_to_live(element: XmlElement, owner: Owner, findings: Findings) -> int | None:
    """Camunda 7: days, as a number or as ``P180D``."""
    value = engine_attribute(element, "historyTimeToLive")
    if value is None or not value.strip():
        return None
    match = _TIME_TO_LIVE.fullmatch(value.strip())
    if match is None or value.strip().startswith("P") != bool(match["unit"]):
        findings.fault(owner, f"cannot parse historyTimeToLive '{value}'", "whole days such as 180 or P180D")
        return None
    return int(match["days"])


def _starters(element: XmlElement, owner: Owner, findings: Findings) -> tuple[tuple[str, ...], tuple[str, ...]]:
    users = comma_separated(engine_attribute(element, "candidateStarterUsers"))
    groups = comma_separated(engine_attribute(element, "candidateStarterGroups"))
    for starter in extensions(element, "potentialStarter"):
        holder = child(starter, "resourceAssignmentExpression")
        expression = None if holder is None else child(holder, "formalExpression")
        for entry in comma_separated(text(expression)):
            if entry.startswith("user(") and entry.endswith(")"):
                users.append(entry[5:-1].strip())
            else:
                groups.append(entry.removeprefix("group(").removesuffix(")").strip())
    for entry in [*users, *groups]:
        if not findings.expression(owner, entry, "candidate starter").is_literal:
            findings.fault(owner, f"the expression '{entry}' for a candidate starter is not evaluated", "an id")
    return tuple(users), tuple(groups)
