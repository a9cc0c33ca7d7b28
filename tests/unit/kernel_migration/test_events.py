"""Boundary events and event sub-processes: waits that stay, that end and that begin."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.unit.kernel_migration.conftest import failures, process, sub

OUTSIDE = '<message id="m" name="mail"/><message id="n" name="note"/><signal id="sig" name="alarm"/>'
MAIL, NOTE = '<messageEventDefinition messageRef="m"/>', '<messageEventDefinition messageRef="n"/>'
SIGNAL = '<signalEventDefinition signalRef="sig"/>'
CONDITION = '<conditionalEventDefinition><condition xsi:type="tFormalExpression">${x == 1}</condition>'
CONDITION += "</conditionalEventDefinition>"


def timer(duration: str = "PT1H") -> str:
    return f"<timerEventDefinition><timeDuration>{duration}</timeDuration></timerEventDefinition>"


def cycle(text: str) -> str:
    return f"<timerEventDefinition><timeCycle>{text}</timeCycle></timerEventDefinition>"


def boundary(name: str, definition: str, on: str = "a", interrupting: str = "true") -> str:
    return (
        f'<boundaryEvent id="{name}" attachedToRef="{on}" cancelActivity="{interrupting}">{definition}'
        f'</boundaryEvent><userTask id="{name}_t"/>'
    )


def attached(*events: str, task: str = "a") -> Any:
    """A task with these boundary events, each ``name``, behind which is the task ``name_t``."""
    names = [event.partition('id="')[2].partition('"')[0] for event in events]
    body = f'<userTask id="{task}"/>' + "".join(events)
    return process(body, f"s > {task} > e", *(f"{name} > {name}_t > e" for name in names), outside=OUTSIDE)


def event_sub(name: str, definition: str, interrupting: str = "true", inside: str = "") -> str:
    start = f'<startEvent id="{name}_s" isInterrupting="{interrupting}">{definition}</startEvent>'
    body = inside or f'<userTask id="{name}_t"/>'
    flow = f'<sequenceFlow id="{name}_f" sourceRef="{name}_s" targetRef="{name}_t"/>'
    return f'<subProcess id="{name}" triggeredByEvent="true">{start}{body}{flow}</subProcess>'


def waits(run: Any) -> dict[str, str]:
    """The rows of all events that are waited for, by their elements."""
    return {row.activity_id: row.id for row in (*run.jobs.values(), *run.subscriptions.values())}


@pytest.mark.parametrize("definition", [MAIL, SIGNAL, timer()], ids=["message", "signal", "timer"])
def test_a_mapped_boundary_event_stays(begin: Any, definition: str) -> None:
    run = begin(attached(boundary("one", definition)))
    before = waits(run)["one"]
    run.migrate(attached(boundary("two", definition, "b"), task="b"), ("a", "b"), ("one", "two"))
    assert waits(run) == {"two": before}
    run.fire("two") if run.jobs else run.receive("two")
    assert run.at == ["two_t"]
    run.complete("two_t")
    assert run.ended is not None


@pytest.mark.parametrize("definition", [MAIL, SIGNAL, timer()], ids=["message", "signal", "timer"])
def test_a_boundary_event_without_instruction_is_not_waited_for_any_more(begin: Any, definition: str) -> None:
    run = begin(attached(boundary("one", definition)))
    run.migrate(attached(), "a")
    assert waits(run) == {}
    run.complete("a")
    assert run.ended is not None


@pytest.mark.parametrize("definition", [MAIL, SIGNAL, timer()], ids=["message", "signal", "timer"])
def test_a_boundary_event_that_only_the_target_has_is_waited_for(begin: Any, definition: str) -> None:
    run = begin(attached())
    run.migrate(attached(boundary("one", definition)), "a")
    assert set(waits(run)) == {"one"}
    run.fire("one") if run.jobs else run.receive("one")
    assert run.at == ["one_t"]


def test_an_event_that_is_not_mapped_ends_and_begins_anew_even_under_the_same_id(begin: Any) -> None:
    run = begin(attached(boundary("one", timer("PT1H"))))
    before = waits(run)["one"]
    run.now += timedelta(minutes=10)
    run.migrate(attached(boundary("one", timer("PT1H"))), "a")
    (job,) = run.jobs.values()
    assert job.id != before
    assert job.due_at == run.now + timedelta(hours=1)


@pytest.mark.parametrize(("update", "minutes"), [(False, 60), (True, 130)])
def test_a_timer_is_recalculated_only_when_its_trigger_is_updated(begin: Any, update: bool, minutes: int) -> None:
    run = begin(attached(boundary("one", timer("PT1H"))))
    began, before = run.now, waits(run)["one"]
    run.now += timedelta(minutes=10)
    run.migrate(attached(boundary("one", timer("PT2H"))), "a", ("one", "one", update))
    (job,) = run.jobs.values()
    assert (job.id, job.due_at) == (before, began + timedelta(minutes=minutes))


def test_a_cycle_takes_the_repetitions_of_the_target_over(begin: Any) -> None:
    run = begin(attached(boundary("one", cycle("R2/PT1H"), interrupting="false")))
    run.migrate(attached(boundary("one", cycle("R3/PT1M"), interrupting="false")), "a", ("one", "one", True))
    for _ in range(3):
        run.fire("one")
    assert run.jobs == {}
    assert run.at == ["a", "one_t", "one_t", "one_t"]


def test_a_timer_that_is_never_due_in_the_target_ends(begin: Any) -> None:
    run = begin(attached(boundary("one", cycle("R2/PT1H"), interrupting="false")), c="R2/PT1H/2029-01-01T00:00:00Z")
    run.migrate(attached(boundary("one", cycle("${c}"), interrupting="false")), "a", ("one", "one", True))
    assert run.jobs == {}
    run.complete("a")
    assert run.ended is not None


@pytest.mark.parametrize("kind", [(MAIL, NOTE, "mail", "note"), (SIGNAL, SIGNAL, "alarm", "alarm")])
def test_names_are_those_of_the_target_only_when_the_trigger_is_updated(begin: Any, kind: Any) -> None:
    before, after, old, new = kind
    for update, name in ((False, old), (True, new)):
        run = begin(attached(boundary("one", before)))
        run.migrate(attached(boundary("one", after)), "a", ("one", "one", update))
        assert [row.name for row in run.subscriptions.values()] == [name]


def test_a_timer_that_has_fired_and_does_not_interrupt_does_not_fire_again(begin: Any) -> None:
    model = attached(boundary("one", timer(), interrupting="false"))
    run = begin(model)
    run.fire("one")
    run.migrate(attached(boundary("one", timer(), interrupting="false")), "a", "one", "one_t")
    assert run.jobs == {}
    run.complete("a").complete("one_t")
    assert run.ended is not None


def test_a_fired_timer_without_instruction_begins_again(begin: Any) -> None:
    run = begin(attached(boundary("one", timer(), interrupting="false")))
    run.fire("one")
    run.migrate(attached(boundary("one", timer(), interrupting="false")), "a", "one_t")
    assert set(waits(run)) == {"one"}


def test_a_boundary_event_moves_with_its_activity_into_a_new_scope(begin: Any) -> None:
    run = begin(attached(boundary("one", MAIL)))
    before = waits(run)["one"]
    inside = '<userTask id="a"/>' + boundary("one", MAIL)
    run.migrate(process(sub("w", inside, "w_s > a", "one > one_t"), "s > w > e", outside=OUTSIDE), "a", "one")
    assert waits(run) == {"one": before}
    run.receive("one")
    assert run.tree() == [("w", ["one_t"])]
    run.complete("one_t")
    assert run.ended is not None


def test_a_conditional_event_stays_and_fires_by_the_condition_of_the_target(begin: Any) -> None:
    run = begin(attached(boundary("one", CONDITION)), x=0)
    before = waits(run)["one"]
    other = CONDITION.replace("x == 1", "x == 2")
    run.migrate(attached(boundary("one", other)), "a", ("one", "one", True))
    assert waits(run) == {"one": before}
    assert run.set(x=1).at == ["a"]
    assert run.set(x=2).at == ["one_t"]


def test_a_new_condition_is_looked_at_with_the_next_change(begin: Any) -> None:
    run = begin(attached(), x=1)
    run.migrate(attached(boundary("one", CONDITION)), "a")
    assert run.at == ["a"]
    assert run.set(x=1).at == ["one_t"]


def test_variables_of_the_plan_can_make_a_condition_true(begin: Any) -> None:
    run = begin(attached(), x=0)
    run.migrate(attached(boundary("one", CONDITION)), "a", variables={"x": 1})
    assert run.at == ["one_t"]
    run.complete("one_t")
    assert run.ended is not None


def test_events_of_the_process_stay_end_and_begin(begin: Any) -> None:
    task = '<userTask id="a"/>'
    source = process(task + event_sub("one", MAIL) + event_sub("two", NOTE), "s > a > e", outside=OUTSIDE)
    target = process(task + event_sub("one", MAIL) + event_sub("three", timer()), "s > a > e", outside=OUTSIDE)
    run = begin(source)
    before = waits(run)["one_s"]
    run.migrate(target, "a", "one_s")
    assert set(waits(run)) == {"one_s", "three_s"}
    assert waits(run)["one_s"] == before
    run.receive("one_s")
    assert run.tree() == [("one", ["one_t"])]
    assert waits(run) == {}
    run.complete("one_t")
    assert run.ended is not None


def test_a_running_event_sub_process_stays_and_its_scope_is_not_interrupted_again(begin: Any) -> None:
    model = process('<userTask id="a"/>' + event_sub("one", MAIL), "s > a > e", outside=OUTSIDE)
    run = begin(model)
    run.receive("one_s")
    node = run.node("one")
    run.migrate(process('<userTask id="a"/>' + event_sub("one", MAIL), "s > a > e", outside=OUTSIDE))
    assert run.node("one") == node
    assert waits(run) == {}
    run.complete("one_t")
    assert run.ended is not None


def test_an_event_sub_process_can_become_a_sub_process_and_the_event_is_waited_for_again(begin: Any) -> None:
    run = begin(process('<userTask id="a"/>' + event_sub("one", MAIL), "s > a > e", outside=OUTSIDE))
    run.receive("one_s")
    inside = sub("one", '<userTask id="one_t"/>', "one_s > one_t") + event_sub("two", NOTE)
    run.migrate(process(inside, "s > one > e", outside=OUTSIDE), "one", "one_t")
    assert set(waits(run)) == {"two_s"}
    run.complete("one_t")
    assert run.ended is not None


def test_a_token_gets_into_an_event_sub_process_that_nobody_has_begun(begin: Any) -> None:
    run = begin(process('<userTask id="a"/>', "s > a > e"))
    target = process('<userTask id="b"/>' + event_sub("one", MAIL, "false"), "s > b > e", outside=OUTSIDE)
    run.migrate(target, ("a", "one_t"))
    assert run.tree() == [("one", ["one_t"])]
    assert set(waits(run)) == {"one_s"}
    run.complete("one_t")
    assert run.ended is not None


def test_events_of_a_new_scope_are_waited_for(begin: Any) -> None:
    run = begin(process('<userTask id="a"/>', "s > a > e"))
    inside = sub("w", '<userTask id="a"/>' + event_sub("one", MAIL), "w_s > a")
    run.migrate(process(inside, "s > w > e", outside=OUTSIDE), "a")
    run.receive("one_s")
    assert run.tree() == [("w", [("one", ["one_t"])])]
    run.complete("one_t")
    assert run.ended is not None


def test_errors_need_no_wait_and_are_caught_by_the_target(begin: Any) -> None:
    error = '<errorEventDefinition errorRef="err"/>'
    run = begin(attached())
    body = '<userTask id="a"/>' + boundary("one", error)
    outside = '<error id="err" errorCode="E"/>'
    run.migrate(process(body, "s > a > e", "one > one_t > e", outside=outside), "a")
    run.fail("a", "E")
    assert run.at == ["one_t"]


@pytest.mark.parametrize(
    ("source", "target", "said"),
    [
        (MAIL, timer(), "Events are not of the same type (boundaryMessage != boundaryTimer)"),
        (MAIL, SIGNAL, "Events are not of the same type (boundaryMessage != boundarySignal)"),
    ],
)
def test_a_boundary_event_of_another_type_is_refused(source: str, target: str, said: str) -> None:
    arrows = ("a", "one")
    assert failures(attached(boundary("one", source)), attached(boundary("one", target)), *arrows) == [said]
