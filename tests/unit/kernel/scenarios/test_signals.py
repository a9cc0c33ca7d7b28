"""Signals within one instance: they are heard at the moment at which they are thrown."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.kernel.scenarios.shapes import boundary, catch, end, event_sub, loop, signal, sub, throw

BELL = signal("g1")


def test_a_signal_from_within_interrupts_the_sub_process_before_its_path_goes_on(play: Any) -> None:
    body = sub("sub", "s2 > ring > later > e2", body=throw("ring", BELL)) + boundary("b", "sub", BELL)
    run = play("s > sub > e", "b > heard > e", body=body)
    assert run.at == ["heard"]
    assert "later" not in run.path
    assert run.outcome("sub") == "cancelled"


def test_a_signal_end_event_is_heard_by_the_boundary_of_its_own_sub_process(play: Any) -> None:
    body = sub("sub", "s2 > ring", body=end("ring", BELL)) + boundary("b", "sub", BELL)
    run = play("s > sub > after > e", "b > heard > e", body=body)
    assert run.at == ["heard"]


@pytest.mark.parametrize("times", [1, 2])
def test_a_boundary_event_that_does_not_interrupt_hears_every_signal(play: Any, times: Any) -> None:
    rings = " > ".join(f"ring{n}" for n in range(times))
    thrown = "".join(throw(f"ring{n}", BELL) for n in range(times))
    body = sub("sub", f"s2 > {rings} > later > e2", body=thrown) + boundary("b", "sub", BELL, interrupting=False)
    run = play("s > sub > e", "b > heard > e", body=body)
    assert run.at == ["heard"] * times + ["later"]


def test_a_signal_reaches_the_other_branch_if_that_waits_already(play: Any) -> None:
    body = throw("ring", BELL) + catch("hear", BELL)
    run = play("s > and_f > hear > heard > e", "and_f > ring > rung > e", body=body)
    assert run.at == ["heard", "rung"]
    assert not run.subscriptions


def test_a_signal_does_not_reach_a_branch_that_does_not_wait_yet(play: Any) -> None:
    body = throw("ring", BELL) + catch("hear", BELL)
    run = play("s > and_f > ring > rung > e", "and_f > hear > heard > e", body=body)
    assert run.at == ["hear", "rung"]


def test_an_event_sub_process_hears_the_signal_of_its_own_scope(play: Any) -> None:
    body = throw("ring", BELL) + event_sub("es", BELL, "es_s > heard > es_e", body=end("es_e"))
    assert play("s > ring > later > e", body=body).at == ["heard"]
    quiet = throw("ring", BELL) + event_sub("es", BELL, "es_s > heard > es_e", body=end("es_e"), interrupting=False)
    assert play("s > ring > later > e", body=quiet).at == ["heard", "later"]


def test_all_who_wait_hear_it_at_once(play: Any) -> None:
    body = catch("one", BELL) + catch("two", BELL) + catch("other", signal("g2")) + throw("ring", BELL)
    run = play(
        "s > and_f > one > a > e", "and_f > two > b > e", "and_f > other > c > e", "and_f > ring > e", body=body
    )
    assert run.at == ["a", "b", "other"]


def test_an_event_based_gateway_hears_it_too(play: Any) -> None:
    body = catch("one", BELL) + catch("two", signal("g2")) + throw("ring", BELL)
    run = play("s > and_f > evt_g > one > a > e", "evt_g > two > b > e", "and_f > ring > e", body=body)
    assert run.at == ["a"]
    assert not run.subscriptions


def test_names_are_those_of_the_moment_at_which_the_waiting_began(play: Any) -> None:
    body = catch("hear", signal("gx")) + '<userTask id="w"/>' + throw("ring", signal("gx"))
    arrows = ("s > and_f > hear > heard > e", "and_f > w > ring > rung > e")
    assert play(*arrows, body=body, n=1).complete("w").at == ["heard", "rung"]
    assert play(*arrows, body=body, n=1).complete("w", n=2).at == ["hear", "rung"]


def test_the_variables_of_the_signal_arrive(play: Any) -> None:
    give = '<extensionElements><camunda:in source="x" target="y"/></extensionElements>'
    body = catch("hear", BELL) + throw("ring", signal("g1", give))
    run = play("s > and_f > hear > heard > e", "and_f > ring > e", body=body, x=5)
    assert run.at == ["heard"]
    assert run.value("y") == 5


def test_an_asynchronous_signal_is_heard_later(play: Any) -> None:
    body = catch("hear", BELL) + throw("ring", BELL.replace(" signalRef", ' camunda:async="true" signalRef'))
    run = play("s > and_f > hear > heard > e", "and_f > ring > e", body=body)
    assert run.at == ["hear"]
    assert [each.is_async for each in run.last.thrown] == [True]


def test_every_instance_of_a_repeated_sub_process_hears_it(play: Any) -> None:
    inside = sub("sub", "s2 > hear > heard > e2", body=catch("hear", BELL))
    body = inside.replace("</subProcess>", loop() + "</subProcess>") + throw("ring", BELL)
    assert play("s > and_f > sub > e", "and_f > ring > e", body=body).at == ["heard"] * 3
