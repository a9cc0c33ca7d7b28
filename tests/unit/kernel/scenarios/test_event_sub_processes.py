"""Event sub-processes: nested, several, and how their scope ends."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.kernel.scenarios.shapes import (
    boundary,
    catch,
    condition,
    end,
    event_sub,
    message,
    service,
    signal,
    sub,
    timer,
)

from shoal.kernel.stimulus import Trigger
from shoal.values import infer

MAIL = message("m1")


def handler(interrupting: bool = True, start: str = MAIL, name: str = "es") -> str:
    return event_sub(
        name, start, f"{name}_s > {name}_t > {name}_e", body=end(f"{name}_e"), interrupting=interrupting
    )


def test_the_process_ends_when_the_last_event_sub_process_has(play: Any) -> None:
    run = play("s > t > e", body=handler(False)).receive("es_s").complete("t")
    assert run.at == ["es_t"]
    assert len(run.subscriptions) == 1
    assert run.complete("es_t").ended is not None


def test_an_event_sub_process_may_begin_while_only_another_one_runs(play: Any) -> None:
    run = play("s > t > e", body=handler(False)).receive("es_s").complete("t").receive("es_s")
    assert run.at == ["es_t", "es_t"]
    run.complete("es_t").complete("es_t")
    assert run.ended is not None


def test_it_interrupts_its_own_scope_only(play: Any) -> None:
    body = sub("sub", "s2 > t > e2", body=handler())
    run = play("s > and_f > sub > after > e", "and_f > side > e", body=body).receive("es_s")
    assert run.at == ["es_t", "side"]
    assert run.complete("es_t").at == ["after", "side"]


def test_one_within_another(play: Any) -> None:
    inner = handler(True, message("m2"), "in")
    outer = event_sub("es", MAIL, "es_s > es_t > es_e", body=inner + end("es_e"))
    run = play("s > t > e", body=outer).receive("es_s")
    assert run.at == ["es_t"]
    assert [each.activity_id for each in run.subscriptions.values()] == ["in_s"]
    run.receive("in_s")
    assert run.at == ["in_t"]
    assert run.complete("in_t").ended is not None


def test_an_interrupting_one_ends_those_that_do_not_interrupt(play: Any) -> None:
    body = handler(False) + handler(True, message("m2"), "stop")
    run = play("s > t > e", body=body).receive("es_s").receive("es_s").receive("stop_s")
    assert run.at == ["stop_t"]
    assert not run.subscriptions


def test_variables_of_the_event_sub_process_are_its_own(play: Any) -> None:
    run = play("s > t > e", body=handler(False)).receive("es_s", x=1)
    assert run.value("x") == 1


def test_a_boundary_event_goes_on_waiting_while_an_event_sub_process_runs(play: Any) -> None:
    body = sub("sub", "s2 > t > e2", body=handler()) + boundary("late", "sub", timer())
    run = play("s > sub > e", "late > after > e", body=body).receive("es_s")
    assert run.at == ["es_t"]
    assert run.fire("late").at == ["after"]
    assert run.outcome("es") == "cancelled"


@pytest.mark.parametrize("interrupting", [True, False])
def test_conditions(play: Any, interrupting: Any) -> None:
    run = play("s > t > e", body=handler(interrupting, condition("${x > 1}")), x=0)
    assert run.at == ["t"]
    run.set(x=1)
    assert run.at == ["t"]
    run.set(x=2)
    assert run.at == (["es_t"] if interrupting else ["es_t", "t"])


def test_a_condition_that_holds_when_the_scope_begins(play: Any) -> None:
    run = play("s > t > e", body=handler(True, condition("${x > 1}")), x=5)
    assert run.at == ["es_t"]


@pytest.mark.parametrize(
    ("more", "sets", "begun"),
    [
        ("", {"x": 5}, 1),
        ('camunda:variableName="y"', {"x": 5}, 0),
        ('camunda:variableName="y"', {"y": 1}, 1),
        ('camunda:variableName="y" camunda:variableEvents="update"', {"y": 1}, 0),
        ('camunda:variableName="x" camunda:variableEvents="create, update"', {"x": 2}, 1),
        ('camunda:variableEvents="delete"', {"x": 2}, 0),
    ],
)
def test_which_changes_count(play: Any, more: Any, sets: Any, begun: Any) -> None:
    body = '<userTask id="t"/>' + boundary(
        "c", "t", condition("${true}" if "y" in more else "${x > 1}", more), False
    )
    run = play("s > t > e", "c > told > e", body=body, x=0)
    before = run.at.count("told")
    run.set(**sets)
    assert run.at.count("told") - before == begun


def test_a_condition_of_a_boundary_event_sees_what_the_task_is_completed_with(play: Any) -> None:
    body = '<userTask id="t"/>' + boundary("c", "t", condition("${x > 1}"))
    assert play("s > t > after > e", "c > told > e", body=body).complete("t", x=5).at == ["told"]


def test_signals_and_messages_for_several_instances_of_a_scope(play: Any) -> None:
    body = sub("sub", "s2 > t > e2", body=handler(False, signal("g1")) + LOOP)
    run = play("s > sub > e", body=body)
    assert len(run.subscriptions) == 2
    run.receive("es_s")
    assert run.at == ["es_t", "t", "t"]


LOOP = "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>"


@pytest.mark.parametrize("x", [0, 1])
def test_a_condition_behind_an_event_based_gateway(play: Any, x: Any) -> None:
    body = catch("c", condition("${x == 1}")) + catch("m", MAIL)
    run = play("s > evt_g > c > a > e", "evt_g > m > b > e", body=body, x=x)
    assert run.at == (["a"] if x else ["evt_g"])
    if not x:
        assert run.set(x=1).at == ["a"]
    assert not run.subscriptions


def test_what_a_service_task_sets_interrupts_before_its_path_goes_on(play: Any, host: Any) -> None:
    host.callables["work"] = lambda execution: execution.set_variable("x", 1)
    body = sub("sub", "s2 > w > after > e2", body=service("w")) + boundary("b", "sub", condition("${x == 1}"))
    assert play("s > sub > e", "b > told > e", body=body, x=0).at == ["told"]


def test_asynchronous_events_that_begin_something(play: Any) -> None:
    later = handler().replace('<startEvent id="es_s"', '<startEvent id="es_s" camunda:asyncBefore="true"')
    run = play("s > t > e", body=later).receive("es_s")
    assert run.at == ["es_s"]
    assert run.go_on("es_s").at == ["es_t"]


@pytest.mark.parametrize("interrupting", [True, False], ids=["interrupting", "beside"])
def test_what_follows_a_message_sees_the_variables_for_the_triggered_scope(play: Any, interrupting: bool) -> None:
    value = {"told": infer("told", "yes")}
    attached = boundary("b", "t", message("m1"), interrupting)
    body = f'<userTask id="t"/>{attached}{event_sub("es", message("m2"), "es_s > inner > es_e", body=end("es_e"))}'
    run = play(
        "s > t > e", "b > xor_x", "xor_x > heard: ${told == 'yes'}", "xor_x > other: ${told != 'yes'}", body=body
    )
    wait = run.only(run.subscriptions, "b")
    run.do(Trigger(wait.node_id, wait.id, "b", triggered_variables=value))
    assert "heard" in run.at
    assert run.value("told") == "yes"
    wait = run.only(run.subscriptions, "es_s")
    run.do(Trigger(wait.node_id, wait.id, "es_s", triggered_variables={"inside": infer("inside", 1)}))
    assert run.at == ["inner"]
    assert run.value("inside", "es") == 1
    assert run.value("inside") is None
