"""Exclusive, parallel, inclusive and event-based gateways; forks without a gateway."""

from __future__ import annotations

from typing import Any

import pytest

from shoal.errors import ExecutionError


def task(*ids: str) -> str:
    return "".join(f'<userTask id="{each}"/>' for each in ids)


ENDS = '<startEvent id="s"/><endEvent id="e"/>'


def test_an_exclusive_gateway_takes_the_first_flow_whose_condition_holds(model: Any) -> None:
    body = ENDS + '<exclusiveGateway id="x" default="x_c"/>' + task("a", "b", "c")
    arrows = ("s > x", "x > a: ${n > 10}", "x > b: ${n > 5}", "x > c", "a > e", "b > e", "c > e")
    assert model(body, *arrows).start(n=20).at == ["a"]
    assert model(body, *arrows).start(n=7).at == ["b"]
    assert model(body, *arrows).start(n=1).at == ["c"]


def test_an_exclusive_gateway_without_a_way_out_fails(model: Any) -> None:
    body = ENDS + '<exclusiveGateway id="x"/>' + task("a", "b")
    run = model(body, "s > x", "x > a: ${n > 10}", "x > b: ${n > 5}")
    with pytest.raises(ExecutionError, match="No outgoing sequence flow for the element with id 'x'"):
        run.start(n=0)


@pytest.mark.parametrize("condition", ["${n}", "${null}", "${'text'}"])
def test_a_condition_that_is_no_boolean_fails(model: Any, condition: Any) -> None:
    body = ENDS + '<exclusiveGateway id="x"/>' + task("a", "b")
    run = model(body, "s > x", f"x > a: {condition}", "x > b: ${true}")
    with pytest.raises(ExecutionError, match="instead of true or false"):
        run.start(n=0)


def test_an_unknown_variable_in_a_condition_fails_and_names_the_element(model: Any) -> None:
    run = model(ENDS + '<exclusiveGateway id="x"/>' + task("a"), "s > x", "x > a: ${missing > 1}", "x > e")
    with pytest.raises(ExecutionError, match="missing") as caught:
        run.start()
    assert caught.value.element_id == "x"
    assert caught.value.__cause__ is not None


def test_a_parallel_gateway_forks_in_the_order_of_the_model_and_joins(model: Any) -> None:
    body = ENDS + '<parallelGateway id="f"/><parallelGateway id="j"/>' + task("a", "b", "c")
    run = model(body, "s > f > a > j > c > e", "f > b > j").start()
    assert run.at == ["a", "b"]
    run.complete("b")
    assert run.at == ["a", "j"]
    assert run.outcome("j") == "open"
    run.complete("a")
    assert run.at == ["c"]
    assert run.path == ["s", "f", "a", "b", "j", "j", "c"]
    assert all(record.ended for record in run.history if record.activity_id == "j")


def test_the_paths_of_a_fork_run_one_after_the_other(model: Any) -> None:
    body = ENDS + '<parallelGateway id="f"/><task id="a1"/><task id="a2"/><task id="b1"/>'
    run = model(body, "s > f > a1 > a2 > e", "f > b1 > e").start()
    assert run.path == ["s", "f", "a1", "a2", "e", "b1", "e"]


def test_an_activity_with_several_ways_out_takes_them_all(model: Any) -> None:
    run = model(ENDS + task("a", "b", "c"), "s > a > b > e", "a > c > e").start().complete("a")
    assert run.at == ["b", "c"]
    run.complete("b")
    assert run.ended is None
    run.complete("c")
    assert run.ended is not None


def test_conditional_flows_of_an_activity_are_taken_when_they_hold_else_the_default_flow(model: Any) -> None:
    body = ENDS + '<userTask id="a" default="a_d"/>' + task("b", "c", "d")
    arrows = ("s > a", "a > b: ${n > 1}", "a > c: ${n > 2}", "a > d")
    assert model(body, *arrows).start(n=3).complete("a").at == ["b", "c"]
    assert model(body, *arrows).start(n=2).complete("a").at == ["b"]
    assert model(body, *arrows).start(n=0).complete("a").at == ["d"]


def test_tokens_that_meet_without_a_gateway_run_through_each(model: Any) -> None:
    body = ENDS + '<parallelGateway id="f"/><task id="a"/><task id="b"/>' + task("c")
    run = model(body, "s > f > a > c > e", "f > b > c").start()
    assert run.at == ["c", "c"]
    run.complete("c").complete("c")
    assert run.ended is not None


INCLUSIVE = (
    ENDS + '<inclusiveGateway id="f" default="f_c"/><inclusiveGateway id="j"/>' + task("a", "b", "c", "after")
)
INCLUSIVE_ARROWS = (
    "s > f",
    "f > a: ${n > 1}",
    "f > b: ${n > 2}",
    "f > c",
    "a > j",
    "b > j",
    "c > j",
    "j > after > e",
)


def test_an_inclusive_gateway_joins_exactly_the_tokens_that_were_forked(model: Any) -> None:
    assert model(INCLUSIVE, *INCLUSIVE_ARROWS).start(n=0).complete("c").at == ["after"]
    assert model(INCLUSIVE, *INCLUSIVE_ARROWS).start(n=2).complete("a").at == ["after"]
    run = model(INCLUSIVE, *INCLUSIVE_ARROWS).start(n=3).complete("b")
    assert run.at == ["a", "j"]
    assert run.complete("a").at == ["after"]


def test_an_inclusive_join_goes_on_when_the_token_it_waits_for_ends_elsewhere(model: Any) -> None:
    body = ENDS + '<endEvent id="e2"/><exclusiveGateway id="x" default="x_j"/>'
    body += '<inclusiveGateway id="f"/><inclusiveGateway id="j"/>' + task("a", "b", "after")
    run = model(body, "s > f > a > j > after > e", "f > b > x", "x > e2: ${stop}", "x > j").start()
    run.complete("a")
    assert run.at == ["b", "j"]
    run.complete("b", stop=True)
    assert run.at == ["after"]


def test_an_inclusive_join_waits_for_a_token_that_can_still_come_by_a_boundary_event(model: Any) -> None:
    body = ENDS + '<inclusiveGateway id="f"/><inclusiveGateway id="j"/>' + task("a", "b", "after")
    body += '<boundaryEvent id="late" attachedToRef="b"><timerEventDefinition>'
    body += "<timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent>"
    arrows = ("s > f > a > j > after > e", "f > b > e", "late > j")
    run = model(body, *arrows).start().complete("a")
    assert run.at == ["b", "j"]
    assert run.complete("b").at == ["after"]
    run = model(body, *arrows).start().complete("a").fire("late")
    assert run.at == ["after"]


def test_an_inclusive_join_inside_of_a_parallel_branch_does_not_wait_for_a_token_behind_a_loop(model: Any) -> None:
    body = ENDS + '<exclusiveGateway id="again"/><parallelGateway id="f"/><inclusiveGateway id="o"/>'
    body += '<inclusiveGateway id="oj"/><parallelGateway id="j"/><exclusiveGateway id="x" default="x_e"/>'
    run = model(
        body + task("a", "b", "c"),
        "s > again > f > o > a > oj > j > x > e",
        "o > b > oj",
        "f > c > j",
        "x > again: ${more}",
    ).start(more=True)
    run.complete("c").complete("a")
    assert run.at == ["b", "j", "oj"]
    run.complete("b", more=True)
    assert run.at == ["a", "b", "c"]
    run.complete("b").complete("a")
    run.complete("c", more=False)
    assert run.ended is not None


def test_an_inclusive_gateway_without_a_way_out_fails(model: Any) -> None:
    run = model(ENDS + '<inclusiveGateway id="f"/>' + task("a"), "s > f", "f > a: ${false}")
    with pytest.raises(ExecutionError, match="id 'f'"):
        run.start()


EVENTS = (
    ENDS
    + '<eventBasedGateway id="g"/>'
    + '<intermediateCatchEvent id="mail"><messageEventDefinition messageRef="m"/></intermediateCatchEvent>'
    + '<intermediateCatchEvent id="late"><timerEventDefinition><timeDuration>PT1H</timeDuration>'
    + "</timerEventDefinition></intermediateCatchEvent>"
    + task("a", "b")
)
EVENT_ARROWS = ("s > g > mail > a > e", "g > late > b > e")
MESSAGE = '<message id="m" name="mail-${n}"/>'


def test_an_event_based_gateway_goes_on_at_the_event_that_comes_first(model: Any) -> None:
    run = model(EVENTS, *EVENT_ARROWS, outside=MESSAGE).start(n=1)
    assert run.at == ["g"]
    (subscription,) = run.subscriptions.values()
    assert (subscription.name, subscription.activity_id) == ("mail-1", "mail")
    run.receive("mail", answer=42)
    assert run.at == ["a"]
    assert run.value("answer") == 42
    assert run.path == ["s", "g", "mail", "a"]
    assert run.outcome("g") == "cancelled"
    assert not run.jobs


def test_an_event_based_gateway_goes_on_when_its_timer_is_due(model: Any) -> None:
    run = model(EVENTS, *EVENT_ARROWS, outside=MESSAGE).start(n=1).fire("late")
    assert run.at == ["b"]
    assert not run.subscriptions


def test_inclusive_joins_that_wait_for_one_another_do_not_wait_for_ever(model: Any) -> None:
    body = ENDS + '<parallelGateway id="f"/><inclusiveGateway id="j1"/><inclusiveGateway id="j2"/>'
    body += '<exclusiveGateway id="x1" default="x1_a"/><exclusiveGateway id="x2" default="x2_b"/>' + task("a", "b")
    arrows = ("s > f > j1 > x1 > a > e", "f > j2 > x2 > b > e", "x1 > j2: ${false}", "x2 > j1: ${false}")
    assert model(body, *arrows).start().at == ["a", "b"]


def test_a_condition_may_be_a_script(model: Any) -> None:
    script = '<conditionExpression xsi:type="tFormalExpression" language="javascript">n > 3</conditionExpression>'
    flow = f'<sequenceFlow id="w" sourceRef="x" targetRef="a">{script}</sequenceFlow>'
    body = ENDS + '<exclusiveGateway id="x" default="x_b"/>' + flow + task("a", "b")
    assert model(body, "s > x", "x > b > e", "a > e").start(n=4).at == ["a"]
    assert model(body, "s > x", "x > b > e", "a > e").start(n=3).at == ["b"]
