"""Error events: who catches what, and what becomes of the paths around."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.kernel.scenarios.shapes import (
    boundary,
    end,
    error,
    event_sub,
    extended,
    loop,
    service,
    sub,
    throw,
)

from shoal.expressions.errors import BpmnError

THROWS = end("bad", error("E1"))


def test_the_innermost_boundary_event_with_the_code_catches(play: Any) -> None:
    deep = sub("deep", "s3 > bad", body=THROWS) + boundary("near", "deep", error("E1"))
    body = sub("outer", "s2 > deep > e2", "near > mend > e2", body=deep) + boundary("far", "outer", error("E1"))
    run = play("s > outer > e", "far > never > e", body=body)
    assert run.at == ["mend"]
    assert run.complete("mend").ended is not None


def test_a_catch_all_further_in_wins_over_a_code_further_out(play: Any) -> None:
    deep = sub("deep", "s3 > bad", body=THROWS) + boundary("near", "deep", error())
    body = sub("outer", "s2 > deep > e2", "near > mend > e2", body=deep) + boundary("far", "outer", error("E1"))
    assert play("s > outer > e", "far > never > e", body=body).at == ["mend"]


def test_what_a_boundary_event_leads_to_may_throw_again_to_the_scope_around(play: Any) -> None:
    deep = sub("deep", "s3 > bad", body=THROWS) + boundary("near", "deep", error("E1")) + end("again", error("E1"))
    body = sub("outer", "s2 > deep > e2", "near > again", body=deep) + boundary("far", "outer", error("E1"))
    assert play("s > outer > e", "far > mend > e", body=body).at == ["mend"]


def test_an_error_event_sub_process_may_throw_another_code_to_the_boundary(play: Any) -> None:
    handler = event_sub("es", error("E1"), "es_s > second", body=end("second", error("E2")))
    body = sub("outer", "s2 > bad", body=THROWS + handler) + boundary("far", "outer", error("E2"))
    run = play("s > outer > e", "far > mend > e", body=body)
    assert run.at == ["mend"]
    assert run.outcome("es") == "cancelled"


def test_two_error_event_sub_processes_the_code_is_asked_before_the_catch_all(play: Any) -> None:
    handlers = event_sub("any", error(), "any_s > a > any_e", body=end("any_e"))
    handlers += event_sub("one", error("E1"), "one_s > b > one_e", body=end("one_e"))
    run = play("s > sub > e", body=sub("sub", "s2 > bad", body=THROWS + handlers))
    assert run.at == ["b"]


def test_an_event_sub_process_of_the_process_catches_what_comes_from_a_sub_process(play: Any) -> None:
    body = sub("sub", "s2 > and_f > bad", "and_f > w > e2", body=THROWS)
    body += event_sub("es", error("E1"), "es_s > mend > es_e", body=end("es_e"))
    run = play("s > and_g > side > e", "and_g > sub > e", body=body)
    assert run.at == ["mend"]
    assert run.outcome("side") == "cancelled"
    assert run.complete("mend").ended is not None


@pytest.mark.parametrize("sequential", [True, False])
def test_an_error_in_one_instance_cancels_all_instances(play: Any, sequential: Any) -> None:
    inside = sub("sub", "s2 > t > xor_x > e2", "xor_x > bad: ${fail}", body=THROWS)
    inside = inside.replace('<exclusiveGateway id="xor_x"/>', '<exclusiveGateway id="xor_x" default="xor_x_e2"/>')
    body = inside.replace("</subProcess>", loop(sequential=sequential) + "</subProcess>")
    body += boundary("caught", "sub", error("E1"))
    run = play("s > sub > e", "caught > mend > e", body=body, fail=False)
    run.complete("t")
    assert "mend" not in run.at
    run.complete("t", fail=True)
    assert run.at == ["mend"]
    assert not run.user_tasks.keys() - {run.node("mend")}


def test_an_error_in_the_body_of_an_error_handler_path_reaches_the_process(play: Any, raises: Any) -> None:
    raises("E1")
    body = service("t") + boundary("c", "t", error("E1")) + service("t2")
    run = play("s > t > e", "c > t2 > never > e", body=body)
    assert run.ended is not None
    assert run.path == ["s", "t", "c", "t2"]


@pytest.mark.parametrize("event", ["start", "end"])
def test_an_error_of_a_listener_is_caught_at_the_boundary_of_its_activity(
    play: Any, raises: Any, event: Any
) -> None:
    raises("E1")
    listener = extended(f'<camunda:executionListener event="{event}" class="work"/>')
    body = f'<userTask id="t">{listener}</userTask>' + boundary("c", "t", error("E1"))
    run = play("s > t > e", "c > mend > e", body=body)
    if event == "end":
        assert run.at == ["t"]
        run.complete("t")
    assert run.at == ["mend"]


def test_an_error_of_a_take_listener_is_caught_around_not_at_the_activity_left(play: Any, raises: Any) -> None:
    raises("E1")
    listener = extended('<camunda:executionListener event="take" class="work"/>')
    inner = boundary("own", "t", error("E1")) + draw_flow("t", "e2", listener)
    body = sub("sub", "s2 > t", "own > no > e2", body=inner + '<endEvent id="e2"/>')
    body += boundary("c", "sub", error("E1"))
    run = play("s > sub > e", "c > mend > e", body=body)
    assert run.complete("t").at == ["mend"]


def draw_flow(source: str, target: str, inside: str) -> str:
    return f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">{inside}</sequenceFlow>'


def test_an_error_of_the_start_listener_of_a_sub_process_is_not_for_its_event_sub_process(
    play: Any, raises: Any
) -> None:
    raises("E1")
    listener = extended('<camunda:executionListener event="start" class="work"/>')
    handler = event_sub("es", error("E1"), "es_s > inner > es_e", body=end("es_e"))
    body = sub("sub", "s2 > t > e2", body=listener + handler) + boundary("c", "sub", error("E1"))
    assert play("s > sub > e", "c > mend > e", body=body).at == ["mend"]


def test_an_error_of_an_input_mapping_is_caught_at_the_boundary(play: Any, raises: Any, host: Any) -> None:
    raises("E1")
    mapping = extended(
        '<camunda:inputOutput><camunda:inputParameter name="x">${work.run()}</camunda:inputParameter>'
        "</camunda:inputOutput>"
    )

    class Bean:
        def run(self) -> None:
            host.callables["raise"](None)

    host.callables["raise"] = host.callables["work"]
    host.callables["work"] = Bean()
    body = f'<userTask id="t">{mapping}</userTask>' + boundary("c", "t", error("E1"))
    assert play("s > t > e", "c > mend > e", body=body).at == ["mend"]


def test_code_and_message_go_to_the_variables_that_the_event_names(play: Any) -> None:
    extra = 'camunda:errorCodeVariable="code" camunda:errorMessageVariable="text"'
    body = '<serviceTask id="t" camunda:type="external" camunda:topic="x"/>' + boundary("c", "t", error("", extra))
    run = play("s > t > e", "c > mend > e", body=body).fail("t", "E7", "oh")
    assert (run.value("code"), run.value("text")) == ("E7", "oh")


def test_an_uncaught_error_inside_of_a_sub_process_ends_the_path_and_the_sub_process_goes_on(play: Any) -> None:
    body = sub("sub", "s2 > and_f > bad", "and_f > w > e2", body=THROWS)
    run = play("s > sub > after > e", body=body)
    assert run.at == ["w"]
    assert run.complete("w").at == ["after"]


def test_a_throwing_none_event_and_an_error_end_in_parallel(play: Any) -> None:
    body = sub("sub", "s2 > and_f > n > w > e2", "and_f > bad", body=THROWS + throw("n"))
    body += boundary("c", "sub", error("E1"))
    run = play("s > sub > e", "c > mend > e", body=body)
    assert run.at == ["mend"]
    assert run.outcome("w") == "cancelled"


def test_an_exception_that_a_bpmn_error_has_caused_is_that_error(play: Any, host: Any) -> None:
    def work(_execution: Any) -> None:
        try:
            raise BpmnError("E1", "told")
        except BpmnError as cause:
            raise RuntimeError("wrapped") from cause

    host.callables["work"] = work
    body = service("w") + boundary("caught", "w", error("E1", 'camunda:errorMessageVariable="why"'))
    run = play("s > w > e", "caught > sorry > e", body=body)
    assert run.at == ["sorry"]
    assert run.value("why") == "told"
