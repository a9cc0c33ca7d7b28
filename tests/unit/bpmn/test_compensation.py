"""Compensation: which handler belongs to which activity, and how to draw it wrong."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from shoal.bpmn.process import Process
from shoal.bpmn.reader import ReadResult
from shoal.errors import Fault

Result = Callable[..., ReadResult]
Read = Callable[..., Process]
Faults = Callable[..., list[Fault]]
Around = Callable[..., str]


def flow(flow_id: str, source: str, target: str, condition: str | None = None) -> str:
    inner = "" if condition is None else f"<conditionExpression>{condition}</conditionExpression>"
    return f'<sequenceFlow id="{flow_id}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'


def gateway(kind: str, attributes: str, *conditions: str | None) -> str:
    """Start, gateway ``g``, and one task per condition."""
    parts = ['<startEvent id="s"/>', flow("in", "s", "g"), f'<{kind} id="g" {attributes}/>']
    for number, condition in enumerate(conditions):
        parts += [f'<task id="t{number}"/>', flow(f"f{number}", "g", f"t{number}", condition)]
    return "".join(parts)


COMPENSATION = '<boundaryEvent id="b" attachedToRef="t0"><compensateEventDefinition/></boundaryEvent>'
UNDO = '<task id="undo" isForCompensation="true"/>'
LINE = '<association id="a" sourceRef="b" targetRef="undo"/>'


@pytest.mark.parametrize(
    ("extra", "element_id", "what"),
    [
        (
            COMPENSATION + '<task id="undo"/>' + LINE,
            "b",
            "must be connected to element with isForCompensation=true",
        ),
        (
            COMPENSATION
            + UNDO
            + LINE
            + UNDO.replace("undo", "u2")
            + LINE.replace("undo", "u2").replace('"a"', '"a2"'),
            "b",
            "compensation boundary event has 2 compensation handlers",
        ),
        (
            COMPENSATION + UNDO + LINE + COMPENSATION.replace('"b"', '"b2"') + LINE.replace('"b"', '"b2"'),
            "b2",
            "multiple boundary events with compensateEventDefinition",
        ),
    ],
)
def test_faults_of_compensation(faults: Faults, around: Around, extra: str, element_id: str, what: str) -> None:
    (fault,) = faults(around('<userTask id="t0"/>') + extra)
    assert fault.element_id == element_id
    assert what in fault.what


def test_compensation_event_sub_process(read: Read, faults: Faults, around: Around) -> None:
    handler = (
        '<subProcess id="es" triggeredByEvent="true"><startEvent id="es1"><compensateEventDefinition/></startEvent>'
        "</subProcess>"
    )
    body = around(f'<subProcess id="t0"><startEvent id="i"/>{handler}</subProcess>')
    assert read(body).compensation_handlers == {"t0": "es"}
    (both,) = faults(body + COMPENSATION + UNDO + LINE)
    assert both.element_id == "es1"
    assert "compensation boundary event and event sub-process" in both.what
    again = handler.replace('"es', '"fs')
    (twice,) = faults(body.replace("</subProcess></subProcess>", f"</subProcess>{again}</subProcess>"))
    assert twice.element_id == "fs1"
    assert "multiple event sub-processes with compensation start event" in twice.what


def test_a_handler_that_nothing_leads_to(result: Result, around: Around) -> None:
    (warning,) = result(around() + UNDO).warnings
    assert (warning.element_id, warning.what) == ("undo", "no compensation event leads to this handler")


@pytest.mark.parametrize(
    ("extra", "what", "handlers"),
    [
        (COMPENSATION, "a compensation boundary event without a handler: nothing will be undone", {}),
        (
            COMPENSATION + UNDO + LINE + flow("x", "b", "end"),
            "the sequence flows out of a compensation boundary event are never taken",
            {"t0": "undo"},
        ),
    ],
    ids=["no-handler", "flows"],
)
def test_what_does_not_matter_is_only_warned_of(
    result: Result, around: Around, extra: str, what: str, handlers: dict[str, str]
) -> None:
    found = result(around('<userTask id="t0"/>') + extra)
    (warning,) = found.warnings
    assert (warning.element_id, warning.what) == ("b", what)
    assert found.definitions.processes[0].compensation_handlers == handlers
