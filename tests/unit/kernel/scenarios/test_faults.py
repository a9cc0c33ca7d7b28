"""Models that a deployment refuses, and those that only look odd."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.kernel.scenarios.shapes import (
    CANCEL,
    boundary,
    catch,
    condition,
    end,
    error,
    escalation,
    event_sub,
    message,
    signal,
    start,
    sub,
    throw,
    timer,
)

from shoal.errors import ShoalError

TASK = '<userTask id="t"/>'


@pytest.mark.parametrize(
    ("arrows", "body"),
    [
        (("s > t > e",), TASK + boundary("b", "absent", timer())),
        (("s > t > e",), TASK + boundary("b", "t", error("E1"), False)),
        (("s > t > e",), TASK + boundary("b", "t", CANCEL)),
        (("s > t > e",), TASK + boundary("b", "t", "")),
        (("s > t > e",), TASK + boundary("b", "t", message("absent"))),
        (("s > t > e",), TASK + boundary("b", "t", signal("absent"))),
        (("s > t > e",), TASK + boundary("b", "t", escalation("absent"))),
        (("s > t > e",), TASK + boundary("a", "t", message("m1")) + boundary("b", "t", message("m1"))),
        (("s > t > e",), TASK + boundary("b", "t", timer("nonsense"))),
        (("s > t > e",), TASK + boundary("b", "t", "<timerEventDefinition/>")),
        (("s > stop",), end("stop", error())),
        (("s > stop",), end("stop", escalation())),
        (("s > stop",), end("stop", CANCEL)),
        (("s > t > e", "e > t"), TASK),
        (("s > t > s",), TASK),
        (("s > t", "t > absent_flow"), '<userTask id="t" default="nowhere"/>'),
        (("s > c > e",), catch("c", "")),
        (("s > c > e",), catch("c", error("E1"))),
        (
            ("s > c > e",),
            catch("c", "<linkEventDefinition name='l'/>") + throw("l", "<linkEventDefinition name='k'/>"),
        ),
        (("s > c > e",), throw("c", timer())),
        (("s > sub > e",), sub("sub", "s2 > t > e2", body=start("s2", message("m1")))),
        (("s > sub > e",), sub("sub", "t > e2")),
        (("s > t > e",), event_sub("es", "", "es_s > x > es_e", body=end("es_e"))),
        (("s > t > e",), event_sub("es", error("E1"), "es_s > x > es_e", body=end("es_e"), interrupting=False)),
        (("s > t > e", "t > es"), event_sub("es", message("m1"), "es_s > x > es_e", body=end("es_e"))),
        (("s > t > e", "s3 > t"), ""),
        (("s > evt_g > t > e",), TASK),
        (("s > xor_x",), ""),
        (("s > xor_x", "xor_x > a: ${x}", "xor_x > b"), '<exclusiveGateway id="xor_x" default="xor_x_a"/>'),
        (
            ("s > t > e",),
            '<userTask id="t" camunda:asyncBefore="true"><multiInstanceLoopCharacteristics/></userTask>',
        ),
        (("s > t > e",), '<serviceTask id="t"/>'),
        (("s > t > e",), '<serviceTask id="t" camunda:type="external"/>'),
        (("s > t > e",), '<scriptTask id="t"/>'),
        (("s > t > e",), '<callActivity id="t"/>'),
        (("s > t > e",), '<adHocSubProcess id="t"/>'),
        (("s > t > e",), '<complexGateway id="t"/>'),
        (("s > t > e",), start("s", message("m1")) + start("s9", message("m1"))),
        (("s > t > e",), event_sub("es", condition("${x}") + timer(), "es_s > x > es_e", body=end("es_e"))),
        (("s > t > e",), '<task id="t"/><task id="t"/>'),
        (("s > t > e",), '<userTask id="t" isForCompensation="true"/>'),
        (("s > u > e",), '<userTask id="u" camunda:nonsense="1"/>'),
    ],
)
def test_what_is_wrong_is_refused(play: Any, arrows: Any, body: Any) -> None:
    with pytest.raises(ShoalError) as caught:
        play(*arrows, body=body, x=True)
    assert "fault" in str(caught.value) or "element" in str(caught.value)


@pytest.mark.parametrize(
    ("arrows", "body"),
    [
        (("s > t",), ""),
        (("s > t > e", "x > e"), ""),
        (("s > t > and_j > e",), ""),
        (("s > t > e",), '<laneSet id="ls"><lane id="l"><flowNodeRef>t</flowNodeRef></lane></laneSet>'),
        (("s > t > e",), '<dataObject id="d"/><dataObjectReference id="dr" dataObjectRef="d"/>'),
        (("s > t > e",), '<textAnnotation id="a"><text>x</text></textAnnotation>'),
        (("s > t > e",), TASK + boundary("b", "t", error("plain-code"))),
        (("s > t > e",), '<userTask id="t"><ioSpecification><inputSet/><outputSet/></ioSpecification></userTask>'),
        (("s > t > e",), "<documentation>words</documentation>"),
        (("s > t > e",), start("s9", message("m1"))),
        (("s > t > e",), '<group id="g" categoryValueRef="v"/>'),
    ],
)
def test_what_only_looks_odd_runs(play: Any, arrows: Any, body: Any) -> None:
    assert play(*arrows, body=body).at == ["t"]


def test_the_flow_behind_a_boundary_event_may_be_missing(play: Any) -> None:
    run = play("s > t > e", body=TASK + boundary("b", "t", timer())).fire("b")
    assert run.ended is not None


def test_a_sub_process_without_an_end_event_ends_with_its_last_token(play: Any) -> None:
    assert play("s > sub > after > e", body=sub("sub", "s2 > t")).complete("t").at == ["after"]


def test_links(play: Any) -> None:
    body = throw("one", "<linkEventDefinition name='l'/>") + throw("two", "<linkEventDefinition name='l'/>")
    body += catch("c", "<linkEventDefinition name='l'/>")
    run = play("s > and_f > a > one", "and_f > b > two", "c > after > e", body=body).complete("a")
    assert run.at == ["after", "b"]
    assert run.complete("b").at == ["after", "after"]


@pytest.mark.parametrize("body", ['<userTask id="t" default="t_b"/>', '<inclusiveGateway id="t" default="t_b"/>'])
def test_the_condition_of_a_default_flow_counts_for_nothing(play: Any, body: Any) -> None:
    run = play("s > t", "t > a: ${false}", "t > b: ${false}", body=body)
    if run.at == ["t"]:
        run.complete("t")
    assert run.at == ["b"]
