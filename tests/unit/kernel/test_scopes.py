"""Embedded sub-processes, terminate end events, boundary messages."""

from __future__ import annotations

from typing import Any

from shoal.kernel.effects import EndState

ENDS = '<startEvent id="s"/><endEvent id="e"/><userTask id="after"/>'
MAIL = '<message id="m" name="mail"/>'


def sub(inside: str) -> str:
    return f'<subProcess id="sub"><startEvent id="s2"/>{inside}</subProcess>'


def mail(event: str, attached: str, interrupting: str = "true") -> str:
    definition = '<messageEventDefinition messageRef="m"/>'
    return (
        f'<boundaryEvent id="{event}" attachedToRef="{attached}" cancelActivity="{interrupting}">'
        f"{definition}</boundaryEvent>"
    )


def test_a_sub_process_ends_with_its_last_token(model: Any, arrows: Any) -> None:
    inside = '<userTask id="a"/><userTask id="b"/><endEvent id="e2"/>' + arrows("s2 > a > e2", "s2 > b")
    run = model(ENDS + sub(inside), "s > sub > after > e").start()
    assert run.at == ["a", "b"]
    assert [record.parent_id for record in run.history][2:] == [run.node("sub")] * 3
    run.complete("b")
    assert run.at == ["a"]
    run.complete("a")
    assert run.at == ["after"]
    assert run.outcome("sub") == "ended"


def test_variables_of_a_sub_process_hide_those_outside_and_end_with_it(model: Any, arrows: Any, host: Any) -> None:
    def work(execution: Any) -> Any:
        scope = execution._node.parent
        from shoal.kernel import writing

        writing.set_local(execution._step, scope, "x", 5, scope)
        execution.set_variable("x", execution.get_variable("x") + 1)

    host.callables["work"] = work
    inside = '<serviceTask id="t" camunda:class="work"/><userTask id="a"/>' + arrows("s2 > t > a")
    run = model(ENDS + sub(inside), "s > sub > after > e").start(x=1)
    assert (run.value("x"), run.value("x", "sub")) == (1, 6)
    scope = run.node("sub")
    run.complete("a", x=7)
    assert run.value("x") == 1
    assert run.last.scopes_ended == {scope}
    assert run.last.variables[scope, "x"].value.value == 7


def test_a_boundary_message_interrupts_everything_below_its_sub_process(model: Any, arrows: Any) -> None:
    deep = '<subProcess id="deep"><startEvent id="s3"/><userTask id="x"/><serviceTask id="y" '
    deep += 'camunda:type="external" camunda:topic="t"/>' + arrows("s3 > x", "s3 > y") + "</subProcess>"
    deep += '<task id="z" camunda:asyncBefore="true"/>' + mail("inner", "deep")
    inside = deep + arrows("s2 > deep", "s2 > z", "inner > z")
    run = model(ENDS + sub(inside) + mail("outer", "sub"), "s > sub > e", "outer > after > e", outside=MAIL)
    run.start()
    assert run.at == ["x", "y", "z"]
    assert (len(run.subscriptions), len(run.jobs), len(run.external_tasks)) == (2, 1, 1)
    run.receive("outer")
    assert run.at == ["after"]
    assert not any((run.subscriptions, run.jobs, run.external_tasks))
    assert {run.outcome(each) for each in ("sub", "deep", "x", "y")} == {"cancelled"}


def test_a_boundary_message_that_does_not_interrupt_can_come_again(model: Any) -> None:
    body = ENDS + '<userTask id="work"/>' + mail("m1", "work", "false")
    run = model(body, "s > work > e", "m1 > after > e", outside=MAIL).start()
    run.receive("m1", n=1).receive("m1", n=2)
    assert run.at == ["after", "after", "work"]
    assert run.history[2].activity_type == "boundaryMessage"
    run.complete("work")
    assert not run.subscriptions
    run.complete("after").complete("after")
    assert run.ended is not None


def test_a_terminate_end_event_ends_the_instance_whatever_else_runs(model: Any) -> None:
    body = ENDS + '<userTask id="a"/><endEvent id="stop"><terminateEventDefinition/></endEvent>'
    run = model(body, "s > a > stop", "s > after > e").start().complete("a")
    assert run.ended.state is EndState.COMPLETED
    assert run.ended.end_activity_id == "stop"
    assert run.outcome("after") == "cancelled"
    assert run.outcome("stop") == "ended"


def test_a_terminate_end_event_drops_paths_that_have_not_begun_yet(model: Any) -> None:
    body = ENDS + '<endEvent id="stop"><terminateEventDefinition/></endEvent>'
    run = model(body, "s > stop", "s > after > e").start()
    assert run.ended is not None
    assert run.path == ["s", "stop"]


def test_a_terminate_end_event_ends_only_its_sub_process(model: Any, arrows: Any) -> None:
    inside = '<userTask id="a"/><userTask id="b"/><endEvent id="stop"><terminateEventDefinition/></endEvent>'
    inside += arrows("s2 > a > stop", "s2 > b")
    run = model(ENDS + sub(inside), "s > sub > after > e").start().complete("a")
    assert run.at == ["after"]
    assert run.outcome("sub") == "ended"
    assert run.outcome("b") == "cancelled"


def test_sub_processes_may_be_nested_very_deeply(model: Any, arrows: Any) -> None:
    depth = 200
    body = '<userTask id="t"/>'
    for level in range(depth):
        inner = "t" if level == 0 else f"p{level - 1}"
        body += f'<startEvent id="s{level}"/>' + arrows(f"s{level} > {inner}")
        body = f'<subProcess id="p{level}">{body}</subProcess>'
    run = model(ENDS + body + mail("m1", f"p{depth - 1}"), f"s > p{depth - 1} > e", "m1 > after > e", outside=MAIL)
    run.start(x=1)
    assert run.at == ["t"]
    assert run.complete("t", x=2).ended is not None
    assert run.value("x") == 2
    run = model(ENDS + body + mail("m1", f"p{depth - 1}"), f"s > p{depth - 1} > e", "m1 > after > e", outside=MAIL)
    assert run.start().receive("m1").at == ["after"]
