"""Migration of instances: every row goes along."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.integration.commands.migration_scene import deployed, migrate, migration_of, plan_of
from tests.integration.commands.scene import (
    header,
    open_tasks,
    rows,
    run_jobs,
    typed,
    values,
    written,
)
from tests.integrity import check_every_row

from shoal import clock
from shoal.commands.complete_external_tasks import complete_external_task
from shoal.commands.complete_user_tasks import complete_user_task
from shoal.commands.context import Context
from shoal.commands.correlate_messages import Message, correlate_message
from shoal.commands.fail_external_tasks import WorkFailed, fail_external_task
from shoal.commands.fetch_external_tasks import Topic, fetch_and_lock_external_tasks
from shoal.commands.migration_plans import open_migration
from shoal.commands.set_job_retries import RetryChange, set_retries_of_instances
from shoal.commands.start_instances import start_instances
from shoal.store.queries.external_tasks import set_retries
from shoal.store.tables.history import activity_instance, job_log
from shoal.store.tables.jobs import incident, job
from shoal.store.tables.waits import event_subscription, external_task, user_task
from shoal.workers.loop import Worker


@pytest.fixture(scope="module")
def definitions(ctx: Context) -> dict[str, str]:
    return deployed(ctx)


@pytest.fixture(autouse=True)
def _every_row(ctx: Context) -> Any:
    yield
    check_every_row(ctx.database, ctx.blobs)


def test_a_user_task_goes_on_under_its_new_name(ctx: Context, definitions: dict[str, str]) -> None:
    [moved] = start_instances(ctx, key="old", business_key="b", variables=typed(n=1))
    [task] = open_tasks(ctx, moved)
    assert migrate(ctx, [moved], migration_of(ctx, definitions, n=2, m=3)).succeeded == [moved]
    found = header(ctx, moved)
    assert (found.definition_id, found.business_key, found.state) == (definitions["new"], "b", "active")
    assert values(ctx, moved) == {"n": 2, "m": 3}
    assert open_tasks(ctx, moved) == [task]
    assert rows(ctx, user_task, moved)[0].activity_id == "review"
    complete_user_task(ctx, task)
    [second] = open_tasks(ctx, moved)
    complete_user_task(ctx, second)
    assert header(ctx, moved).state == "completed"
    assert [each.activity_id for each in rows(ctx, activity_instance, moved)] == ["start", "review", "task2", "end"]


def test_external_tasks_and_their_incidents_go_along(ctx: Context, definitions: dict[str, str]) -> None:
    [moved] = start_instances(ctx, key="work-old")
    hour = timedelta(hours=1)
    [locked] = fetch_and_lock_external_tasks(ctx, "me", [Topic("work", hour)], max_tasks=1)
    task_id = locked.task.id
    fail_external_task(ctx, WorkFailed(task_id, "me", "broken"))
    assert migrate(ctx, [moved], migration_of(ctx, definitions, "work-old")).succeeded == [moved]
    assert [each.activity_id for each in rows(ctx, external_task, moved)] == ["labour"]
    [found] = rows(ctx, incident, moved)
    assert (found.activity_id, found.definition_id, found.state) == ("labour", definitions["work-new"], "open")
    with ctx.database.write() as tx:
        set_retries(tx, [task_id], 1)
    fetch_and_lock_external_tasks(ctx, "me", [Topic("work", hour)], max_tasks=1)
    complete_external_task(ctx, task_id, "me")
    assert header(ctx, moved).state == "completed"


def test_jobs_and_their_incidents_go_along_and_the_log_stays(ctx: Context, definitions: dict[str, str]) -> None:
    ctx.host.register("code", lambda _execution: 1 / 0)
    [moved] = start_instances(ctx, key="later-old")
    Worker(ctx).run_until_idle()
    assert [each.state for each in rows(ctx, incident, moved)] == ["open"]
    before = rows(ctx, job_log, moved)
    assert migrate(ctx, [moved], migration_of(ctx, definitions, "later-old")).succeeded == [moved]
    [found] = rows(ctx, incident, moved)
    assert (found.activity_id, found.definition_id) == ("serve", definitions["later-new"])
    assert found.failed_activity_id == "service"
    [waiting] = rows(ctx, job, moved)
    assert (waiting.activity_id, waiting.definition_id) == ("serve", definitions["later-new"])
    assert rows(ctx, job_log, moved) == before
    ctx.host.register("code", lambda _execution: None)
    again = RetryChange(1)
    written(ctx, lambda tx: set_retries_of_instances(ctx, tx, [moved], again, clock.now()))
    Worker(ctx).run_until_idle()
    assert header(ctx, moved).state == "completed"
    assert [each.state for each in rows(ctx, incident, moved)] == ["resolved"]


def test_a_timer_keeps_its_due_date_unless_told_otherwise(ctx: Context, definitions: dict[str, str]) -> None:
    for update in (False, True):
        [moved] = start_instances(ctx, key="timed-old")
        [before] = rows(ctx, job, moved)
        arrows = (("task", "job"), ("timeout", "over", update))
        migration = open_migration(ctx, plan_of(definitions, "timed-old", "timed-new", *arrows))
        assert migrate(ctx, [moved], migration).succeeded == [moved]
        [after] = rows(ctx, job, moved)
        assert (after.id, after.activity_id, after.definition_id) == (before.id, "over", definitions["timed-new"])
        assert (after.due_at > before.due_at) is update
        assert run_jobs(ctx, moved)
        assert header(ctx, moved).state == "completed"
        assert header(ctx, moved).end_activity_id == "late"


def test_a_timer_that_is_not_mapped_ends_as_one_of_the_source(ctx: Context, definitions: dict[str, str]) -> None:
    [moved] = start_instances(ctx, key="timed-old")
    [before] = rows(ctx, job, moved)
    migration = open_migration(ctx, plan_of(definitions, "timed-old", "timed-new", ("task", "job")))
    assert migrate(ctx, [moved], migration).succeeded == [moved]
    assert [each.activity_id for each in rows(ctx, job, moved)] == ["over"]
    log = {(each.job_id == before.id, each.event): each.definition_id for each in rows(ctx, job_log, moved)}
    assert log == {
        (True, "created"): definitions["timed-old"],
        (True, "deleted"): definitions["timed-old"],
        (False, "created"): definitions["timed-new"],
    }


@pytest.mark.parametrize(("update", "name"), [(False, "paid"), (True, "transferred")])
def test_a_message_is_waited_for(ctx: Context, definitions: dict[str, str], update: bool, name: str) -> None:
    [moved] = start_instances(ctx, key="message-old")
    migration = open_migration(ctx, plan_of(definitions, "message-old", "message-new", ("wait", "await", update)))
    assert migrate(ctx, [moved], migration).succeeded == [moved]
    [waiting] = rows(ctx, event_subscription, moved)
    assert (waiting.activity_id, waiting.name) == ("await", name)
    correlate_message(ctx, Message(name, instance_ids=(moved,)))
    assert header(ctx, moved).state == "completed"


def test_a_scope_begins_around_what_is_there(ctx: Context, definitions: dict[str, str]) -> None:
    heard: list[str] = []
    ctx.host.register("code", lambda execution: heard.append(execution.current_activity_id))
    skipped, moved = start_instances(ctx, key="old", count=2)
    plan = plan_of(definitions, "old", "scoped-new", ("task", "task"))
    assert migrate(ctx, [skipped], open_migration(ctx, plan, skip_custom_listeners=True)).succeeded
    assert heard == []
    assert migrate(ctx, [moved], open_migration(ctx, plan)).succeeded
    assert heard == ["sub"]
    found = {each.activity_id: each for each in rows(ctx, activity_instance, moved)}
    assert (found["sub"].parent_id, found["task"].parent_id) == (moved, found["sub"].id)
    for task in open_tasks(ctx, moved, skipped):
        complete_user_task(ctx, task)
    assert header(ctx, moved).state == header(ctx, skipped).state == "completed"
