"""Tokens that are put by hand at events that interrupt, and into scopes that have to be made for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.unit.kernel.scenarios import shapes
from tests.unit.kernel.scenarios.shapes import boundary, draw, event_sub, loop, sub, timer

from shoal.errors import ConflictError, NotFoundError
from shoal.kernel.stimulus import CancelNode, Modify, StartBefore
from shoal.values import infer

COUNTERS = ("loopCounter", "nrOfInstances", "nrOfCompletedInstances", "nrOfActiveInstances")


@pytest.fixture
def play(model: Callable[..., Any]) -> Callable[..., Any]:
    """A started run of a drawn process."""

    def build(*arrows: str, body: str = "") -> Any:
        return model(body + draw(*arrows, declared=body), outside=shapes.OUTSIDE).start()

    return build


def put(run: Any, activity_id: str, ancestor_id: str | None = None, **own: Any) -> Any:
    local = {name: infer(name, value) for name, value in own.items()}
    return run.do(Modify((StartBefore(activity_id, local_variables=local, ancestor_id=ancestor_id),)))


def counters(run: Any, element: str, body: str) -> list[Any]:
    return [run.value(COUNTERS[0], element)] + [run.value(name, body) for name in COUNTERS[1:]]


def with_boundary(play: Any, interrupting: bool) -> Any:
    body = '<userTask id="a"/>' + boundary("late", "a", timer(), interrupting)
    return play("s > a > b > e", "late > c", body=body)


def test_a_boundary_event_interrupts_what_it_is_attached_to(play: Any) -> None:
    run = put(with_boundary(play, True), "late")
    assert (run.at, run.outcome("a"), run.jobs) == (["c"], "cancelled", {})
    assert put(with_boundary(play, False), "late").at == ["a", "c"]
    assert put(with_boundary(play, True).complete("a"), "late").at == ["b", "c"]


def test_a_boundary_event_can_interrupt_only_one_of_several(play: Any) -> None:
    run = put(with_boundary(play, True), "a")
    with pytest.raises(ConflictError, match="2 activity instances"):
        put(run, "late")


@pytest.mark.parametrize("element", ["x", "x_s"])
def test_an_event_sub_process_interrupts_the_scope_around_it(play: Any, element: str) -> None:
    run = put(play("s > a > e", body=event_sub("x", timer(), "x_s > b > e9")), element)
    assert (run.at, run.outcome("a"), run.jobs) == (["b"], "cancelled", {})
    inside = sub("out", "s2 > v > e2", body=event_sub("x", timer(), "x_s > b > e9"))
    run = put(play("s > and_f > a > e", "and_f > out > e3", body=inside), element)
    assert run.at == ["a", "b"]
    run = put(play("s > a > e", body=event_sub("x", timer(), "x_s > b > e9", interrupting=False)), element)
    assert (run.at, len(run.jobs)) == (["a", "b"], 1)


def test_an_element_behind_the_start_of_an_event_sub_process_interrupts_nothing(play: Any) -> None:
    run = put(play("s > a > e", body=event_sub("x", timer(), "x_s > b > e9")), "b")
    assert (run.at, len(run.jobs)) == (["a", "b"], 1)


def test_below_an_ancestor_that_is_named_scopes_are_made(play: Any) -> None:
    run = play("s > out > e", body=sub("out", "s2 > v > w > e2"))
    assert put(run, "w").path.count("out") == 1
    assert put(run, "w", run.snapshot.state.root.id).path.count("out") == 2
    assert run.at == ["v", "w", "w"]


@pytest.mark.parametrize("sequential", [False, True], ids=["parallel", "sequential"])
def test_a_repeated_scope_that_is_made_counts_its_one_instance(play: Any, sequential: bool) -> None:
    repeated = f'<subProcess id="r">{loop("3", sequential)}{draw("s2 > w > e2")}</subProcess>'
    run = put(play("s > a > r > b > e", body=repeated), "w")
    holder = "r#multiInstanceBody" if sequential else "r"
    assert run.value("loopCounter", holder) == 0
    assert counters(run, holder, "r#multiInstanceBody") == [0, 1, 0, 1]
    assert run.complete("w").at == ["a", "b"]


def test_input_mappings_may_be_left_out(play: Any) -> None:
    inputs = (
        '<camunda:inputOutput><camunda:inputParameter name="x">1</camunda:inputParameter></camunda:inputOutput>'
    )
    run = play("s > a > t > e", body=f'<userTask id="t">{shapes.extended(inputs)}</userTask>')
    run.do(Modify((StartBefore("t"),), skip_io_mappings=True))
    assert run.value("x", "t") is None
    run.do(Modify((CancelNode(run.node("t")), StartBefore("t"))))
    assert run.value("x", "t") == "1"


def test_what_was_cancelled_before_cannot_be_cancelled_again(play: Any) -> None:
    run = play("s > and_f > a > e", "and_f > b > e2")
    with pytest.raises(NotFoundError, match="any more"):
        run.do(Modify((CancelNode(run.node("a")), CancelNode(run.node("a")))))
