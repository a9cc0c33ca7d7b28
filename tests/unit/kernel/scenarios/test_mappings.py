"""Input and output mappings, and where variables live."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.kernel.scenarios.shapes import boundary, end, extended, loop, service, sub, throw, timer

from shoal.errors import ShoalError
from shoal.kernel import stimulus


def io(inputs: str = "", outputs: str = "") -> str:
    return extended(f"<camunda:inputOutput>{inputs}{outputs}</camunda:inputOutput>")


def given(name: str, value: str) -> str:
    return f'<camunda:inputParameter name="{name}">{value}</camunda:inputParameter>'


def got(name: str, value: str) -> str:
    return f'<camunda:outputParameter name="{name}">{value}</camunda:outputParameter>'


LIST = "<camunda:list><camunda:value>${x}</camunda:value><camunda:value>two</camunda:value></camunda:list>"
MAP = '<camunda:map><camunda:entry key="k">${x + 1}</camunda:entry><camunda:entry key="l">v</camunda:entry>'
MAP += "</camunda:map>"
SCRIPT = '<camunda:script scriptFormat="javascript">x * 2</camunda:script>'


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("${x}", 1),
        ("plain", "plain"),
        ("", None),
        ("n is ${x}", "n is 1"),
        (LIST, [1, "two"]),
        (MAP, {"k": 2, "l": "v"}),
    ],
)
def test_inputs_are_variables_of_the_activity_only(play: Any, text: Any, value: Any) -> None:
    run = play("s > t > after > e", body=f'<userTask id="t">{io(given("y", text))}</userTask>', x=1)
    assert run.value("y", "t") == value
    assert run.value("y") is None
    run.complete("t")
    assert not any("y" in scope for scope in run.snapshot.variables.scopes.values())


def test_a_script_may_be_a_parameter(play: Any) -> None:
    run = play("s > t > e", body=f'<userTask id="t">{io(given("y", SCRIPT))}</userTask>', x=4)
    assert run.value("y", "t") == 8


def test_an_input_of_the_same_name_hides_the_variable_of_the_process(play: Any) -> None:
    body = f'<userTask id="t">{io(given("x", "${x + 1}"))}</userTask>'
    run = play("s > t > after > e", body=body, x=1)
    run.complete("t", x=10)
    assert run.value("x") == 1


def test_outputs_go_to_the_scope_around_or_where_the_variable_is(play: Any) -> None:
    body = f'<userTask id="t">{io(given("y", "5"), got("x", "${y}") + got("z", "${x}"))}</userTask>'
    run = play("s > t > after > e", body=body, x=1).complete("t")
    assert (run.value("x"), run.value("y"), run.value("z")) == ("5", None, "5")


def test_an_output_finds_the_variable_of_the_sub_process(play: Any) -> None:
    inner = f'<userTask id="t">{io("", got("x", "changed"))}</userTask>'
    body = sub("sub", "s2 > t > w > e2", body=io(given("x", "mine")) + inner)
    run = play("s > sub > e", body=body, x="outer").complete("t")
    assert run.value("x", "sub") == "changed"
    assert run.value("x") == "outer"


def test_outputs_are_mapped_when_a_boundary_event_interrupts_too(play: Any) -> None:
    body = f'<userTask id="t">{io("", got("x", "out"))}</userTask>' + boundary("late", "t", timer())
    run = play("s > t > e", "late > after > e", body=body).fire("late")
    assert run.value("x") == "out"


def test_every_instance_of_a_repeated_activity_has_its_own_inputs(play: Any) -> None:
    body = f'<userTask id="t" camunda:assignee="${{y}}">{io(given("y", "n${loopCounter}"))}{loop("2")}</userTask>'
    run = play("s > t > e", body=body)
    assert sorted(each.assignee for each in run.user_tasks.values()) == ["n0", "n1"]


def test_a_service_task_sees_its_inputs_and_gives_its_result(play: Any, host: Any) -> None:
    host.callables["work"] = lambda execution: execution.set_variable("z", execution.get_variable("y") + 1)
    body = service("t", inside=io(given("y", "${x}"), got("w", "${z}")))
    run = play("s > t > after > e", body=body, x=1)
    assert (run.value("z"), run.value("w")) == (2, 2)
    body = service(
        "t", 'camunda:expression="${x + 1}" camunda:resultVariable="r"', io(given("r", "0"), got("x", "${r}"))
    )
    run = play("s > t > after > e", body=body, x=1)
    assert (run.value("r"), run.value("x")) == (None, 2)


def test_events_have_mappings_as_well(play: Any) -> None:
    body = f'<endEvent id="stop">{io(given("y", "1"))}</endEvent>'
    assert play("s > stop", body=body).ended is not None
    catching = f'<intermediateCatchEvent id="c">{io(given("y", "PT1H"), got("z", "${y}"))}{timer("${y}")}'
    run = play("s > c > after > e", body=catching + "</intermediateCatchEvent>").fire("c")
    assert run.value("z") == "PT1H"


@pytest.mark.parametrize(
    "body",
    [
        f'<endEvent id="t">{io("", got("y", "1"))}</endEvent>',
        f'<userTask id="t">{io("", got("y", "1"))}{loop("2")}</userTask>',
        f'<parallelGateway id="t">{io(given("y", "1"))}</parallelGateway>',
        f'<userTask id="t">{io("<camunda:inputParameter>1</camunda:inputParameter>")}</userTask>',
    ],
)
def test_mappings_where_there_can_be_none_are_refused(play: Any, body: Any) -> None:
    with pytest.raises(ShoalError):
        play("s > t", body=body)


def test_variables_set_in_a_sub_process_belong_to_the_process_unless_they_are_its_own(play: Any) -> None:
    body = sub("sub", "s2 > t > w > e2", body=io(given("own", "1")))
    run = play("s > sub > e", body=body, x=1).complete("t", own=2, x=2, new=3)
    assert run.value("own", "sub") == 2
    assert (run.value("x"), run.value("new"), run.value("own")) == (2, 3, None)


def test_a_local_variable_ends_with_its_scope(play: Any) -> None:
    run = play("s > sub > after > e", body=sub("sub", "s2 > t > e2"), x=1)
    run.do(stimulus.SetVariables(run.snapshot.variables.scopes[run.snapshot.instance.id], run.node("sub")))
    run.complete("t")
    assert run.at == ["after"]
    assert len(run.snapshot.variables.scopes) == 1


def test_what_a_task_is_completed_with_locally_is_seen_by_its_outputs_only(play: Any) -> None:
    body = f'<userTask id="t">{io("", got("y", "${answer}"))}</userTask>'
    run = play("s > t > after > e", body=body).complete("t", {"answer": 42})
    assert (run.value("y"), run.value("answer")) == (42, None)


def test_a_throwing_event_maps_before_it_throws(play: Any) -> None:
    mapped = throw("n").replace("</inter", io(given("y", "1"), got("z", "${y}")) + "</inter")
    assert play("s > n > t > e", body=mapped).value("z") == "1"


def test_an_end_event_of_a_sub_process_sees_its_variables(play: Any, host: Any) -> None:
    seen: list[Any] = []
    host.callables["work"] = lambda execution: seen.append(execution.get_variable("own"))
    listener = extended('<camunda:executionListener event="end" class="work"/>')
    body = sub("sub", "s2 > stop", body=io(given("own", "1")) + end("stop").replace("</end", listener + "</end"))
    play("s > sub > e", body=body)
    assert seen == ["1"]
