"""Camunda's extension elements that many elements share: listeners, properties and retry cycles."""

from __future__ import annotations

import re

from shoal.bpmn.extensions import Listener, RetryCycle
from shoal.bpmn.reader.access import (
    BPMN,
    XmlElement,
    attribute,
    engine_children,
    extensions,
    text,
)
from shoal.bpmn.reader.code import code_of_listener
from shoal.bpmn.reader.findings import Findings, Owner
from shoal.bpmn.retries import parse_retry_cycle
from shoal.bpmn.timers import TimerTextError
from shoal.expressions import Expression

_OLD_RETRY_CYCLE = f"{{{BPMN}}}extensionElements/{{http://www.camunda.com/fox}}failedJobRetryTimeCycle"


def read_listeners(
    element: XmlElement, owner: Owner, findings: Findings, events: tuple[str, ...] = ("start", "end")
) -> tuple[Listener, ...]:
    """Execution listeners. Camunda 7: on a sequence flow the event is always "take"."""
    found: list[Listener] = []
    for each in extensions(element, "executionListener"):
        place = owner.at(each)
        event = attribute(each, "event")
        if events == ("take",):
            event = "take"
        elif not event:
            findings.fault(place, "attribute 'event' is mandatory on camunda:executionListener", ", ".join(events))
        else:
            findings.one_of(place, event, events, "event of camunda:executionListener")
        code = code_of_listener(each, place, findings)
        if code is not None and event:
            found.append(Listener(event, code))
    return tuple(found)


def read_properties(element: XmlElement) -> dict[str, str]:
    """camunda:properties; the last of equal names counts."""
    return {
        name: attribute(each, "value") or ""
        for holder in extensions(element, "properties")
        for each in engine_children(holder, "property")
        if (name := attribute(each, "name")) is not None
    }


def read_retry_cycle(element: XmlElement, owner: Owner, findings: Findings) -> RetryCycle | None:
    """camunda:failedJobRetryTimeCycle.

    Camunda 7: ``R5/PT5M`` are five tries; ``PT5M,PT10M`` are as many retries as intervals, and the first try. A
    text that is no cycle is passed over. The element's first namespace is still read.
    """
    holders = extensions(element, "failedJobRetryTimeCycle") or element.findall(_OLD_RETRY_CYCLE)
    if not holders:
        return None
    place, value = owner.at(holders[0]), text(holders[0])
    if not value:
        return None
    if "${" in value or "#{" in value:
        where = "camunda:failedJobRetryTimeCycle"
        return RetryCycle(expression=findings.expression(place, value, where))
    try:
        return parse_retry_cycle(value)
    except TimerTextError as error:
        said = f"camunda:failedJobRetryTimeCycle: {error}; it counts as none"
        findings.warn(place, said, "R5/PT5M, PT5M,PT10M or an expression")
        return None


def read_priority(value: str | None, name: str, owner: Owner, findings: Findings) -> Expression | None:
    """A priority. Camunda 7: "Value 'x' for attribute 'jobPriority' is not a valid number"."""
    if value is None:
        return None
    expression = findings.expression(owner, value.strip(), f"camunda:{name}")
    if expression.is_literal and not re.fullmatch(r"[+-]?[0-9]{1,18}", value.strip()):
        findings.fault(
            owner,
            f"value '{value}' for attribute 'camunda:{name}' is not a valid number",
            "a whole number or an expression",
        )
    return expression


def comma_separated(value: str | None) -> list[str]:
    """The entries of a list with commas between them; a comma within ``${...}`` is part of the entry."""
    entries: list[str] = []
    current: list[str] = []
    depth = 0
    for position, char in enumerate(value or ""):
        if char == "{" and (depth or (position and (value or "")[position - 1] in "$#")):
            depth += 1
        elif char == "}" and depth:
            depth -= 1
        if char == "," and not depth:
            entries.append("".join(current).strip())
            current = []
        else:
            current.append(char)
    entries.append("".join(current).strip())
    return [entry for entry in entries if entry]
