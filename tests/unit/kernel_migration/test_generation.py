"""Instructions that go without saying."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.kernel_migration.conftest import process, sub

from shoal.kernel.migration import MigrationPlan, generate_plan, validate_plan

OUTSIDE = '<message id="m" name="mail"/><error id="err" errorCode="E"/>'
MAIL = '<messageEventDefinition messageRef="m"/>'
TIMER = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
EXTERNAL = 'camunda:type="external" camunda:topic="t"'


def one(element: str, *arrows: str) -> Any:
    return process(element, *(arrows or ("s > a > e",)), outside=OUTSIDE)


def mapped(source: Any, target: Any, update: bool = False) -> list[str]:
    made = generate_plan(source, target, update)
    assert not validate_plan(source, target, MigrationPlan("x", "y", made)).has_failures
    assert all(each.source_activity_id == each.target_activity_id for each in made)
    return [f"{each.source_activity_id}{'!' if each.update_event_trigger else ''}" for each in made]


@pytest.mark.parametrize(
    "element",
    [
        '<userTask id="a"/>',
        '<receiveTask id="a"/>',
        f'<serviceTask id="a" {EXTERNAL}/>',
        '<callActivity id="a" calledElement="x"/>',
        f'<intermediateCatchEvent id="a">{TIMER}</intermediateCatchEvent>',
        '<parallelGateway id="a"/>',
        '<inclusiveGateway id="a"/>',
        '<task id="a" camunda:asyncBefore="true"/>',
        '<scriptTask id="a" scriptFormat="juel" camunda:asyncAfter="true"><script>1</script></scriptTask>',
    ],
)
def test_whatever_an_instance_can_be_at_is_mapped(element: str) -> None:
    assert mapped(one(element), one(element)) == ["a"]


@pytest.mark.parametrize(
    "element",
    [
        '<task id="a"/>',
        '<exclusiveGateway id="a"/>',
        '<serviceTask id="a" camunda:expression="${1}"/>',
        '<intermediateThrowEvent id="a"/>',
    ],
)
def test_whatever_is_only_passed_is_not(element: str) -> None:
    assert mapped(one(element), one(element)) == []


def test_activities_of_other_kinds_are_not_equal() -> None:
    assert mapped(one('<userTask id="a"/>'), one('<receiveTask id="a"/>')) == []


def test_activities_in_other_scopes_are_not_equal() -> None:
    deep = process(sub("w", '<userTask id="a"/>', "w_s > a"), "s > w > e")
    assert mapped(one('<userTask id="a"/>'), deep) == []
    assert mapped(deep, deep) == ["w", "a"]
    other = process(sub("v", '<userTask id="a"/>', "v_s > a"), "s > v > e")
    assert mapped(deep, other) == []


def test_boundary_events_are_mapped_when_they_are_waited_for_and_their_activities_are_mapped() -> None:
    events = "".join(
        f'<boundaryEvent id="{name}" attachedToRef="a">{definition}</boundaryEvent>'
        for name, definition in (("one", MAIL), ("two", TIMER), ("three", '<errorEventDefinition errorRef="err"/>'))
    )
    model = one('<userTask id="a"/>' + events)
    assert mapped(model, model) == ["a", "one", "two"]
    assert mapped(model, one('<receiveTask id="a"/>' + events)) == []


def test_a_boundary_event_of_another_activity_is_not_equal() -> None:
    body = '<userTask id="a"/><userTask id="b"/><boundaryEvent id="one" attachedToRef="{}">' + MAIL
    body += "</boundaryEvent>"
    arrows = ("s > a > b > e",)
    assert mapped(one(body.format("a"), *arrows), one(body.format("b"), *arrows)) == ["a", "b"]


def test_event_sub_processes_and_their_start_events_are_mapped() -> None:
    start = f'<startEvent id="m_s">{MAIL}</startEvent><userTask id="t"/>'
    flow = '<sequenceFlow id="f" sourceRef="m_s" targetRef="t"/>'
    body = f'<userTask id="a"/><subProcess id="w" triggeredByEvent="true">{start}{flow}</subProcess>'
    assert sorted(mapped(one(body), one(body))) == ["a", "m_s", "t", "w"]


def test_of_an_event_sub_process_that_compensates_only_its_start_event_is_mapped() -> None:
    start = '<startEvent id="cs"><compensateEventDefinition/></startEvent>'
    handler = f'<subProcess id="x" triggeredByEvent="true">{start}</subProcess>'
    model = one(f'<subProcess id="a"><startEvent id="s2"/>{handler}</subProcess>')
    assert sorted(mapped(model, model)) == ["a", "cs"]


def test_triggers_are_updated_on_request_and_conditions_always() -> None:
    condition = "<conditionalEventDefinition><condition xsi:type='tFormalExpression'>${x}</condition>"
    condition += "</conditionalEventDefinition>"
    body = f'<userTask id="a"/><boundaryEvent id="one" attachedToRef="a">{TIMER}</boundaryEvent>'
    body += f'<boundaryEvent id="two" attachedToRef="a">{condition}</boundaryEvent>'
    body += f'<intermediateCatchEvent id="three">{MAIL}</intermediateCatchEvent>'
    model = one(body, "s > a > three > e")
    assert mapped(model, model) == ["a", "one", "two!", "three"]
    assert mapped(model, model, True) == ["a", "one!", "two!", "three!"]


def test_a_gateway_with_fewer_incoming_flows_is_left_out() -> None:
    tasks = '<parallelGateway id="f"/><userTask id="x"/><userTask id="y"/><parallelGateway id="a"/>'
    source = one(tasks, "s > f", "f > x > a > e", "f > y > a")
    target = one(tasks, "s > f", "f > x > a > e", "f > y > e")
    assert mapped(source, target) == ["f", "x", "y"]


def test_a_process_of_many_elements_is_mapped_in_linear_time() -> None:
    names = [f"t{number}" for number in range(2000)]
    tasks = "".join(f'<userTask id="{name}"/>' for name in names)
    model = one(tasks, " > ".join(["s", *names, "e"]))
    assert mapped(model, model) == names
