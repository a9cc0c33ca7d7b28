"""How the parts of a process have to fit together: ids, flows, scopes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from shoal.bpmn.process import Process
from shoal.errors import Fault

Read = Callable[..., Process]
Faults = Callable[..., list[Fault]]
Around = Callable[..., str]
TIMER = "<timerEventDefinition><timeDuration>PT5M</timeDuration></timerEventDefinition>"
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


@pytest.mark.parametrize(
    ("extra", "element_id", "what"),
    [
        (flow("x", "t0", "nowhere"), "x", "invalid destination 'nowhere' of sequence flow 'x'"),
        (flow("x", "nowhere", "t0"), "x", "invalid source 'nowhere' of sequence flow 'x'"),
        ('<sequenceFlow id="x" targetRef="t0"/>', "x", "sequence flow without sourceRef"),
        ('<sequenceFlow id="x" sourceRef="t0"/>', "x", "sequence flow without targetRef"),
        (flow("x", "t0", "inner"), "x", "it is in scope 'sub', the flow is in 'p'"),
        (flow("x", "t0", "start"), "start", "start event with incoming sequence flow 'x'"),
        (flow("x", "end", "t0"), "end", "end event with outgoing sequence flow 'x'"),
        (
            f'<boundaryEvent id="b" attachedToRef="t0">{TIMER}</boundaryEvent>' + flow("x", "t0", "b"),
            "b",
            "boundary event with incoming sequence flow 'x'",
        ),
        ('<task id="t0"/>', "t0", "duplicate id 't0'"),
        ('<task id="p"/>', "p", "duplicate id 'p'"),
        ('<task id="m"/>', "m", "duplicate id 'm'"),
        (flow("f0", "t0", "end"), "f0", "duplicate id 'f0'"),
        ("<task/>", None, "task without an id"),
        ('<task id=""/>', None, "task without an id"),
        ('<task id="1a"/>', "1a", "'1a' is not a valid id"),
        ('<task id="a b"/>', "a b", "'a b' is not a valid id"),
        (f'<task id="{"a" * 256}"/>', "a" * 256, "is not a valid id"),
        ('<startEvent id="x"/>', "x", "multiple none start events or timer start events"),
        (f'<startEvent id="x">{TIMER}</startEvent>', "x", "multiple none start events or timer start events"),
        (
            f'<startEvent id="x">{MESSAGE}</startEvent><startEvent id="y">{MESSAGE}</startEvent>',
            "y",
            "cannot have more than one message event subscription with name 'paid' for scope 'p'",
        ),
        (
            '<intermediateThrowEvent id="x"><linkEventDefinition name="L"/></intermediateThrowEvent>',
            "x",
            "no event target with that name",
        ),
        (
            (
                '<intermediateCatchEvent id="c"><linkEventDefinition name="L"/></intermediateCatchEvent>'
                '<intermediateCatchEvent id="d"><linkEventDefinition name="L"/></intermediateCatchEvent>'
            ),
            "d",
            "the same link event name ('L')",
        ),
        (
            '<intermediateCatchEvent id="c"><linkEventDefinition name="L"/></intermediateCatchEvent>'
            '<intermediateThrowEvent id="x"><linkEventDefinition name="L"/></intermediateThrowEvent>'
            + flow("y", "x", "t0"),
            "x",
            "a throwing link event has outgoing sequence flows",
        ),
        (
            (
                f'<subProcess id="x" triggeredByEvent="true"><startEvent id="y">{TIMER}</startEvent>'
                f'<startEvent id="z">{TIMER}</startEvent></subProcess>'
            ),
            "z",
            "multiple start events not supported for event sub-process",
        ),
        (
            f'<subProcess id="x" triggeredByEvent="true"><startEvent id="y">{TIMER}</startEvent></subProcess>'
            + flow("z", "t0", "x"),
            "x",
            "invalid incoming sequence flow 'z' of event sub-process",
        ),
        (
            (
                f'<subProcess id="x" triggeredByEvent="true"><multiInstanceLoopCharacteristics><loopCardinality>2'
                f"</loopCardinality></multiInstanceLoopCharacteristics>"
                f'<startEvent id="y">{TIMER}</startEvent></subProcess>'
            ),
            "x",
            "an event sub-process cannot be a loop",
        ),
        (
            '<task id="x" isForCompensation="true"/>' + flow("z", "t0", "x"),
            "x",
            "invalid incoming sequence flow 'z' of compensation activity 'x'",
        ),
    ],
)
def test_faults_of_structure(faults: Faults, around: Around, extra: str, element_id: str | None, what: str) -> None:
    sub = '<subProcess id="sub"><startEvent id="i"/><task id="inner"/></subProcess>'
    (fault,) = faults(around('<task id="t0"/>') + sub + extra, ROOTS)
    assert fault.element_id == element_id
    assert what in fault.what


def test_a_process_without_start_event(faults: Faults) -> None:
    (fault,) = faults('<task id="t"/>')
    assert str(fault) == "element 'p' (line 1): process must define a startEvent element; supported: a start event"


def test_flows_without_id_get_one(read: Read) -> None:
    process = read('<startEvent id="s"/><endEvent id="e"/><sequenceFlow sourceRef="s" targetRef="e"/>')
    (flow_id,) = process.nodes["s"].outgoing
    assert process.flows[flow_id].target == "e"


def test_refused_elements_are_reported_once(faults: Faults, around: Around) -> None:
    body = around("<adHocSubProcess id='t0'><startEvent/><startEvent/></adHocSubProcess>") + (
        f'<boundaryEvent id="b" attachedToRef="t0">{TIMER}</boundaryEvent>'
    )
    (fault,) = faults(body)
    assert str(fault) == (
        "element 't0' (line 1): adHocSubProcess is not executed; supported: an embedded sub-process"
    )


def test_every_fault_is_listed_in_the_order_of_the_file(faults: Faults) -> None:
    body = (
        '\n<startEvent id="s"/>\n<serviceTask id="a"/>\n<scriptTask id="b"/>\n<callActivity id="c"/>\n'
        '<exclusiveGateway id="d"/>\n<endEvent id="e"/>\n<complexGateway id="f"/>\n' + flow("g", "s", "x")
    )
    found = faults(body)
    assert [(fault.element_id, fault.line) for fault in found] == [
        ("a", 3),
        ("b", 4),
        ("c", 5),
        ("d", 6),
        ("f", 8),
        ("g", 9),
    ]
