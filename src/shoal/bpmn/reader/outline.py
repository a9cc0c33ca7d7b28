"""The outline of a process: which nodes, flows and associations it has, and in which scope each stands.

Walks the XML once and without recursion, however deep sub-processes are nested. Reads ids and
references only; what the elements say is read afterwards.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field

from shoal.bpmn.reader.access import BPMN, XmlElement, attribute, flag, line_of, local_name, namespace
from shoal.bpmn.reader.findings import Findings, Owner
from shoal.bpmn.reader.flows import Arrow
from shoal.bpmn.reader.site import ScopeKind

NODES = frozenset(
    {
        "startEvent",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
        "endEvent",
        "boundaryEvent",
        "task",
        "manualTask",
        "userTask",
        "serviceTask",
        "sendTask",
        "businessRuleTask",
        "scriptTask",
        "receiveTask",
        "callActivity",
        "subProcess",
        "transaction",
        "exclusiveGateway",
        "inclusiveGateway",
        "parallelGateway",
        "eventBasedGateway",
    }
)
REFUSED = {
    "adHocSubProcess": "an embedded sub-process",
    "complexGateway": "exclusive, inclusive, parallel or event-based gateways",
}
WITHOUT_EFFECT = frozenset(
    {
        "documentation",
        "extensionElements",
        "incoming",
        "outgoing",
        "laneSet",
        "dataObject",
        "dataObjectReference",
        "dataStoreReference",
        "textAnnotation",
        "group",
        "property",
        "ioSpecification",
        "ioBinding",
        "dataInputAssociation",
        "dataOutputAssociation",
        "auditing",
        "monitoring",
        "resourceRole",
        "performer",
        "humanPerformer",
        "potentialOwner",
        "correlationSubscription",
        "supports",
        "supportedInterfaceRef",
        "multiInstanceLoopCharacteristics",
        "standardLoopCharacteristics",
        "category",
        "categoryValueRef",
    }
)
"""Children of processes and sub-processes that are no flow elements, or mean nothing to Camunda 7."""
MAX_ID = 255
_ID = re.compile(r"[^\W\d][\w.\-\u00b7]*")


@dataclass(frozen=True, slots=True)
class Spot:
    """A flow node that was found: its element, and where it stands."""

    element: XmlElement
    kind: str
    owner: Owner
    scope: str
    scope_kind: ScopeKind


@dataclass(frozen=True, slots=True)
class Association:
    """A dotted line; it matters between a compensation event and its handler."""

    source: str
    target: str
    owner: Owner


@dataclass(slots=True)
class Outline:
    """What was found in one process, in the order of the walk."""

    spots: list[Spot] = field(default_factory=list)
    refused: list[Spot] = field(default_factory=list)
    arrows: list[Arrow] = field(default_factory=list)
    associations: list[Association] = field(default_factory=list)
    scopes: dict[str, ScopeKind] = field(default_factory=dict)


def read_id(element: XmlElement, what: str, seen: set[str], findings: Findings) -> str | None:
    """The element's id; None (and a fault) if it has none, a malformed one, or one that is taken."""
    identifier = attribute(element, "id")
    owner = Owner(identifier or None, line_of(element))
    if not identifier:
        findings.fault(owner, f"{what} without an id", "an id")
        return None
    if len(identifier) > MAX_ID or not _ID.fullmatch(identifier):
        findings.fault(
            owner,
            f"'{identifier[:MAX_ID]}' is not a valid id",
            f"a letter or '_', then letters, digits, '.', '-' and '_'; at most {MAX_ID} in all",
        )
        return None
    if identifier in seen:
        findings.fault(owner, f"duplicate id '{identifier}'", "ids that are unique in the file")
        return None
    seen.add(identifier)
    return identifier


def outline_process(process: XmlElement, process_id: str, seen: set[str], findings: Findings) -> Outline:
    """Walks the process. ``seen`` are the ids of the file so far; it grows."""
    outline = Outline()
    waiting = deque([(process, process_id, ScopeKind.PROCESS)])
    while waiting:
        container, scope, scope_kind = waiting.popleft()
        outline.scopes[scope] = scope_kind
        for element in container:
            kind = local_name(element)
            if namespace(element) != BPMN or kind in WITHOUT_EFFECT:
                continue
            if kind == "association":
                outline.associations.append(_association(element))
            elif kind == "sequenceFlow":
                arrow = _arrow(element, scope, len(outline.arrows), seen, findings)
                if arrow is not None:
                    outline.arrows.append(arrow)
            else:
                spot = _spot(element, kind, scope, scope_kind, seen, findings)
                if spot is None:
                    continue
                if kind not in NODES:
                    supported = REFUSED.get(kind, "the flow elements of BPMN 2.0 that Camunda 7 executes")
                    findings.fault(spot.owner, f"{kind} is not executed", supported)
                    outline.refused.append(spot)
                    continue
                outline.spots.append(spot)
                if kind in {"subProcess", "transaction"}:
                    waiting.append((element, spot.owner.id or "", _scope_kind(element, kind)))
    return outline


def _scope_kind(element: XmlElement, kind: str) -> ScopeKind:
    if kind == "transaction":
        return ScopeKind.TRANSACTION
    if flag(element, "triggeredByEvent"):
        return ScopeKind.EVENT_SUB_PROCESS
    return ScopeKind.SUB_PROCESS


def _spot(
    element: XmlElement,
    kind: str,
    scope: str,
    scope_kind: ScopeKind,
    seen: set[str],
    findings: Findings,
) -> Spot | None:
    identifier = read_id(element, kind, seen, findings)
    if identifier is None:
        return None
    return Spot(element, kind, Owner(identifier, line_of(element)), scope, scope_kind)


def _arrow(element: XmlElement, scope: str, number: int, seen: set[str], findings: Findings) -> Arrow | None:
    # BPMN and Camunda 7 allow sequence flows without an id; the engine needs one.
    if attribute(element, "id"):
        identifier = read_id(element, "sequenceFlow", seen, findings)
        if identifier is None:
            return None
    else:
        identifier = f"{scope}~flow{number}"
    owner = Owner(identifier, line_of(element))
    source, target = attribute(element, "sourceRef"), attribute(element, "targetRef")
    for name, value in (("sourceRef", source), ("targetRef", target)):
        if not value:
            findings.fault(owner, f"sequence flow without {name}", "the id of a flow node")
    if not source or not target:
        return None
    return Arrow(element, identifier, owner, scope, source, target)


def _association(element: XmlElement) -> Association:
    return Association(
        attribute(element, "sourceRef") or "",
        attribute(element, "targetRef") or "",
        Owner(attribute(element, "id"), line_of(element)),
    )
