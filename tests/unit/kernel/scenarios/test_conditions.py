"""Conditional events: when they look, and how often they happen. Camunda 7: before and after start listeners."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.kernel.scenarios.shapes import boundary, condition, end, event_sub, extended, sub

from shoal.errors import SuspendedError
from shoal.kernel.stimulus import Modify, StartBefore
from shoal.values import infer

TRUE = condition("${x == 1}")
SET = "${execution.setVariable('x', 1)}"


def listener(event: str, times: int = 1) -> str:
    return extended(f'<camunda:executionListener event="{event}" expression="{SET}"/>' * times)


def around(name: str, interrupting: bool) -> str:
    return event_sub(
        name, TRUE, f"{name}_s > {name}_t > {name}_e", body=end(f"{name}_e"), interrupting=interrupting
    )


@pytest.mark.parametrize("times", [1, 3])
def test_a_boundary_event_looks_once_when_the_start_listeners_are_done(play: Any, times: int) -> None:
    body = f'<userTask id="t">{listener("start", times)}</userTask>' + boundary("b", "t", TRUE, False)
    run = play("s > before > t > e", "b > seen > e", body=body).complete("before")
    assert run.at == ["seen", "t"]


@pytest.mark.parametrize("times", [1, 3])
def test_events_around_see_every_change_of_a_start_listener(play: Any, times: int) -> None:
    body = f'<userTask id="t">{listener("start", times)}</userTask>' + around("es", False)
    run = play("s > before > t > e", body=body).complete("before")
    assert run.at == ["es_t"] * times + ["t"]


def test_a_scope_whose_start_listener_makes_it_true(play: Any) -> None:
    inner = sub("sub", "s2 > t > e2", body=listener("start") + around("in", False))
    body = inner + boundary("b", "sub", TRUE, False) + around("es", False)
    run = play("s > sub > e", "b > seen > e", body=body)
    assert run.at == ["es_t", "in_t", "seen", "t"]


def test_listeners_of_the_process_count_as_its_beginning(play: Any) -> None:
    run = play("s > t > e", body=listener("start", 2) + around("es", False))
    assert run.at == ["es_t", "t"]


def test_variables_of_an_instruction_are_looked_at_once(play: Any) -> None:
    inner = sub("sub", "s2 > t > e2", body=around("in", False))
    body = inner + boundary("b", "sub", TRUE, False) + around("es", False)
    run = play("s > wait > sub > e", "b > seen > e", body=body)
    run.do(Modify((StartBefore("t", variables={"x": infer("x", 1)}),)))
    assert run.at == ["es_t", "in_t", "seen", "t", "wait"]


def test_nothing_happens_while_the_instance_is_suspended(play: Any) -> None:
    run = play("s > t > e", body=around("es", True))
    run.snapshot.suspended = True
    assert run.set(y=1).at == ["t"]
    run.snapshot.suspended = True  # a run reads its snapshot anew after each step
    with pytest.raises(SuspendedError, match="suspended"):
        run.set(x=1)
