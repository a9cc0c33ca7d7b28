"""Listeners: which, in which order, with what they see and may do."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.kernel.scenarios.shapes import (
    TERMINATE,
    boundary,
    catch,
    end,
    error,
    extended,
    loop,
    sub,
    timer,
)

from shoal.kernel import stimulus


def hear(*events: str, more: str = "") -> str:
    return extended("".join(f'<camunda:executionListener event="{each}" class="work"/>' for each in events) + more)


@pytest.fixture
def seen(host: Any) -> list[str]:
    found: list[str] = []

    def work(execution: Any) -> None:
        where = execution.current_transition_id or execution.current_activity_id or "process"
        found.append(f"{where}:{execution.event_name}")

    host.callables["work"] = work
    return found


def task(name: str, inside: str, more: str = "") -> str:
    return f'<userTask id="{name}" {more}>{inside}</userTask>'


def test_the_order_along_a_path(play: Any, seen: Any) -> None:
    flow = f'<sequenceFlow id="f" sourceRef="a" targetRef="b">{hear("take")}</sequenceFlow>'
    both = hear("start", "end")
    body = both + task("a", both) + task("b", both) + flow
    play("s > a", "b > e", body=body).complete("a").complete("b")
    assert seen == ["process:start", "a:start", "a:end", "f:take", "b:start", "b:end", "process:end"]


def test_the_order_around_a_sub_process(play: Any, seen: Any) -> None:
    both = hear("start", "end")
    body = sub("sub", "s2 > a > e2", body=both + task("a", both))
    play("s > sub > e", body=body).complete("a")
    assert seen == ["sub:start", "a:start", "a:end", "sub:end"]


def test_the_innermost_hears_its_end_first_when_it_is_cancelled(play: Any, seen: Any) -> None:
    both = hear("end")
    body = sub("sub", "s2 > a > e2", body=both + task("a", both)) + boundary("late", "sub", timer())
    play("s > sub > e", "late > w > e", body=body).fire("late")
    assert seen == ["a:end", "sub:end"]


def test_listeners_of_a_repeated_activity_are_those_of_each_instance(play: Any, seen: Any) -> None:
    play("s > a > e", body=task("a", hear("start", "end") + loop("2"))).complete("a").complete("a")
    assert seen == ["a:start", "a:start", "a:end", "a:end"]


def test_listeners_of_gateways_events_and_boundary_events(play: Any, seen: Any) -> None:
    both = hear("start", "end")
    body = f'<startEvent id="s">{both}</startEvent><exclusiveGateway id="x">{both}</exclusiveGateway>'
    body += '<userTask id="t"/>'
    body += boundary("late", "t", both + timer()) + f'<endEvent id="e">{both}</endEvent>'
    play("s > x > t > e", "late > e", body=body).fire("late")
    names = [f"{name}:{event}" for name in ("s", "x", "late", "e") for event in ("start", "end")]
    assert seen == names


def test_a_parallel_join_is_heard_for_every_token(play: Any, seen: Any) -> None:
    body = f'<parallelGateway id="j">{hear("start", "end")}</parallelGateway>'
    run = play("s > and_f > a > j > e", "and_f > b > j", body=body).complete("a")
    assert seen == ["j:start"]
    run.complete("b")
    assert seen.count("j:start") == seen.count("j:end") == 2


def test_an_instance_that_is_cancelled_hears_the_end_unless_listeners_are_skipped(play: Any, seen: Any) -> None:
    body = hear("end") + task("a", hear("end"))
    play("s > a > e", body=body).do(stimulus.Cancel())
    assert seen == ["a:end", "process:end"]
    play("s > a > e", body=body).do(stimulus.Cancel(skip_custom_listeners=True))
    assert len(seen) == 2


def test_a_listener_may_set_a_variable_that_the_flow_behind_asks_for(play: Any, host: Any) -> None:
    host.callables["work"] = lambda execution: execution.set_variable("x", 7)
    body = task("t", hear("start")) + '<exclusiveGateway id="g" default="g_b"/>'
    run = play("s > t > g > b > e", "g > a: ${x == 7}", "a > e", body=body).complete("t")
    assert run.at == ["a"]


@pytest.mark.parametrize("more", ['camunda:asyncBefore="true"', 'camunda:asyncAfter="true"'])
def test_listeners_and_asynchronous_continuations(play: Any, seen: Any, more: Any) -> None:
    run = play("s > t > after > e", body=task("t", hear("start", "end"), more))
    if "Before" in more:
        assert not seen
        run.go_on("t")
        assert seen == ["t:start"]
    else:
        run.complete("t")
        assert seen == ["t:start", "t:end"]


def test_the_events_of_a_task_in_their_order(play: Any, host: Any) -> None:
    found: list[str] = []
    host.callables["hear"] = lambda task: found.append(task.event_name)
    events = ("create", "assignment", "update", "complete", "delete")
    listeners = extended("".join(f'<camunda:taskListener event="{each}" class="hear"/>' for each in events))
    body = task("t", listeners, 'camunda:assignee="ann"') + boundary("late", "t", timer())
    run = play("s > t > e", "late > w > e", body=body)
    assert found == ["create", "assignment"]
    run.do(stimulus.ChangeTask(run.node("t"), {"assignee": "bob"}))
    assert found[2:] == ["update", "assignment"]
    run.complete("t")
    assert found[4:] == ["complete"]
    play("s > t > e", "late > w > e", body=body).fire("late")
    assert found[-1] == "delete"


def test_fields_are_injected_into_listeners(play: Any, host: Any) -> None:
    found: list[Any] = []

    class Listener:
        text: Any = None

        def notify(self, execution: Any) -> None:
            found.append((execution.current_activity_id, self.text))

    host.callables["work"] = Listener
    field = '<camunda:field name="text"><camunda:expression>n ${x}</camunda:expression></camunda:field>'
    listener = extended(
        f'<camunda:executionListener event="start" class="work">{field}</camunda:executionListener>'
    )
    play("s > t > e", body=task("t", listener), x=1)
    assert found == [("t", "n 1")]


def test_listeners_as_expressions_and_scripts(play: Any, host: Any) -> None:
    found: list[Any] = []

    class Bean:
        def heard(self, execution: Any, text: str) -> None:
            found.append(f"{execution.event_name} {text}")

    host.callables["bean"] = Bean()
    script = '<camunda:script scriptFormat="javascript">execution.setVariable("y", 3)</camunda:script>'
    listeners = extended(
        '<camunda:executionListener event="start" expression="${bean.heard(execution, \'x\')}"/>'
        f'<camunda:executionListener event="end">{script}</camunda:executionListener>'
    )
    run = play("s > t > after > e", body=task("t", listeners)).complete("t")
    assert found == ["start x"]
    assert run.value("y") == 3


def test_the_end_listener_of_an_end_event_comes_before_that_of_its_scope(play: Any, seen: Any) -> None:
    body = sub("sub", "s2 > stop", body=hear("end") + end("stop", hear("start", "end")))
    play("s > sub > e", body=body)
    assert seen == ["stop:start", "stop:end", "sub:end"]


def test_the_flow_behind_an_event_based_gateway_is_not_taken_but_jumped_over(play: Any, seen: Any) -> None:
    body = f'<sequenceFlow id="f" sourceRef="evt_g" targetRef="c">{hear("take")}</sequenceFlow>'
    body += '<eventBasedGateway id="evt_g"/>' + catch("c", timer())
    run = play("s > evt_g", "c > t > e", body=body).fire("c")
    assert run.at == ["t"]
    assert seen == []


@pytest.mark.parametrize("event", ["create", "complete"])
def test_an_error_of_a_task_listener_is_caught_at_the_task(play: Any, raises: Any, event: Any) -> None:
    raises("E1")
    body = task("t", extended(f'<camunda:taskListener event="{event}" class="work"/>'))
    run = play("s > t > e", "b > mend > e", body=body + boundary("b", "t", error("E1")))
    if event == "complete":
        run.complete("t")
    assert run.at == ["mend"]


def test_a_terminate_end_event_begins_when_the_others_have_ended(play: Any, seen: Any) -> None:
    both = hear("start", "end")
    body = task("b", both) + f'<endEvent id="stop">{both}{TERMINATE}</endEvent>'
    play("s > and_f > a > stop", "and_f > b > e", body=body).complete("a")
    assert seen == ["b:start", "b:end", "stop:start", "stop:end"]


def test_an_asynchronous_terminate_end_event_ends_the_others_before_its_job(play: Any) -> None:
    body = f'<endEvent id="stop" camunda:asyncBefore="true">{TERMINATE}</endEvent>'
    run = play("s > and_f > a > stop", "and_f > b > e", body=body).complete("a")
    assert run.outcome("b") == "cancelled"
    assert run.ended is None
    assert run.go_on("stop").ended is not None
