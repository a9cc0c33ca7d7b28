"""One flow node while it is read: its XML, where it stands, and the fields that all nodes have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypedDict

from shoal.bpmn.extensions import InputOutput, Listener, RetryCycle
from shoal.bpmn.reader.access import (
    XmlElement,
    attribute,
    documentation,
    engine_attribute,
    engine_flag,
)
from shoal.bpmn.reader.catalog import Catalog
from shoal.bpmn.reader.extensions import (
    read_listeners,
    read_priority,
    read_properties,
    read_retry_cycle,
)
from shoal.bpmn.reader.findings import Findings, Owner
from shoal.bpmn.reader.mappings import read_input_output
from shoal.bpmn.reader.vocabulary import check_vocabulary
from shoal.expressions import Expression


class ScopeKind(StrEnum):
    """What the element that directly contains a node is."""

    PROCESS = "process"
    SUB_PROCESS = "sub-process"
    EVENT_SUB_PROCESS = "event sub-process"
    TRANSACTION = "transaction"


@dataclass(frozen=True, slots=True)
class Site:
    """A flow node's element, its surroundings, and where to report."""

    element: XmlElement
    kind: str
    """The name of the element: userTask, startEvent, ..."""
    owner: Owner
    scope: str
    scope_kind: ScopeKind
    incoming: tuple[str, ...]
    outgoing: tuple[str, ...]
    catalog: Catalog
    findings: Findings

    @property
    def id(self) -> str:
        """The id of the node."""
        return self.owner.id or ""

    def fault(self, what: str, supported: str = "") -> None:
        """Reports a fault of this node."""
        self.findings.fault(self.owner, what, supported)

    def expression(self, name: str) -> Expression | None:
        """The compiled value of a Camunda attribute; None if it is missing or empty."""
        value = engine_attribute(self.element, name)
        if value is None or not value.strip():
            return None
        return self.findings.expression(self.owner, value.strip(), f"camunda:{name}")


class NodeFields(TypedDict):
    """The arguments that every flow node takes."""

    id: str
    name: str | None
    line: int | None
    documentation: str | None
    scope: str
    incoming: tuple[str, ...]
    outgoing: tuple[str, ...]
    async_before: bool
    async_after: bool
    exclusive: bool
    retry_cycle: RetryCycle | None
    job_priority: Expression | None
    listeners: tuple[Listener, ...]
    input_output: InputOutput | None
    properties: Mapping[str, str]


def node_fields(site: Site) -> NodeFields:
    """Reads what all flow nodes have in common."""
    element, owner, findings = site.element, site.owner, site.findings
    check_vocabulary(element, owner, findings)
    for name in ("startQuantity", "completionQuantity"):
        value = attribute(element, name)
        if value is not None and value.strip() != "1":
            site.fault(f"{name}='{value}' is not executed", f"{name}='1'")
    return NodeFields(
        id=site.id,
        name=attribute(element, "name"),
        line=owner.line,
        documentation=documentation(element),
        scope=site.scope,
        incoming=site.incoming,
        outgoing=site.outgoing,
        async_before=engine_flag(element, "asyncBefore") or engine_flag(element, "async"),
        async_after=engine_flag(element, "asyncAfter"),
        exclusive=engine_flag(element, "exclusive", default=True),
        retry_cycle=read_retry_cycle(element, owner, findings),
        job_priority=read_priority(engine_attribute(element, "jobPriority"), "jobPriority", owner, findings),
        listeners=read_listeners(element, owner, findings),
        input_output=read_input_output(element, owner, findings),
        properties=read_properties(element),
    )
