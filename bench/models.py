"""The processes that the benchmarks run, written as compactly as BPMN allows."""

from __future__ import annotations

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="bench">'
    '<message id="M" name="paid"/>'
)


def _flow(source: str, target: str, condition: str | None = None) -> str:
    body = (
        f'<conditionExpression xsi:type="tFormalExpression">{condition}</conditionExpression>' if condition else ""
    )
    return f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">{body}</sequenceFlow>'


def _process(key: str, body: str) -> bytes:
    return f'{_HEAD}<process id="{key}" isExecutable="true">{body}</process></definitions>'.encode()


def order(name: str = "Check") -> bytes:
    """What operators have by the hundred thousand: a user task, a message that may come, a timer."""
    return _process(
        "order",
        f'<startEvent id="start"/><userTask id="check" name="{name}"/><endEvent id="end"/>'
        '<boundaryEvent id="paid" attachedToRef="check" cancelActivity="false">'
        '<messageEventDefinition messageRef="M"/></boundaryEvent>'
        '<boundaryEvent id="late" attachedToRef="check"><timerEventDefinition>'
        "<timeDuration>P30D</timeDuration></timerEventDefinition></boundaryEvent>"
        '<endEvent id="paid_end"/><endEvent id="late_end"/>'
        + _flow("start", "check")
        + _flow("check", "end")
        + _flow("paid", "paid_end")
        + _flow("late", "late_end"),
    )


def external() -> bytes:
    """Work for somebody elsewhere."""
    return _process(
        "external",
        '<startEvent id="start"/><serviceTask id="work" camunda:type="external" camunda:topic="work"/>'
        '<endEvent id="end"/>' + _flow("start", "work") + _flow("work", "end"),
    )


def straight() -> bytes:
    """A straight line to a user task."""
    return _process(
        "straight",
        '<startEvent id="start"/><task id="a"/><userTask id="wait"/><endEvent id="end"/>'
        + _flow("start", "a")
        + _flow("a", "wait")
        + _flow("wait", "end"),
    )


def fork_join() -> bytes:
    """Two branches in parallel, joined, then a user task."""
    return _process(
        "fork_join",
        '<startEvent id="start"/><parallelGateway id="fork"/><task id="a"/><task id="b"/>'
        '<parallelGateway id="join"/><userTask id="wait"/><endEvent id="end"/>'
        + _flow("start", "fork")
        + _flow("fork", "a")
        + _flow("fork", "b")
        + _flow("a", "join")
        + _flow("b", "join")
        + _flow("join", "wait")
        + _flow("wait", "end"),
    )


def loop() -> bytes:
    """Ten rounds through a script-free loop, then a user task."""
    return _process(
        "loop",
        '<startEvent id="start"/><exclusiveGateway id="merge"/>'
        '<serviceTask id="count" camunda:expression="${round + 1}" camunda:resultVariable="round"/>'
        '<exclusiveGateway id="again" default="again_wait"/><userTask id="wait"/><endEvent id="end"/>'
        + _flow("start", "merge")
        + _flow("merge", "count")
        + _flow("count", "again")
        + _flow("again", "merge", "${round &lt; 10}")
        + _flow("again", "wait")
        + _flow("wait", "end"),
    )


def multi_instance() -> bytes:
    """A user task for each of a hundred."""
    return _process(
        "multi_instance",
        '<startEvent id="start"/><userTask id="wait"><multiInstanceLoopCharacteristics>'
        "<loopCardinality>100</loopCardinality></multiInstanceLoopCharacteristics></userTask>"
        '<endEvent id="end"/>' + _flow("start", "wait") + _flow("wait", "end"),
    )


def nested() -> bytes:
    """Sub-processes five deep around a user task."""
    body = (
        '<startEvent id="s5"/><userTask id="wait"/><endEvent id="e5"/>' + _flow("s5", "wait") + _flow("wait", "e5")
    )
    for depth in range(4, -1, -1):
        inner = f'<subProcess id="sub{depth}">{body}</subProcess>'
        body = (
            f'<startEvent id="s{depth}"/>{inner}<endEvent id="e{depth}"/>'
            + _flow(f"s{depth}", f"sub{depth}")
            + _flow(f"sub{depth}", f"e{depth}")
        )
    return _process("nested", body)


SHAPES = {
    "straight line": straight,
    "fork and join": fork_join,
    "loop of 10": loop,
    "multi-instance 100": multi_instance,
    "nested 5 deep": nested,
}
