"""Who may wait for the same message, signal, escalation or cancellation in one place."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from shoal.bpmn.process import Process
from shoal.errors import Fault

Read = Callable[..., Process]
Faults = Callable[..., list[Fault]]
Around = Callable[..., str]
ROOTS = (
    '<message id="m" name="paid"/><message id="m2" name="paid"/><signal id="sig" name="alarm"/>'
    '<escalation id="esc1" escalationCode="X1"/><escalation id="esc2" escalationCode="X2"/>'
)
MESSAGE = '<messageEventDefinition messageRef="m"/>'


def flow(flow_id: str, source: str, target: str, condition: str | None = None) -> str:
    inner = "" if condition is None else f"<conditionExpression>{condition}</conditionExpression>"
    return f'<sequenceFlow id="{flow_id}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'


def gateway(kind: str, attributes: str, *conditions: str | None) -> str:
    """Start, gateway ``g``, and one task per condition."""
    parts = ['<startEvent id="s"/>', flow("in", "s", "g"), f'<{kind} id="g" {attributes}/>']
    for number, condition in enumerate(conditions):
        parts += [f'<task id="t{number}"/>', flow(f"f{number}", "g", f"t{number}", condition)]
    return "".join(parts)


def escalation(event_id: str, reference: str = "") -> str:
    return (
        f'<boundaryEvent id="{event_id}" attachedToRef="t0" cancelActivity="false">'
        f"<escalationEventDefinition {reference}/></boundaryEvent>"
    )


def start_in_event_sub_process(number: int, definition: str) -> str:
    return (
        f'<subProcess id="es{number}" triggeredByEvent="true"><startEvent id="x{number}">{definition}</startEvent>'
        "</subProcess>"
    )


@pytest.mark.parametrize(
    ("extra", "element_id", "what"),
    [
        (escalation("a") + escalation("b"), "b", "without escalation code catches all"),
        (escalation("a") + escalation("b", 'escalationRef="esc1"'), "b", "without escalation code catches all"),
        (escalation("a", 'escalationRef="esc1"') + escalation("b"), "b", "without escalation code catches all"),
        (
            escalation("a", 'escalationRef="esc1"') + escalation("b", 'escalationRef="esc1"'),
            "b",
            "multiple boundary events with the same escalationCode 'X1'",
        ),
        (
            start_in_event_sub_process(1, "<escalationEventDefinition/>")
            + start_in_event_sub_process(2, "<escalationEventDefinition/>"),
            "x2",
            "an escalation event sub-process without escalation code",
        ),
        (
            start_in_event_sub_process(1, MESSAGE) + start_in_event_sub_process(2, MESSAGE),
            "x2",
            "more than one message event subscription with name 'paid' for scope 'p'",
        ),
        (
            "".join(
                f'<boundaryEvent id="{each}" attachedToRef="t0"><signalEventDefinition signalRef="sig"/>'
                f"</boundaryEvent>"
                for each in "ab"
            ),
            "b",
            "more than one signal event subscription with name 'alarm' for scope 't0'",
        ),
    ],
)
def test_two_that_wait_for_the_same(faults: Faults, around: Around, extra: str, element_id: str, what: str) -> None:
    (fault,) = faults(around('<userTask id="t0"/>') + extra, ROOTS)
    assert fault.element_id == element_id
    assert what in fault.what


def test_different_codes_and_names_may_wait_together(read: Read, around: Around) -> None:
    extra = escalation("a", 'escalationRef="esc1"') + escalation("b", 'escalationRef="esc2"')
    message = f'<boundaryEvent id="c" attachedToRef="t0">{MESSAGE}</boundaryEvent>'
    assert len(read(around('<userTask id="t0"/>') + extra + message, ROOTS).boundaries["t0"]) == 3


def test_a_receive_task_and_its_boundary_event(faults: Faults, around: Around) -> None:
    body = around('<receiveTask id="t0" messageRef="m"/>') + (
        f'<boundaryEvent id="b" attachedToRef="t0">{MESSAGE}</boundaryEvent>'
    )
    (fault,) = faults(body, ROOTS)
    assert (fault.element_id, "message event subscription" in fault.what) == ("b", True)


def test_two_cancel_boundary_events(faults: Faults, around: Around) -> None:
    cancel = '<boundaryEvent id="{}" attachedToRef="t0"><cancelEventDefinition/></boundaryEvent>'
    body = (
        around('<transaction id="t0"><startEvent id="i"/></transaction>') + cancel.format("a") + cancel.format("b")
    )
    (fault,) = faults(body)
    assert fault.element_id == "b"
    assert "multiple boundary events with cancelEventDefinition" in fault.what


def test_boundary_events_wait_around_all_instances(read: Read, around: Around) -> None:
    loop = (
        "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>"
    )
    body = around(
        f'<subProcess id="t0">{loop}<startEvent id="i"/>{start_in_event_sub_process(1, MESSAGE)}</subProcess>'
    )
    boundary = f'<boundaryEvent id="b" attachedToRef="t0">{MESSAGE}</boundaryEvent>'
    assert read(body + boundary, ROOTS)


def test_boundary_events_and_event_sub_processes_share_a_scope(faults: Faults, around: Around) -> None:
    body = around(f'<subProcess id="t0"><startEvent id="i"/>{start_in_event_sub_process(1, MESSAGE)}</subProcess>')
    (fault,) = faults(body + f'<boundaryEvent id="b" attachedToRef="t0">{MESSAGE}</boundaryEvent>', ROOTS)
    assert "message event subscription with name 'paid' for scope 't0'" in fault.what
