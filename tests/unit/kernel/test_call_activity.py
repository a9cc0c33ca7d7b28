"""Call activities: what the called instance gets and gives, and how its end or failure comes back."""

from __future__ import annotations

from typing import Any

import pytest

from shoal.errors import ConflictError, ExecutionError, NotFoundError
from shoal.expressions.errors import BpmnError
from shoal.kernel import InstanceFacts, advance, catches_error, new_snapshot, stimulus
from shoal.values import infer

ENDS = '<startEvent id="s"/><endEvent id="e"/><userTask id="after"/>'
LINE = "s > c > after > e"


def call(mappings: str = "", attributes: str = 'calledElement="other"') -> str:
    return (
        ENDS + f'<callActivity id="c" {attributes}><extensionElements>{mappings}</extensionElements></callActivity>'
    )


def typed(**values: Any) -> Any:
    return {name: infer(name, value) for name, value in values.items()}


def test_a_call_activity_asks_for_an_instance_and_waits(model: Any) -> None:
    mappings = '<camunda:in businessKey="${key}"/><camunda:in source="a" target="b"/>'
    mappings += '<camunda:in sourceExpression="${a + 1}" target="c"/><camunda:in source="gone" target="d"/>'
    run = model(call(mappings), LINE).start(a=1, key="K")
    (child,) = run.last.children
    assert (child.called_element, child.binding, child.business_key) == ("other", "latest", "K")
    assert {name: value.value for name, value in child.variables.items()} == {"b": 1, "c": 2, "d": None}
    assert run.history[1].called_instance_id == child.instance_id
    assert run.at == ["c"]


def test_all_variables_may_go_along(model: Any) -> None:
    run = model(call('<camunda:in variables="all"/>'), LINE).start(a=1, b=2)
    assert set(run.last.children[0].variables) == {"a", "b"}


def test_the_called_definition_may_be_named_by_expressions(model: Any) -> None:
    attributes = 'calledElement="${which}" camunda:calledElementBinding="version" '
    attributes += 'camunda:calledElementVersion="${2 + 1}" camunda:calledElementTenantId="t-${which}"'
    (child,) = model(call(attributes=attributes), LINE).start(which="x").last.children
    assert (child.called_element, child.binding, child.version, child.tenant_id) == ("x", "version", 3, "t-x")


def test_a_called_element_that_is_null_fails(model: Any) -> None:
    with pytest.raises(ExecutionError, match="calls no process"):
        model(call(attributes='calledElement="${which}"'), LINE).start(which=None)


def test_the_end_of_the_called_instance_brings_its_variables(model: Any) -> None:
    mappings = '<camunda:out source="x" target="y"/><camunda:out sourceExpression="${x * 2}" target="z"/>'
    mappings += '<camunda:out source="x" target="mine" local="true"/>'
    run = model(call(mappings), LINE).start()
    node = run.node("c")
    run.called.clear()
    run.do(stimulus.ChildEnded(node, typed(x=4)))
    assert (run.value("y"), run.value("z"), run.value("mine")) == (4, 8, None)
    assert run.at == ["after"]


def test_a_called_instance_that_was_cancelled_brings_nothing(model: Any) -> None:
    run = model(call('<camunda:out variables="all"/>'), LINE).start()
    run.called.clear()
    run.do(stimulus.ChildEnded(run.node("c"), typed(x=4), completed=False))
    assert run.value("x") is None
    assert run.outcome("c") == "cancelled"
    assert run.ended.state.value == "cancelled"


def test_an_error_of_the_called_instance_is_caught_at_the_boundary(model: Any) -> None:
    body = call() + '<boundaryEvent id="b" attachedToRef="c"><errorEventDefinition errorRef="err" '
    body += 'camunda:errorMessageVariable="why"/></boundaryEvent>'
    outside = '<error id="err" name="x" errorCode="E"/>'
    run = model(body, "s > c > e", "b > after", outside=outside).start()
    run.called.clear()
    run.do(stimulus.ChildFailed(run.node("c"), "E", "broken"))
    assert run.at == ["after"]
    assert run.value("why") == "broken"
    assert not run.last.children_cancelled


def test_an_error_that_nobody_catches_in_a_called_instance_goes_out_to_the_caller(model: Any, host: Any) -> None:
    outside = '<error id="err" name="x" errorCode="E"/><escalation id="esc" name="l" escalationCode="LATE"/>'
    body = ENDS + '<endEvent id="bad"><errorEventDefinition errorRef="err"/></endEvent>'
    body += (
        '<intermediateThrowEvent id="up"><escalationEventDefinition escalationRef="esc"/></intermediateThrowEvent>'
    )
    run = model(body, "s > up > bad", outside=outside)
    snapshot = new_snapshot(InstanceFacts("child", "d", "p", super_id="parent", super_node_id="node"))
    effects = advance(run.process, snapshot, stimulus.Start(), host, run.now)
    assert (effects.error.code, effects.end.state.value) == ("E", "terminated")
    assert [(thrown.kind, thrown.name) for thrown in effects.thrown] == [("escalation", "LATE")]


def test_cancelling_a_call_activity_cancels_the_called_instance(model: Any) -> None:
    run = model(call(), LINE).start()
    (child,) = run.called
    run.do(stimulus.Cancel())
    assert run.last.children_cancelled == [child]


def test_an_instance_that_is_called_and_cancelled_within_a_step_is_never_started(model: Any) -> None:
    body = call() + '<endEvent id="stop"><terminateEventDefinition/></endEvent><parallelGateway id="f"/>'
    run = model(body, "s > f > c > e", "f > stop").start()
    assert run.ended is not None
    assert not run.last.children
    assert not run.last.children_cancelled


def test_only_call_activities_wait_for_called_instances(model: Any) -> None:
    run = model(ENDS, "s > after > e").start()
    with pytest.raises(ConflictError):
        run.do(stimulus.ChildEnded(run.node("after")))
    run = model(call(), LINE).start()
    with pytest.raises(ConflictError):
        run.complete("c")


def test_an_error_that_the_caller_does_not_catch_ends_only_its_path(model: Any, host: Any) -> None:
    body = call() + '<boundaryEvent id="b" attachedToRef="c"><errorEventDefinition errorRef="err"/></boundaryEvent>'
    outside = '<error id="err" name="x" errorCode="E"/><error id="other" name="y" errorCode="F"/>'
    caller = model(body, "s > c > e", "b > after", outside=outside).start()
    node = caller.node("c")
    assert catches_error(caller.process, caller.snapshot.state, node, "E")
    assert not catches_error(caller.process, caller.snapshot.state, node, "F")
    with pytest.raises(NotFoundError):
        catches_error(caller.process, caller.snapshot.state, "gone", "E")
    body = ENDS + '<endEvent id="bad"><errorEventDefinition errorRef="other"/></endEvent>'
    called = model(body, "s > bad", "s > after > e", outside=outside)
    snapshot = new_snapshot(InstanceFacts("child", "d", "p", super_id="parent", super_node_id=node))
    snapshot.caller_catches = lambda code: code == "E"
    effects = advance(called.process, snapshot, stimulus.Start(), host, called.now)
    assert effects.error is None
    assert [task.activity_id for task in effects.user_tasks.values()] == ["after"]


def test_what_is_local_is_looked_for_in_the_call_activity_only(model: Any) -> None:
    own = '<camunda:inputParameter name="own">${41}</camunda:inputParameter>'
    own = f"<camunda:inputOutput>{own}</camunda:inputOutput>"
    local = '<camunda:in sourceExpression="${%s}" target="sum" local="true"/>'
    run = model(call(own + local % "own + 1"), LINE).start(outside=2)
    (child,) = run.called.values()
    assert child.variables["sum"].value == 42
    with pytest.raises(ExecutionError, match="outside"):
        model(call(own + local % "own + outside"), LINE).start(outside=2)


class Mapper:
    """Changes what goes in and takes over what comes out."""

    def map_input_variables(self, execution: Any, variables: dict[str, Any]) -> None:
        variables["told"] = execution.get_variable("x")
        variables["items"].append(3)
        del variables["secret"]

    def map_output_variables(self, execution: Any, sub_instance: Any) -> None:
        execution.set_variable("answer", sub_instance.get_variable("result"))


@pytest.mark.parametrize(
    "attribute", ['camunda:variableMappingClass="m"', 'camunda:variableMappingDelegateExpression="${m}"']
)
def test_a_delegate_maps_variables(model: Any, host: Any, attribute: str) -> None:
    host.callables["m"] = Mapper
    run = model(call('<camunda:in variables="all"/>', f'calledElement="other" {attribute}'), LINE)
    run.start(x=1, items=[1], secret=9)
    (child,) = run.called.values()
    assert {name: each.value for name, each in child.variables.items()} == {"x": 1, "items": [1, 3], "told": 1}
    run.called.clear()
    run.do(stimulus.ChildEnded(run.node("c"), {"result": infer("result", 42)}))
    assert (run.at, run.value("answer"), run.value("items")) == (["after"], 42, [1])


@pytest.mark.parametrize("raised", [BpmnError("E1", "told"), ValueError("told")], ids=["bpmn", "other"])
def test_what_a_mapping_delegate_raises_is_caught_by_nobody(model: Any, host: Any, raised: Exception) -> None:
    class Failing:
        def map_input_variables(self, _execution: Any, _variables: Any) -> None:
            raise raised

    host.callables["m"] = Failing()
    events = "".join(
        f'<boundaryEvent id="b{code}" attachedToRef="c"><errorEventDefinition errorRef="{code}"/></boundaryEvent>'
        for code in ("E1", "ValueError")
    )
    outside = '<error id="E1" errorCode="E1"/><error id="ValueError" errorCode="ValueError"/>'
    body = call(attributes='calledElement="other" camunda:variableMappingClass="m"') + events
    with pytest.raises(ExecutionError, match="told"):
        model(body, LINE, "bE1 > after", "bValueError > after", outside=outside).start()
