"""How the parts of a process have to fit together: ids, flows, gateways, scopes, compensation, subscriptions."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from shoal.bpmn.gateways import ExclusiveGateway, InclusiveGateway
from shoal.bpmn.process import Process
from shoal.bpmn.reader import ReadResult
from shoal.errors import Fault

Result = Callable[..., ReadResult]
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


def test_conditions_and_defaults(read: Read) -> None:
    process = read(gateway("exclusiveGateway", 'default="f1"', "${a > 1}", None))
    node = process.nodes["g"]
    assert isinstance(node, ExclusiveGateway)
    assert (node.default_flow, node.outgoing) == ("f1", ("f0", "f1"))
    condition = process.flows["f0"].condition
    assert condition is not None
    assert condition.expression is not None
    assert condition.expression.text == "${a > 1}"
    inclusive = read(gateway("inclusiveGateway", 'default="f1"', "${a}", None)).nodes["g"]
    assert isinstance(inclusive, InclusiveGateway)
    assert inclusive.default_flow == "f1"


def test_conditions_can_be_scripts(read: Read) -> None:
    body = gateway("exclusiveGateway", "", "1 === 1", "${b}").replace(
        "<conditionExpression>1", '<conditionExpression language="javascript" xsi:type="tFormalExpression">1'
    )
    condition = read(body).flows["f0"].condition
    assert condition is not None
    assert condition.script is not None


@pytest.mark.parametrize(
    ("body", "element_id", "what"),
    [
        (gateway("exclusiveGateway", ""), "g", "Exclusive Gateway 'g' has no outgoing sequence flows."),
        (gateway("exclusiveGateway", "", "${a}"), "g", "has only one outgoing sequence flow ('f0')."),
        (gateway("exclusiveGateway", 'default="x"', "${a}", "${b}"), "g", "the default flow 'x' is not an"),
        (
            gateway("exclusiveGateway", 'default="f0"', "${a}", "${b}"),
            "g",
            "Exclusive Gateway 'g' has outgoing sequence flow 'f0' which is the default flow but has a condition too.",
        ),
        (
            gateway("exclusiveGateway", 'default="f0"', None, None),
            "g",
            "Exclusive Gateway 'g' has outgoing sequence flow 'f1' without condition which is not the default flow.",
        ),
        (gateway("inclusiveGateway", 'default="f0"', "${a}", "${b}"), "g", "which is the default flow but has"),
        (gateway("inclusiveGateway", 'default="x"', "${a}", "${b}"), "g", "the default flow 'x' is not an"),
        (gateway("userTask", 'default="f0"', "${a}", "${b}"), "g", "which is the default flow but has"),
        (gateway("exclusiveGateway", "", "a", "${b}"), "f0", "conditionExpression 'a' is plain text"),
        (gateway("exclusiveGateway", "", "", "${b}"), "f0", "conditionExpression is empty"),
        (gateway("exclusiveGateway", "", "${a", "${b}"), "f0", "conditionExpression: Invalid expression"),
        (gateway("exclusiveGateway", "", "${nope()}", "${b}"), "f0", "unknown function nope()"),
        (
            gateway("exclusiveGateway", "", "${a}", "${b}").replace(
                "<conditionExpression>${a}", '<conditionExpression camunda:resource="deployment://x">'
            ),
            "f0",
            "scripts in another resource",
        ),
        (
            gateway("exclusiveGateway", "", "${a}", "${b}").replace(
                "<conditionExpression>${a}", '<conditionExpression language="feel">a'
            ),
            "f0",
            "feel",
        ),
        (
            gateway("exclusiveGateway", "", "${a}", "${b}").replace(
                "<conditionExpression>${a}", '<conditionExpression xsi:type="tExpression">${a}'
            ),
            "f0",
            "conditionExpression has the type 'tExpression'",
        ),
        (gateway("eventBasedGateway", ""), "g", "event-based gateway without outgoing"),
        (gateway("eventBasedGateway", "", None), "g", "intermediateCatchEvent, 't0' is none"),
    ],
)
def test_faults_of_gateways(faults: Faults, body: str, element_id: str, what: str) -> None:
    (fault,) = faults(body)
    assert fault.element_id == element_id
    assert what in fault.what


def test_two_unconditional_flows_are_both_reported(faults: Faults) -> None:
    found = faults(gateway("exclusiveGateway", "", None, None, "${a}"))
    assert ["'f0' without condition" in found[0].what, "'f1' without condition" in found[1].what] == [True, True]
    assert len(found) == 2


def test_what_camunda_only_warns_of(result: Result) -> None:
    (bare,) = result(gateway("exclusiveGateway", "", None, "${a}")).warnings
    assert "flow 'f0' without condition" in bare.what
    (ignored,) = result(gateway("parallelGateway", "", "${a}", None)).warnings
    assert ignored.what == "the condition of sequence flow 'f0' is ignored"


@pytest.mark.parametrize(
    ("attributes", "what"),
    [
        ('instantiate="true"', "instantiate='true' is not executed"),
        ('eventGatewayType="Parallel"', "a parallel event-based gateway is not executed"),
        ('camunda:asyncAfter="true"', "'asyncAfter' not supported for eventBasedGateway"),
    ],
)
def test_event_based_gateways_that_are_refused(faults: Faults, attributes: str, what: str) -> None:
    body = gateway("eventBasedGateway", attributes, None).replace(
        '<task id="t0"/>', f'<intermediateCatchEvent id="t0">{TIMER}</intermediateCatchEvent>'
    )
    (fault,) = faults(body)
    assert what in fault.what


def test_events_behind_event_based_gateways(faults: Faults, read: Read) -> None:
    body = gateway("eventBasedGateway", "", None, None)
    for number, definition in enumerate((TIMER, MESSAGE)):
        body = body.replace(
            f'<task id="t{number}"/>',
            f'<intermediateCatchEvent id="t{number}">{definition}</intermediateCatchEvent>',
        )
    assert read(body, ROOTS)
    assert "invalid incoming sequence flow for" in faults(body + flow("x", "t1", "t0"), ROOTS)[0].what
    link = body.replace(TIMER, '<linkEventDefinition name="l"/>')
    assert "link event is not allowed after an event-based" in faults(link, ROOTS)[0].what
    (twice,) = faults(body.replace(TIMER, '<messageEventDefinition messageRef="m2"/>'), ROOTS)
    assert twice.what == "cannot have more than one message event subscription with name 'paid' for scope 'g'"


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
            '<intermediateCatchEvent id="c"><linkEventDefinition name="L"/></intermediateCatchEvent>'
            '<intermediateCatchEvent id="d"><linkEventDefinition name="L"/></intermediateCatchEvent>',
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
            f'<subProcess id="x" triggeredByEvent="true"><startEvent id="y">{TIMER}</startEvent>'
            f'<startEvent id="z">{TIMER}</startEvent></subProcess>',
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
            f'<subProcess id="x" triggeredByEvent="true"><multiInstanceLoopCharacteristics><loopCardinality>2'
            f'</loopCardinality></multiInstanceLoopCharacteristics><startEvent id="y">{TIMER}</startEvent></subProcess>',
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


COMPENSATION = '<boundaryEvent id="b" attachedToRef="t0"><compensateEventDefinition/></boundaryEvent>'
UNDO = '<task id="undo" isForCompensation="true"/>'
LINE = '<association id="a" sourceRef="b" targetRef="undo"/>'


@pytest.mark.parametrize(
    ("extra", "element_id", "what"),
    [
        (COMPENSATION, "b", "compensation boundary event has 0 compensation handlers"),
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
        (COMPENSATION + UNDO + LINE + flow("x", "b", "end"), "b", "has outgoing sequence flows"),
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
                f'<boundaryEvent id="{each}" attachedToRef="t0"><signalEventDefinition signalRef="sig"/></boundaryEvent>'
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
