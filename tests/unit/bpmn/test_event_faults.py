"""Every way to get an event wrong, at every position."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from shoal.bpmn.events import (
    Event,
)
from shoal.bpmn.process import Process
from shoal.errors import Fault

Faults = Callable[..., list[Fault]]
Around = Callable[..., str]
ROOTS = (
    '<message id="m" name="order-${key}"/><message id="plain" name="order"/><message id="empty"/>'
    '<signal id="alarm" name="alarm"/><signal id="nameless"/>'
    '<error id="er" errorCode="E1" camunda:errorMessage="no ${item}"/><error id="codeless"/>'
    '<escalation id="esc" escalationCode="X1"/><escalation id="esc0"/>'
)
TIMER = "<timerEventDefinition><timeDuration>PT5M</timeDuration></timerEventDefinition>"
COND = "<conditionalEventDefinition><condition>${a > 1}</condition></conditionalEventDefinition>"


def event(process: Process, event_id: str) -> Event:
    node = process.nodes[event_id]
    assert isinstance(node, Event)
    return node


def catching(definition: str) -> str:
    return f'<intermediateCatchEvent id="t0">{definition}</intermediateCatchEvent>'


def throwing(definition: str) -> str:
    return f'<intermediateThrowEvent id="t0">{definition}</intermediateThrowEvent>'


def boundary(definition: str, attributes: str = "", host: str = '<userTask id="t0"/>') -> tuple[str, str]:
    return host, f'<boundaryEvent id="b" attachedToRef="t0" {attributes}>{definition}</boundaryEvent>'


@pytest.mark.parametrize(
    ("definition", "what"),
    [
        ("", "intermediateCatchEvent without an event definition"),
        ("<errorEventDefinition/>", "errorEventDefinition is not allowed on intermediateCatchEvent"),
        ("<terminateEventDefinition/>", "terminateEventDefinition is not allowed"),
        ("<cancelEventDefinition/>", "cancelEventDefinition is not allowed"),
        ("<compensateEventDefinition/>", "compensateEventDefinition is not allowed"),
        ("<escalationEventDefinition/>", "escalationEventDefinition is not allowed"),
        ("<eventDefinitionRef>x</eventDefinitionRef>", "eventDefinitionRef is not executed"),
        (TIMER + COND, "several event definitions on one event"),
        ("<messageEventDefinition/>", "attribute 'messageRef' is required"),
        ('<messageEventDefinition messageRef="x"/>', "no message with id 'x' found"),
        ('<messageEventDefinition messageRef="empty"/>', "empty or missing name (message 'empty')"),
        ("<signalEventDefinition/>", "does not have required property 'signalRef'"),
        ('<signalEventDefinition signalRef="x"/>', "could not find signal with id 'x'"),
        ('<signalEventDefinition signalRef="nameless"/>', "signal with id 'nameless' has no name"),
        ("<conditionalEventDefinition/>", "must contain an expression"),
        (COND.replace("${a > 1}", ""), "condition is empty"),
        (COND.replace("${a > 1}", "a"), "condition 'a' is plain text"),
        (COND.replace("${a > 1}", "${a >"), "condition: Invalid expression"),
        (
            COND.replace("Definition>", 'Definition camunda:variableEvents="never">', 1),
            "camunda:variableEvents has the unknown value 'never'",
        ),
        ("<linkEventDefinition/>", "link event definition without a name"),
        ("<timerEventDefinition/>", "timer needs configuration"),
        (TIMER.replace("PT5M", ""), "timeDuration is empty"),
        (TIMER.replace("PT5M", "5 minutes"), "timeDuration: '5 minutes' is not an ISO 8601"),
        (TIMER.replace("PT5M", "${x"), "timeDuration: Invalid expression"),
        (TIMER.replace("</timerE", "<timeDate>2030-01-01</timeDate></timerE"), "timer has several of"),
        (TIMER.replace("timeDuration", "timeCycle"), "timeCycle: 'PT5M' is not a cron expression"),
        (TIMER.replace("timeDuration", "timeDate").replace("PT5M", "soon"), "timeDate: 'soon' is not"),
    ],
)
def test_faults_of_catching_events(faults: Faults, around: Around, definition: str, what: str) -> None:
    found = faults(around(catching(definition)), ROOTS)
    assert {fault.element_id for fault in found} == {"t0"}
    assert what in found[0].what
    assert len(found) == 1


@pytest.mark.parametrize(
    ("definition", "what"),
    [
        (TIMER, "timerEventDefinition is not allowed on intermediateThrowEvent"),
        ("<errorEventDefinition/>", "errorEventDefinition is not allowed"),
        ("<escalationEventDefinition/>", "does not have required attribute 'escalationRef'"),
        ('<escalationEventDefinition escalationRef="x"/>', "could not find escalation with id 'x'"),
        ('<escalationEventDefinition escalationRef="esc0"/>', "must have an 'escalationCode'"),
        ('<messageEventDefinition camunda:type="external"/>', "must specify a 'topic'"),
        ('<messageEventDefinition camunda:type="mail"/>', "camunda:type='mail' is not executed"),
        ('<messageEventDefinition camunda:class=""/>', "is mandatory on messageEventDefinition"),
        ('<compensateEventDefinition activityRef="x"/>', "no activity with id 'x' in scope 'p'"),
    ],
)
def test_faults_of_throwing_events(faults: Faults, around: Around, definition: str, what: str) -> None:
    (fault,) = faults(around(throwing(definition)), ROOTS)
    assert fault.element_id == "t0"
    assert what in fault.what


@pytest.mark.parametrize(
    ("definition", "what"),
    [
        ("<errorEventDefinition/>", "'errorRef' attribute is mandatory on error end event"),
        ('<errorEventDefinition errorRef="codeless"/>', "'errorCode' is mandatory on errors"),
        ("<cancelEventDefinition/>", "only supported inside transaction sub-process"),
        ('<linkEventDefinition name="x"/>', "linkEventDefinition is not allowed on endEvent"),
        (TIMER, "timerEventDefinition is not allowed on endEvent"),
    ],
)
def test_faults_of_end_events(faults: Faults, definition: str, what: str) -> None:
    body = f'<startEvent id="s"/><endEvent id="e">{definition}</endEvent>'
    (fault,) = faults(body, ROOTS)
    assert fault.element_id == "e"
    assert what in fault.what


@pytest.mark.parametrize(
    ("definition", "attributes", "host", "what"),
    [
        ("", "", "userTask", "boundaryEvent without an event definition"),
        ("<terminateEventDefinition/>", "", "userTask", "terminateEventDefinition is not allowed"),
        ('<errorEventDefinition errorRef="er"/>', 'cancelActivity="false"', "userTask", "of type error is not"),
        ("<cancelEventDefinition/>", "", "userTask", "only supported on transaction sub-processes"),
        ("<escalationEventDefinition/>", "", "task", "should only be attached to a sub-process"),
        ('<escalationEventDefinition escalationRef="x"/>', "", "userTask", "could not find escalation"),
        (TIMER, 'parallelMultiple="true"', "userTask", "parallel multiple events are not executed"),
    ],
)
def test_faults_of_boundary_events(
    faults: Faults, around: Around, definition: str, attributes: str, host: str, what: str
) -> None:
    task, xml = boundary(definition, attributes, f'<{host} id="t0"/>')
    (fault,) = faults(around(task) + xml, ROOTS)
    assert fault.element_id == "b"
    assert what in fault.what


@pytest.mark.parametrize(
    ("xml", "what"),
    [
        (f'<boundaryEvent id="b">{TIMER}</boundaryEvent>', "boundary event without attachedToRef"),
        (f'<boundaryEvent id="b" attachedToRef="x">{TIMER}</boundaryEvent>', "invalid reference 'x'"),
        (f'<boundaryEvent id="b" attachedToRef="start">{TIMER}</boundaryEvent>', "invalid reference 'start'"),
        (f'<boundaryEvent id="b" attachedToRef="a">{TIMER}</boundaryEvent>', "invalid reference 'a'"),
        (f'<boundaryEvent id="b" attachedToRef="es">{TIMER}</boundaryEvent>', "on an event sub-process"),
    ],
)
def test_boundary_events_in_the_air(faults: Faults, around: Around, xml: str, what: str) -> None:
    inner = '<subProcess id="t0"><startEvent id="i"/><task id="a"/></subProcess>'
    triggered = (
        f'<subProcess id="es" triggeredByEvent="true"><startEvent id="es1">{TIMER}</startEvent></subProcess>'
    )
    (fault,) = faults(around(inner) + triggered + xml)
    assert fault.element_id == "b"
    assert what in fault.what


@pytest.mark.parametrize(
    ("definition", "scope", "what"),
    [
        (
            "<errorEventDefinition/>",
            "process",
            "errorEventDefinition is not allowed on startEvent elements of a process",
        ),
        ("<compensateEventDefinition/>", "process", "is not allowed on startEvent elements of a process"),
        ('<messageEventDefinition messageRef="m"/>', "process", "expressions in the message start event name"),
        (TIMER, "sub", "timerEventDefinition is not allowed on startEvent elements of a sub-process"),
        ("", "event", "startEvent of an event sub-process without an event definition"),
        (
            '<linkEventDefinition name="x"/>',
            "event",
            "is not allowed on startEvent elements of an event sub-process",
        ),
        ('<errorEventDefinition errorRef="er"/>', "event", "must be interrupting"),
        ("<compensateEventDefinition/>", "event", "only supported for embedded sub-processes"),
    ],
)
def test_faults_of_start_events(faults: Faults, around: Around, definition: str, scope: str, what: str) -> None:
    start = f'<startEvent id="x" isInterrupting="false">{definition}</startEvent>'
    body = {
        "process": start,
        "sub": around(f'<subProcess id="t0">{start}</subProcess>'),
        "event": around() + f'<subProcess id="es" triggeredByEvent="true">{start}</subProcess>',
    }[scope]
    (fault,) = faults(body, ROOTS)
    assert fault.element_id == "x"
    assert what in fault.what


def test_root_elements(faults: Faults, around: Around) -> None:
    found = faults(
        around(),
        '<signal id="a" name="x"/><signal id="b" name="x"/><message id="m"/><message id="m"/>'
        '<error errorCode="1"/>',
    )
    assert [fault.what for fault in found] == [
        "duplicate id 'm'",
        "error without an id",
        "duplicate signal name 'x', as 'a' has it too",
    ]
