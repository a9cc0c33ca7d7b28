"""External tasks from outside of their workers: waited for, found, ordered, given tries."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from tests.integration.commands.models import END, START, chain
from tests.integration.commands.scene import rows, typed, written
from tests.integrity import check_every_row

from shoal import clock
from shoal.commands.await_external_tasks import await_external_tasks
from shoal.commands.context import Context
from shoal.commands.deploy import deploy
from shoal.commands.external_work import ArrivalSignal
from shoal.commands.fail_external_tasks import WorkFailed, fail_external_task
from shoal.commands.fetch_external_tasks import LockedTask, Topic, fetch_and_lock_external_tasks
from shoal.commands.lock_external_tasks import unlock_external_task
from shoal.commands.set_external_task_retries import set_external_task_priority, set_external_task_retries
from shoal.commands.start_instances import start_instances
from shoal.commands.suspend_instances import suspend_instances
from shoal.errors import FilterRejectedError, InputError, NotFoundError, UnavailableError
from shoal.filters import InstanceFilter, VariableCondition
from shoal.filters.external_tasks import ExternalTaskFilter
from shoal.store.queries.external_task_filters import (
    ExternalTaskRow,
    count_external_tasks,
    error_details_of,
    list_external_tasks,
    topics_of_external_tasks,
)
from shoal.store.tables.jobs import incident
from shoal.store.tables.waits import external_task

MINUTE = timedelta(minutes=1)
UNKNOWN = "00000000-0000-7000-8000-000000000000"


@pytest.fixture(scope="module", autouse=True)
def _deployed(ctx: Context) -> None:
    for topic in ("waited", "ordered", "found", "retried"):
        task = (
            "work",
            (
                f'<bpmn:serviceTask id="work" camunda:type="external" camunda:topic="{topic}" '
                'camunda:taskPriority="${{rank}}"><bpmn:extensionElements><camunda:inputOutput>'
                '<camunda:inputParameter name="own">${{"own-"}}${{rank}}</camunda:inputParameter>'
                "</camunda:inputOutput></bpmn:extensionElements>{}</bpmn:serviceTask>"
            ),
        )
        deploy(ctx, {f"{topic}.bpmn": chain(topic, START, task, END)})


def _start(ctx: Context, key: str, rank: int = 0, business_key: str | None = None, **variables: Any) -> str:
    values = typed(rank=rank, **variables)
    return start_instances(ctx, key=key, business_key=business_key, variables=values)[0]


def _task(ctx: Context, instance_id: str) -> Any:
    [found] = rows(ctx, external_task, instance_id)
    return found


def _wait(ctx: Context, topic: str, seconds: float, **options: Any) -> list[LockedTask]:
    return await_external_tasks(
        ctx, "w", [Topic(topic, MINUTE)], max_tasks=1, timeout=timedelta(seconds=seconds), **options
    )


def test_waiting_ends_when_a_task_is_made_or_given_back(ctx: Context) -> None:
    assert _wait(ctx, "waited", 0) == []
    before = time.monotonic()
    assert _wait(ctx, "waited", 0.2) == []
    assert time.monotonic() - before >= 0.2
    got: list[LockedTask] = []
    thread = threading.Thread(target=lambda: got.extend(_wait(ctx, "waited", 20)))
    thread.start()
    time.sleep(0.3)
    instance_id = _start(ctx, "waited")
    thread.join(10)
    assert [each.task.instance_id for each in got] == [instance_id]
    again: list[LockedTask] = []
    thread = threading.Thread(target=lambda: again.extend(_wait(ctx, "waited", 20)))
    thread.start()
    time.sleep(0.3)
    unlock_external_task(ctx, got[0].task.id)
    thread.join(10)
    assert [each.task.id for each in again] == [got[0].task.id]
    for wrong in (-1, 1801):
        with pytest.raises(InputError, match="asyncResponseTimeout"):
            _wait(ctx, "waited", wrong)


def test_only_so_many_may_wait_and_all_go_home(ctx: Context) -> None:
    with pytest.raises(UnavailableError, match="0 requests"):
        _wait(ctx, "waited", 5, most_waiters=0)
    signal = ArrivalSignal()
    thread = threading.Thread(target=signal.wait, args=(signal.count, 20))
    thread.start()
    signal.close()
    thread.join(5)
    assert not thread.is_alive()
    assert signal.is_closed


def test_several_wait_and_each_task_goes_to_one(ctx: Context) -> None:
    got: list[list[LockedTask]] = []
    threads = [threading.Thread(target=lambda: got.append(_wait(ctx, "waited", 3))) for _ in range(4)]
    for thread in threads:
        thread.start()
    time.sleep(0.2)
    made = {_start(ctx, "waited"), _start(ctx, "waited")}
    for thread in threads:
        thread.join(15)
    assert sorted(map(len, got)) == [0, 0, 1, 1]
    assert {each.task.instance_id for found in got for each in found} == made


def test_tasks_come_in_the_order_that_is_wanted(ctx: Context) -> None:
    first, second, third = (_start(ctx, "ordered", rank, business_key=f"O-{rank}") for rank in (1, 5, 3))

    def fetched(
        most: int = 10, topics: tuple[Topic, ...] = (Topic("ordered", MINUTE),), **options: Any
    ) -> list[str]:
        found = fetch_and_lock_external_tasks(ctx, "w", topics, max_tasks=most, **options)
        for each in found:
            unlock_external_task(ctx, each.task.id)
        return [each.task.instance_id for each in found]

    assert fetched(create_time="asc") == [first, second, third]
    assert fetched(create_time="desc") == [third, second, first]
    assert fetched(2, create_time="desc") == [third, second]
    assert fetched(use_priority=True, create_time="desc") == [second, third, first]
    keyed = Topic("ordered", MINUTE, instances=InstanceFilter(business_key="O-5"))
    assert fetched(topics=(keyed,)) == [second]
    assert fetched(topics=(keyed, Topic("ordered", MINUTE)), create_time="asc") == [first, second, third]
    by_value = InstanceFilter(variables=(VariableCondition(name="rank", operator="gt", value=2),))
    assert fetched(topics=(Topic("ordered", MINUTE, instances=by_value),)) == [second, third]
    own = (VariableCondition(name="own", value="own-3"),)
    assert fetched(topics=(Topic("ordered", MINUTE, having=own),)) == [third]
    none = InstanceFilter(definition_id_in=(UNKNOWN,))
    assert fetched(topics=(Topic("ordered", MINUTE, instances=none),)) == []
    tenants = InstanceFilter(tenant_id_in=("acme",))
    assert fetched(topics=(Topic("ordered", MINUTE, instances=tenants),)) == []
    assert len(fetched(topics=(Topic("ordered", MINUTE, instances=InstanceFilter(without_tenant=True)),))) == 3


def test_tasks_are_found(ctx: Context) -> None:
    low, high = _start(ctx, "found", 1, business_key="B"), _start(ctx, "found", 9)
    both = {_task(ctx, low).id, _task(ctx, high).id}
    now = clock.now()

    def find(**conditions: Any) -> set[str]:
        wanted = ExternalTaskFilter.model_validate(conditions)
        with ctx.database.read() as tx:
            found: list[ExternalTaskRow] = list_external_tasks(tx, wanted, now)
            assert count_external_tasks(tx, wanted, now) == len(found)
        return {each.instance_id for each in found}

    assert find(topic="found") == find(definition_key="found") == find(ids=tuple(both)) == {low, high}
    assert find(topic="found", priority_min=5) == {high}
    assert find(topic="found", priority_max=5, activity_id="work") == {low}
    assert find(business_key="B", topic="found") == find(instance_id_in=(low,)) == {low}
    assert find(topic="found", variables=({"name": "rank", "value": 9},)) == {high}
    assert find(topic="found", local_variables=({"name": "own", "value": "own-9"},)) == {high}
    assert find(topic="found", locked=True) == set()
    [locked] = fetch_and_lock_external_tasks(ctx, "w", [Topic("found", MINUTE)], max_tasks=1, use_priority=True)
    assert find(topic="found", locked=True) == find(worker_id="w", topic="found") == {high}
    assert find(topic="found", locked_after=now, locked_before=now + 2 * MINUTE) == {high}
    assert find(topic="found", locked=False) == {low}
    fail_external_task(ctx, WorkFailed(locked.task.id, "w", "broken", "line 1\nline 2", 0))
    assert find(topic="found", retries_left=False) == {high}
    assert find(topic="found", retries_left=True) == {low}
    written(ctx, lambda tx: suspend_instances(tx, [low]))
    assert find(topic="found", suspended=True) == {low}
    with ctx.database.read() as tx:
        assert error_details_of(tx, locked.task.id) == ("line 1\nline 2",)
        assert topics_of_external_tasks(tx, ExternalTaskFilter(retries_left=False, topic="found"), now) == ["found"]
        with pytest.raises(FilterRejectedError):
            list_external_tasks(tx, ExternalTaskFilter(), now, sort="colour")


def test_tries_resolve_an_incident_and_none_make_one(ctx: Context) -> None:
    ids = [_start(ctx, "retried") for _ in range(3)]
    tasks = [_task(ctx, each).id for each in ids]

    def give(retries: int) -> Any:
        return written(
            ctx, lambda tx: set_external_task_retries(ctx, tx, [*tasks, UNKNOWN, "no id"], retries, clock.now())
        )

    outcome = give(0)
    assert sorted(outcome.succeeded) == sorted(tasks)
    assert set(outcome.skipped) == {UNKNOWN, "no id"}
    give(0)
    assert [each.state for each in rows(ctx, incident, *ids)] == ["open"] * 3
    assert fetch_and_lock_external_tasks(ctx, "w", [Topic("retried", MINUTE)], max_tasks=9) == []
    give(2)
    assert [each.state for each in rows(ctx, incident, *ids)] == ["resolved"] * 3
    assert len(fetch_and_lock_external_tasks(ctx, "w", [Topic("retried", MINUTE)], max_tasks=9)) == 3
    set_external_task_priority(ctx, tasks[0], 77)
    assert _task(ctx, ids[0]).priority == 77
    with pytest.raises(InputError):
        give(-1)
    with pytest.raises(InputError):
        set_external_task_priority(ctx, tasks[0], 2**31)
    with pytest.raises(NotFoundError):
        set_external_task_priority(ctx, UNKNOWN, 1)


def test_every_row_is_in_order(ctx: Context) -> None:
    check_every_row(ctx.database, ctx.blobs)
