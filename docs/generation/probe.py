"""Small models, one for each element of BPMN 2.0, and what the reader and the kernel say to them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from shoal.bpmn.element import FlowNode
from shoal.bpmn.reader import read_definitions
from shoal.errors import Fault, ModelRejectedError
from shoal.kernel import check
from shoal.kernel.behaviors.registry import activity_type_of

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="docs">'
)
ROOTS = (
    '<message id="m" name="m"/><signal id="g" name="g"/><error id="r" errorCode="r"/>'
    '<escalation id="c" escalationCode="c"/>'
)
DEFINITIONS = {
    "none": "",
    "message": '<messageEventDefinition messageRef="m"{work}/>',
    "timer": "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>",
    "error": '<errorEventDefinition errorRef="r"/>',
    "escalation": '<escalationEventDefinition escalationRef="c"/>',
    "signal": '<signalEventDefinition signalRef="g"/>',
    "conditional": "<conditionalEventDefinition><condition>${true}</condition></conditionalEventDefinition>",
    "compensation": "<compensateEventDefinition/>",
    "link": '<linkEventDefinition name="l"/>',
    "cancel": "<cancelEventDefinition/>",
    "terminate": "<terminateEventDefinition/>",
}
WORK = ' camunda:type="external" camunda:topic="t"'


@dataclass(frozen=True, slots=True)
class Case:
    """One element of BPMN 2.0 in the smallest model that contains it. Its id is ``x`` there."""

    family: str
    title: str
    tag: str
    body: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of the case. ``activity_type`` is Camunda 7's; None with the fault that refuses it."""

    case: Case
    activity_type: str | None
    fault: Fault | None

    @property
    def is_executed(self) -> bool:
        """Whether a model with it can be deployed."""
        return self.fault is None


@cache
def findings() -> tuple[Finding, ...]:
    """Every case, tried."""
    return tuple(_tried(each) for each in cases())


def cases() -> Iterator[Case]:
    """Every element of BPMN 2.0 that a process can contain."""
    yield from _tasks()
    yield from _gateways()
    yield from _sub_processes()
    yield from _loops()
    yield from _starts()
    yield from _catches()
    yield from _throws()
    yield from _ends()
    yield from _boundaries()


def _tasks() -> Iterator[Case]:
    script = "<script>1</script>"
    for title, tag, attributes, inner in (
        ("task", "task", "", ""),
        ("manual task", "manualTask", "", ""),
        ("user task", "userTask", "", ""),
        ("service task, external", "serviceTask", WORK, ""),
        ("service task, class", "serviceTask", ' camunda:class="a.B"', ""),
        ("service task, delegate expression", "serviceTask", ' camunda:delegateExpression="${b}"', ""),
        ("service task, expression", "serviceTask", ' camunda:expression="${b.c()}"', ""),
        ("send task", "sendTask", WORK, ""),
        ("receive task", "receiveTask", ' messageRef="m"', ""),
        ("script task", "scriptTask", ' scriptFormat="javascript"', script),
        ("business rule task, implemented like a service task", "businessRuleTask", WORK, ""),
        ("business rule task, decision", "businessRuleTask", ' camunda:decisionRef="d"', ""),
        ("call activity", "callActivity", ' calledElement="q"', ""),
    ):
        yield Case("Activities", title, tag, _line(f'<{tag} id="x"{attributes}>{inner}</{tag}>'))


def _gateways() -> Iterator[Case]:
    for title, tag in (
        ("exclusive gateway", "exclusiveGateway"),
        ("parallel gateway", "parallelGateway"),
        ("inclusive gateway", "inclusiveGateway"),
        ("complex gateway", "complexGateway"),
    ):
        yield Case("Gateways", title, tag, _line(f'<{tag} id="x"/>'))
    waits = "".join(
        f'<intermediateCatchEvent id="{name}">{_definition(kind)}</intermediateCatchEvent>'
        for name, kind in (("a", "message"), ("b", "timer"))
    )
    body = f'<startEvent id="s"/><eventBasedGateway id="x"/>{waits}<endEvent id="e"/>'
    yield Case(
        "Gateways",
        "event-based gateway",
        "eventBasedGateway",
        body + _flows(("s", "x"), ("x", "a"), ("x", "b"), ("a", "e"), ("b", "e")),
    )


def _sub_processes() -> Iterator[Case]:
    inner = '<startEvent id="s2"/><endEvent id="e2"/>' + _flows(("s2", "e2"))
    for title, tag in (
        ("embedded sub-process", "subProcess"),
        ("transaction", "transaction"),
        ("ad-hoc sub-process", "adHocSubProcess"),
    ):
        yield Case("Sub-processes", title, tag, _line(f'<{tag} id="x">{inner}</{tag}>'))
    for kind in ("message", "timer", "error", "escalation", "signal", "conditional", "compensation"):
        for interrupting in ("true", "false"):
            if interrupting == "false" and kind in ("error", "compensation"):
                continue
            how = "" if interrupting == "true" else ", not interrupting"
            event = f'<startEvent id="s2" isInterrupting="{interrupting}">{_definition(kind)}</startEvent>'
            body = f'<subProcess id="x" triggeredByEvent="true">{event}<endEvent id="e2"/>{_flows(("s2", "e2"))}'
            around = _line('<userTask id="u"/>', "u") + body + "</subProcess>"
            if kind == "compensation":
                # it undoes the sub-process that contains it
                inside = '<startEvent id="s3"/><endEvent id="e3"/>' + _flows(("s3", "e3")) + body + "</subProcess>"
                around = _line(f'<subProcess id="y">{inside}</subProcess>', "y")
            yield Case("Sub-processes", f"event sub-process, {kind}{how}", "subProcess", around)


def _loops() -> Iterator[Case]:
    for title, loop in (
        (
            "multi-instance, parallel",
            "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>",
        ),
        (
            "multi-instance, sequential",
            (
                '<multiInstanceLoopCharacteristics isSequential="true"><loopCardinality>2</loopCardinality>'
                "</multiInstanceLoopCharacteristics>"
            ),
        ),
        ("standard loop", '<standardLoopCharacteristics loopMaximum="2"/>'),
        ("compensation handler", ""),
    ):
        if loop:
            yield Case("Markers of activities", title, "userTask", _line(f'<userTask id="x">{loop}</userTask>'))
        else:
            body = _line('<userTask id="u"/>', "u") + (
                '<boundaryEvent id="k" attachedToRef="u"><compensateEventDefinition/></boundaryEvent>'
                '<userTask id="x" isForCompensation="true"/>'
                '<association id="o" associationDirection="One" sourceRef="k" targetRef="x"/>'
            )
            yield Case("Markers of activities", title, "userTask", body)


def _starts() -> Iterator[Case]:
    for kind in ("none", "message", "timer", "signal", "conditional"):
        event = f'<startEvent id="x">{_definition(kind)}</startEvent><endEvent id="e"/>'
        yield Case("Start events of a process", f"start event, {kind}", "startEvent", event + _flows(("x", "e")))


def _catches() -> Iterator[Case]:
    for kind in ("message", "timer", "signal", "conditional", "link"):
        event = f'<intermediateCatchEvent id="x">{_definition(kind)}</intermediateCatchEvent>'
        if kind == "link":
            throw = f'<intermediateThrowEvent id="t">{DEFINITIONS["link"]}</intermediateThrowEvent>'
            body = f'<startEvent id="s"/>{throw}{event}<endEvent id="e"/>' + _flows(("s", "t"), ("x", "e"))
        else:
            body = _line(event)
        yield Case("Intermediate events", f"catch event, {kind}", "intermediateCatchEvent", body)


def _throws() -> Iterator[Case]:
    for kind in ("none", "message", "signal", "escalation", "compensation", "link"):
        event = f'<intermediateThrowEvent id="x">{_definition(kind, WORK)}</intermediateThrowEvent>'
        if kind == "link":
            catch = f'<intermediateCatchEvent id="t">{DEFINITIONS["link"]}</intermediateCatchEvent>'
            body = f'<startEvent id="s"/>{catch}{event}<endEvent id="e"/>' + _flows(("s", "x"), ("t", "e"))
        else:
            body = _line(event)
        yield Case("Intermediate events", f"throw event, {kind}", "intermediateThrowEvent", body)


def _ends() -> Iterator[Case]:
    for kind in ("none", "message", "error", "escalation", "signal", "compensation", "cancel", "terminate"):
        event = f'<endEvent id="x">{_definition(kind, WORK)}</endEvent>'
        inner = f'<startEvent id="s"/>{event}' + _flows(("s", "x"))
        if kind == "cancel":
            inner = _line(
                '<transaction id="y"><startEvent id="s2"/>' + event + _flows(("s2", "x")) + "</transaction>", "y"
            )
        yield Case("End events", f"end event, {kind}", "endEvent", inner)


def _boundaries() -> Iterator[Case]:
    for kind in ("message", "timer", "error", "escalation", "signal", "conditional", "compensation", "cancel"):
        for cancels in ("true", "false"):
            if cancels == "false" and kind in ("error", "compensation", "cancel"):
                continue
            how = "" if cancels == "true" else ", not interrupting"
            event = (
                f'<boundaryEvent id="x" attachedToRef="u" cancelActivity="{cancels}">'
                f"{_definition(kind)}</boundaryEvent>"
            )
            yield Case(
                "Boundary events", f"boundary event, {kind}{how}", "boundaryEvent", _with_boundary(kind, event)
            )


def _with_boundary(kind: str, event: str) -> str:
    inner = '<startEvent id="s2"/><endEvent id="e2"/>' + _flows(("s2", "e2"))
    if kind == "cancel":
        host = f'<transaction id="u">{inner}</transaction>'
    elif kind in ("error", "escalation"):
        host = f'<subProcess id="u">{inner}</subProcess>'
    else:
        host = '<userTask id="u"/>'
    around = _line(host, "u") + event
    if kind == "compensation":
        return (
            around.replace(' cancelActivity="true"', "")
            + '<userTask id="h" isForCompensation="true"/>'
            + '<association id="o" associationDirection="One" sourceRef="x" targetRef="h"/>'
        )
    return around + '<endEvent id="e3"/>' + '<sequenceFlow id="xe3" sourceRef="x" targetRef="e3"/>'


def _definition(kind: str, work: str = "") -> str:
    return DEFINITIONS[kind].replace("{work}", work)


def _line(element: str, identifier: str = "x") -> str:
    return f'<startEvent id="s"/>{element}<endEvent id="e"/>' + _flows(("s", identifier), (identifier, "e"))


def _flows(*pairs: tuple[str, str]) -> str:
    return "".join(
        f'<sequenceFlow id="f_{source}_{target}" sourceRef="{source}" targetRef="{target}"/>'
        for source, target in pairs
    )


def _tried(case: Case) -> Finding:
    xml = f'{HEAD}{ROOTS}<process id="p" isExecutable="true">{case.body}</process></definitions>'
    try:
        processes = read_definitions(xml.encode(), "docs.bpmn").definitions.processes
    except ModelRejectedError as error:
        return Finding(case, None, error.faults[0])
    faults = list(itertools.chain.from_iterable(check(each) for each in processes))
    if faults:
        return Finding(case, None, faults[0])
    element: FlowNode = processes[0].nodes["x"]
    return Finding(case, activity_type_of(element), None)
