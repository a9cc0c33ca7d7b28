"""Execution listeners, task listeners, input and output mappings: their order and what they see."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.kernel.conftest import typed

from shoal.errors import ExecutionError
from shoal.expressions.errors import BpmnError
from shoal.kernel import InstanceFacts, has_end_listeners, new_snapshot, stimulus, wants_tasks

ENDS = '<startEvent id="s"/><endEvent id="e"/><userTask id="after"/>'


def listener(event: str, name: str = "note", kind: str = "execution") -> str:
    return f'<camunda:{kind}Listener event="{event}" class="{name}"/>'


def extended(tag: str, element: str, extensions: str, attributes: str = "") -> str:
    return f'<{tag} id="{element}" {attributes}><extensionElements>{extensions}</extensionElements></{tag}>'


@pytest.fixture
def notes(host: Any) -> Any:
    found = []

    def note(view: Any) -> Any:
        where = view.current_transition_id or view.current_activity_id
        found.append(f"{where}:{view.event_name}")

    host.callables["note"] = note
    host.callables["task"] = lambda task: found.append(f"{task.task_definition_key}:{task.event_name}")
    return found


def test_listeners_are_called_in_the_order_of_camunda(model: Any, notes: Any) -> None:
    both = listener("start") + listener("end")
    body = ENDS + extended("userTask", "t", both)
    run = model(body, "s > t > e").start()
    assert notes == ["t:start"]
    run.complete("t")
    assert notes == ["t:start", "t:end"]
    assert has_end_listeners(run.process)


def test_a_flow_calls_its_listeners_when_it_is_taken(model: Any, notes: Any) -> None:
    flow = extended("sequenceFlow", "way", listener("take"), 'sourceRef="s" targetRef="after"')
    model(ENDS + flow, "after > e").start()
    assert notes == ["way:take"]


def test_a_process_calls_its_listeners(model: Any, notes: Any) -> None:
    process = f"<extensionElements>{listener('start')}{listener('end')}</extensionElements>"
    run = model(process + ENDS, "s > after > e").start()
    assert notes == ["None:start"]
    run.complete("after")
    assert notes == ["None:start", "None:end"]


def test_cancelling_calls_end_listeners_from_the_inside_out(model: Any, notes: Any, arrows: Any) -> None:
    inner = extended("userTask", "t", listener("end"))
    sub = f'<subProcess id="sub"><extensionElements>{listener("end")}</extensionElements><startEvent id="s2"/>'
    run = model(ENDS + sub + inner + arrows("s2 > t") + "</subProcess>", "s > sub > e").start()
    run.do(stimulus.Cancel("enough"))
    assert notes == ["t:end", "sub:end"]
    assert (run.ended.state.value, run.ended.reason) == ("cancelled", "enough")
    assert run.outcome("t") == "cancelled"


def test_cancelling_may_leave_out_listeners_and_mappings(model: Any, notes: Any) -> None:
    output = (
        "<camunda:inputOutput><camunda:outputParameter name='x'>1</camunda:outputParameter></camunda:inputOutput>"
    )
    run = model(ENDS + extended("userTask", "t", listener("end") + output), "s > t > e").start()
    run.do(stimulus.Cancel(skip_custom_listeners=True, skip_io_mappings=True))
    assert notes == []
    assert not run.last.variables


def test_task_listeners_are_called_in_the_order_of_camunda(model: Any, notes: Any) -> None:
    events = ("assignment", "create", "complete", "delete", "update")
    extensions = "".join(listener(event, "task", "task") for event in events)
    body = ENDS + extended("userTask", "t", extensions, 'camunda:assignee="ada"')
    run = model(body, "s > t > after > e").start()
    assert notes == ["t:create", "t:assignment"]
    run.do(stimulus.ChangeTask(run.node("t"), {"assignee": "bob"}))
    assert notes[2:] == ["t:update", "t:assignment"]
    assert run.last.user_tasks_changed == {run.node("t"): {"assignee": "bob"}}
    run.complete("t")
    assert notes[4:] == ["t:complete"]
    assert wants_tasks(run.process)
    run = model(body, "s > t > after > e").start().do(stimulus.Cancel())
    assert notes[-1] == "t:delete"


def test_a_task_listener_may_change_the_task(model: Any, host: Any) -> None:
    def prepare(task: Any) -> Any:
        task.assignee = "ada"
        task.priority = 80
        task.add_candidate_group("clerks")
        task.add_candidate_user("bob")
        task.delete_candidate_user("bob")
        task.set_variable("seen", task.name)

    host.callables["prepare"] = prepare
    body = ENDS + extended("userTask", "t", listener("create", "prepare", "task"), 'name="Work"')
    run = model(body, "s > t > e").start()
    (task,) = run.user_tasks.values()
    assert (task.assignee, task.priority) == ("ada", 80)
    assert (task.candidate_users, task.candidate_groups) == ((), ("clerks",))
    assert run.value("seen") == "Work"
    with pytest.raises(AttributeError):
        task.nothing = 1


def test_a_task_listener_may_complete_the_task(model: Any, host: Any, notes: Any) -> None:
    host.callables["done"] = lambda task: task.complete()
    both = listener("create", "done", "task") + listener("complete", "task", "task")
    run = model(ENDS + extended("userTask", "t", both), "s > t > after > e").start()
    assert run.at == ["after"]
    assert notes == ["t:complete"]


def test_a_timeout_listener_is_called_when_it_is_due(model: Any, notes: Any) -> None:
    definition = "<timerEventDefinition><timeCycle>R2/PT1H</timeCycle></timerEventDefinition>"
    timeout = f'<camunda:taskListener id="late" event="timeout" class="task">{definition}</camunda:taskListener>'
    run = model(ENDS + extended("userTask", "t", timeout), "s > t > e").start()
    run.fire("t").fire("t")
    assert notes == ["t:timeout", "t:timeout"]
    assert not run.jobs
    assert run.at == ["t"]


def io(*parameters: str) -> str:
    inner = "".join(
        f'<camunda:{kind}Parameter name="{name}">{value}</camunda:{kind}Parameter>'
        for kind, name, value in (each.split(" ", 2) for each in parameters)
    )
    return f"<camunda:inputOutput>{inner}</camunda:inputOutput>"


def test_inputs_are_variables_of_the_activity_and_outputs_go_outside(model: Any) -> None:
    mapping = io("input a ${x + 1}", "input b ${a * 2}", "output y ${b + done}")
    run = model(ENDS + extended("userTask", "t", mapping), "s > t > after > e").start(x=1)
    assert (run.value("a", "t"), run.value("b", "t"), run.value("a")) == (2, 4, None)
    run.complete("t", {"done": 10})
    assert run.value("y") == 14
    assert run.value("a") is None


def test_mappings_may_be_lists_maps_and_scripts(model: Any) -> None:
    value = "<camunda:list><camunda:value>${x}</camunda:value><camunda:value>b</camunda:value></camunda:list>"
    entries = "<camunda:map><camunda:entry key='k'>${x}</camunda:entry></camunda:map>"
    script = "<camunda:script scriptFormat='javascript'>x + 5</camunda:script>"
    mapping = io(f"input a {value}", f"input b {entries}", f"input c {script}")
    run = model(ENDS + extended("userTask", "t", mapping), "s > t > after > e").start(x=1)
    assert run.value("a", "t") == [1, "b"]
    assert run.value("b", "t") == {"k": 1}
    assert run.value("c", "t") == 6


def test_listeners_see_inputs_and_outputs_see_what_end_listeners_did(model: Any, host: Any) -> None:
    host.callables["in"] = lambda execution: execution.set_variable("seen", execution.get_variable("a"))
    host.callables["out"] = lambda execution: execution.set_variable_local("last", "word")
    extensions = listener("start", "in") + listener("end", "out") + io("input a 7", "output result ${last}")
    run = model(ENDS + extended("userTask", "t", extensions), "s > t > after > e").start()
    assert run.value("seen") == "7"
    assert run.complete("t").value("result") == "word"


def test_an_interrupted_activity_still_runs_its_output_mappings(model: Any) -> None:
    body = ENDS + extended("userTask", "t", io("input a 1", "output result ${a}"))
    body += '<boundaryEvent id="b" attachedToRef="t"><timerEventDefinition><timeDuration>PT1H</timeDuration>'
    body += "</timerEventDefinition></boundaryEvent>"
    assert model(body, "s > t > e", "b > after").start().fire("b").value("result") == "1"


def test_an_error_of_a_start_listener_is_caught_at_the_boundary(model: Any, host: Any) -> None:
    from shoal.expressions import BpmnError

    def fail(execution: Any) -> Any:
        raise BpmnError("E1")

    host.callables["fail"] = fail
    body = ENDS + extended("userTask", "t", listener("start", "fail"))
    body += '<boundaryEvent id="b" attachedToRef="t"><errorEventDefinition/></boundaryEvent>'
    assert model(body, "s > t > e", "b > after").start().at == ["after"]
    body = ENDS + extended("userTask", "t", listener("end", "fail"))
    body += '<boundaryEvent id="b" attachedToRef="t"><errorEventDefinition/></boundaryEvent>'
    assert model(body, "s > t > e", "b > after").start().complete("t").at == ["after"]


def test_a_failing_listener_fails_the_step(model: Any) -> None:
    with pytest.raises(ExecutionError, match="nobody"):
        model(ENDS + extended("userTask", "t", listener("start", "nobody")), "s > t > e").start()


def test_an_error_of_a_take_listener_is_not_caught_at_the_target(model: Any, host: Any) -> None:
    from shoal.expressions import BpmnError

    def fail(execution: Any) -> Any:
        execution.set_variable_local("local", execution.current_activity_id)
        raise BpmnError("E1")

    host.callables["fail"] = fail
    flow = extended("sequenceFlow", "way", listener("take", "fail"), 'sourceRef="s" targetRef="t"')
    body = ENDS + flow + '<userTask id="t"/>'
    body += '<boundaryEvent id="b" attachedToRef="t"><errorEventDefinition/></boundaryEvent>'
    run = model(body, "t > e", "b > after").start()
    assert run.ended is not None
    assert "t" not in run.path
    assert [record.value.value for record in run.last.variable_log] == ["s"]


def test_an_error_of_a_take_listener_is_caught_in_its_scope(model: Any, host: Any, arrows: Any) -> None:
    from shoal.expressions import BpmnError

    def fail(execution: Any) -> Any:
        raise BpmnError("E1")

    host.callables["fail"] = fail
    flow = extended("sequenceFlow", "way", listener("take", "fail"), 'sourceRef="s" targetRef="t"')
    event = '<subProcess id="es" triggeredByEvent="true"><startEvent id="es_s"><errorEventDefinition/></startEvent>'
    event += '<userTask id="mend"/>' + arrows("es_s > mend") + "</subProcess>"
    assert model(ENDS + flow + '<userTask id="t"/>' + event, "t > e").start().at == ["mend"]


def test_an_error_of_an_end_listener_of_the_process_fails_the_step(model: Any, host: Any) -> None:
    from shoal.expressions import BpmnError

    def fail(execution: Any) -> Any:
        raise BpmnError("E1")

    host.callables["fail"] = fail
    process = f"<extensionElements>{listener('end', 'fail')}</extensionElements>"
    run = model(process + ENDS, "s > after > e").start()
    with pytest.raises(ExecutionError, match="E1"):
        run.complete("after")


def test_the_end_is_told_with_its_end_event_although_the_process_has_listeners(model: Any, notes: Any) -> None:
    process = f"<extensionElements>{listener('end')}</extensionElements>"
    run = model(process + ENDS, "s > after > e").start().complete("after")
    assert run.ended.end_activity_id == "e"


def test_who_is_missing_is_said_together_with_the_element(model: Any) -> None:
    flow = extended("sequenceFlow", "way", listener("take", "nobody"), 'sourceRef="s" targetRef="after"')
    with pytest.raises(ExecutionError, match=r"^'way': no callable registered under 'nobody'$"):
        model('<startEvent id="s"/><userTask id="after"/>' + flow).start()
    process = f"<extensionElements>{listener('start', 'nobody')}</extensionElements>"
    with pytest.raises(ExecutionError, match=r"^'p': no callable registered under 'nobody'$") as caught:
        model(process + '<startEvent id="s"/><userTask id="t"/>', "s > t").start()
    assert caught.value.element_id == "p"


def _heard(*listeners: str) -> str:
    return f"<extensionElements>{''.join(listeners)}</extensionElements>"


@pytest.mark.parametrize("event", ["complete", "delete"])
def test_a_task_that_ends_cannot_be_completed_by_its_listeners(model: Any, host: Any, event: str) -> None:
    host.callables["finish"] = lambda task: task.complete()
    body = f'<startEvent id="s"/><userTask id="t">{_heard(listener(event, "finish", "task"))}</userTask>'
    run = model(body, "s > t").start()
    act = stimulus.Complete(run.node("t")) if event == "complete" else stimulus.Cancel()
    with pytest.raises(ExecutionError, match="invalid task state"):
        run.do(act)


@pytest.mark.parametrize("listener", [listener("delete", "refuse", "task"), listener("end", "refuse", "execution")])
@pytest.mark.parametrize("raised", [BpmnError("E1", "told"), ValueError("told")], ids=["bpmn", "other"])
def test_what_is_raised_while_something_is_cancelled_is_caught_by_nobody(
    model: Any, host: Any, listener: str, raised: Exception
) -> None:
    def refuse(_argument: Any) -> None:
        raise raised

    host.callables["refuse"] = refuse
    body = (
        f'<startEvent id="s"/><userTask id="t">{_heard(listener)}</userTask><userTask id="caught"/>'
        '<boundaryEvent id="b" attachedToRef="t"><errorEventDefinition/></boundaryEvent>'
        '<boundaryEvent id="bv" attachedToRef="t"><errorEventDefinition errorRef="ve"/></boundaryEvent>'
        '<boundaryEvent id="m" attachedToRef="t"><messageEventDefinition messageRef="m1"/></boundaryEvent>'
    )
    outside = '<message id="m1" name="mail"/><error id="ve" errorCode="ValueError"/>'
    run = model(body, "s > t", "b > caught", "bv > caught", "m > caught", outside=outside).start()
    with pytest.raises(ExecutionError, match="told"):
        run.receive("m")


def test_listeners_are_told_that_and_why_something_is_cancelled(model: Any, host: Any) -> None:
    told: list[Any] = []
    host.callables["note"] = lambda execution: told.append(execution.is_canceled)
    host.callables["why"] = lambda task: told.append(task.delete_reason)
    inside = _heard(listener("end", "note", "execution"), listener("delete", "why", "task"))
    body = (
        f'{_heard(listener("end", "note", "execution"))}<startEvent id="s"/><userTask id="t">{inside}</userTask>'
        '<boundaryEvent id="m" attachedToRef="t"><messageEventDefinition messageRef="m1"/></boundaryEvent>'
        '<endEvent id="e"/>'
    )
    outside = '<message id="m1" name="mail"/>'
    model(body, "s > t > e", "m > e", outside=outside).start().complete("t")
    assert told == [False, False]
    told.clear()
    model(body, "s > t > e", "m > e", outside=outside).start().receive("m")
    assert told == ["deleted", True, False]
    told.clear()
    model(body, "s > t > e", "m > e", outside=outside).start().do(stimulus.Cancel("not wanted"))
    assert told == ["not wanted", True, True]


def test_a_variable_of_the_task_is_a_change_of_the_task(model: Any, host: Any) -> None:
    heard: list[str] = []
    host.callables["note"] = lambda task: heard.append(task.event_name)
    body = f'<startEvent id="s"/><userTask id="t">{_heard(listener("update", "note", "task"))}</userTask>'
    run = model(body, "s > t").start()
    run.do(stimulus.SetVariables(typed({"x": 1, "y": 2}), run.node("t")))
    run.do(stimulus.SetVariables({}, run.node("t"), ("x",)))
    run.set(z=1)
    assert heard == ["update", "update"]


def test_keys_of_maps_may_be_expressions(model: Any) -> None:
    mapping = (
        '<camunda:inputOutput><camunda:inputParameter name="m"><camunda:map>'
        '<camunda:entry key="${first}">one</camunda:entry><camunda:entry key="b">two</camunda:entry>'
        "</camunda:map></camunda:inputParameter></camunda:inputOutput>"
    )
    body = f'<startEvent id="s"/><userTask id="t">{_heard(mapping)}</userTask>'
    run = model(body, "s > t").start(first="a")
    assert run.snapshot.variables.local(run.node("t"))["m"].value == {"a": "one", "b": "two"}
    with pytest.raises(ExecutionError, match="first"):
        model(body, "s > t").start()
    with pytest.raises(ExecutionError, match="not a text"):
        model(body, "s > t").start(first=None)


@pytest.mark.parametrize("event", ["start", "end"])
@pytest.mark.parametrize("called", [False, True])
def test_errors_of_listeners_of_the_process_are_caught_by_nobody(
    model: Any, host: Any, event: str, called: bool
) -> None:
    def refuse(_execution: Any) -> None:
        raise BpmnError("E1", "told")

    host.callables["refuse"] = refuse
    body = f'{_heard(listener(event, "refuse", "execution"))}<startEvent id="s"/><endEvent id="e"/>'
    run = model(body, "s > e")
    if called:
        facts = InstanceFacts("i", "d", "p", super_id="caller", super_node_id="call")
        run.snapshot = new_snapshot(facts)
    with pytest.raises(ExecutionError, match="told"):
        run.start()


def test_an_error_of_a_scope_that_a_modification_makes_is_caught_by_nobody(model: Any, host: Any) -> None:
    def refuse(_execution: Any) -> None:
        raise BpmnError("E1", "told")

    host.callables["refuse"] = refuse
    inside = _heard(listener("start", "refuse", "execution")) + '<startEvent id="s2"/><userTask id="t"/>'
    body = (
        f'<startEvent id="s"/><userTask id="u"/><subProcess id="sp">{inside}</subProcess><userTask id="caught"/>'
        '<boundaryEvent id="b" attachedToRef="sp"><errorEventDefinition/></boundaryEvent>'
    )
    run = model(body, "s > u > sp", "b > caught").start()
    with pytest.raises(ExecutionError, match="told"):
        run.do(stimulus.Modify((stimulus.StartBefore("t"),)))
