"""Scopes, effects and the log of variables; transient values."""

from __future__ import annotations

from typing import Any

import pytest

from shoal.errors import ConflictError, ExecutionError, VariableTypeError
from shoal.kernel import stimulus
from shoal.values import TypedValue, ValueType

BODY = (
    '<startEvent id="s"/><serviceTask id="t" camunda:class="work"/><userTask id="u"/>'
    '<serviceTask id="t2" camunda:class="work2"/><endEvent id="e"/>'
)
LINE = "s > t > u > t2 > e"


def log(run: Any) -> Any:
    return [(record.name, record.value.value, record.created) for record in run.last.variable_log]


def test_every_write_is_logged_and_the_last_value_is_to_be_stored(model: Any, host: Any) -> None:
    def work(execution: Any) -> Any:
        execution.set_variable("a", 1)
        execution.set_variable("a", 2)

    host.callables["work"] = work
    run = model(BODY, LINE).start()
    assert log(run) == [("a", 1, True), ("a", 2, True)]
    (record,) = run.last.variables.values()
    assert (record.value.value, record.created) == (2, True)
    assert record.node_id == run.history[1].id


def test_a_variable_of_an_earlier_step_is_not_created_again(model: Any, host: Any) -> None:
    host.callables["work"] = lambda execution: execution.set_variable("a", 1)
    host.callables["work2"] = lambda execution: execution.set_variable("a", 2)
    run = model(BODY, LINE).start().complete("u")
    assert log(run) == [("a", 2, False)]


def test_a_variable_that_is_made_and_removed_within_a_step_leaves_only_its_log(model: Any, host: Any) -> None:
    def work(execution: Any) -> Any:
        execution.set_variable("a", 1)
        execution.remove_variable("a")

    host.callables["work"] = work
    run = model(BODY, LINE).start()
    assert not run.last.variables
    assert not run.last.variables_removed
    assert log(run) == [("a", 1, True)]


def test_a_stored_variable_is_removed_and_may_come_back(model: Any, host: Any) -> None:
    host.callables["work"] = lambda _: None
    run = model(BODY, LINE).start(a=1)
    root = run.snapshot.instance.id
    run.do(stimulus.SetVariables({}, removed=("a", "never there")))
    assert run.last.variables_removed == {(root, "a")}
    assert run.value("a") is None

    def work2(execution: Any) -> Any:
        execution.set_variable("b", 1)
        execution.remove_variable("b")
        execution.set_variable("b", 2)

    host.callables["work2"] = work2
    run.set(b=0).complete("u")
    assert not run.last.variables_removed
    assert log(run) == [("b", 1, False), ("b", 2, False)]


def test_local_variables_hide_those_outside_and_belong_to_the_activity(model: Any, host: Any) -> None:
    def work(execution: Any) -> Any:
        execution.set_variable_local("a", "mine")
        assert execution.get_variable("a") == "mine"
        execution.set_variable("a", "still mine")
        assert execution.get_variables_local() == {"a": "still mine"}
        assert execution.get_variables() == {"a": "still mine", "b": 2}
        assert set(execution.get_variable_names()) == {"a", "b"}
        execution.remove_variable_local("a")
        assert execution.get_variable("a") == 1
        assert execution.has_variable("a")
        assert not execution.has_variable_local("a")
        execution.set_variables_local({"c": 3})

    host.callables["work"] = work
    run = model(BODY, LINE).start(a=1, b=2)
    assert run.value("a") == 1
    node = run.history[1].id
    assert run.last.scopes_ended == {node}
    assert (node, "c") in run.last.variables


def test_a_transient_value_is_seen_within_its_step_only(model: Any, host: Any) -> None:
    def work(execution: Any) -> Any:
        execution.set_variable("secret", TypedValue(ValueType.STRING, "x", transient=True))
        execution.set_variable("seen", execution.get_variable("secret"))

    host.callables["work"] = work
    host.callables["work2"] = lambda execution: execution.set_variable("secret", execution.has_variable("secret"))
    run = model(BODY, LINE).start()
    assert run.value("seen") == "x"
    assert run.value("secret") is None
    assert [name for _, name in run.last.variables] == ["seen"]
    run.complete("u")
    assert log(run) == [("secret", False, True)]


def test_a_stored_variable_cannot_become_transient(model: Any, host: Any) -> None:
    host.callables["work"] = lambda execution: execution.set_variable(
        "a", TypedValue(ValueType.STRING, "x", transient=True)
    )
    with pytest.raises(ExecutionError, match="transient") as caught:
        model(BODY, LINE).start(a=1)
    assert isinstance(caught.value.__cause__, ConflictError)


def test_a_value_that_cannot_be_stored_is_refused(model: Any, host: Any) -> None:
    host.callables["work"] = lambda execution: execution.set_variable("a", object())
    with pytest.raises(ExecutionError, match="'a'") as caught:
        model(BODY, LINE).start()
    assert isinstance(caught.value.__cause__, VariableTypeError)


def test_variables_can_be_set_on_a_scope_from_outside(model: Any, host: Any) -> None:
    host.callables["work"] = lambda _: None
    run = model(BODY, LINE).start(a=1)
    node = run.node("u")
    run.do(stimulus.SetVariables({"a": TypedValue(ValueType.INTEGER, 5)}, node))
    assert (run.value("a"), run.value("a", "u")) == (1, 5)


def test_the_execution_tells_where_it_is(model: Any, host: Any) -> None:
    seen = {}

    def work(execution: Any) -> Any:
        names = [name for name in dir(type(execution)) if not name.startswith("_")]
        seen.update(
            {name: getattr(execution, name) for name in names if name[:3] not in ("get", "set", "has", "rem")}
        )

    host.callables["work"] = work
    run = model(BODY, LINE).start()
    root = run.snapshot.instance.id
    node = run.history[1].id
    assert seen == {
        "id": node,
        "process_instance_id": root,
        "root_process_instance_id": root,
        "super_execution_id": None,
        "parent_id": root,
        "business_key": "order-1",
        "process_definition_id": "definition",
        "process_definition_key": "p",
        "current_activity_id": "t",
        "current_activity_name": None,
        "activity_instance_id": node,
        "parent_activity_instance_id": root,
        "current_transition_id": None,
        "event_name": None,
        "is_canceled": False,
        "tenant_id": None,
    }


def test_what_an_expression_does_to_a_list_changes_no_variable(model: Any) -> None:
    body = '<startEvent id="s"/><exclusiveGateway id="x" default="x_e"/><userTask id="u"/><endEvent id="e"/>'
    run = model(body, "s > x", "x > u: ${items.add(1) and items.size() == 1}", "x > e").start(items=[])
    assert run.at == ["u"]
    assert run.value("items") == []
