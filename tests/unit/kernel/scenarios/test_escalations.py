"""Escalations: caught inside out, interrupting or not, and what throws them."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.kernel.scenarios.shapes import boundary, end, escalation, event_sub, loop, sub, throw

from shoal.errors import ExecutionError
from shoal.kernel import stimulus

UP = escalation("X1")


@pytest.mark.parametrize("thrower", [throw("up", UP), end("up", UP)])
def test_an_interrupting_boundary_event_cancels_the_sub_process(play: Any, thrower: Any) -> None:
    arrows = (
        ("s2 > and_f > up", "and_f > w > e2")
        if "end" in thrower
        else ("s2 > and_f > up > x > e2", "and_f > w > e2")
    )
    body = sub("sub", *arrows, body=thrower) + boundary("b", "sub", UP)
    run = play("s > sub > e", "b > told > e", body=body)
    assert run.at == ["told"]


@pytest.mark.parametrize("code", ["X1", ""])
def test_one_that_does_not_interrupt_lets_both_paths_go_on(play: Any, code: Any) -> None:
    body = sub("sub", "s2 > up > w > e2", body=throw("up", UP)) + boundary("b", "sub", escalation(code), False)
    run = play("s > sub > after > e", "b > told > e", body=body)
    assert run.at == ["told", "w"]
    assert run.complete("w").at == ["after", "told"]


def test_the_nearest_scope_catches_and_nobody_else(play: Any) -> None:
    deep = sub("deep", "s3 > up > w > e3", body=throw("up", UP)) + boundary("near", "deep", UP, False)
    body = sub("outer", "s2 > deep > e2", "near > told > e2", body=deep) + boundary(
        "far", "outer", escalation(), True
    )
    run = play("s > outer > e", "far > never > e", body=body)
    assert run.at == ["told", "w"]


def test_another_code_goes_past_to_the_next_scope(play: Any) -> None:
    deep = sub("deep", "s3 > up > w > e3", body=throw("up", UP)) + boundary("near", "deep", escalation("X2"))
    body = sub("outer", "s2 > deep > e2", "near > no > e2", body=deep) + boundary("far", "outer", UP)
    assert play("s > outer > e", "far > told > e", body=body).at == ["told"]


def test_an_event_sub_process_catches_before_the_boundary_event(play: Any) -> None:
    handler = event_sub("es", UP, "es_s > told > es_e", body=end("es_e"), interrupting=False)
    body = sub("sub", "s2 > up > w > e2", body=throw("up", UP) + handler) + boundary("b", "sub", UP)
    assert play("s > sub > e", "b > no > e", body=body).at == ["told", "w"]


def test_an_event_sub_process_that_throws_again_is_heard_by_the_boundary_event(play: Any) -> None:
    handler = event_sub("es", UP, "es_s > again", body=end("again", UP), interrupting=False)
    body = sub("sub", "s2 > up > w > e2", body=throw("up", UP) + handler) + boundary("b", "sub", UP, False)
    assert play("s > sub > e", "b > told > e", body=body).at == ["told", "w"]


def test_nobody_listens(play: Any) -> None:
    assert play("s > up > w > e", body=throw("up", UP)).at == ["w"]
    assert play("s > up", body=end("up", UP)).ended is not None


def test_every_instance_may_escalate(play: Any) -> None:
    inside = sub("sub", "s2 > up > w > e2", body=throw("up", UP)).replace("</subProcess>", loop() + "</subProcess>")
    body = inside + boundary("b", "sub", UP, False)
    run = play("s > sub > e", "b > told > e", body=body)
    assert run.at == ["told"] * 3 + ["w"] * 3


def test_the_code_goes_to_the_variable_that_the_event_names(play: Any) -> None:
    event = boundary("b", "sub", escalation("", 'camunda:escalationCodeVariable="code"'))
    run = play("s > sub > e", "b > told > e", body=sub("sub", "s2 > up > w > e2", body=throw("up", UP)) + event)
    assert run.value("code") == "X1"


def test_a_user_task_is_escalated_from_outside(play: Any) -> None:
    body = '<userTask id="t"/>' + boundary("b", "t", UP, False)
    run = play("s > t > e", "b > told > e", body=body)
    run.do(stimulus.ThrowEscalation(run.node("t"), "X1"))
    assert run.at == ["t", "told"]


def test_what_comes_from_outside_has_to_be_caught(play: Any) -> None:
    run = play("s > t > e")
    with pytest.raises(ExecutionError, match="nothing catches escalation 'X1' of 't'"):
        run.do(stimulus.ThrowEscalation(run.node("t"), "X1"))


def test_a_called_process_escalates_to_its_caller(play: Any) -> None:
    body = '<callActivity id="call" calledElement="q"/>' + boundary("b", "call", UP)
    run = play("s > call > e", "b > told > e", body=body)
    run.do(stimulus.ChildEscalated(run.node("call"), "X1"))
    assert run.at == ["told"]
    assert not run.called
