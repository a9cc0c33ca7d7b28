"""Sub-processes that appear, vanish, stay or change places around what goes on."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.kernel_migration.conftest import process, sub

from shoal.errors import ExecutionError

TASKS = '<userTask id="a"/><userTask id="b"/><parallelGateway id="f"/>'
FORK = ("f > a", "f > b")
LISTEN = (
    '<extensionElements><camunda:executionListener event="start" class="log"/>'
    '<camunda:executionListener event="end" class="log"/><camunda:inputOutput>'
    '<camunda:inputParameter name="in">${x}</camunda:inputParameter>'
    '<camunda:outputParameter name="out">${x}</camunda:outputParameter></camunda:inputOutput></extensionElements>'
)


def flat() -> Any:
    return process(TASKS, "s > f", *FORK)


def one_deep(name: str = "w", more: str = "", attributes: str = "") -> Any:
    return process(sub(name, TASKS + more, f"{name}_s > f", *FORK, attributes=attributes), f"s > {name} > e")


def test_a_scope_that_is_new_begins_once_around_all_who_get_into_it(begin: Any) -> None:
    run = begin(flat())
    nodes = {run.node("a"), run.node("b")}
    run.migrate(one_deep(), "a", "b")
    assert run.tree() == [("w", ["a", "b"])]
    assert {run.node("a"), run.node("b")} == nodes
    assert run.history[-1].activity_id == "w"
    assert {each["parent_id"] for each in run.last.activities_changed.values()} == {run.node("w")}
    run.complete("a")
    assert run.at == ["b"]
    run.complete("b")
    assert run.ended is not None
    assert run.outcome("w") == "ended"


def test_several_new_scopes_begin_from_the_outside_to_the_inside(begin: Any) -> None:
    inner = sub("w", TASKS, "w_s > f", *FORK)
    target = process(sub("v", inner, "v_s > w"), "s > v > e")
    run = begin(flat())
    run.migrate(target, "a", "b")
    assert run.tree() == [("v", [("w", ["a", "b"])])]
    assert run.path[-2:] == ["v", "w"]
    run.complete("b").complete("a")
    assert run.ended is not None


def test_a_scope_without_instruction_is_cancelled_and_what_is_inside_moves_outwards(begin: Any) -> None:
    run = begin(one_deep())
    scope = run.node("w")
    run.migrate(flat(), "a", "b")
    assert run.tree() == ["a", "b"]
    assert run.last.activities_ended == {scope: True}
    run.complete("a").complete("b")
    assert run.ended is not None


def test_a_scope_can_vanish_and_another_begin_in_its_place(begin: Any) -> None:
    run = begin(one_deep("w"))
    run.migrate(one_deep("v"), "a", "b")
    assert run.tree() == [("v", ["a", "b"])]
    assert run.outcome("w") == "cancelled"
    run.complete("a").complete("b")
    assert run.ended is not None


def test_the_inner_of_two_scopes_can_vanish(begin: Any) -> None:
    inner = sub("w", TASKS, "w_s > f", *FORK)
    run = begin(process(sub("v", inner, "v_s > w"), "s > v > e"))
    run.migrate(one_deep("v"), "v", "a", "b")
    assert run.tree() == [("v", ["a", "b"])]
    run.complete("a").complete("b")
    assert run.ended is not None


def test_the_outer_of_two_scopes_can_vanish(begin: Any) -> None:
    inner = sub("w", TASKS, "w_s > f", *FORK)
    run = begin(process(sub("v", inner, "v_s > w"), "s > v > e"))
    node = run.node("w")
    run.migrate(one_deep("w"), "w", "a", "b")
    assert run.tree() == [("w", ["a", "b"])]
    assert run.node("w") == node
    run.complete("a").complete("b")
    assert run.ended is not None


def test_variables_of_a_scope_that_vanishes_end_with_it(begin: Any, host: Any) -> None:
    io = '<extensionElements><camunda:inputOutput><camunda:inputParameter name="l">1</camunda:inputParameter>'
    io += "</camunda:inputOutput></extensionElements>"
    run = begin(one_deep(more=io))
    scope = run.node("w")
    assert run.value("l", "w") == "1"
    run.migrate(flat(), "a", "b")
    assert run.last.scopes_ended == {scope}


def test_listeners_and_mappings_run_for_scopes_that_end_and_begin(begin: Any, host: Any) -> None:
    calls: list[tuple[str, str]] = []
    host.callables["log"] = lambda execution: calls.append((execution.current_activity_id, execution.event_name))
    run = begin(one_deep("w", LISTEN), x=1)
    calls.clear()
    run.migrate(one_deep("v", LISTEN), "a", "b")
    assert calls == [("w", "end"), ("v", "start")]
    assert (run.value("out"), run.value("in", "v")) == (1, 1)


def test_listeners_and_mappings_can_be_skipped(begin: Any, host: Any) -> None:
    calls: list[str] = []
    host.callables["log"] = lambda execution: calls.append(execution.event_name)
    run = begin(one_deep("w", LISTEN), x=1)
    calls.clear()
    options = {"skip_custom_listeners": True, "skip_io_mappings": True}
    run.migrate(one_deep("v", LISTEN), "a", "b", **options)
    assert calls == []
    assert (run.value("out"), run.value("in", "v")) == (None, None)


def test_a_failing_listener_names_its_element(begin: Any, host: Any) -> None:
    def fail(_execution: Any) -> None:
        raise ValueError("no luck")

    host.callables["log"] = fail
    run = begin(flat())
    with pytest.raises(ExecutionError, match="no luck") as caught:
        run.migrate(one_deep("v", LISTEN.replace("${x}", "1")), "a", "b")
    assert caught.value.element_id == "v"


def test_a_bpmn_error_in_a_listener_is_an_error_of_the_migration(begin: Any, host: Any) -> None:
    from shoal.expressions.errors import BpmnError

    def fail(_execution: Any) -> None:
        raise BpmnError("oops")

    host.callables["log"] = fail
    run = begin(flat())
    with pytest.raises(ExecutionError, match="oops"):
        run.migrate(one_deep("v", LISTEN.replace("${x}", "1")), "a", "b")


def test_instances_of_one_scope_stay_apart(begin: Any) -> None:
    again = sub("w", '<userTask id="a"/>', "w_s > a") + '<parallelGateway id="f"/>'
    run = begin(process(again, "s > f > w > e", "f > w"))
    assert run.tree() == [("w", ["a"]), ("w", ["a"])]
    deeper = sub("w", sub("x", '<userTask id="a"/>', "x_s > a"), "w_s > x")
    run.migrate(process(deeper, "s > w > e"), "w", "a")
    assert run.tree() == [("w", [("x", ["a"])])] * 2
    run.complete("a").complete("a")
    assert run.ended is not None


def test_an_empty_target_scope_event_is_waited_for_when_the_scope_begins(begin: Any) -> None:
    boundary = '<boundaryEvent id="t" attachedToRef="w"><timerEventDefinition><timeDuration>PT1H</timeDuration>'
    boundary += '</timerEventDefinition></boundaryEvent><userTask id="late"/>'
    target = process(sub("w", TASKS, "w_s > f", *FORK, more=boundary), "s > w > e", "t > late > e")
    run = begin(flat())
    run.migrate(target, "a", "b")
    run.fire("t")
    assert run.at == ["late"]
    run.complete("late")
    assert run.ended is not None
