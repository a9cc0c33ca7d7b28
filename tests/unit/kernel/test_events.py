"""Event sub-processes, signals, escalations, conditions, links."""

from __future__ import annotations

from typing import Any

import pytest

ENDS = '<startEvent id="s"/><endEvent id="e"/><userTask id="t"/><userTask id="after"/>'
OUTSIDE = '<message id="m" name="mail"/><signal id="sig" name="bell-${n}"/>'
OUTSIDE += '<escalation id="esc" name="late" escalationCode="LATE"/><error id="err" name="x" errorCode="E"/>'

DEFINITIONS = {
    "message": '<messageEventDefinition messageRef="m"/>',
    "signal": '<signalEventDefinition signalRef="sig"/>',
    "timer": "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>",
    "escalation": '<escalationEventDefinition escalationRef="esc" camunda:escalationCodeVariable="code"/>',
    "any escalation": "<escalationEventDefinition/>",
    "conditional": "<conditionalEventDefinition><condition>${x &gt; 5}</condition></conditionalEventDefinition>",
    "throw": '<escalationEventDefinition escalationRef="esc"/>',
}


def event(tag: str, element: str, definition: str, attributes: str = "") -> str:
    return f'<{tag} id="{element}" {attributes}>{DEFINITIONS.get(definition, definition)}</{tag}>'


def event_sub(definition: str, interrupting: str, flows: str, name: str = "es") -> str:
    start = event("startEvent", f"{name}_s", definition, f'isInterrupting="{interrupting}"')
    return (
        f'<subProcess id="{name}" triggeredByEvent="true">{start}<userTask id="{name}_t"/>'
        f'<endEvent id="{name}_e"/>{flows}</subProcess>'
    )


def come(run: Any, definition: Any, element: Any) -> Any:
    if definition == "timer":
        return run.fire(element)
    if definition == "conditional":
        return run.set(x=9)
    return run.receive(element)


@pytest.mark.parametrize("definition", ["message", "signal", "timer", "conditional"])
def test_an_interrupting_event_sub_process_takes_the_place_of_everything_in_its_scope(
    model: Any, arrows: Any, definition: Any
) -> None:
    body = ENDS + event_sub(definition, "true", arrows("es_s > es_t > es_e"))
    run = model(body, "s > t > e", outside=OUTSIDE).start(n=1, x=0)
    come(run, definition, "es_s")
    assert run.at == ["es_t"]
    assert run.outcome("t") == "cancelled"
    assert not run.subscriptions
    assert not run.jobs
    assert run.complete("es_t").ended is not None


@pytest.mark.parametrize("definition", ["message", "signal", "conditional"])
def test_an_event_sub_process_that_does_not_interrupt_may_come_again(
    model: Any, arrows: Any, definition: Any
) -> None:
    body = ENDS + event_sub(definition, "false", arrows("es_s > es_t > es_e"))
    run = model(body, "s > t > e", outside=OUTSIDE).start(n=1, x=0)
    come(run, definition, "es_s")
    come(run, definition, "es_s")
    assert run.at == ["es_t", "es_t", "t"]
    run.complete("t").complete("es_t")
    assert run.ended is None
    run.complete("es_t")
    assert run.ended is not None


def test_an_event_sub_process_ends_with_its_scope(model: Any, arrows: Any) -> None:
    inside = '<startEvent id="s2"/><userTask id="w"/>' + arrows("s2 > w")
    inside += event_sub("message", "false", arrows("es_s > es_t > es_e"))
    body = ENDS + f'<subProcess id="sub">{inside}</subProcess>'
    run = model(body, "s > sub > after > e", outside=OUTSIDE).start().complete("w")
    assert run.at == ["after"]
    assert not run.subscriptions


def test_event_sub_processes_may_be_nested(model: Any, arrows: Any) -> None:
    deep = event_sub("message", "true", arrows("in_s > in_t > in_e"), "in")
    outer = event_sub("timer", "false", arrows("es_s > es_t > es_e") + deep)
    run = model(ENDS + outer, "s > t > e", outside=OUTSIDE).start().fire("es_s")
    assert run.at == ["es_t", "t"]
    run.receive("in_s")
    assert run.at == ["in_t", "t"]
    run.complete("in_t")
    assert run.at == ["t"]


def test_a_thrown_signal_leaves_the_instance_with_the_variables_that_are_named(model: Any) -> None:
    inputs = '<camunda:in source="x" target="y"/><camunda:in sourceExpression="${x + 1}" target="z"/>'
    definition = f'<signalEventDefinition signalRef="sig"><extensionElements>{inputs}</extensionElements>'
    body = ENDS + event("intermediateThrowEvent", "throw", definition + "</signalEventDefinition>")
    run = model(body, "s > throw > t > e", outside=OUTSIDE).start(n=3, x=1)
    (thrown,) = run.last.thrown
    assert (thrown.kind, thrown.name) == ("signal", "bell-3")
    assert {name: typed.value for name, typed in thrown.variables.items()} == {"y": 1, "z": 2}
    assert run.history[1].activity_type == "intermediateSignalThrow"


@pytest.mark.parametrize("definition", ["signal", "conditional"])
def test_intermediate_signals_and_conditions_are_waited_for(model: Any, definition: Any) -> None:
    body = ENDS + event("intermediateCatchEvent", "c", definition)
    run = model(body, "s > c > after > e", outside=OUTSIDE).start(n=1, x=0)
    assert run.at == ["c"]
    assert [wait.kind for wait in run.subscriptions.values()] == [definition]
    assert come(run, definition, "c").at == ["after"]


@pytest.mark.parametrize("definition", ["signal", "conditional"])
@pytest.mark.parametrize("interrupting", ["true", "false"])
def test_boundary_signals_and_conditions(model: Any, definition: Any, interrupting: Any) -> None:
    body = ENDS + event("boundaryEvent", "b", definition, f'attachedToRef="t" cancelActivity="{interrupting}"')
    run = model(body, "s > t > e", "b > after > e", outside=OUTSIDE).start(n=1, x=0)
    come(run, definition, "b")
    assert run.at == (["after"] if interrupting == "true" else ["after", "t"])


def test_a_condition_that_holds_from_the_beginning_happens_at_once(model: Any) -> None:
    body = ENDS + event("intermediateCatchEvent", "c", "conditional")
    assert model(body, "s > c > after > e").start(x=6).at == ["after"]
    body = ENDS + event("boundaryEvent", "b", "conditional", 'attachedToRef="t"')
    assert model(body, "s > t > e", "b > after > e").start(x=6).at == ["after"]


def test_a_condition_with_an_unknown_name_does_not_hold(model: Any) -> None:
    run = model(ENDS + event("intermediateCatchEvent", "c", "conditional"), "s > c > after > e").start()
    assert run.at == ["c"]
    assert run.set(x=6).at == ["after"]


def test_a_condition_is_looked_at_only_after_the_changes_it_names(model: Any) -> None:
    definition = '<conditionalEventDefinition camunda:variableName="x" camunda:variableEvents="update">'
    definition += "<condition>${y &gt; 5}</condition></conditionalEventDefinition>"
    body = ENDS + event("intermediateCatchEvent", "c", definition)
    run = model(body, "s > c > after > e").start(y=0)
    assert run.set(y=9).at == ["c"]
    assert run.set(x=1).at == ["c"]
    assert run.set(x=2).at == ["after"]


def test_a_service_task_can_make_a_condition_true(model: Any, host: Any) -> None:
    host.callables["work"] = lambda execution: execution.set_variable("x", 6)
    body = ENDS + '<parallelGateway id="f"/><serviceTask id="w" camunda:class="work"/>'
    body += event("boundaryEvent", "b", "conditional", 'attachedToRef="t"')
    run = model(body, "s > f > t > e", "f > w > e", "b > after > e").start(x=0)
    assert run.at == ["after"]


def test_the_change_of_a_local_variable_concerns_only_its_scope(model: Any, host: Any) -> None:
    host.callables["work"] = lambda execution: execution.set_variable_local("x", 6)
    body = ENDS + '<parallelGateway id="f"/><serviceTask id="w" camunda:class="work"/>'
    body += event("boundaryEvent", "b", "conditional", 'attachedToRef="t"')
    assert model(body, "s > f > t > e", "f > w > e", "b > after > e").start(x=0).at == ["t"]


def sub(inside: str) -> str:
    return f'<subProcess id="sub"><startEvent id="s2"/><endEvent id="e2"/>{inside}</subProcess>'


@pytest.mark.parametrize("interrupting", ["true", "false"])
def test_an_escalation_is_caught_at_the_boundary_of_the_scope(model: Any, arrows: Any, interrupting: Any) -> None:
    inside = event("intermediateThrowEvent", "up", "throw") + '<userTask id="w"/>' + arrows("s2 > up > w > e2")
    body = ENDS + sub(inside)
    body += event("boundaryEvent", "b", "escalation", f'attachedToRef="sub" cancelActivity="{interrupting}"')
    run = model(body, "s > sub > e", "b > after > e", outside=OUTSIDE).start()
    assert run.at == (["after"] if interrupting == "true" else ["after", "w"])
    assert run.value("code") == "LATE"


def test_an_escalation_end_event_ends_its_path_whoever_catches_it(model: Any, arrows: Any) -> None:
    inside = event("endEvent", "up", "throw") + arrows("s2 > up")
    body = ENDS + sub(inside) + event_sub("any escalation", "false", arrows("es_s > es_t > es_e"))
    run = model(body, "s > sub > after > e", outside=OUTSIDE).start()
    assert run.at == ["after", "es_t"]


def test_an_escalation_that_nobody_catches_is_forgotten(model: Any) -> None:
    body = ENDS + event("intermediateThrowEvent", "up", "throw")
    run = model(body, "s > up > after > e", outside=OUTSIDE).start()
    assert run.at == ["after"]
    assert not run.last.thrown


def test_an_escalation_comes_from_outside_too(model: Any) -> None:
    from shoal.kernel import stimulus

    body = ENDS + event("boundaryEvent", "b", "escalation", 'attachedToRef="sub" cancelActivity="false"')
    body += '<subProcess id="sub"><startEvent id="s2"/><userTask id="w"/>'
    body += '<sequenceFlow id="f2" sourceRef="s2" targetRef="w"/></subProcess>'
    run = model(body, "s > sub > e", "b > after > e", outside=OUTSIDE).start()
    run.do(stimulus.ThrowEscalation(run.node("w"), "LATE"))
    assert run.at == ["after", "w"]


def test_a_link_leads_to_the_catching_event_of_its_name(model: Any) -> None:
    throw = '<linkEventDefinition name="over"/>'
    body = ENDS + event("intermediateThrowEvent", "from", throw) + event("intermediateCatchEvent", "to", throw)
    run = model(body, "s > t > from", "to > after > e").start().complete("t")
    assert run.at == ["after"]
    assert run.path == ["s", "t", "after"], "history does not know link events"


def test_a_catching_link_event_may_wait_before_and_after_and_call_its_listeners(model: Any, host: Any) -> None:
    throw = '<linkEventDefinition name="over"/>'
    called: list[str] = []
    host.callables["note"] = lambda execution: called.append(
        f"{execution.event_name} {execution.current_activity_id}"
    )
    listeners = "".join(f'<camunda:executionListener event="{at}" class="note"/>' for at in ("start", "end"))
    body = ENDS + event("intermediateThrowEvent", "from", throw)
    body += (
        '<intermediateCatchEvent id="to" camunda:asyncBefore="true" camunda:asyncAfter="true">'
        f"<extensionElements>{listeners}</extensionElements>{throw}</intermediateCatchEvent>"
    )
    run = model(body, "s > t > from", "to > after > e").start().complete("t")
    run.go_on("to").go_on("to")
    assert run.at == ["after"]
    assert called == ["start to", "end to"]
    assert run.path == ["s", "t", "after"]


def test_an_event_gateway_waits_for_signals_and_conditions_too(model: Any) -> None:
    body = ENDS + '<eventBasedGateway id="g"/>'
    body += event("intermediateCatchEvent", "c1", "signal") + event("intermediateCatchEvent", "c2", "conditional")
    run = model(body, "s > g > c1 > t > e", "g > c2 > after > e", outside=OUTSIDE).start(n=1, x=0)
    assert run.at == ["g"]
    assert run.set(x=7).at == ["after"]
    assert not run.subscriptions


def test_variables_may_be_meant_for_the_scope_that_an_event_begins(model: Any, arrows: Any) -> None:
    from shoal.kernel import stimulus
    from shoal.values import infer

    body = ENDS + event_sub("message", "false", arrows("es_s > es_t > es_e"))
    run = model(body, "s > t > e", outside=OUTSIDE).start()
    (wait,) = run.subscriptions.values()
    mine = {"x": infer("x", 1)}
    run.do(stimulus.Trigger(wait.node_id, wait.id, "es_s", triggered_variables=mine))
    assert (run.value("x"), run.value("x", "es")) == (None, 1)


def test_a_condition_that_holds_from_the_beginning_happens_once(model: Any, arrows: Any) -> None:
    body = ENDS + event_sub("conditional", "false", arrows("es_s > es_t > es_e"))
    run = model(body, "s > t > e").start(x=6, y=1)
    assert run.at == ["es_t", "t"]
    assert run.set(y=2).at == ["es_t", "es_t", "t"]


def test_a_condition_that_a_completion_makes_true_comes_before_the_activity_is_left(model: Any) -> None:
    body = ENDS + event("boundaryEvent", "b", "conditional", 'attachedToRef="t"')
    run = model(body, "s > t > e", "b > after > e").start(x=0).complete("t", x=6)
    assert run.at == ["after"]
    assert run.outcome("t") == "cancelled"


def test_a_condition_that_the_last_activity_of_a_scope_makes_true_keeps_the_scope_open(
    model: Any, arrows: Any
) -> None:
    inside = '<startEvent id="s2"/><userTask id="w"/>' + arrows("s2 > w")
    inside += event_sub("conditional", "false", arrows("es_s > es_t > es_e"))
    run = model(ENDS + f'<subProcess id="sub">{inside}</subProcess>', "s > sub > after > e").start(x=0)
    run.complete("w", x=6)
    assert run.at == ["es_t"]
    assert run.complete("es_t").at == ["after"]


def test_what_a_bean_does_to_a_map_changes_no_variable(model: Any, host: Any) -> None:
    class Beans:
        def spoil(self, order: Any) -> Any:
            order["total"] = 0

    host.callables["beans"] = Beans()
    body = ENDS + '<serviceTask id="w" camunda:expression="${beans.spoil(order)}"/>'
    run = model(body, "s > w > t > e").start(order={"total": 5})
    assert run.value("order") == {"total": 5}
