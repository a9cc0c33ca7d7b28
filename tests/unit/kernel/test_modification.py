"""Tokens that are put and taken by hand."""

from __future__ import annotations

from typing import Any

import pytest

from shoal.errors import ConflictError, InputError, NotFoundError
from shoal.kernel.stimulus import (
    CancelActivity,
    CancelNode,
    Modify,
    Start,
    StartAfter,
    StartBefore,
    StartTransition,
)
from shoal.values import infer

ENDS = '<startEvent id="s"/><endEvent id="e"/><userTask id="a"/><userTask id="b"/>'
LINE = "s > a > b > e"


def typed(**values: Any) -> Any:
    return {name: infer(name, value) for name, value in values.items()}


def test_a_token_is_moved_by_cancelling_and_starting(model: Any) -> None:
    run = model(ENDS, LINE).start()
    run.do(Modify((CancelActivity("a"), StartBefore("b", variables=typed(x=1), local_variables=typed(y=2)))))
    assert run.at == ["b"]
    assert run.outcome("a") == "cancelled"
    assert (run.value("x"), run.value("y"), run.value("y", "b")) == (1, None, 2)
    assert run.complete("b").ended.state.value == "completed"


def test_a_token_may_begin_behind_an_element_or_on_a_flow(model: Any) -> None:
    run = model(ENDS, LINE).start().do(Modify((StartAfter("a"), StartTransition("s_a"))))
    assert run.at == ["a", "a", "b"]
    with pytest.raises(InputError, match="more than one"):
        model(ENDS, LINE, "a > e").start().do(Modify((StartAfter("a"),)))


def test_an_instance_in_which_nothing_is_left_is_cancelled(model: Any) -> None:
    run = model(ENDS, LINE).start()
    run.do(Modify((CancelNode(run.node("a")),), "not needed"))
    assert (run.ended.state.value, run.ended.reason) == ("cancelled", "not needed")


def test_an_instance_whose_new_tokens_end_at_once_completes(model: Any) -> None:
    run = model(ENDS, LINE).start().do(Modify((CancelActivity("a"), StartAfter("b"))))
    assert run.ended.state.value == "completed"


def test_what_does_not_exist_is_refused(model: Any) -> None:
    for instruction in (CancelActivity("x"), CancelNode("x"), StartBefore("x"), StartTransition("x")):
        with pytest.raises(NotFoundError):
            model(ENDS, LINE).start().do(Modify((instruction,)))
    run = model(ENDS, LINE).start()
    with pytest.raises(NotFoundError, match="around"):
        run.do(Modify((StartBefore("b", ancestor_id=run.node("a")),)))


def nested(arrows: Any) -> str:
    inner = '<subProcess id="in"><startEvent id="s3"/><userTask id="w"/>' + arrows("s3 > w") + "</subProcess>"
    timer = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
    late = f'<boundaryEvent id="late" attachedToRef="out">{timer}</boundaryEvent>'
    start = '<startEvent id="s2"/><userTask id="v"/>'
    return f'{ENDS}<subProcess id="out">{start}{inner}{arrows("s2 > v > in")}</subProcess>{late}'


def test_scopes_that_a_token_needs_are_made_with_their_events(model: Any, arrows: Any) -> None:
    run = model(nested(arrows), "s > a > out > b > e", "late > b").start()
    run.do(Modify((StartBefore("w"), CancelActivity("a"))))
    assert run.at == ["w"]
    assert [job.activity_id for job in run.jobs.values()] == ["late"]
    run.complete("w")
    assert run.at == ["b"]


def test_scopes_that_are_there_are_used(model: Any, arrows: Any) -> None:
    run = model(nested(arrows), "s > out > b > e", "late > b").start()
    run.do(Modify((StartBefore("w"), StartBefore("w"))))
    assert run.at == ["v", "w", "w"]
    assert [run.path.count(each) for each in ("out", "in")] == [1, 1]


def test_several_instances_of_a_scope_need_to_be_told_apart(model: Any, arrows: Any) -> None:
    run = model(nested(arrows), "s > out > b > e", "s > out", "late > b").start()
    with pytest.raises(ConflictError, match="2 activity instances"):
        run.do(Modify((StartBefore("w"),)))
    run = model(nested(arrows), "s > out > b > e", "s > out", "late > b").start()
    run.do(Modify((StartBefore("w", ancestor_id=run.node("out")),)))
    assert run.at == ["v", "v", "w"]


def test_scopes_in_which_nothing_is_left_are_cancelled_too(model: Any, arrows: Any) -> None:
    run = model(nested(arrows), "s > out > b > e", "s > a", "late > b").start().complete("v")
    run.do(Modify((CancelActivity("w"),)))
    assert run.at == ["a"]
    assert {run.outcome("out"), run.outcome("in")} == {"cancelled"}
    assert not run.jobs


def test_tokens_before_an_asynchronous_element_can_be_made_and_cancelled(model: Any) -> None:
    body = ENDS + '<task id="t" camunda:asyncBefore="true"/>'
    run = model(body, "s > a > t > e").start().do(Modify((StartBefore("t"),)))
    assert run.at == ["a", "t"]
    run.do(Modify((CancelActivity("t"),)))
    assert run.at == ["a"]
    assert not run.jobs


def test_instances_are_added_to_and_taken_from_a_multi_instance_activity(model: Any) -> None:
    loop = (
        "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>"
    )
    body = '<startEvent id="s"/><endEvent id="e"/><userTask id="b"/>' + f'<userTask id="a">{loop}</userTask>'
    run = model(body, LINE).start().do(Modify((StartBefore("a"),)))
    assert run.at == ["a", "a", "a"]
    scope = "a#multiInstanceBody"
    assert [run.value(name, scope) for name in ("nrOfInstances", "nrOfActiveInstances")] == [3, 3]
    run.do(Modify((CancelNode(run.node("a")),)))
    assert run.value("nrOfActiveInstances", scope) == 2
    run.do(Modify((StartBefore(scope), CancelActivity("b"))))
    assert run.at == ["a"] * 4
    run = model(body, LINE).start().complete("a").complete("a")
    run.do(Modify((StartBefore("a"), CancelActivity("b"))))
    assert run.at == ["a"]
    assert run.complete("a").at == ["b"]


def test_an_instance_may_be_started_anywhere(model: Any) -> None:
    run = model(ENDS, LINE).do(Start(typed(x=1), instructions=(StartBefore("b"), StartAfter("s"))))
    assert run.at == ["a", "b"]
    assert run.value("x") == 1


def test_cancelling_may_leave_out_listeners(model: Any, host: Any) -> None:
    called = []
    host.callables["note"] = lambda _: called.append(1)
    extension = '<extensionElements><camunda:executionListener event="end" class="note"/></extensionElements>'
    body = ENDS + f'<userTask id="t">{extension}</userTask>'
    run = model(body, "s > t > e", "s > a").start()
    run.do(Modify((CancelActivity("t"),), skip_custom_listeners=True))
    assert not called
    run.do(Modify((StartBefore("t"),))).do(Modify((CancelActivity("t"),)))
    assert called


def test_a_throwing_link_may_be_started(model: Any) -> None:
    link = '<linkEventDefinition name="over"/>'
    body = ENDS + f'<intermediateThrowEvent id="from">{link}</intermediateThrowEvent>'
    body += f'<intermediateCatchEvent id="to">{link}</intermediateCatchEvent>'
    run = model(body, "s > a > from", "to > b > e").start()
    run.do(Modify((StartBefore("from"), CancelActivity("a"))))
    assert run.at == ["b"]
    assert run.path[2:] == ["b"]


def test_sequential_instances_cannot_be_added_while_one_runs(model: Any) -> None:
    loop = '<multiInstanceLoopCharacteristics isSequential="true"><loopCardinality>2</loopCardinality>'
    body = '<startEvent id="s"/><endEvent id="e"/><userTask id="b"/>'
    body += f'<userTask id="a">{loop}</multiInstanceLoopCharacteristics></userTask>'
    run = model(body, LINE).start()
    with pytest.raises(ConflictError, match="one instance at a time"):
        run.do(Modify((StartBefore("a"),)))
