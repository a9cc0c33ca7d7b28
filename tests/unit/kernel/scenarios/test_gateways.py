"""Gateways: joins that count tokens, joins that look around, loops, and ways that nobody can take."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.kernel.scenarios.shapes import boundary, catch, end, event_sub, message, sub, timer

from shoal.errors import ExecutionError


def test_a_parallel_join_counts_tokens_not_flows(play: Any) -> None:
    run = play("s > and_f > a > xor_m > and_j > after > e", "and_f > b > xor_m", "and_f > c > and_j")
    run.complete("a").complete("b")
    assert run.at == ["after", "c"]


def test_an_uncontrolled_merge_passes_every_token(play: Any) -> None:
    run = play("s > and_f > a > t > e", "and_f > b > t").complete("a").complete("b")
    assert run.at == ["t", "t"]


def test_a_parallel_gateway_may_join_and_fork_at_once(play: Any) -> None:
    run = play("s > and_f > a > and_m > c > e", "and_f > b > and_m", "and_m > d > e").complete("a").complete("b")
    assert run.at == ["c", "d"]


def test_nested_forks_and_joins(play: Any) -> None:
    run = play("s > and_f > and_g > a > and_h > and_j > after > e", "and_g > b > and_h", "and_f > c > and_j")
    assert run.complete("a").complete("c").at == ["and_h", "and_j", "b"]
    assert run.complete("b").at == ["after"]


def test_a_join_that_never_gets_all_its_tokens_holds_the_instance(play: Any) -> None:
    run = play("s > xor_x > a > and_j > e", "xor_x > b: ${true}", "b > and_j", body=DEFAULTED).complete("b")
    assert run.at == ["and_j"]
    assert run.ended is None


DEFAULTED = '<exclusiveGateway id="xor_x" default="xor_x_a"/>'


@pytest.mark.parametrize(("n", "at"), [(1, ["a", "b", "c"]), (2, ["b", "c"]), (3, ["c"])])
def test_an_inclusive_gateway_takes_all_ways_that_are_open(play: Any, n: Any, at: Any) -> None:
    arrows = ("s > or_f > a: ${n <= 1}", "or_f > b: ${n <= 2}", "or_f > c: ${n <= 3}")
    run = play("s > or_f", "or_f > a: ${n <= 1}", *arrows[1:], "a > or_j > after > e", "b > or_j", "c > or_j", n=n)
    assert run.at == at
    for each in at:
        assert "after" not in run.at
        run.complete(each)
    assert run.at == ["after"]


@pytest.mark.parametrize("gateway", ["or", "xor"])
def test_without_an_open_way_the_step_fails(play: Any, gateway: Any) -> None:
    with pytest.raises(ExecutionError, match=f"No outgoing sequence flow .* '{gateway}_x' could be selected"):
        play(f"s > {gateway}_x", f"{gateway}_x > a: ${{false}}", f"{gateway}_x > b: ${{1 > 2}}")


def test_an_activity_without_an_open_way_fails(play: Any) -> None:
    run = play("s > t", "t > a: ${x}", "t > b: ${x}")
    with pytest.raises(ExecutionError, match="'t' could be selected"):
        run.complete("t", x=False)


def test_an_inclusive_join_waits_for_a_token_that_is_still_in_a_sub_process(play: Any) -> None:
    body = sub("sub", "s2 > t > e2")
    run = play("s > or_f > sub > or_j > after > e", "or_f > b > or_j", body=body).complete("b")
    assert run.at == ["or_j", "t"]
    assert run.complete("t").at == ["after"]


def test_an_inclusive_join_does_not_wait_for_a_token_that_cannot_come(play: Any) -> None:
    run = play("s > and_f > a > or_j > after > e", "and_f > b > or_j", "and_f > c > e").complete("a")
    assert run.at == ["b", "c", "or_j"]
    assert run.complete("b").at == ["after", "c"]


def test_nested_inclusive_gateways(play: Any) -> None:
    run = play("s > or_f > or_g > a > or_h > or_j > after > e", "or_g > b > or_h", "or_f > c > or_j")
    assert run.at == ["a", "b", "c"]
    run.complete("c").complete("a")
    assert run.at == ["b", "or_h", "or_j"]
    assert run.complete("b").at == ["after"]


def test_an_inclusive_fork_in_a_loop(play: Any) -> None:
    body = '<exclusiveGateway id="xor_x" default="xor_x_e"/>'
    run = play("s > xor_m > or_f > a > or_j > xor_x > e", "or_f > b > or_j", "xor_x > xor_m: ${again}", body=body)
    run.complete("a").complete("b", again=True)
    assert run.at == ["a", "b"]
    run.complete("b").complete("a", again=False)
    assert run.ended is not None


def test_a_default_flow_of_an_inclusive_gateway(play: Any) -> None:
    body = '<inclusiveGateway id="or_x" default="or_x_d"/>'
    arrows = ("s > or_x > d > e", "or_x > a: ${n > 1}", "or_x > b: ${n > 2}", "a > e", "b > e")
    assert play(*arrows, body=body, n=0).at == ["d"]
    assert play(*arrows, body=body, n=2).at == ["a"]
    assert play(*arrows, body=body, n=3).at == ["a", "b"]


def test_a_token_that_leaves_by_a_boundary_event_releases_the_inclusive_join(play: Any) -> None:
    body = '<userTask id="b"/>' + boundary("late", "b", timer())
    run = play("s > or_f > a > or_j > after > e", "or_f > b > or_j", "late > e2", body=body).complete("a")
    assert run.at == ["b", "or_j"]
    assert run.fire("late").at == ["after"]


def test_an_event_based_gateway_takes_the_first_event_only(play: Any) -> None:
    body = catch("m", message("m1")) + catch("t", timer())
    run = play("s > evt_g > m > got > e", "evt_g > t > late > e", body=body)
    assert len(run.jobs) == len(run.subscriptions) == 1
    run.receive("evt_g" if not run.subscriptions else "m")
    assert run.at == ["got"]
    assert not run.jobs
    assert run.path == ["s", "evt_g", "m", "got"]


def test_a_loop_back_to_an_event_based_gateway(play: Any) -> None:
    body = catch("m", message("m1")) + catch("t", timer())
    run = play("s > xor_m > evt_g > m > xor_m", "evt_g > t > late > e", body=body).receive("m").receive("m")
    assert run.at == ["evt_g"]
    assert run.fire("t").at == ["late"]


def test_conditional_flows_of_an_activity_beside_a_flow_without_condition(play: Any) -> None:
    arrows = ("s > t > a > e", "t > b: ${n > 1}", "b > e")
    assert play(*arrows).complete("t", n=0).at == ["a"]
    assert play(*arrows).complete("t", n=5).at == ["a", "b"]


def test_several_flows_out_of_a_start_event_and_a_boundary_event(play: Any) -> None:
    body = '<userTask id="t"/>' + boundary("late", "t", timer())
    run = play("s > t > e", "s > x > e", "late > a > e", "late > b > e", body=body).fire("late")
    assert run.at == ["a", "b", "x"]


def test_conditions_out_of_a_sub_process(play: Any) -> None:
    run = play("s > sub", "sub > a: ${ok}", "sub > b: ${!ok}", body=sub("sub", "s2 > t > e2")).complete(
        "t", ok=True
    )
    assert run.at == ["a"]


def test_a_terminate_end_event_ends_the_scope_only(play: Any) -> None:
    stop = end("stop", "<terminateEventDefinition/>")
    body = sub("sub", "s2 > and_f > t > stop", "and_f > w > e2", body=stop)
    run = play("s > and_g > sub > after > e", "and_g > side > e", body=body).complete("t")
    assert run.at == ["after", "side"]
    assert run.outcome("w") == "cancelled"
    run = play("s > and_f > t > stop", "and_f > sub > e", body=stop + sub("sub", "s2 > w > e2")).complete("t")
    assert run.ended is not None
    assert run.outcome("sub") == "cancelled"


def test_a_terminate_end_event_in_an_event_sub_process_leaves_what_is_around(play: Any) -> None:
    stop = end("stop", "<terminateEventDefinition/>")
    body = event_sub(
        "es", message("m1"), "es_s > and_f > t > stop", "and_f > w > e2", body=stop, interrupting=False
    )
    run = play("s > main > e", body=body).receive("es_s").complete("t")
    assert run.at == ["main"]
