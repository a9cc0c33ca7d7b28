"""What is said about plans and instances that cannot be migrated."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.unit.kernel_migration.conftest import failures, plan, process, sub

from shoal.kernel import encode_state
from shoal.kernel.migration import (
    MigrationInstruction,
    MigrationPlan,
    MigrationRejectedError,
    PlanRejectedError,
    migrate,
    validate_instance,
    validate_plan,
)
from shoal.values import TypedValue, ValueType

OUTSIDE = '<message id="m" name="mail"/>'
MAIL = '<messageEventDefinition messageRef="m"/>'
CONDITION = '<conditionalEventDefinition><condition xsi:type="tFormalExpression">${x}</condition>'
CONDITION += "</conditionalEventDefinition>"
TASK = process('<userTask id="a"/><userTask id="b"/>', "s > a > b > e")
NESTED = process(sub("v", sub("w", '<userTask id="a"/>', "w_s > a"), "v_s > w"), "s > v > e")
ONE = process(sub("w", '<userTask id="a"/>', "w_s > a") + '<userTask id="c"/>', "s > w > c > e")


def caught(definition: str, on: str = "a") -> Any:
    body = f'<userTask id="a"/><userTask id="b"/><boundaryEvent id="x" attachedToRef="{on}">{definition}'
    return process(body + "</boundaryEvent>", "s > a > b > e", outside=OUTSIDE)


def catching(definition: str) -> Any:
    body = f'<intermediateCatchEvent id="x">{definition}</intermediateCatchEvent>'
    return process(body, "s > x > e", outside=OUTSIDE)


@pytest.mark.parametrize(
    ("source", "target", "arrows", "said"),
    [
        (TASK, TASK, [("x", "a")], ["Source activity 'x' does not exist"]),
        (TASK, TASK, [("a", "y")], ["Target activity 'y' does not exist"]),
        (
            TASK,
            TASK,
            [("x", "y")],
            ["Source activity 'x' does not exist", "Target activity 'y' does not exist"],
        ),
        (TASK, TASK, [("p", "p")], ["Source activity 'p' does not exist", "Target activity 'p' does not exist"]),
        (TASK, TASK, [(None, "")], ["Source activity id is null", "Target activity id is null"]),
        (
            TASK,
            process('<serviceTask id="a" camunda:expression="${1}"/>', "s > a > e"),
            ["a"],
            [
                (
                    "Activities have incompatible types (UserTaskActivityBehavior is not compatible with "
                    "ServiceTaskExpressionActivityBehavior)"
                )
            ],
        ),
        (
            TASK,
            TASK,
            ["a", ("a", "b")],
            ["There are multiple mappings for source activity id 'a': 'a' -> 'a', 'a' -> 'b'"] * 2,
        ),
        (
            TASK,
            TASK,
            [("a", "a", True)],
            ["Cannot update event trigger because the activity does not define a persistent event trigger"],
        ),
        (
            NESTED,
            process(sub("w", '<userTask id="a"/>', "w_s > a") + '<userTask id="c"/>', "s > w > c > e"),
            ["w", ("a", "c")],
            ["The closest mapped ancestor 'w' is mapped to scope 'w' which is not an ancestor of target scope 'c'"],
        ),
        (
            caught(MAIL),
            caught(MAIL, "b"),
            ["a", "x"],
            ["The source activity's event scope (a) must be mapped to the target activity's event scope (b)"],
        ),
        (
            caught(MAIL),
            caught(MAIL),
            ["x"],
            ["The source activity's event scope (a) must be mapped to the target activity's event scope (a)"],
        ),
        (
            caught(CONDITION),
            caught(CONDITION),
            ["a", "x"],
            ["Conditional event has to migrate with update event trigger."],
        ),
        (
            catching(MAIL),
            catching("<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"),
            ["x"],
            ["Events are not of the same type (intermediateMessageCatch != intermediateTimer)"],
        ),
        (
            process('<receiveTask id="a" messageRef="m"/>', "s > a > e", outside=OUTSIDE),
            process('<receiveTask id="a"/>', "s > a > e"),
            ["a"],
            ["The source activity's event scope (a) must be mapped but the target activity has no event scope"],
        ),
    ],
)
def test_a_plan_that_cannot_be_carried_out_says_why(source: Any, target: Any, arrows: Any, said: list[str]) -> None:
    assert failures(source, target, *arrows) == said


def test_a_gateway_needs_its_scope_and_itself() -> None:
    tasks = '<userTask id="a"/><userTask id="b"/><parallelGateway id="f"/><parallelGateway id="j"/>'
    arrows = ("w_s > f", "f > a > j", "f > b > j")
    source = process(sub("w", tasks, *arrows), "s > w > e")
    assert failures(source, source, "j") == ["The gateway's flow scope 'w' must be mapped"]
    assert "Only one gateway can be mapped to gateway 'j'" in failures(source, source, "w", "j", ("f", "j"))


def test_a_catch_event_behind_a_gateway_belongs_to_the_gateway() -> None:
    body = f'<eventBasedGateway id="g"/><intermediateCatchEvent id="x">{MAIL}</intermediateCatchEvent>'
    behind = process(body, "s > g > x > e", outside=OUTSIDE)
    assert failures(catching(MAIL), behind, "x") == [
        "The source activity's event scope (x) must be mapped to the target activity's event scope (g)"
    ]


def test_a_report_names_the_instruction_of_its_failures() -> None:
    made = plan(TASK, TASK, "a", ("b", "zzz"))
    (found,) = validate_plan(TASK, TASK, made).instruction_reports
    assert found.instruction == MigrationInstruction("b", "zzz")
    assert "zzz" in str(validate_plan(TASK, TASK, made))


def test_transient_variables_are_refused() -> None:
    variables = {"t": TypedValue(ValueType.INTEGER, 1, transient=True)}
    report = validate_plan(TASK, TASK, plan(TASK, TASK, "a", variables=variables))
    assert report.variable_reports == {"t": ("Cannot set transient variable with name 't'",)}
    assert report.has_failures


def test_an_activity_instance_without_instruction_is_a_failure(begin: Any) -> None:
    run = begin(ONE)
    report = run.refused(ONE, "w")
    (found,) = report.activity_reports
    assert (found.instance_id, found.source_scope_id, found.instruction) == (run.node("a"), "a", None)
    assert found.failures == ("There is no migration instruction for this instance's activity",)
    assert not report.transition_reports
    assert not report.failures
    assert str(report).startswith(f"activity instance '{run.node('a')}' of 'a': There is no migration instruction")


def test_every_failure_of_an_instance_is_reported(begin: Any) -> None:
    body = '<userTask id="a"/><task id="b" camunda:asyncBefore="true"/><parallelGateway id="f"/>'
    run = begin(process(body, "s > f", "f > a > e", "f > b > e"))
    report = run.refused(process('<userTask id="x"/>', "s > x > e"))
    assert len(report.activity_reports) == len(report.transition_reports) == 1


def test_an_instance_of_another_definition_is_a_failure(begin: Any) -> None:
    run = begin(TASK)
    made = MigrationPlan("other", "target", plan(TASK, TASK).instructions)
    report = validate_instance(TASK, TASK, made, run.snapshot)
    said = "Its process definition 'definition' does not match the source process definition of the migration plan"
    (found,) = report.failures
    assert found == f"Process instance '{report.instance_id}' cannot be migrated. {said} 'other'"


def test_an_instance_that_has_ended_is_a_failure(begin: Any) -> None:
    run = begin(TASK)
    run.complete("a").complete("b")
    assert run.ended is not None
    (said,) = validate_instance(TASK, TASK, plan(TASK, TASK), run.snapshot).failures
    assert said.endswith("The process instance does not exist")


def test_a_rejected_instance_is_not_touched(begin: Any, host: Any) -> None:
    run = begin(ONE)
    before, facts = encode_state(run.snapshot.state), replace(run.snapshot.instance)
    with pytest.raises(MigrationRejectedError, match="no migration instruction") as caught:
        migrate(ONE, ONE, plan(ONE, ONE, "w"), run.snapshot, host, run.now)
    assert caught.value.report.has_failures
    assert encode_state(run.snapshot.state) == before
    assert run.snapshot.instance == facts
    run.complete("a").complete("c")
    assert run.ended is not None


def test_a_wrong_plan_is_never_carried_out(begin: Any, host: Any) -> None:
    run = begin(TASK)
    with pytest.raises(PlanRejectedError, match="does not exist") as caught:
        migrate(TASK, TASK, plan(TASK, TASK, ("a", "zzz")), run.snapshot, host, run.now)
    assert caught.value.report.instruction_reports
    assert caught.value.http_status == 400
