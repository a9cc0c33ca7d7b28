"""Instances that call others, and events that they throw."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from tests.integration.commands.models import END, START, TASK, chain
from tests.integration.commands.scene import cancel, header, open_tasks, rows, run_jobs, typed, values
from tests.integrity import check_every_row

from shoal.commands.complete_user_tasks import TaskCompletion, complete_user_task, complete_user_tasks
from shoal.commands.context import Context
from shoal.commands.deploy import deploy
from shoal.commands.run_instance_jobs import JobState
from shoal.commands.start_instances import start_instances
from shoal.errors import ExecutionError
from shoal.store.tables.instances import process_instance
from shoal.store.tables.jobs import job
from shoal.store.tables.waits import user_task

MAPPED = (
    '<bpmn:extensionElements><camunda:in businessKey="#{{execution.processBusinessKey}}"/>'
    '<camunda:in variables="all"/><camunda:out source="result" target="result"/></bpmn:extensionElements>'
)


def _call(key: str, called: str, more: str = MAPPED) -> bytes:
    activity = ("call", f'<bpmn:callActivity id="call" calledElement="{called}">{more}{{}}</bpmn:callActivity>')
    return chain(key, START, activity, END)


SIGNAL = '<bpmn:signal id="s1" name="alarm"/>'


@pytest.fixture(scope="module", autouse=True)
def _deployed(ctx: Context) -> None:
    fails = ("service", '<bpmn:serviceTask id="service" camunda:class="code">{}</bpmn:serviceTask>')
    throw = (
        "throw",
        (
            '<bpmn:intermediateThrowEvent id="throw">{}<bpmn:signalEventDefinition signalRef="s1"/>'
            "</bpmn:intermediateThrowEvent>"
        ),
    )
    catch = (
        "catch",
        (
            '<bpmn:intermediateCatchEvent id="catch">{}<bpmn:signalEventDefinition signalRef="s1"/>'
            "</bpmn:intermediateCatchEvent>"
        ),
    )
    hears = (
        "start",
        ('<bpmn:startEvent id="start">{}<bpmn:signalEventDefinition signalRef="s1"/></bpmn:startEvent>'),
    )
    deploy(
        ctx,
        {
            "outer.bpmn": _call("outer", "middle"),
            "middle.bpmn": _call("middle", "inner"),
            "inner.bpmn": chain("inner", START, TASK, END),
            "quick.bpmn": _call("quick", "nothing"),
            "nothing.bpmn": chain("nothing", START, END),
            "lost.bpmn": _call("lost", "nowhere"),
            "endless.bpmn": _call("endless", "endless"),
            "calls-failing.bpmn": _call("calls-failing", "failing"),
            "failing.bpmn": chain("failing", START, TASK, fails, END),
            "thrower.bpmn": chain("thrower", START, throw, END, roots=SIGNAL),
            "catcher.bpmn": chain("catcher", START, catch, TASK, END, roots=SIGNAL),
            "hearer.bpmn": chain("hearer", hears, TASK, END, roots=SIGNAL),
        },
    )


def _called(ctx: Context, instance_id: str) -> Any:
    [row] = rows(ctx, process_instance, super_id=instance_id)
    return row


def test_three_levels_go_down_and_come_back(ctx: Context) -> None:
    [outer] = start_instances(ctx, key="outer", business_key="bk", variables=typed(n=1))
    middle = _called(ctx, outer)
    inner = _called(ctx, middle.id)
    assert (middle.root_id, inner.root_id, inner.business_key) == (outer, outer, "bk")
    assert values(ctx, inner.id) == {"n": 1}
    check_every_row(ctx.database)
    complete_user_task(ctx, open_tasks(ctx, inner.id)[0], typed(result="done"))
    for each in (outer, middle.id, inner.id):
        assert header(ctx, each).state == "completed"
    assert values(ctx, outer) == {"n": 1, "result": "done"}
    check_every_row(ctx.database)


def test_a_chunk_of_callers(ctx: Context) -> None:
    ids = start_instances(ctx, key="outer", count=150, variables=typed(n=1))
    assert len(rows(ctx, process_instance, definition_id=_called(ctx, ids[0]).definition_id)) >= 150
    inner = [_called(ctx, _called(ctx, each).id).id for each in ids]
    errors = complete_user_tasks(ctx, [TaskCompletion(each) for each in open_tasks(ctx, *inner)])
    assert not errors
    assert {header(ctx, each).state for each in ids} == {"completed"}


def test_a_called_instance_that_ends_at_once(ctx: Context) -> None:
    [caller] = start_instances(ctx, key="quick")
    assert header(ctx, caller).state == "completed"
    assert _called(ctx, caller).state == "completed"


def test_calling_what_is_not_there(ctx: Context) -> None:
    with pytest.raises(ExecutionError, match="nowhere"):
        start_instances(ctx, key="lost")
    with pytest.raises(ExecutionError, match="levels of calls"):
        start_instances(ctx, key="endless")


def test_what_fails_in_the_called_instance_leaves_the_caller_as_it_was(ctx: Context) -> None:
    def code(_execution: Any) -> None:
        raise ValueError("deep down")

    ctx.host.register("code", code)
    [caller] = start_instances(ctx, key="calls-failing")
    called = _called(ctx, caller).id
    with pytest.raises(ExecutionError, match="deep down"):
        complete_user_task(ctx, open_tasks(ctx, called)[0])
    assert (header(ctx, caller).revision, header(ctx, called).revision) == (1, 1)
    assert len(open_tasks(ctx, called)) == 1


@pytest.mark.parametrize("levels", [1, 2])
def test_an_exception_is_caught_by_the_caller_that_names_its_class(ctx: Context, levels: int) -> None:
    def code(_execution: Any) -> None:
        raise ZeroDivisionError("deep down")

    ctx.host.register("code", code)
    key = f"catches-{levels}"
    deploy(ctx, {"catches.bpmn": _catching(key, "failing" if levels == 1 else "calls-failing")})
    [caller] = start_instances(ctx, key=key)
    called = _called(ctx, caller).id
    failing = called if levels == 1 else _called(ctx, called).id
    complete_user_task(ctx, open_tasks(ctx, failing)[0])
    assert [each.activity_id for each in rows(ctx, user_task, caller)] == ["sorry"]
    assert values(ctx, caller) == {"message": "deep down"}
    assert {header(ctx, each).state for each in (called, failing)} == {"terminated"}
    check_every_row(ctx.database)


def _catching(key: str, called: str) -> bytes:
    definition = '<bpmn:errorEventDefinition errorRef="e1" camunda:errorMessageVariable="message"/>'
    catching = (
        f'<bpmn:boundaryEvent id="caught" attachedToRef="call">{definition}</bpmn:boundaryEvent>'
        '<bpmn:userTask id="sorry"/><bpmn:sequenceFlow id="to_sorry" sourceRef="caught" targetRef="sorry"/>'
    )
    roots = '<bpmn:error id="e1" errorCode="ArithmeticError"/>'
    activity = ("call", f'<bpmn:callActivity id="call" calledElement="{called}">{{}}</bpmn:callActivity>{catching}')
    return chain(key, START, activity, END, roots=roots)


def test_cancelling_goes_down(ctx: Context) -> None:
    [outer] = start_instances(ctx, key="outer")
    middle = _called(ctx, outer).id
    inner = _called(ctx, middle).id
    assert cancel(ctx, [outer], reason="stop").succeeded == [outer]
    assert {header(ctx, each).state for each in (outer, middle, inner)} == {"cancelled"}
    assert not open_tasks(ctx, inner)


def test_cancelling_a_called_instance_goes_up(ctx: Context) -> None:
    [outer] = start_instances(ctx, key="outer")
    middle = _called(ctx, outer).id
    inner = _called(ctx, middle).id
    assert cancel(ctx, [inner]).succeeded == [inner]
    assert header(ctx, inner).state == "cancelled"
    assert header(ctx, outer).ended_at is not None


def test_cancelling_a_whole_hierarchy_at_once(ctx: Context) -> None:
    [outer] = start_instances(ctx, key="outer")
    middle = _called(ctx, outer).id
    inner = _called(ctx, middle).id
    outcome = cancel(ctx, [outer, middle, inner])
    assert sorted(outcome.succeeded) == sorted([outer, middle, inner])
    assert not outcome.failed
    check_every_row(ctx.database)


def test_two_called_instances_that_end_at_once_both_come_back(ctx: Context) -> None:
    repeated = (
        "call",
        (
            '<bpmn:callActivity id="call" calledElement="inner">{}<bpmn:multiInstanceLoopCharacteristics>'
            "<bpmn:loopCardinality>4</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>"
            "</bpmn:callActivity>"
        ),
    )
    deploy(ctx, {"many.bpmn": chain("many", START, repeated, END)})
    [caller] = start_instances(ctx, key="many")
    called = [each.id for each in rows(ctx, process_instance, super_id=caller)]
    tasks = open_tasks(ctx, *called)
    assert len(tasks) == 4
    threads = [threading.Thread(target=complete_user_task, args=(ctx, each)) for each in tasks[:2]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert header(ctx, caller).state == "active"
    assert not complete_user_tasks(ctx, [TaskCompletion(each) for each in tasks[2:]])
    assert header(ctx, caller).state == "completed"


def test_a_signal_reaches_everybody_who_waits_and_starts_what_listens(ctx: Context) -> None:
    waiting = start_instances(ctx, key="catcher", count=30)
    [thrower] = start_instances(ctx, key="thrower")
    assert header(ctx, thrower).state == "completed"
    late = start_instances(ctx, key="catcher")
    [delivery] = [each for each in rows(ctx, job) if each.kind == "deliver-signal"]
    assert delivery.instance_id is None
    results = run_jobs(ctx)
    assert results[delivery.id].state is JobState.DONE
    assert len(open_tasks(ctx, *waiting)) == 30
    assert not open_tasks(ctx, *late)
    assert not [each for each in rows(ctx, job) if each.kind == "deliver-signal"]
    started = [each for each in rows(ctx, process_instance) if _is_hearer(ctx, each)]
    assert [len(open_tasks(ctx, each.id)) for each in started] == [1]


def _is_hearer(ctx: Context, row: Any) -> bool:
    with ctx.database.read() as tx:
        return ctx.catalog.get(tx, row.definition_id).key == "hearer"


def test_every_row_is_in_order(ctx: Context) -> None:
    check_every_row(ctx.database)
