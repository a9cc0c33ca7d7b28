"""Multi-instance activities: counts, variables, conditions, and what is attached to them."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.kernel.scenarios.shapes import boundary, end, error, extended, loop, message, service, sub, throw

from shoal.errors import ExecutionError

COLLECTION = 'camunda:collection="{}" camunda:elementVariable="one"'


def task(characteristics: str, more: str = "") -> str:
    return f'<userTask id="t" {more}>{characteristics}</userTask>'


@pytest.mark.parametrize("text", ["${people}", "people", "${execution.getVariable('people')}"])
@pytest.mark.parametrize("sequential", [True, False])
def test_a_collection_may_be_an_expression_or_a_name(play: Any, text: Any, sequential: Any) -> None:
    body = task(loop("", sequential, more=COLLECTION.format(text)), 'camunda:assignee="${one}"')
    run = play("s > t > e", body=body, people=["ann", "bob"])
    names = []
    while run.ended is None:
        names.append(sorted(each.assignee for each in run.user_tasks.values()))
        run.complete("t")
    assert names == ([["ann"], ["bob"]] if sequential else [["ann", "bob"], ["bob"]])


@pytest.mark.parametrize("sequential", [True, False])
@pytest.mark.parametrize("count", ["0", "${people}"])
def test_without_instances_the_activity_is_left_at_once(play: Any, sequential: Any, count: Any) -> None:
    more = COLLECTION.format(count) if count != "0" else ""
    body = task(loop("" if more else count, sequential, more=more))
    run = play("s > t > after > e", body=body, people=[])
    assert run.at == ["after"]
    assert "t" not in run.path


@pytest.mark.parametrize("value", [2, "2", 2.0, "${4 / 2}"])
def test_the_cardinality_may_be_a_number_or_its_text(play: Any, value: Any) -> None:
    text = value if str(value).startswith("$") else "${n}"
    assert play("s > t > e", body=task(loop(text)), n=value).at == ["t", "t"]


def test_the_completion_condition_sees_the_variables_of_the_instance_that_ended(play: Any) -> None:
    body = task(loop("", until="${one == 'bob'}", more=COLLECTION.format("people")))
    run = play("s > t > after > e", body=body, people=["ann", "bob", "cid"]).complete("t")
    assert run.at == ["t", "t"]
    assert run.complete("t").at == ["after"]
    assert play("s > t > after > e", body=task(loop(until="${loopCounter == 0}"))).complete("t").at == ["after"]


@pytest.mark.parametrize("sequential", [True, False])
def test_the_completion_condition_counts(play: Any, sequential: Any) -> None:
    body = task(loop("4", sequential, until="${nrOfCompletedInstances / nrOfInstances >= 0.5}"))
    run = play("s > t > after > e", body=body).complete("t")
    assert "t" in run.at
    assert run.complete("t").at == ["after"]


@pytest.mark.parametrize("sequential", [True, False])
def test_counters_are_gone_afterwards(play: Any, sequential: Any) -> None:
    run = play("s > t > after > e", body=task(loop("2", sequential))).complete("t").complete("t")
    assert run.at == ["after"]
    assert not run.snapshot.variables.scopes


def test_the_counters_of_parallel_instances(play: Any) -> None:
    run = play("s > t > e", body=task(loop("3"))).complete("t")
    body = "t#multiInstanceBody"
    seen = [run.value(name, body) for name in ("nrOfInstances", "nrOfActiveInstances", "nrOfCompletedInstances")]
    assert seen == [3, 2, 1]


@pytest.mark.parametrize("sequential", [True, False])
def test_a_repeated_sub_process_has_its_own_variables(play: Any, sequential: Any) -> None:
    mapping = (
        '<camunda:inputOutput><camunda:inputParameter name="mine">${one}</camunda:inputParameter>'
        "</camunda:inputOutput>"
    )
    inside = sub(
        "sub", "s2 > t > e2", body=extended(mapping) + loop("", sequential, more=COLLECTION.format("people"))
    )
    run = play("s > sub > e", body=inside, people=["ann", "bob"])
    assert run.value("mine", "sub") == "ann"
    run.complete("t", mine="changed")
    assert run.value("mine") is None
    run.complete("t")
    assert run.ended is not None


def test_repetition_within_repetition(play: Any) -> None:
    inner = f'<userTask id="t">{loop("2")}</userTask>'
    body = sub("sub", "s2 > t > e2", body=loop("2") + inner)
    run = play("s > sub > after > e", body=body)
    assert run.at == ["t"] * 4
    for _ in range(4):
        run.complete("t")
    assert run.at == ["after"]


@pytest.mark.parametrize("interrupting", [True, False])
def test_a_message_on_the_border_comes_once_for_all(play: Any, interrupting: Any) -> None:
    body = task(loop()) + boundary("b", "t", message("m1"), interrupting)
    run = play("s > t > e", "b > told > e", body=body)
    assert len(run.subscriptions) == 1
    run.receive("b")
    assert run.at == (["told"] if interrupting else ["t", "t", "t", "told"])


def test_a_repeated_service_task_stops_at_an_error(play: Any, host: Any) -> None:
    from shoal.expressions.errors import BpmnError

    seen: list[Any] = []

    def work(execution: Any) -> None:
        seen.append(execution.get_variable("one"))
        if seen[-1] == "bob":
            raise BpmnError("E1")

    host.callables["work"] = work
    body = service("t", inside=loop("", True, more=COLLECTION.format("people"))) + boundary("b", "t", error("E1"))
    run = play("s > t > e", "b > mend > e", body=body, people=["ann", "bob", "cid"])
    assert run.at == ["mend"]
    assert seen == ["ann", "bob"]


def test_asynchronous_bodies_and_instances(play: Any) -> None:
    run = play("s > t > after > e", body=task(loop("2"), 'camunda:asyncBefore="true"'))
    assert [job.activity_id for job in run.jobs.values()] == ["t#multiInstanceBody"]
    assert run.go_on("t#multiInstanceBody").at == ["t", "t"]
    run = play("s > t > after > e", body=task(loop("2", more='camunda:asyncBefore="true"')))
    assert [job.activity_id for job in run.jobs.values()] == ["t", "t"]
    run.go_on("t").go_on("t").complete("t").complete("t")
    assert run.at == ["after"]
    run = play("s > t > after > e", body=task(loop("2", more='camunda:asyncAfter="true"')))
    run.complete("t").complete("t").go_on("t").go_on("t")
    assert run.at == ["after"]


def test_a_sequence_that_is_asynchronous_after_each_instance(play: Any) -> None:
    run = play("s > t > after > e", body=task(loop("2", True, more='camunda:asyncAfter="true"')))
    run.complete("t").go_on("t").complete("t").go_on("t")
    assert run.at == ["after"]


def test_a_terminate_end_event_ends_one_instance_only(play: Any) -> None:
    body = sub(
        "sub",
        "s2 > and_f > t > stop",
        "and_f > w > e2",
        body=end("stop", "<terminateEventDefinition/>") + loop("2"),
    )
    run = play("s > sub > after > e", body=body).complete("t")
    assert run.at == ["t", "w"]
    assert run.complete("t").at == ["after"]


@pytest.mark.parametrize("value", [None, 5, "nobody"])
def test_a_collection_that_is_none_fails(play: Any, value: Any) -> None:
    with pytest.raises(ExecutionError, match="collection"):
        play("s > t > e", body=task(loop("", more=COLLECTION.format("${people}"))), people=value)


def test_repeated_call_activities(play: Any) -> None:
    from shoal.kernel import stimulus

    mapping = extended('<camunda:in source="one" target="x"/><camunda:out source="y" target="y"/>')
    repeated = loop("", more=COLLECTION.format("people"))
    call = f'<callActivity id="t" calledElement="q">{mapping}{repeated}</callActivity>'
    run = play("s > t > after > e", body=call, people=["ann", "bob"])
    children = list(run.called.values())
    assert [each.variables["x"].value for each in children] == ["ann", "bob"]
    for each in children:
        del run.called[each.instance_id]
        run.do(stimulus.ChildEnded(each.node_id))
    assert run.at == ["after"]


def test_throwing_events_and_gateways_do_not_repeat_but_sub_processes_with_them_do(play: Any) -> None:
    body = sub("sub", "s2 > n > e2", body=throw("n") + loop("3"))
    assert play("s > sub > e", body=body).path.count("n") == 3


def test_a_completion_condition_is_asked_when_the_job_after_the_instance_has_run(play: Any) -> None:
    body = task(loop("3", until="${loopCounter == 0}", more='camunda:asyncAfter="true"'))
    run = play("s > t > after > e", body=body).complete("t")
    assert run.at == ["t", "t", "t"]
    assert run.go_on("t").at == ["after"]
    assert not run.snapshot.variables.scopes
