"""Tokens before and after asynchronous elements."""

from __future__ import annotations

from typing import Any

from tests.unit.kernel_migration.conftest import process, sub

BEFORE = 'camunda:asyncBefore="true"'
AFTER = 'camunda:asyncAfter="true"'


def test_a_token_before_an_element_goes_on_before_another(begin: Any) -> None:
    run = begin(process(f'<task id="a" {BEFORE}/>', "s > a > e"))
    (job,) = run.jobs
    run.migrate(process(f'<task id="b" {BEFORE}/><userTask id="c"/>', "s > b > c > e"), ("a", "b"))
    assert list(run.jobs) == [job]
    assert run.last.jobs_changed == {job: {"activity_id": "b"}}
    assert not run.last.activities_changed
    run.go_on("b")
    assert run.at == ["c"]
    run.complete("c")
    assert run.ended is not None


def test_a_token_after_an_element_takes_the_only_way_on(begin: Any) -> None:
    run = begin(process(f'<task id="a" {AFTER}/>', "s > a > e"))
    run.migrate(process(f'<task id="b" {AFTER}/><userTask id="c"/>', "s > b > c > e"), ("a", "b"))
    run.go_on("b")
    assert run.at == ["c"]


def test_a_token_after_an_element_keeps_the_flow_that_it_has_chosen(begin: Any) -> None:
    ends = '<userTask id="x"/><userTask id="y"/>'
    run = begin(process(f'<task id="a" {AFTER}/>{ends}', "s > a > x", "a > y: ${false}"))
    target = process(f'<task id="a" {AFTER}/>{ends}', "s > a > y", "a > x: ${false}")
    run.migrate(target, "a")
    run.go_on("a")
    assert run.at == ["x"]


def test_a_chosen_flow_that_the_target_does_not_have_is_a_failure(begin: Any) -> None:
    ends = '<userTask id="x"/><userTask id="y"/><userTask id="z"/>'
    run = begin(process(f'<task id="a" {AFTER}/>{ends}', "s > a > x"))
    report = run.refused(process(f'<task id="a" {AFTER}/>{ends}', "s > a > y", "a > z"), "a")
    (found,) = report.transition_reports
    assert found.failures == (
        "Transition instance is assigned to a sequence flow that cannot be matched in the target activity",
    )


def test_a_token_without_a_chosen_flow_needs_a_target_with_one_way_at_most(begin: Any) -> None:
    run = begin(process(f'<task id="a" {AFTER}/>', "s > a"))
    ends = '<userTask id="y"/><userTask id="z"/>'
    report = run.refused(process(f'<task id="a" {AFTER}/>{ends}', "s > a > y", "a > z"), "a")
    assert report.transition_reports[0].failures == (
        (
            "Transition instance is assigned to no sequence flow and target activity has more than one outgoing "
            "sequence flow"
        ),
    )


def test_the_target_has_to_be_asynchronous_in_the_same_way(begin: Any) -> None:
    for source, target, said in ((BEFORE, AFTER, "asyncBefore"), (AFTER, BEFORE, "asyncAfter")):
        run = begin(process(f'<task id="a" {source}/>', "s > a > e"))
        report = run.refused(process(f'<task id="a" {target}/>', "s > a > e"), "a")
        (found,) = report.transition_reports
        assert found.failures == (f"Target activity is not {said}",)
        assert found.source_scope_id == "a"
        assert found.instance_id in run.snapshot.state.nodes


def test_a_token_without_instruction_is_a_failure(begin: Any) -> None:
    run = begin(process(f'<task id="a" {BEFORE}/>', "s > a > e"))
    report = run.refused(process('<userTask id="x"/>', "s > x > e"), *[])
    (found,) = report.transition_reports
    assert found.instruction is None
    assert found.failures == ("There is no migration instruction for this instance's activity",)


def test_a_token_before_the_start_of_the_process_stays_outside_of_sub_processes(begin: Any) -> None:
    start = f'<startEvent id="go" {BEFORE}/><userTask id="t"/>'
    from tests.unit.kernel.conftest import flows, read

    run = begin(read(start + flows("go > t")))
    inside = f'<startEvent id="g2" {BEFORE}/>'
    target = read(
        f'<startEvent id="go"/><subProcess id="w">{inside}<userTask id="t"/>{flows("g2 > t")}</subProcess>'
        + flows("go > w")
    )
    report = run.refused(target, ("go", "g2"))
    assert report.transition_reports[0].failures == (
        "A transition instance that instantiates the process can only be migrated to a process-level flow node",
    )
    moved = read(f'<startEvent id="g3" {BEFORE}/><userTask id="t"/>' + flows("g3 > t"))
    run.migrate(moved, ("go", "g3"))
    run.go_on("g3")
    assert run.at == ["t"]


def test_a_token_before_an_element_gets_into_a_new_scope(begin: Any) -> None:
    run = begin(process(f'<task id="a" {BEFORE}/>', "s > a > e"))
    run.migrate(process(sub("w", f'<task id="a" {BEFORE}/>', "w_s > a"), "s > w > e"), "a")
    assert run.tree() == [("w", ["a"])]
    run.go_on("a")
    assert run.ended is not None


def test_a_token_before_a_joining_gateway_joins_in_the_target(begin: Any) -> None:
    def model(name: str) -> Any:
        body = f'<userTask id="a"/><parallelGateway id="f"/><parallelGateway id="{name}" {BEFORE}/><task id="b"/>'
        return process(body, "s > f", f"f > a > {name}", f"f > b > {name}", f"{name} > e")

    run = begin(model("j"))
    run.migrate(model("k"), ("j", "k"), "a")
    run.go_on("k").complete("a").go_on("k")
    assert run.ended is not None
