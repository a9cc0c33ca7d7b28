"""Several requests to one instance at once: written together, with the outcome that each has on its own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.integration.commands.models import END, START, chain
from tests.integration.commands.scene import header, open_tasks, rows, typed, values
from tests.integration.commands.statements import counted
from tests.integrity import check_every_row

from shoal.commands.complete_external_tasks import WorkRefused, throw_external_task_errors
from shoal.commands.complete_user_tasks import TaskCompletion, complete_user_tasks
from shoal.commands.context import Context
from shoal.commands.deploy import deploy
from shoal.commands.fail_external_tasks import WorkFailed, fail_external_tasks
from shoal.commands.fetch_external_tasks import Topic, fetch_and_lock_external_tasks
from shoal.commands.start_instances import start_instances
from shoal.errors import ExecutionError, NotFoundError
from shoal.store.tables.instances import process_instance
from shoal.store.tables.jobs import incident
from shoal.store.tables.waits import external_task

ERROR = '<bpmn:error id="e1" errorCode="E1"/>'


def _several(more: str = "", inside: str = "") -> tuple[str, str]:
    loop = (
        '<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality xsi:type="bpmn:tFormalExpression">${{size}}'
        f"</bpmn:loopCardinality>{more}</bpmn:multiInstanceLoopCharacteristics>"
    )
    return "each", f'<bpmn:userTask id="each">{inside}{{}}{loop}</bpmn:userTask>'


@pytest.fixture(scope="module", autouse=True)
def _deployed(ctx: Context) -> None:
    half = "<bpmn:completionCondition>${{nrOfCompletedInstances &gt;= 5}}</bpmn:completionCondition>"
    listener = (
        '<bpmn:extensionElements><camunda:taskListener event="complete" delegateExpression="${{code}}"/>'
        "</bpmn:extensionElements>"
    )
    work = '<bpmn:serviceTask id="work" camunda:type="external" camunda:topic="turn">{}</bpmn:serviceTask>'
    caught = (
        '<bpmn:boundaryEvent id="caught" attachedToRef="call"><bpmn:errorEventDefinition errorRef="e1"/>'
        '</bpmn:boundaryEvent><bpmn:sequenceFlow id="fc" sourceRef="caught" targetRef="mend"/>'
        '<bpmn:userTask id="mend"/>'
    )
    call = '<bpmn:callActivity id="call" calledElement="turn-called">{}</bpmn:callActivity>'
    deploy(
        ctx,
        {
            "all.bpmn": chain("turn-all", START, _several(), END),
            "half.bpmn": chain("turn-half", START, _several(half), END),
            "heard.bpmn": chain("turn-heard", START, _several(inside=listener), END),
            "called.bpmn": chain("turn-called", START, ("work", work), END),
            "caller.bpmn": chain("turn-caller", START, ("call", call), END, roots=ERROR, more=caught),
        },
    )


def _complete(ctx: Context, task_ids: list[str]) -> dict[str, Exception]:
    return complete_user_tasks(ctx, [TaskCompletion(each, typed(last=each)) for each in task_ids])


def test_all_tasks_of_one_instance_are_written_together(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    [few] = start_instances(ctx, key="turn-all", variables=typed(size=3))
    [many] = start_instances(ctx, key="turn-all", variables=typed(size=40))
    first = open_tasks(ctx, few)[:2]
    with counted(ctx.database, monkeypatch) as for_few:
        assert not _complete(ctx, first)
    tasks = open_tasks(ctx, many)
    with counted(ctx.database, monkeypatch) as for_many:
        assert not _complete(ctx, tasks[:39])
    assert len(for_many) == len(for_few)
    assert header(ctx, many).revision == 2
    assert values(ctx, many)["last"] == tasks[38]
    assert not _complete(ctx, tasks[39:])
    assert header(ctx, many).state == "completed"
    check_every_row(ctx.database)


def test_tasks_that_end_with_the_activity_are_not_found(ctx: Context) -> None:
    [instance_id] = start_instances(ctx, key="turn-half", variables=typed(size=8))
    tasks = open_tasks(ctx, instance_id)
    errors = _complete(ctx, tasks)
    assert list(errors) == tasks[5:]
    assert {type(each) for each in errors.values()} == {NotFoundError}
    assert header(ctx, instance_id).state == "completed"
    assert values(ctx, instance_id)["last"] == tasks[4]
    check_every_row(ctx.database)


def test_one_that_fails_fails_alone(ctx: Context) -> None:
    [instance_id] = start_instances(ctx, key="turn-heard", variables=typed(size=4))
    tasks = open_tasks(ctx, instance_id)

    def code(task: Any) -> None:
        if task.get_variable_local("loopCounter") == 1 or task.get_variable("loopCounter") == 1:
            raise ValueError("not this one")

    ctx.host.register("code", code)
    errors = _complete(ctx, tasks)
    assert list(errors) == [tasks[1]]
    assert isinstance(errors[tasks[1]], ExecutionError)
    assert open_tasks(ctx, instance_id) == [tasks[1]]
    check_every_row(ctx.database)


def _fetched(ctx: Context) -> dict[str, str]:
    """The tasks of the topic, by instance."""
    locked = fetch_and_lock_external_tasks(ctx, "w", [Topic("turn", timedelta(minutes=1))], max_tasks=100)
    return {each.task.instance_id: each.task.id for each in locked}


def test_callers_are_asked_together(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    needed: list[int] = []
    for size in (2, 12):
        callers = start_instances(ctx, key="turn-caller", count=size)
        tasks = list(_fetched(ctx).values())
        with counted(ctx.database, monkeypatch) as statements:
            assert not throw_external_task_errors(ctx, [WorkRefused(each, "w", "E1") for each in tasks])
        needed.append(len(statements))
        assert len(open_tasks(ctx, *callers)) == size
    assert needed[0] == needed[1]
    check_every_row(ctx.database)


def test_a_caller_that_nobody_asks_is_not_touched(ctx: Context) -> None:
    asked, other = start_instances(ctx, key="turn-caller", count=2)
    by_caller = {row.super_id: row.id for row in rows(ctx, process_instance) if row.super_id in (asked, other)}
    tasks = _fetched(ctx)
    first, second = tasks[by_caller[asked]], tasks[by_caller[other]]
    requests = [WorkRefused(first, "w", "E1"), WorkRefused(second, "w", "unheard")]
    assert not throw_external_task_errors(ctx, requests)
    assert header(ctx, by_caller[asked]).state == "terminated"
    assert header(ctx, by_caller[other]).state == "completed"
    assert len(open_tasks(ctx, asked)) == 1
    assert header(ctx, other).state == "completed"


def test_a_failure_and_its_variables_are_one_transaction(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    [instance_id] = start_instances(ctx, key="turn-called")
    task_id = _fetched(ctx)[instance_id]
    opened: list[str] = []
    write = ctx.database.write
    monkeypatch.setattr(ctx.database, "write", lambda: opened.append("") or write())
    failure = WorkFailed(task_id, "w", "broken", retries=0, variables=typed(seen=1))
    assert not fail_external_tasks(ctx, [failure])
    assert len(opened) == 1
    [task] = rows(ctx, external_task, instance_id)
    assert (task.retries, task.error_message) == (0, "broken")
    assert values(ctx, instance_id)["seen"] == 1
    assert len(rows(ctx, incident, instance_id)) == 1
    check_every_row(ctx.database)
