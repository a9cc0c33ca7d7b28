"""External tasks: fetched once, completed, failed, extended."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.integration.commands.models import CAUGHT, END, ERROR, ERROR_BOUNDARY, START, chain
from tests.integration.commands.scene import header, open_tasks, rows, typed, values, written
from tests.integrity import check_every_row

from shoal import clock
from shoal.commands.complete_external_tasks import (
    WorkDone,
    complete_external_task,
    complete_external_tasks,
    throw_external_task_error,
)
from shoal.commands.context import Context
from shoal.commands.deploy import deploy
from shoal.commands.fail_external_tasks import WorkFailed, fail_external_task
from shoal.commands.fetch_external_tasks import LockedTask, Topic, fetch_and_lock_external_tasks
from shoal.commands.lock_external_tasks import (
    extend_external_task_lock,
    lock_external_task,
    unlock_external_task,
)
from shoal.commands.start_instances import start_instances
from shoal.commands.suspend_instances import resume_instances, suspend_instances
from shoal.errors import InputError, NotFoundError, SuspendedError
from shoal.filters import InstanceFilter
from shoal.store.tables.jobs import incident
from shoal.store.tables.waits import external_task

MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module", autouse=True)
def _deployed(ctx: Context) -> None:
    for topic in ("work", "race", "ranked", "seen"):
        task = (
            "work",
            (
                f'<bpmn:serviceTask id="work" camunda:type="external" camunda:topic="{topic}" '
                'camunda:taskPriority="${{rank}}">{}</bpmn:serviceTask>'
            ),
        )
        deploy(ctx, {f"{topic}.bpmn": chain(f"{topic}-process", START, task, END)})
    deploy(ctx, {"error.bpmn": ERROR_BOUNDARY})


def _start(ctx: Context, key: str, count: int = 1, rank: int = 0, **variables: Any) -> list[str]:
    return start_instances(ctx, key=f"{key}-process", count=count, variables=typed(rank=rank, **variables))


def _fetch(ctx: Context, topic: str, most: int = 10, worker: str = "w", **options: Any) -> list[LockedTask]:
    asked = Topic(topic, MINUTE, **options)
    return fetch_and_lock_external_tasks(ctx, worker, [asked], max_tasks=most)


def test_a_task_is_fetched_once_with_its_variables(ctx: Context) -> None:
    [instance_id] = _start(ctx, "seen", rank=3, name="x")
    [locked] = _fetch(ctx, "seen")
    assert (locked.task.instance_id, locked.task.priority, locked.worker_id) == (instance_id, 3, "w")
    assert {name: value.value for name, value in locked.variables.items()} == {"rank": 3, "name": "x"}
    assert locked.definition_key == "seen-process"
    assert not _fetch(ctx, "seen")
    unlock_external_task(ctx, locked.task.id)
    [some] = _fetch(ctx, "seen", variables=("name", "unknown"))
    assert list(some.variables) == ["name"]
    unlock_external_task(ctx, locked.task.id)
    assert _fetch(ctx, "seen", variables=())[0].variables == {}
    unlock_external_task(ctx, locked.task.id)
    other = InstanceFilter.model_validate({"business_key": "somebody else"})
    assert not _fetch(ctx, "seen", instances=other)
    assert not _fetch(ctx, "seen", version_tag="none such")
    complete_external_task(ctx, _fetch(ctx, "seen")[0].task.id, "w", typed(name="y"))
    assert header(ctx, instance_id).state == "completed"
    assert values(ctx, instance_id)["name"] == "y"


def test_higher_priorities_first(ctx: Context) -> None:
    for rank in (1, 9, 5):
        _start(ctx, "ranked", rank=rank)
    topics = [Topic("ranked", MINUTE), Topic("nothing", MINUTE)]
    locked = fetch_and_lock_external_tasks(ctx, "w", topics, max_tasks=2, use_priority=True)
    assert [each.task.priority for each in locked] == [9, 5]
    assert [each.task.priority for each in _fetch(ctx, "ranked")] == [1]


def test_workers_at_once_get_different_tasks(ctx: Context) -> None:
    _start(ctx, "race", count=100)
    got: list[str] = []
    changing = threading.Lock()

    def run(worker: str) -> None:
        while locked := _fetch(ctx, "race", most=7, worker=worker):
            with changing:
                got.extend(each.task.id for each in locked)

    threads = [threading.Thread(target=run, args=(f"w{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == len(set(got)) == 100


def test_only_the_worker_that_holds_a_task_may_touch_it(ctx: Context) -> None:
    first, second = _start(ctx, "work", count=2)
    one, two = _fetch(ctx, "work")
    errors = complete_external_tasks(
        ctx, [WorkDone(one.task.id, "other"), WorkDone(two.task.id, "w"), WorkDone("x", "w")]
    )
    assert {key: type(error) for key, error in errors.items()} == {one.task.id: InputError, "x": NotFoundError}
    assert "It is locked by worker 'w'." in str(errors[one.task.id])
    assert (header(ctx, first).state, header(ctx, second).state) == ("active", "completed")
    with pytest.raises(InputError):
        fail_external_task(ctx, WorkFailed(one.task.id, "other"))
    with pytest.raises(InputError):
        extend_external_task_lock(ctx, one.task.id, "other", MINUTE)
    with pytest.raises(InputError):
        lock_external_task(ctx, one.task.id, "other", MINUTE)
    written(ctx, lambda tx: suspend_instances(tx, [first]))
    with pytest.raises(SuspendedError):
        complete_external_task(ctx, one.task.id, "w")
    written(ctx, lambda tx: resume_instances(tx, [first]))
    complete_external_task(ctx, one.task.id, "w")
    with pytest.raises(NotFoundError):
        complete_external_task(ctx, one.task.id, "w")


def test_locks_expire_and_are_extended(ctx: Context) -> None:
    [instance_id] = _start(ctx, "work")
    [locked] = _fetch(ctx, "work")
    start = clock.now()
    try:
        clock.use(lambda: start + timedelta(seconds=50))
        extend_external_task_lock(ctx, locked.task.id, "w", MINUTE)
        clock.use(lambda: start + timedelta(seconds=100))
        assert not _fetch(ctx, "work")
        clock.use(lambda: start + timedelta(seconds=200))
        with pytest.raises(InputError, match="expired"):
            extend_external_task_lock(ctx, locked.task.id, "w", MINUTE)
        assert [each.task.id for each in _fetch(ctx, "work", worker="v")] == [locked.task.id]
    finally:
        clock.use(None)
    with pytest.raises(InputError):
        complete_external_task(ctx, locked.task.id, "w")
    complete_external_task(ctx, locked.task.id, "v")
    assert header(ctx, instance_id).state == "completed"


def test_suspended_instances_are_left_out(ctx: Context) -> None:
    ids = _start(ctx, "work", count=2)
    written(ctx, lambda tx: suspend_instances(tx, ids[:1]))
    assert [each.task.instance_id for each in _fetch(ctx, "work")] == ids[1:]
    written(ctx, lambda tx: resume_instances(tx, ids[:1]))
    assert [each.task.instance_id for each in _fetch(ctx, "work")] == ids[:1]


def test_failures_count_down_to_an_incident(ctx: Context) -> None:
    [instance_id] = _start(ctx, "work")
    [locked] = _fetch(ctx, "work")
    fail_external_task(ctx, WorkFailed(locked.task.id, "w", "slow\0", "trace", 1, retry_timeout=MINUTE))
    [row] = rows(ctx, external_task, instance_id)
    assert (row.retries, row.error_message, row.error_details) == (1, "slow\ufffd", "trace")
    assert not _fetch(ctx, "work")
    later: datetime = clock.now() + timedelta(minutes=2)
    try:
        clock.use(lambda: later)
        mine = InstanceFilter.model_validate({"ids": (instance_id,)})
        assert len(_fetch(ctx, "work", instances=mine)) == 1
    finally:
        clock.use(None)
    fail_external_task(ctx, WorkFailed(locked.task.id, "w", "dead"))
    [found] = rows(ctx, incident, instance_id)
    assert (found.kind, found.state, found.configuration, found.message) == (
        "failedExternalTask",
        "open",
        locked.task.id,
        "dead",
    )
    assert not _fetch(ctx, "work")
    lock_external_task(ctx, locked.task.id, "w", MINUTE)
    complete_external_task(ctx, locked.task.id, "w")
    assert [each.state for each in rows(ctx, incident, instance_id)] == ["resolved"]


def test_a_bpmn_error_takes_the_way_of_the_model(ctx: Context) -> None:
    [instance_id] = start_instances(ctx, key="error")
    [locked] = _fetch(ctx, "work")
    throw_external_task_error(ctx, locked.task.id, "w", "broken", "it is", typed(why="rust"))
    assert len(open_tasks(ctx, instance_id)) == 1
    assert values(ctx, instance_id)["why"] == "rust"


def test_a_model_may_make_a_bpmn_error_of_a_failure(ctx: Context) -> None:
    defined = (
        "work",
        (
            '<bpmn:serviceTask id="work" camunda:type="external" camunda:topic="defined"><bpmn:extensionElements>'
            '<camunda:errorEventDefinition errorRef="e1" '
            'expression="${{externalTask.errorMessage == &quot;mine&quot;}}"/>'
            "</bpmn:extensionElements>{}</bpmn:serviceTask>"
        ),
    )
    deploy(ctx, {"defined.bpmn": chain("defined", START, defined, END, roots=ERROR, more=CAUGHT)})
    caught, retried = start_instances(ctx, key="defined", count=2)
    task = {each.task.instance_id: each.task.id for each in _fetch(ctx, "defined")}
    fail_external_task(ctx, WorkFailed(task[caught], "w", "mine", variables=typed(seen=1)))
    assert len(open_tasks(ctx, caught)) == 1
    assert values(ctx, caught) == {"seen": 1}
    assert not rows(ctx, incident, caught)
    fail_external_task(ctx, WorkFailed(task[retried], "w", "other", retries=2, variables=typed(seen=2)))
    assert [each.retries for each in rows(ctx, external_task, retried)] == [2]
    assert values(ctx, retried) == {"seen": 2}


@pytest.mark.parametrize(
    ("worker", "topic", "most"),
    [
        ("", Topic("work", MINUTE), 1),
        ("w", Topic("", MINUTE), 1),
        ("w", Topic("work", timedelta()), 1),
        ("w", Topic("work", MINUTE), -1),
        ("nul\0", Topic("work", MINUTE), 1),
    ],
)
def test_wrong_requests(ctx: Context, worker: str, topic: Topic, most: int) -> None:
    with pytest.raises(InputError):
        fetch_and_lock_external_tasks(ctx, worker, [topic], max_tasks=most)


def test_every_row_is_in_order(ctx: Context) -> None:
    check_every_row(ctx.database)
