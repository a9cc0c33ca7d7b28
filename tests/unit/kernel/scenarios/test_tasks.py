"""Tasks of every kind: what they are given, what they give back, and how they fail."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.unit.kernel.scenarios.shapes import boundary, error, extended, loop, message, service

from shoal.errors import ExecutionError
from shoal.expressions.errors import BpmnError
from shoal.kernel import stimulus

EXTERNAL = 'camunda:type="external" camunda:topic="x"'


def user(more: str) -> str:
    return f'<userTask id="t" {more}/>'


@pytest.mark.parametrize(
    ("more", "field", "value"),
    [
        ('camunda:assignee="${who}"', "assignee", "ann"),
        ('camunda:assignee="plain"', "assignee", "plain"),
        ('camunda:candidateUsers="a, ${who}"', "candidate_users", ("a", "ann")),
        ('camunda:candidateGroups="${groups}"', "candidate_groups", ("g1", "g2")),
        ("camunda:candidateGroups=\"${'x,y'}\"", "candidate_groups", ("x", "y")),
        ('camunda:dueDate="2030-05-01T10:00:00Z"', "due_at", datetime(2030, 5, 1, 10, tzinfo=UTC)),
        ('camunda:dueDate="${when}"', "due_at", datetime(2031, 1, 1, tzinfo=UTC)),
        ('camunda:dueDate="${text}"', "due_at", datetime(2030, 6, 1, tzinfo=UTC)),
        ('camunda:dueDate="P2D"', "due_at", datetime(2030, 1, 3, tzinfo=UTC)),
        ('camunda:dueDate="${nothing}"', "due_at", None),
        ('camunda:followUpDate="P1D"', "follow_up_at", datetime(2030, 1, 2, tzinfo=UTC)),
        ('camunda:priority="${n}"', "priority", 7),
        ('camunda:priority="9"', "priority", 9),
        ("", "priority", 50),
        ('name="Ask ${who}"', "name", "Ask ann"),
        ('camunda:formKey="f-${n}"', "form_key", "f-7"),
    ],
)
def test_what_a_user_task_is_made_of(play: Any, more: Any, field: Any, value: Any) -> None:
    variables = {
        "who": "ann",
        "groups": ["g1", "g2"],
        "when": datetime(2031, 1, 1, tzinfo=UTC),
        "text": "2030-06-01",
        "nothing": None,
        "n": 7,
    }
    run = play("s > t > e", body=user(more), **variables)
    (record,) = run.user_tasks.values()
    assert getattr(record, field) == value


def test_potential_owners(play: Any) -> None:
    owners = (
        "<potentialOwner><resourceAssignmentExpression><formalExpression>user(ann), group(staff), boss"
        "</formalExpression></resourceAssignmentExpression></potentialOwner>"
    )
    run = play("s > t > e", body=f'<userTask id="t">{owners}</userTask>')
    (record,) = run.user_tasks.values()
    assert (record.candidate_users, record.candidate_groups) == (("ann",), ("staff", "boss"))


@pytest.mark.parametrize(
    ("more", "inside"),
    [
        ('camunda:class="bean"', ""),
        ('camunda:delegateExpression="${bean}"', ""),
        ('camunda:delegateExpression="#{bean}"', ""),
        ('camunda:expression="${bean.execute(execution)}"', ""),
    ],
)
@pytest.mark.parametrize("fails", [False, True])
def test_a_service_task_and_its_bpmn_error(play: Any, host: Any, more: Any, inside: Any, fails: Any) -> None:
    class Bean:
        def execute(self, execution: Any) -> None:
            if fails:
                raise BpmnError("E1")
            execution.set_variable("done", True)

    host.callables["bean"] = Bean()
    body = service("t", more, inside) + boundary("b", "t", error("E1"))
    run = play("s > t > after > e", "b > mend > e", body=body)
    assert run.at == (["mend"] if fails else ["after"])
    assert run.value("done") is (None if fails else True)


@pytest.mark.parametrize("language", ["javascript", "juel"])
def test_a_script_task_gives_its_result(play: Any, language: Any) -> None:
    text = "x + 1" if language == "javascript" else "${x + 1}"
    more = f'scriptFormat="{language}" camunda:resultVariable="y"'
    body = f'<scriptTask id="t" {more}><script>{text}</script></scriptTask>'
    assert play("s > t > after > e", body=body, x=1).value("y") == 2


def test_a_script_keeps_its_own_variables_to_itself(play: Any) -> None:
    text = "var own = 5; execution.setVariable('y', own + x)"
    body = f'<scriptTask id="t" scriptFormat="javascript"><script>{text}</script></scriptTask>'
    run = play("s > t > after > e", body=body, x=1)
    assert (run.value("own"), run.value("y")) == (None, 6)


def test_a_script_may_throw_a_bpmn_error(play: Any) -> None:
    text = "throw new org.camunda.bpm.engine.delegate.BpmnError('E1', 'told')"
    body = f'<scriptTask id="t" scriptFormat="javascript"><script>{text}</script></scriptTask>'
    body += boundary("b", "t", error("E1", 'camunda:errorMessageVariable="m"'))
    run = play("s > t > e", "b > mend > e", body=body)
    assert (run.at, run.value("m")) == (["mend"], "told")


@pytest.mark.parametrize("tag", ["serviceTask", "sendTask", "businessRuleTask"])
def test_external_work(play: Any, tag: Any) -> None:
    body = f'<{tag} id="t" {EXTERNAL} camunda:taskPriority="${{n}}"/>'
    run = play("s > t > after > e", body=body, n=3)
    (work,) = run.external_tasks.values()
    assert (work.topic, work.priority) == ("x", 3)
    assert run.complete("t", {"own": 1}, y=2).at == ["after"]
    assert (run.value("y"), run.value("own")) == (2, None)


@pytest.mark.parametrize(
    ("expression", "act", "at"),
    [
        ("${bad}", "complete", "mend"),
        ("${!bad}", "complete", "after"),
        ("${externalTask.errorMessage == 'oh'}", "fail", "mend"),
        ("${externalTask.errorDetails == 'x'}", "fail", "t"),
    ],
)
def test_what_a_worker_says_may_be_an_error(play: Any, expression: Any, act: Any, at: Any) -> None:
    definition = extended(f'<camunda:errorEventDefinition id="d" errorRef="E1" expression="{expression}"/>')
    body = service("t", EXTERNAL, definition) + boundary("b", "t", error("E1"))
    run = play("s > t > after > e", "b > mend > e", body=body, bad=True)
    if act == "complete":
        run.complete("t", {"local": 1})
    else:
        run.do(stimulus.FailExternal(run.node("t"), "oh", "details"))
    assert run.at == [at]


def test_a_receive_task_waits_for_its_message_or_for_anybody(play: Any) -> None:
    run = play("s > t > after > e", body='<receiveTask id="t" messageRef="m1"/>')
    assert [each.name for each in run.subscriptions.values()] == ["mail1"]
    assert run.receive("t", x=1).at == ["after"]
    run = play("s > t > after > e", body='<receiveTask id="t"/>')
    assert not run.subscriptions
    assert run.complete("t").at == ["after"]


def test_repeated_receive_tasks_each_wait(play: Any) -> None:
    run = play("s > t > after > e", body=f'<receiveTask id="t" messageRef="m1">{loop("2")}</receiveTask>')
    assert len(run.subscriptions) == 2
    assert run.receive("t").receive("t").at == ["after"]


@pytest.mark.parametrize("more", ['camunda:class="absent"', 'camunda:delegateExpression="${absent}"'])
def test_what_is_not_there_fails_and_says_its_name(play: Any, more: Any) -> None:
    with pytest.raises(ExecutionError, match="absent"):
        play("s > t > e", body=service("t", more))


class OrderError(Exception):
    """Something that code of the process raises."""


class LateOrderError(OrderError):
    """A special case."""


@pytest.mark.parametrize("code", ["OrderError", "LateOrderError", f"{__name__}.OrderError", "java.lang.Exception"])
@pytest.mark.parametrize("more", ['camunda:class="work"', 'camunda:expression="${work.execute(execution)}"'])
def test_an_exception_is_caught_by_an_error_event_that_names_its_class(
    play: Any, host: Any, code: Any, more: Any
) -> None:
    class Bean:
        def execute(self, _execution: Any) -> None:
            raise LateOrderError("too late")

    host.callables["work"] = Bean()
    event = error(code, 'camunda:errorCodeVariable="c" camunda:errorMessageVariable="m"')
    run = play("s > t > e", "b > mend > e", body=service("t", more) + boundary("b", "t", event))
    assert run.at == ["mend"]
    assert (run.value("c"), run.value("m")) == (None, "too late")


@pytest.mark.parametrize("code", ["", "E1", "ValueError"])
def test_an_exception_is_not_caught_by_other_codes_or_without_one(play: Any, host: Any, code: Any) -> None:
    def work(_execution: Any) -> None:
        raise LateOrderError("too late")

    host.callables["work"] = work
    with pytest.raises(ExecutionError, match="too late"):
        play("s > t > e", "b > mend > e", body=service("t") + boundary("b", "t", error(code)))


def test_a_message_boundary_event_takes_the_name_from_an_expression(play: Any, model: Any) -> None:
    from tests.unit.kernel.scenarios.shapes import draw

    body = '<userTask id="t"/>' + boundary("b", "t", message("mx"))
    drawn = body + draw("s > t > e", "b > told > e", declared=body)
    run = model(drawn, outside='<message id="mx" name="mail-${n}"/>').start(n=4)
    assert [each.name for each in run.subscriptions.values()] == ["mail-4"]


@pytest.mark.parametrize("more", ['camunda:asyncBefore="true"', 'camunda:asyncAfter="true"'])
def test_asynchronous_tasks(play: Any, host: Any, more: Any) -> None:
    host.callables["work"] = lambda _execution: None
    run = play("s > t > after > e", body=service("t", f'camunda:class="work" {more}'))
    (job,) = run.jobs.values()
    assert (job.retries, job.activity_id) == (3, "t")
    assert run.go_on("t").at == ["after"]


@pytest.mark.parametrize("element", ["startEvent", "exclusiveGateway", "parallelGateway", "endEvent", "subProcess"])
@pytest.mark.parametrize("side", ["asyncBefore", "asyncAfter"])
def test_asynchronous_events_gateways_and_scopes(play: Any, element: Any, side: Any) -> None:
    inside = '<startEvent id="i"/>' if element == "subProcess" else ""
    body = f'<{element} id="t" camunda:{side}="true">{inside}</{element}>'
    arrows = {"startEvent": "t > a > e", "endEvent": "s > t"}.get(element, "s > t > a > e")
    run = play(arrows, body=body)
    assert run.at == ["t"]
    run.go_on("t")
    assert run.ended is not None if element == "endEvent" else run.at == ["a"]
