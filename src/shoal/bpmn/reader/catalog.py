"""What stands beside the processes of a file and is referred to: messages, signals, errors, escalations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shoal.bpmn.reader.access import XmlElement, attribute, children, engine_attribute, line_of
from shoal.bpmn.reader.findings import Findings, Owner


@dataclass(frozen=True, slots=True)
class Named:
    """A message, signal, error or escalation. ``name`` is what events are matched by, if it says so."""

    id: str
    name: str | None
    line: int | None
    message: str | None = None
    """camunda:errorMessage of an error."""


@dataclass(frozen=True, slots=True)
class Catalog:
    """The root elements by id."""

    messages: Mapping[str, Named]
    signals: Mapping[str, Named]
    errors: Mapping[str, Named]
    escalations: Mapping[str, Named]


def find(entries: Mapping[str, Named], reference: str) -> Named | None:
    """The entry that the reference means; a prefix, as in ``tns:Message_1``, is allowed."""
    return entries.get(reference) or entries.get(reference.rpartition(":")[2])


def read_catalog(root: XmlElement, findings: Findings) -> Catalog:
    """All root elements that events refer to."""
    catalog = Catalog(
        messages=_entries(root, "message", "name", findings),
        signals=_entries(root, "signal", "name", findings),
        errors=_entries(root, "error", "errorCode", findings),
        escalations=_entries(root, "escalation", "escalationCode", findings),
    )
    seen: dict[str, str] = {}
    for signal in catalog.signals.values():
        if signal.name is None:
            continue
        if signal.name in seen:
            owner = Owner(signal.id, signal.line)
            findings.fault(
                owner,
                f"duplicate signal name '{signal.name}', as '{seen[signal.name]}' has it too",
                "one signal per name",
            )
        seen[signal.name] = signal.id
    return catalog


def _entries(root: XmlElement, kind: str, key: str, findings: Findings) -> dict[str, Named]:
    entries: dict[str, Named] = {}
    for element in children(root, kind):
        identifier = attribute(element, "id")
        if not identifier:
            findings.fault(Owner(None, line_of(element)), f"{kind} without an id", "an id")
            continue
        if identifier in entries:
            findings.fault(Owner(identifier, line_of(element)), f"duplicate id '{identifier}'", "unique ids")
        entries[identifier] = Named(
            identifier,
            attribute(element, key) or None,
            line_of(element),
            engine_attribute(element, "errorMessage"),
        )
    return entries
