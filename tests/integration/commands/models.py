"""Small models for the tests of commands."""

from __future__ import annotations

_HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="definitions" targetNamespace="tests">'
)


def model(key: str, body: str, *, roots: str = "", attributes: str = "") -> bytes:
    """A file with one process; ``roots`` are messages, signals and errors."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{_HEAD}{roots}'
        f'<bpmn:process id="{key}" isExecutable="true" camunda:historyTimeToLive="30" {attributes}>{body}'
        "</bpmn:process></bpmn:definitions>"
    ).encode()


def chain(key: str, *elements: tuple[str, str], roots: str = "", more: str = "") -> bytes:
    """Elements one after the other: pairs of an id and the element's XML, in which ``{}`` takes its flows."""
    body = []
    for place, (element_id, xml) in enumerate(elements):
        flows = ""
        if place > 0:
            flows += f"<bpmn:incoming>f{place}</bpmn:incoming>"
            source = elements[place - 1][0]
            body.append(f'<bpmn:sequenceFlow id="f{place}" sourceRef="{source}" targetRef="{element_id}"/>')
        if place < len(elements) - 1:
            flows += f"<bpmn:outgoing>f{place + 1}</bpmn:outgoing>"
        body.append(xml.format(flows))
    return model(key, "".join(body) + more, roots=roots)


START = ("start", '<bpmn:startEvent id="start">{}</bpmn:startEvent>')
END = ("end", '<bpmn:endEvent id="end">{}</bpmn:endEvent>')
TASK = ("task", '<bpmn:userTask id="task" name="Task">{}</bpmn:userTask>')
WORK = ("work", '<bpmn:serviceTask id="work" camunda:type="external" camunda:topic="work">{}</bpmn:serviceTask>')
CATCH = (
    "catch",
    (
        '<bpmn:intermediateCatchEvent id="catch">{}<bpmn:messageEventDefinition messageRef="m1"/>'
        "</bpmn:intermediateCatchEvent>"
    ),
)
ASYNC = ("later", '<bpmn:userTask id="later" camunda:asyncBefore="true">{}</bpmn:userTask>')
SERVICE = (
    "service",
    '<bpmn:serviceTask id="service" camunda:class="code">{}</bpmn:serviceTask>',
)
MESSAGE = '<bpmn:message id="m1" name="paid"/>'

ONE_TASK = chain("one", START, TASK, END)
EXTERNAL = chain("external", START, WORK, END)
MESSAGE_WAIT = chain("message", START, CATCH, TASK, END, roots=MESSAGE)
ASYNC_TASK = chain("async", START, ASYNC, END)
STRAIGHT = chain("straight", START, END)
CODE = chain("code", START, TASK, SERVICE, END)
ASYNC_CODE = chain(
    "async-code",
    START,
    (
        "service",
        '<bpmn:serviceTask id="service" camunda:asyncBefore="true" camunda:class="code">{}</bpmn:serviceTask>',
    ),
    END,
)
LISTENING = chain(
    "listening",
    START,
    (
        "task",
        (
            '<bpmn:userTask id="task"><bpmn:extensionElements><camunda:executionListener event="end" '
            'class="code"/></bpmn:extensionElements>{}</bpmn:userTask>'
        ),
    ),
    END,
)
BOUNDARY_TIMER = chain(
    "boundary",
    START,
    TASK,
    END,
    more=(
        '<bpmn:boundaryEvent id="timeout" attachedToRef="task"><bpmn:outgoing>t1</bpmn:outgoing>'
        "<bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition>"
        '</bpmn:boundaryEvent><bpmn:sequenceFlow id="t1" sourceRef="timeout" targetRef="late"/>'
        '<bpmn:endEvent id="late"><bpmn:incoming>t1</bpmn:incoming></bpmn:endEvent>'
    ),
)
MESSAGE_START = model(
    "message-start",
    '<bpmn:startEvent id="start"><bpmn:outgoing>f1</bpmn:outgoing>'
    '<bpmn:messageEventDefinition messageRef="m1"/></bpmn:startEvent>'
    '<bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="task"/>'
    '<bpmn:userTask id="task"><bpmn:incoming>f1</bpmn:incoming><bpmn:outgoing>f2</bpmn:outgoing></bpmn:userTask>'
    '<bpmn:sequenceFlow id="f2" sourceRef="task" targetRef="end"/>'
    '<bpmn:endEvent id="end"><bpmn:incoming>f2</bpmn:incoming></bpmn:endEvent>',
    roots='<bpmn:message id="m1" name="ordered"/>',
)
ERROR = '<bpmn:error id="e1" errorCode="broken"/>'
CAUGHT = (
    '<bpmn:boundaryEvent id="caught" attachedToRef="work"><bpmn:outgoing>t1</bpmn:outgoing>'
    '<bpmn:errorEventDefinition errorRef="e1"/></bpmn:boundaryEvent>'
    '<bpmn:sequenceFlow id="t1" sourceRef="caught" targetRef="repair"/>'
    '<bpmn:userTask id="repair"><bpmn:incoming>t1</bpmn:incoming>'
    "<bpmn:outgoing>t2</bpmn:outgoing></bpmn:userTask>"
    '<bpmn:sequenceFlow id="t2" sourceRef="repair" targetRef="end2"/>'
    '<bpmn:endEvent id="end2"><bpmn:incoming>t2</bpmn:incoming></bpmn:endEvent>'
)
"""A BPMN error at the element "work" leads to the task "repair"."""
ERROR_BOUNDARY = chain("error", START, WORK, END, roots=ERROR, more=CAUGHT)
