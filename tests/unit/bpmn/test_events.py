"""Events: what is read of every kind at every position."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from shoal.bpmn.events import (
    BoundaryEvent,
    CancelEvent,
    CompensateEvent,
    ConditionalEvent,
    EndEvent,
    ErrorEvent,
    EscalationEvent,
    Event,
    LinkEvent,
    MessageEvent,
    SignalEvent,
    StartEvent,
    TerminateEvent,
    TimerEvent,
    TimerKind,
)
from shoal.bpmn.extensions import CodeKind
from shoal.bpmn.process import Process
from shoal.bpmn.reader import ReadResult

Read = Callable[..., Process]
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


def test_none_events(read: Read, around: Around) -> None:
    process = read(around('<intermediateThrowEvent id="t0" name="here"/>'))
    assert [event(process, each).definition for each in ("start", "t0", "end")] == [None] * 3
    assert process.nodes["t0"].name == "here"
    assert process.root.start_events == (process.nodes["start"],)


def test_message_events(read: Read, around: Around) -> None:
    process = read(around(catching('<messageEventDefinition messageRef="m"/>')), ROOTS)
    definition = event(process, "t0").definition
    assert isinstance(definition, MessageEvent)
    assert definition.message_name is not None
    assert definition.message_name.text == "order-${key}"


def test_references_may_have_a_prefix(read: Read, around: Around) -> None:
    process = read(around(catching('<signalEventDefinition signalRef="tns:alarm"/>')), ROOTS)
    definition = event(process, "t0").definition
    assert isinstance(definition, SignalEvent)
    assert definition.signal_name is not None
    assert definition.signal_name.literal_value == "alarm"


def test_an_implemented_throw_may_refer_to_no_message(result: Callable[..., ReadResult], around: Around) -> None:
    xml = throwing('<messageEventDefinition messageRef="nothing" camunda:expression="${send}"/>')
    found = result(around(xml), ROOTS)
    (warning,) = found.warnings
    assert "no message with id 'nothing' found" in warning.what
    definition = event(found.definitions.processes[0], "t0").definition
    assert isinstance(definition, MessageEvent)
    assert (definition.code is not None, definition.message_name) == (True, None)


def test_throwing_messages_are_implemented_like_service_tasks(read: Read, around: Around) -> None:
    definitions = {
        'camunda:class="a.B"': (CodeKind.CLASS, None),
        'camunda:expression="${x}" camunda:resultVariable="r"': (CodeKind.EXPRESSION, None),
        'camunda:delegateExpression="${x}"': (CodeKind.DELEGATE_EXPRESSION, None),
        'camunda:type="external" camunda:topic="mail" camunda:taskPriority="7"': (None, "mail"),
    }
    for attributes, (kind, topic) in definitions.items():
        process = read(around(throwing(f'<messageEventDefinition messageRef="m" {attributes}/>')), ROOTS)
        definition = event(process, "t0").definition
        assert isinstance(definition, MessageEvent)
        assert (definition.code.kind if definition.code else None) == kind
        assert (definition.external_topic.text if definition.external_topic else None) == topic
        if topic:
            assert definition.external_priority is not None
            assert definition.external_priority.text == "7"


def test_throwing_a_message_without_implementation_warns(result: Callable[..., ReadResult], around: Around) -> None:
    (warning,) = result(around(throwing("<messageEventDefinition/>"))).warnings
    assert (warning.element_id, "nothing is sent" in warning.what) == ("t0", True)


@pytest.mark.parametrize(
    ("name", "kind", "text"),
    [
        ("timeDate", TimerKind.DATE, "2030-01-01T00:00:00Z"),
        ("timeDuration", TimerKind.DURATION, "${pause}"),
        ("timeCycle", TimerKind.CYCLE, "R3/PT10S"),
        ("timeCycle", TimerKind.CYCLE, "0/5 0/1 * 1/1 * ?"),
    ],
)
def test_timer_events(read: Read, around: Around, name: str, kind: TimerKind, text: str) -> None:
    xml = f"<timerEventDefinition><{name} xsi:type='tFormalExpression'> {text} </{name}></timerEventDefinition>"
    definition = event(read(around(catching(xml))), "t0").definition
    assert isinstance(definition, TimerEvent)
    assert (definition.kind, definition.text.text) == (kind, text)


def test_error_events(read: Read, around: Around) -> None:
    task, event_xml = boundary(
        '<errorEventDefinition errorRef="er" camunda:errorCodeVariable="c" camunda:errorMessageVariable="m"/>'
    )
    body = (around(task) + event_xml).replace(
        '<endEvent id="end"/>', '<endEvent id="end"><errorEventDefinition errorRef="er"/></endEvent>'
    )
    process = read(body, ROOTS)
    caught, thrown = event(process, "b"), event(process, "end").definition
    assert caught.definition == ErrorEvent("E1", None, "c", "m")
    assert isinstance(thrown, ErrorEvent)
    assert thrown.error_message is not None
    assert thrown.error_message.text == "no ${item}"
    assert process.boundaries["t0"] == (caught,)


@pytest.mark.parametrize(
    ("reference", "code"),
    [("", None), ('errorRef="codeless"', None), ('errorRef="unknown"', "unknown")],
)
def test_errors_that_catch_more_or_by_code(read: Read, around: Around, reference: str, code: str | None) -> None:
    task, xml = boundary(f"<errorEventDefinition {reference}/>")
    definition = event(read(around(task) + xml, ROOTS), "b").definition
    assert isinstance(definition, ErrorEvent)
    assert definition.error_code == code


def test_escalation_events(read: Read, around: Around) -> None:
    task, xml = boundary(
        '<escalationEventDefinition escalationRef="esc" camunda:escalationCodeVariable="v"/>',
        'cancelActivity="false"',
    )
    node = event(read(around(task) + xml, ROOTS), "b")
    assert isinstance(node, BoundaryEvent)
    assert not node.cancel_activity
    assert node.definition == EscalationEvent("X1", "v")


def test_signals_carry_variables(read: Read, around: Around) -> None:
    xml = (
        '<signalEventDefinition signalRef="alarm" camunda:async="true"><extensionElements>'
        '<camunda:in source="a" target="b"/><camunda:in variables="all" local="true"/>'
        "</extensionElements></signalEventDefinition>"
    )
    definition = event(read(around(throwing(xml)), ROOTS), "t0").definition
    assert isinstance(definition, SignalEvent)
    assert definition.is_async
    assert [(each.source, each.target, each.all_variables, each.local) for each in definition.inputs] == [
        ("a", "b", False, False),
        (None, None, True, True),
    ]


def test_conditional_events(read: Read, around: Around) -> None:
    xml = (
        '<conditionalEventDefinition camunda:variableName="a" camunda:variableEvents="create, update">'
        "<condition xsi:type='tFormalExpression'>${a > 1}</condition></conditionalEventDefinition>"
    )
    script = COND.replace("<condition>", '<condition language="javascript">').replace("${a > 1}", "1 === 1")
    definition = event(read(around(catching(xml))), "t0").definition
    assert isinstance(definition, ConditionalEvent)
    assert definition.expression is not None
    assert (definition.variable_name, definition.variable_events) == ("a", ("create", "update"))
    scripted = event(read(around(catching(script))), "t0").definition
    assert isinstance(scripted, ConditionalEvent)
    assert scripted.script is not None


def test_terminate_and_start_attributes(read: Read) -> None:
    process = read(
        '<startEvent id="s" camunda:initiator="who" camunda:formKey="form" camunda:asyncBefore="true"/>'
        '<endEvent id="e"><terminateEventDefinition/></endEvent>'
        '<sequenceFlow id="f" sourceRef="s" targetRef="e"/>'
    )
    start = process.nodes["s"]
    assert isinstance(start, StartEvent)
    assert (start.initiator_variable, start.async_before) == ("who", True)
    assert start.form_key is not None
    assert process.nodes["e"] == EndEvent(id="e", line=1, scope="p", incoming=("f",), definition=TerminateEvent())


def test_event_sub_process(read: Read, around: Around) -> None:
    process = read(
        around() + '<subProcess id="es" triggeredByEvent="true"><startEvent id="es1" isInterrupting="false">'
        f"{TIMER}</startEvent></subProcess>"
    )
    start = process.nodes["es1"]
    assert isinstance(start, StartEvent)
    assert not start.is_interrupting
    assert process.root.event_subprocesses == (process.nodes["es"],)
    assert process.scopes["es"].start_events == (start,)


def test_transaction(read: Read, around: Around) -> None:
    process = read(
        around(
            '<transaction id="t0"><startEvent id="a"/><endEvent id="z"><cancelEventDefinition/></endEvent>'
            '<sequenceFlow id="az" sourceRef="a" targetRef="z"/></transaction>'
        )
        + '<boundaryEvent id="b" attachedToRef="t0"><cancelEventDefinition/></boundaryEvent>'
    )
    assert event(process, "z").definition == event(process, "b").definition == CancelEvent()


def test_links(read: Read) -> None:
    process = read(
        '<startEvent id="s"/><intermediateThrowEvent id="out"><linkEventDefinition name="L"/>'
        "</intermediateThrowEvent>"
        '<intermediateCatchEvent id="in"><linkEventDefinition name="L"/></intermediateCatchEvent>'
        '<sequenceFlow id="f" sourceRef="s" targetRef="out"/>'
    )
    assert event(process, "out").definition == event(process, "in").definition == LinkEvent("L")


def test_message_start_events(read: Read) -> None:
    process = read(
        '<startEvent id="s"/><startEvent id="s1"><messageEventDefinition messageRef="plain"/></startEvent>'
        f'<startEvent id="s2"><signalEventDefinition signalRef="alarm"/></startEvent>'
        f'<startEvent id="s3">{COND}</startEvent>',
        ROOTS,
    )
    assert [each.id for each in process.root.start_events] == ["s", "s1", "s2", "s3"]


def test_compensation_events(read: Read, around: Around) -> None:
    process = read(
        around('<task id="t0"/>', throwing('<compensateEventDefinition activityRef="t0"/>').replace("t0", "t1", 1))
        + '<boundaryEvent id="b" attachedToRef="t0"><compensateEventDefinition/></boundaryEvent>'
        '<task id="undo" isForCompensation="true"/><association id="a" sourceRef="b" targetRef="undo"/>'
    )
    assert process.compensation_handlers == {"t0": "undo"}
    assert event(process, "t1").definition == CompensateEvent("t0")
