"""Completing and assigning user tasks."""

from __future__ import annotations

import threading

import pytest
from tests.integration.commands.models import BOUNDARY_TIMER, CODE, END, ONE_TASK, START, chain
from tests.integration.commands.scene import header, open_tasks, rows, typed, values, written
from tests.integrity import check_every_row

from shoal.commands.assign_user_tasks import (
    assign_user_task,
    claim_user_task,
    delegate_user_task,
    resolve_user_task,
)
from shoal.commands.complete_user_tasks import TaskCompletion, complete_user_task, complete_user_tasks
from shoal.commands.context import Context
from shoal.commands.deploy import deploy
from shoal.commands.start_instances import start_instances
from shoal.commands.suspend_instances import suspend_instances
from shoal.errors import ConflictError, ExecutionError, InputError, NotFoundError, SuspendedError, VariableTypeError
from shoal.store.tables.history import activity_instance
from shoal.store.tables.jobs import job
from shoal.store.tables.variables import variable_update
from shoal.store.tables.waits import user_task
from shoal.values import TypedValue, ValueType


@pytest.fixture(scope="module", autouse=True)
def _deployed(ctx: Context) -> None:
    deploy(ctx, {"one.bpmn": ONE_TASK, "code.bpmn": CODE, "boundary.bpmn": BOUNDARY_TIMER})


def test_completing_moves_the_instance_on(ctx: Context) -> None:
    [instance_id] = start_instances(ctx, key="one", variables=typed(n=1))
    [task_id] = open_tasks(ctx, instance_id)
    complete_user_task(ctx, task_id, typed(n=2, m="new"))
    found = header(ctx, instance_id)
    assert (found.state, found.end_activity_id, found.revision) == ("completed", "end", 2)
    [task] = rows(ctx, user_task, instance_id)
    assert task.end_reason == "completed"
    assert values(ctx, instance_id) == {"n": 2, "m": "new"}
    assert all(each.ended_at is not None for each in rows(ctx, activity_instance, instance_id))
    assert len(rows(ctx, variable_update, instance_id)) == 3


def test_thousands_at_once(ctx: Context) -> None:
    ids = start_instances(ctx, key="one", count=1200, variables=typed(n=1))
    tasks = open_tasks(ctx, *ids)
    errors = complete_user_tasks(ctx, [TaskCompletion(each, typed(n=5)) for each in tasks])
    assert not errors
    assert {header(ctx, each).state for each in (ids[0], ids[-1])} == {"completed"}
    assert not open_tasks(ctx, *ids)


def test_what_cannot_be_completed_says_why_and_keeps_nobody_from_it(ctx: Context) -> None:
    good, suspended, done, delegated = start_instances(ctx, key="one", count=4)
    task = {each: open_tasks(ctx, each)[0] for each in (good, suspended, done, delegated)}
    complete_user_task(ctx, task[done])
    written(ctx, lambda tx: suspend_instances(tx, [suspended]))
    delegate_user_task(ctx, task[delegated], "gonzo")
    unknown = "00000000-0000-7000-8000-000000000000"
    errors = complete_user_tasks(ctx, [TaskCompletion(each) for each in (*task.values(), unknown, "no id")])
    assert {key: type(error) for key, error in errors.items()} == {
        task[suspended]: SuspendedError,
        task[done]: NotFoundError,
        task[delegated]: ConflictError,
        unknown: NotFoundError,
        "no id": NotFoundError,
    }
    assert header(ctx, good).state == "completed"
    resolve_user_task(ctx, task[delegated])
    complete_user_task(ctx, task[delegated])


def test_a_failure_behind_the_task_leaves_it_as_it_was(ctx: Context) -> None:
    def code(execution: object) -> None:
        raise ValueError(f"{execution.get_variable('n')} is too much")  # type: ignore[attr-defined]

    ctx.host.register("code", code)
    [instance_id] = start_instances(ctx, key="code", variables=typed(n=1))
    [task_id] = open_tasks(ctx, instance_id)
    with pytest.raises(ExecutionError, match="3 is too much"):
        complete_user_task(ctx, task_id, typed(n=3))
    assert open_tasks(ctx, instance_id) == [task_id]
    assert values(ctx, instance_id) == {"n": 1}
    assert header(ctx, instance_id).revision == 1
    ctx.host.register("code", lambda _execution: None)
    with pytest.raises(VariableTypeError):
        complete_user_task(ctx, task_id, {"n": TypedValue(ValueType.DOUBLE, float("nan"))})
    assert header(ctx, instance_id).revision == 1


def test_two_at_once_complete_it_once(ctx: Context) -> None:
    [instance_id] = start_instances(ctx, key="one")
    [task_id] = open_tasks(ctx, instance_id)
    barrier = threading.Barrier(4)
    errors: list[Exception] = []

    def run() -> None:
        barrier.wait()
        try:
            complete_user_task(ctx, task_id)
        except NotFoundError as error:
            errors.append(error)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [type(each) for each in errors] == [NotFoundError] * 3
    assert header(ctx, instance_id).revision == 2


def test_withdrawing_a_boundary_timer(ctx: Context) -> None:
    [instance_id] = start_instances(ctx, key="boundary")
    assert [each.kind for each in rows(ctx, job, instance_id)] == ["timer"]
    complete_user_task(ctx, open_tasks(ctx, instance_id)[0])
    assert not rows(ctx, job, instance_id)
    assert header(ctx, instance_id).state == "completed"


def test_who_has_a_task(ctx: Context) -> None:
    [instance_id] = start_instances(ctx, key="one")
    [task_id] = open_tasks(ctx, instance_id)
    claim_user_task(ctx, task_id, "kermit")
    claim_user_task(ctx, task_id, "kermit")
    with pytest.raises(ConflictError, match="kermit"):
        claim_user_task(ctx, task_id, "gonzo")
    delegate_user_task(ctx, task_id, "gonzo")
    [task] = rows(ctx, user_task, instance_id)
    assert (task.assignee, task.owner, task.delegation_state) == ("gonzo", "kermit", "PENDING")
    resolve_user_task(ctx, task_id)
    [task] = rows(ctx, user_task, instance_id)
    assert (task.assignee, task.owner, task.delegation_state) == ("kermit", "kermit", "RESOLVED")
    assign_user_task(ctx, task_id, None)
    with pytest.raises(InputError):
        assign_user_task(ctx, task_id, "nul\0")
    written(ctx, lambda tx: suspend_instances(tx, [instance_id]))
    with pytest.raises(SuspendedError):
        claim_user_task(ctx, task_id, "kermit")
    with pytest.raises(NotFoundError):
        claim_user_task(ctx, instance_id, "kermit")


def test_listeners_hear_who_has_a_task(ctx: Context) -> None:
    heard: list[tuple[str, str | None]] = []
    ctx.host.register("hear", lambda task: heard.append((task.event_name, task.assignee)))
    listening = (
        "task",
        (
            '<bpmn:userTask id="task" camunda:assignee="kermit"><bpmn:extensionElements>'
            '<camunda:taskListener event="assignment" class="hear"/>'
            '<camunda:taskListener event="complete" class="hear"/>'
            "</bpmn:extensionElements>{}</bpmn:userTask>"
        ),
    )
    deploy(ctx, {"hearing.bpmn": chain("hearing", START, listening, END)})
    [instance_id] = start_instances(ctx, key="hearing")
    [task_id] = open_tasks(ctx, instance_id)
    delegate_user_task(ctx, task_id, "gonzo")
    resolve_user_task(ctx, task_id)
    complete_user_task(ctx, task_id)
    assert heard == [
        ("assignment", "kermit"),
        ("assignment", "gonzo"),
        ("assignment", "kermit"),
        ("complete", "kermit"),
    ]


def test_what_was_found_out_is_set_before_a_task_is_resolved(ctx: Context) -> None:
    [instance_id] = start_instances(ctx, key="one", variables=typed(x=1))
    [task_id] = open_tasks(ctx, instance_id)
    delegate_user_task(ctx, task_id, "joe")
    resolve_user_task(ctx, task_id, typed(x=2, y=3))
    assert values(ctx, instance_id) == {"x": 2, "y": 3}


def test_every_row_is_in_order(ctx: Context) -> None:
    check_every_row(ctx.database)
