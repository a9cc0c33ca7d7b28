"""BPMN errors: where they come from, who catches them, and what happens when nobody does."""

from __future__ import annotations

from typing import Any

import pytest

from shoal.errors import ExecutionError
from shoal.expressions import BpmnError

ENDS = '<startEvent id="s"/><endEvent id="e"/><userTask id="after"/>'
OUTSIDE = '<error id="err1" name="one" errorCode="E1"/><error id="err2" name="two" errorCode="E2"/>'
EXTERNAL = 'camunda:type="external" camunda:topic="x"'


def catcher(event: str, attached: str, ref: str = "", extra: str = "") -> str:
    reference = f'errorRef="{ref}"' if ref else ""
    definition = f"<errorEventDefinition {reference} {extra}/>"
    return f'<boundaryEvent id="{event}" attachedToRef="{attached}">{definition}</boundaryEvent>'


def raising(code: Any, message: Any = None, **variables: Any) -> Any:
    def work(execution: Any) -> Any:
        raise BpmnError(code, message, variables)

    return work


def test_an_error_of_a_callable_is_caught_at_its_boundary(model: Any, host: Any) -> None:
    host.callables["work"] = raising("E1", "broken", why="because")
    extra = 'camunda:errorCodeVariable="code" camunda:errorMessageVariable="message"'
    body = ENDS + '<serviceTask id="t" camunda:class="work"/>' + catcher("c", "t", "err1", extra)
    run = model(body, "s > t > e", "c > after > e", outside=OUTSIDE).start()
    assert run.at == ["after"]
    assert (run.value("code"), run.value("message"), run.value("why")) == ("E1", "broken", "because")
    assert run.outcome("t") == "cancelled"
    assert run.path == ["s", "t", "c", "after"]


def test_the_code_decides_and_a_catch_all_comes_last(model: Any) -> None:
    body = ENDS + f'<serviceTask id="t" {EXTERNAL}/><userTask id="any"/><userTask id="two"/>'
    body += catcher("all", "t") + catcher("second", "t", "err2")
    arrows = ("s > t > e", "all > any > e", "second > two > e")
    assert model(body, *arrows, outside=OUTSIDE).start().fail("t", "E2").at == ["two"]
    assert model(body, *arrows, outside=OUTSIDE).start().fail("t", "E9").at == ["any"]


def test_an_error_that_nobody_catches_ends_its_path_only(model: Any) -> None:
    body = ENDS + f'<parallelGateway id="f"/><serviceTask id="t" {EXTERNAL}/><userTask id="other"/>'
    run = model(body, "s > f > t > after > e", "f > other > e").start().fail("t", "E1", x=1)
    assert run.at == ["other"]
    assert run.outcome("t") == "ended"
    assert run.value("x") == 1
    assert run.complete("other").ended is not None


def sub(inside: str, more: str = "") -> str:
    return f'{ENDS}<subProcess id="sub"><startEvent id="s2"/><endEvent id="e2"/>{inside}</subProcess>{more}'


def test_an_error_end_event_is_caught_by_the_scope_around_it(model: Any, arrows: Any) -> None:
    inside = '<endEvent id="bad"><errorEventDefinition errorRef="err1"/></endEvent>'
    inside += '<parallelGateway id="f"/><userTask id="a"/><userTask id="b"/>'
    inside += arrows("s2 > f > a > bad", "f > b > e2")
    body = sub(inside, catcher("c", "sub", "err1", 'camunda:errorCodeVariable="code"'))
    run = model(body, "s > sub > e", "c > after > e", outside=OUTSIDE).start()
    assert run.at == ["a", "b"]
    run.complete("a")
    assert run.at == ["after"]
    assert run.value("code") == "E1"
    assert [run.outcome(each) for each in ("b", "bad", "sub")] == ["cancelled", "cancelled", "cancelled"]


def test_an_error_goes_outwards_until_somebody_catches_it(model: Any, arrows: Any) -> None:
    innermost = '<subProcess id="deep"><startEvent id="s3"/><endEvent id="bad"><errorEventDefinition '
    innermost += 'errorRef="err1"/></endEvent>' + arrows("s3 > bad") + "</subProcess>"
    body = sub(innermost + catcher("wrong", "deep", "err2") + arrows("s2 > deep > e2", "wrong > e2"))
    body += catcher("right", "sub", "err1")
    run = model(body, "s > sub > e", "right > after > e", outside=OUTSIDE).start()
    assert run.at == ["after"]
    assert "wrong" not in run.path


def test_an_error_end_event_that_nobody_catches_is_a_plain_end(model: Any) -> None:
    body = ENDS + '<endEvent id="bad"><errorEventDefinition errorRef="err1"/></endEvent>'
    run = model(body, "s > bad", outside=OUTSIDE).start()
    assert run.ended.end_activity_id == "bad"
    assert run.history[1].activity_type == "errorEndEvent"


def test_an_error_from_outside_fits_user_tasks_too(model: Any) -> None:
    body = ENDS + '<userTask id="t"/>' + catcher("c", "t", "err1")
    run = model(body, "s > t > e", "c > after > e", outside=OUTSIDE).start().fail("t", "E1", x=2)
    assert run.at == ["after"]
    assert run.value("x") == 2
    assert list(run.last.user_tasks_ended.values()) == ["deleted"]


EVENT_SUB = (
    '<subProcess id="es" triggeredByEvent="true"><startEvent id="es_s" isInterrupting="true">'
    '<errorEventDefinition errorRef="err1"/></startEvent><userTask id="mend"/><endEvent id="es_e"/>{}</subProcess>'
)


@pytest.mark.parametrize("boundary_too", [True, False])
def test_an_event_sub_process_catches_before_a_boundary_event(model: Any, arrows: Any, boundary_too: Any) -> None:
    inside = f'<serviceTask id="t" {EXTERNAL}/>' + arrows("s2 > t > e2")
    body = sub(inside + EVENT_SUB.format(arrows("es_s > mend > es_e")))
    ways = ["s > sub > after > e"]
    if boundary_too:
        body += catcher("c", "sub", "err1")
        ways.append("c > e")
    run = model(body, *ways, outside=OUTSIDE).start().fail("t", "E1")
    assert run.at == ["mend"]
    assert run.outcome("t") == "cancelled"
    assert run.outcome("sub") == "open"
    assert run.complete("mend").at == ["after"]


def test_an_error_from_within_an_error_event_sub_process_is_not_caught_by_itself(model: Any, arrows: Any) -> None:
    more = '<endEvent id="again"><errorEventDefinition errorRef="err1"/></endEvent>'
    event = EVENT_SUB.format(more + arrows("es_s > mend > again"))
    body = sub(f'<serviceTask id="t" {EXTERNAL}/>' + arrows("s2 > t > e2") + event)
    body += catcher("c", "sub", "err1")
    run = model(body, "s > sub > e", "c > after > e", outside=OUTSIDE).start().fail("t", "E1")
    assert run.complete("mend").at == ["after"]


def test_an_error_of_an_end_listener_of_what_is_cancelled_is_handled_by_nobody(model: Any, host: Any) -> None:
    host.callables["fail"] = raising("E2")
    listener = '<extensionElements><camunda:executionListener event="end" class="fail"/></extensionElements>'
    body = ENDS + f'<serviceTask id="t" {EXTERNAL}>{listener}</serviceTask><userTask id="two"/>'
    body += catcher("one", "t", "err1") + catcher("second", "t", "err2")
    run = model(body, "s > t > e", "one > after > e", "second > two > e", outside=OUTSIDE).start()
    with pytest.raises(ExecutionError, match="E2"):
        run.fail("t", "E1")
