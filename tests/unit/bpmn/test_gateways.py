"""Gateways and the conditions and defaults of their flows."""

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
            (
                "Exclusive Gateway 'g' has outgoing sequence flow 'f0' which is the default flow but has a "
                "condition too."
            ),
        ),
        (
            gateway("exclusiveGateway", 'default="f0"', None, None),
            "g",
            (
                "Exclusive Gateway 'g' has outgoing sequence flow 'f1' without condition which is not the "
                "default flow."
            ),
        ),
        (gateway("inclusiveGateway", 'default="x"', "${a}", "${b}"), "g", "the default flow 'x' is not an"),
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
