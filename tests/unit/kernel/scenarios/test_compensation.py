"""Compensation: from where, of what, in which order, with which variables."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.kernel.scenarios.shapes import (
    CANCEL,
    COMPENSATE,
    boundary,
    compensate,
    end,
    error,
    event_sub,
    loop,
    signal,
    sub,
    throw,
    undo,
)

A = '<task id="a"/>' + undo("a")
B = '<task id="b"/>' + undo("b")
BACK = throw("back", COMPENSATE)


def test_handlers_of_parallel_branches_run_together(play: Any) -> None:
    run = play("s > and_f > a > and_j > back > after > e", "and_f > b > and_j", body=A + B + BACK)
    assert run.at == ["a_undo", "b_undo"]
    run.complete("a_undo").complete("b_undo")
    assert run.at == ["after"]


def test_only_what_has_completed_is_undone(play: Any) -> None:
    body = A + '<userTask id="c"/>' + undo("c") + BACK
    run = play("s > and_f > a > back > after > e", "and_f > c > e", body=body)
    assert run.at == ["a_undo", "c"]


def test_a_sub_process_named_by_the_event_is_undone_inside(play: Any) -> None:
    body = sub("sub", "s2 > a > e2", body=A) + B + throw("back", compensate("sub"))
    run = play("s > sub > b > back > after > e", body=body)
    assert run.at == ["a_undo"]
    assert run.complete("a_undo").at == ["after"]


def test_an_activity_inside_of_a_completed_sub_process_cannot_be_named_from_outside(play: Any) -> None:
    body = sub("sub", "s2 > a > e2", body=A) + throw("back", COMPENSATE)
    run = play("s > sub > back > after > e", body=body)
    assert run.at == ["a_undo"]


def test_nested_sub_processes_are_undone_to_the_innermost(play: Any) -> None:
    deep = sub("deep", "s3 > a > e3", body=A)
    body = sub("outer", "s2 > deep > b > e2", body=deep + B) + BACK
    run = play("s > outer > back > after > e", body=body)
    assert run.at == ["a_undo", "b_undo"]
    assert run.path.index("b_undo") < run.path.index("a_undo")


def test_a_throw_in_a_sub_process_does_not_undo_what_is_around(play: Any) -> None:
    body = A + sub("sub", "s2 > b > back > after > e2", body=B + BACK)
    run = play("s > a > sub > e", body=body)
    assert run.at == ["b_undo"]


def test_a_sub_process_that_has_undone_itself_is_not_undone_again(play: Any) -> None:
    body = sub("sub", "s2 > a > back > e2", body=A + BACK) + throw("back2", COMPENSATE)
    run = play("s > sub > back2 > after > e", body=body).complete("a_undo")
    assert run.at == ["after"]


def test_the_scope_of_the_handler_sees_the_variables_of_its_completed_sub_process(play: Any) -> None:
    mapping = (
        '<extensionElements><camunda:inputOutput><camunda:inputParameter name="x">${n + 1}</camunda:inputParameter>'
        "</camunda:inputOutput></extensionElements>"
    )
    undone = A.replace('<userTask id="a_undo"', '<userTask id="a_undo" name="was ${x}"')
    body = sub("sub", "s2 > a > e2", body=mapping + undone) + BACK
    run = play("s > sub > w > back > e", body=body, n=1).complete("w", n=10)
    assert [task.name for task in run.user_tasks.values()] == ["was 2"]


@pytest.mark.parametrize("sequential", [True, False])
def test_every_instance_of_a_repeated_sub_process_is_undone_with_its_own_variables(
    play: Any, sequential: Any
) -> None:
    undone = A.replace('<userTask id="a_undo"', '<userTask id="a_undo" name="${loopCounter}"')
    body = sub("sub", "s2 > a > e2", body=undone + loop("2", sequential)) + BACK
    run = play("s > sub > back > after > e", body=body)
    assert run.at == ["a_undo", "a_undo"]
    if not sequential:
        assert sorted(task.name for task in run.user_tasks.values()) == ["0", "1"]
    run.complete("a_undo").complete("a_undo")
    assert run.at == ["after"]


def test_an_instance_of_a_repeated_sub_process_undoes_only_its_own(play: Any) -> None:
    body = sub("sub", "s2 > a > w > back > e2", body=A + BACK + loop("2"))
    run = play("s > sub > e", body=body).complete("w")
    assert run.at == ["a_undo", "w"]


def test_a_handler_may_be_a_sub_process(play: Any) -> None:
    handler = sub("a_undo", "s5 > u > e5", more='isForCompensation="true"')
    body = '<task id="a"/>' + undo("a").replace('<userTask id="a_undo" isForCompensation="true"/>', handler) + BACK
    run = play("s > a > back > after > e", body=body)
    assert run.at == ["u"]
    assert run.complete("u").at == ["after"]


def test_a_handler_may_be_repeated(play: Any) -> None:
    handler = f'<userTask id="a_undo" isForCompensation="true">{loop("2")}</userTask>'
    body = '<task id="a"/>' + undo("a").replace('<userTask id="a_undo" isForCompensation="true"/>', handler) + BACK
    run = play("s > a > back > after > e", body=body)
    assert run.at == ["a_undo", "a_undo"]
    assert run.complete("a_undo").complete("a_undo").at == ["after"]


def test_an_error_end_does_not_undo_by_itself_but_its_handler_may(play: Any) -> None:
    body = sub("sub", "s2 > b > bad", body=B + end("bad", error("E1"))) + boundary("c", "sub", error("E1"))
    run = play("s > a > sub > e", "c > back > after > e", body=A + body + BACK)
    assert run.at == ["a_undo"]


def test_the_compensation_of_an_interrupted_handler_ends(play: Any) -> None:
    body = sub("sub", "s2 > a > back > e2", body=A + BACK) + boundary("late", "sub", TIMER)
    run = play("s > sub > e", "late > after > e", body=body).fire("late")
    assert run.at == ["after"]
    assert run.outcome("a_undo") == "cancelled"


TIMER = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"


def test_an_event_sub_process_for_compensation_takes_the_place_of_the_handlers_inside(play: Any) -> None:
    inner = event_sub("es", COMPENSATE, "es_s > mend > es_e", body=end("es_e"))
    body = sub("sub", "s2 > a > e2", body=A + inner) + BACK
    run = play("s > sub > back > after > e", body=body)
    assert run.at == ["mend"]
    assert run.complete("mend").at == ["after"]


def test_a_call_activity_is_undone_by_its_handler(play: Any) -> None:
    from shoal.kernel import stimulus

    body = '<callActivity id="a" calledElement="q"/>' + undo("a") + BACK
    run = play("s > a > back > after > e", body=body)
    run.called.clear()
    run.do(stimulus.ChildEnded(run.node("a")))
    assert run.at == ["a_undo"]


def test_a_transaction_is_undone_when_it_is_cancelled_and_only_then(play: Any) -> None:
    inside = A + end("stop", CANCEL)
    arrows = ("s2 > a > w > xor_x", "xor_x > stop: ${bad}", "xor_x > e2: ${!bad}")
    body = sub("tx", *arrows, body=inside, tag="transaction") + boundary("c", "tx", CANCEL)
    run = play("s > tx > fine > e", "c > sorry > e", body=body).complete("w", bad=True)
    assert run.at == ["a_undo"]
    assert run.complete("a_undo").at == ["sorry"]
    assert play("s > tx > fine > e", "c > sorry > e", body=body).complete("w", bad=False).at == ["fine"]


def test_a_completed_transaction_is_undone_like_a_sub_process(play: Any) -> None:
    body = sub("tx", "s2 > a > e2", body=A, tag="transaction") + BACK
    assert play("s > tx > back > after > e", body=body).at == ["a_undo"]


def test_an_error_leaves_a_transaction_without_undoing_it(play: Any) -> None:
    body = sub("tx", "s2 > a > bad", body=A + end("bad", error("E1")), tag="transaction")
    run = play("s > tx > e", "c > mend > e", body=body + boundary("c", "tx", error("E1")))
    assert run.at == ["mend"]


def test_one_instance_of_a_repeated_transaction_that_is_cancelled_cancels_them_all(play: Any) -> None:
    inside = A + end("stop", CANCEL) + loop("2")
    body = sub("tx", "s2 > a > w > stop", body=inside, tag="transaction") + boundary("c", "tx", CANCEL)
    run = play("s > tx > fine > e", "c > sorry > e", body=body).complete("w")
    assert "a_undo" in run.at
    while "a_undo" in run.at:
        run.complete("a_undo")
    assert run.at == ["sorry"]


def test_a_compensation_end_event_in_a_sub_process_then_the_normal_way_on(play: Any) -> None:
    body = sub("sub", "s2 > a > back", body=A + end("back", COMPENSATE))
    run = play("s > sub > after > e", body=body)
    assert run.at == ["a_undo"]
    assert run.complete("a_undo").at == ["after"]


def test_a_transaction_within_a_transaction(play: Any) -> None:
    inside = B + end("stop2", CANCEL)
    inner = sub("tx2", "s3 > b > stop2", body=inside, tag="transaction") + boundary("c2", "tx2", CANCEL)
    outer = A + inner + end("stop", CANCEL)
    body = sub("tx", "s2 > a > tx2 > e2", "c2 > stop", body=outer, tag="transaction") + boundary("c", "tx", CANCEL)
    run = play("s > tx > fine > e", "c > sorry > e", body=body)
    assert run.at == ["b_undo"]
    assert run.complete("b_undo").at == ["a_undo"]
    assert run.complete("a_undo").at == ["sorry"]


def test_an_event_sub_process_for_compensation_may_undo_one_activity_of_its_scope(play: Any) -> None:
    inner = end("es_e") + throw("some", compensate("a"))
    inner = event_sub("es", COMPENSATE, "es_s > mend > some > es_e", body=inner)
    run = play("s > sub > back > after > e", body=sub("sub", "s2 > a > b > e2", body=A + B + inner) + BACK)
    assert run.complete("mend").at == ["a_undo"]
    assert run.complete("a_undo").at == ["after"]


def test_an_error_of_a_handler_goes_to_the_scope_of_the_event_that_undoes(play: Any, raises: Any) -> None:
    raises("E1")
    handler = A.replace('<userTask id="a_undo"', '<serviceTask id="a_undo" camunda:class="work"')
    body = sub("sub", "s2 > a > back > e2", body=handler + BACK) + boundary("c", "sub", error("E1"))
    assert play("s > sub > e", "c > mend > e", body=body).at == ["mend"]


@pytest.mark.parametrize("sequential", [True, False])
def test_a_repeated_activity_may_be_named(play: Any, sequential: Any) -> None:
    body = A.replace('<task id="a"/>', f'<task id="a">{loop("2", sequential)}</task>') + B
    run = play("s > a > b > back > after > e", body=body + throw("back", compensate("a")))
    assert run.at == ["a_undo", "a_undo"]


def test_what_was_done_in_an_event_sub_process_is_undone_from_around_it(play: Any) -> None:
    inner = event_sub("ev", signal("g1"), "ev_s > a > e2", body=undo("a"), interrupting=False)
    run = play("s > t > back > after > e", body=inner + throw("back", COMPENSATE))
    run.receive("ev_s").complete("a").complete("t")
    assert run.at == ["a_undo"]
    assert run.complete("a_undo").at == ["after"]


def test_a_cancel_end_event_is_cancelled_with_its_transaction(play: Any) -> None:
    inside = undo("a") + end("stop", CANCEL)
    tx = sub("tx", "s2 > a > stop", body=inside, tag="transaction") + boundary("off", "tx", CANCEL)
    run = play("s > tx > e", "off > after > e", body=tx).complete("a").complete("a_undo")
    assert run.at == ["after"]
    assert (run.outcome("stop"), run.outcome("tx")) == ("cancelled", "cancelled")
    assert (run.outcome("a"), run.outcome("a_undo"), run.outcome("off")) == ("ended", "ended", "ended")
