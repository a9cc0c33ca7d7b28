"""History cleanup: what goes, what stays, and in which steps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from tests.integration.commands.models import END, EXTERNAL, START, TASK, chain
from tests.integration.commands.scene import cancel, count, open_tasks, rows, typed
from tests.integration.retention.scene import (
    deploy_calls,
    finish,
    new_decision,
    new_decision_definition,
    set_removal_times,
    started,
)
from tests.integrity import check_every_row

from shoal import clock
from shoal.batch.create import create_batch
from shoal.commands.attach import attach
from shoal.commands.change_identity_links import add_identity_link
from shoal.commands.context import Context
from shoal.commands.deploy import deploy
from shoal.commands.fail_external_tasks import WorkFailed, fail_external_task
from shoal.commands.fetch_external_tasks import Topic, fetch_and_lock_external_tasks
from shoal.commands.set_variables import prepare_set_variables, set_variables
from shoal.commands.start_instances import start_instances
from shoal.commands.write_comments import write_comment
from shoal.retention.cleanup import clean_some
from shoal.store.queries.erasure import HISTORY
from shoal.store.tables import metadata
from shoal.store.tables.batches import batch
from shoal.store.tables.decisions import decision_input, decision_instance, decision_output
from shoal.store.tables.history import activity_instance
from shoal.store.tables.instances import process_instance
from shoal.store.tables.variables import blob, variable, variable_update
from shoal.workers.loop import Worker

PAST = timedelta(seconds=-1)
BOUNDARY = chain(
    "kept",
    START,
    (
        "sub",
        (
            '<bpmn:subProcess id="sub">{}<bpmn:startEvent id="s1"/><bpmn:sequenceFlow id="s2" sourceRef="s1" '
            'targetRef="first"/><bpmn:userTask id="first" camunda:assignee="mary"><bpmn:extensionElements>'
            '<camunda:inputOutput><camunda:inputParameter name="local">1</camunda:inputParameter>'
            "</camunda:inputOutput></bpmn:extensionElements></bpmn:userTask></bpmn:subProcess>"
        ),
    ),
    TASK,
    END,
)


@pytest.fixture(scope="module", autouse=True)
def _deployed(ctx: Context) -> None:
    deploy_calls(ctx)
    deploy(ctx, {"external.bpmn": EXTERNAL, "kept.bpmn": BOUNDARY})


@pytest.fixture
def fresh(new_context: Callable[..., Context]) -> Context:
    """A database in which nothing else is."""
    made = new_context(blob_threshold_bytes=100)
    deploy_calls(made)
    deploy(made, {"external.bpmn": EXTERNAL, "kept.bpmn": BOUNDARY})
    return made


def _step(ctx: Context, limit: int, after: Any = None) -> Any:
    with ctx.database.write() as tx:
        return clean_some(ctx, tx, clock.now(), limit, after)


def _all(ctx: Context, limit: int = 10_000) -> list[int]:
    """Clean up to the end; what each step removed."""
    removed: list[int] = []
    after = None
    while True:
        step = _step(ctx, limit, after)
        removed.append(step.removed)
        after = step.after
        if step.is_last:
            return removed


def _expire(ctx: Context, *ids: str, table: Any = process_instance) -> None:
    set_removal_times(ctx, clock.now() + PAST, *ids, table=table)


def _with_everything(ctx: Context) -> str:
    """An ended instance with rows in every table of history."""
    large = "x" * 1000
    instance = start_instances(ctx, key="kept", variables=typed(small=1, large=large))[0]
    task = open_tasks(ctx, instance)[0]
    add_identity_link(ctx, task, "candidate", group_id="sales")
    write_comment(ctx, "look", task_id=task)
    attach(ctx, task_id=task, name="file", content=b"y" * 1000)
    values = typed(large="z" * 1000)
    prepared = prepare_set_variables(ctx, [instance], values)
    with ctx.database.write() as tx:
        set_variables(ctx, tx, [instance], values, prepared, clock.now())
    finish(ctx, instance)
    finish(ctx, instance)
    return instance


def test_an_expired_instance_goes_with_everything(fresh: Context) -> None:
    gone, kept = _with_everything(fresh), _with_everything(fresh)
    assert set(fresh.blobs.ids()) == {each.id for each in rows(fresh, blob)}
    before = len(list(fresh.blobs.ids()))
    _expire(fresh, gone)
    _all(fresh)
    for table in metadata.tables.values():
        if "instance_id" in table.c:
            assert not rows(fresh, table, gone), table.name
    assert [each.id for each in rows(fresh, process_instance)] == [kept]
    assert len(list(fresh.blobs.ids())) == before // 2
    check_every_row(fresh.database, fresh.blobs)


def test_every_table_of_history_is_in_the_list() -> None:
    present = {"process_instance", "instance_state", "job", "event_subscription", "external_task"}
    apart = {"blob", "decision_instance", "user_operation"}
    having = {name for name, table in metadata.tables.items() if "instance_id" in table.c}
    assert having - present - apart == {table.name for table in HISTORY}


def test_a_large_instance_goes_in_small_steps_and_its_header_last(fresh: Context) -> None:
    gone = _with_everything(fresh)
    _expire(fresh, gone)
    total = 1 + sum(len(rows(fresh, table, gone)) for table in HISTORY)
    seen: list[int] = []
    while (step := _step(fresh, 7)).removed:
        seen.append(step.removed)
        left = sum(len(rows(fresh, table, gone)) for table in (*HISTORY, blob))
        assert bool(rows(fresh, process_instance, gone)) or left == 0
        check_every_row(fresh.database, fresh.blobs)
    assert all(each == 7 for each in seen[:-1])
    assert sum(seen) == total
    assert not rows(fresh, process_instance, gone)


def test_what_has_no_removal_time_or_a_later_one_stays(ctx: Context) -> None:
    forever = started(ctx, "forever")[0]
    finish(ctx, forever)
    later = started(ctx, "inner")[0]
    finish(ctx, later)
    _all(ctx)
    assert len(rows(ctx, process_instance, forever, later)) == 2
    assert rows(ctx, activity_instance, later)


def test_a_running_instance_loses_its_past_and_goes_on(fresh: Context) -> None:
    running = start_instances(fresh, key="kept", variables=typed(small=1, large="x" * 1000))[0]
    finish(fresh, running)
    assert rows(fresh, variable, running, name="local")[0].live is False
    present = {each.id for each in rows(fresh, variable, running) if each.live}
    _expire(fresh, running)
    _all(fresh)
    assert {each.id for each in rows(fresh, variable, running)} == present
    assert [each.activity_id for each in rows(fresh, activity_instance, running)] == ["task"]
    assert not rows(fresh, variable_update, running)
    assert len(open_tasks(fresh, running)) == 1
    check_every_row(fresh.database, fresh.blobs)
    assert _step(fresh, 100).removed == 0
    finish(fresh, running)
    assert rows(fresh, process_instance, running)[0].state == "completed"
    check_every_row(fresh.database, fresh.blobs)


@pytest.mark.parametrize("limit", [1, 3])
def test_running_instances_are_walked_over_once(fresh: Context, limit: int) -> None:
    ids = start_instances(fresh, key="kept", count=3)
    for each in ids:
        finish(fresh, each)
    _expire(fresh, *ids)
    removed = _all(fresh, limit)
    assert all(each == limit for each in removed[:-1])
    assert len(rows(fresh, process_instance, *ids)) == 3
    assert [each.activity_id for each in rows(fresh, activity_instance, *ids)] == ["task"] * 3


def test_the_work_of_a_running_external_task_stays(fresh: Context) -> None:
    running = start_instances(fresh, key="external")[0]
    topic = Topic("work", timedelta(minutes=1))
    task = fetch_and_lock_external_tasks(fresh, "worker", [topic], max_tasks=1)[0].task.id
    fail_external_task(fresh, WorkFailed(task, "worker", "no", retries=0))
    table = metadata.tables["external_task_log"]
    assert [each.event for each in rows(fresh, table, running)] == ["created", "failed"]
    _expire(fresh, running)
    _all(fresh)
    assert not rows(fresh, table, running)
    assert len(rows(fresh, metadata.tables["external_task"], running)) == 1
    assert [each.state for each in rows(fresh, metadata.tables["incident"], running)] == ["open"]
    check_every_row(fresh.database)


def test_decisions_go_by_their_own_removal_times(fresh: Context) -> None:
    definition = new_decision_definition(fresh, "dish", 3)
    root = started(fresh, "inner")[0]
    finish(fresh, root)
    gone = new_decision(fresh, definition, instance_id=root, root_instance_id=root)
    kept = new_decision(fresh, definition, instance_id=root, root_instance_id=root)
    _expire(fresh, root)
    _expire(fresh, gone, table=decision_instance)
    assert _all(fresh, 2)[-1] < 2
    with fresh.database.read() as tx:
        assert list(tx.execute(select(decision_instance.c.id)).scalars()) == [kept]
        for table in (decision_input, decision_output):
            assert list(tx.execute(select(table.c.decision_id)).scalars()) == [kept]
    assert count(fresh, process_instance) == 0


def test_batches_go_when_they_have_ended(fresh: Context) -> None:
    ids = start_instances(fresh, key="inner", count=3)
    made = [
        create_batch(fresh, "suspend-instances", {}, {"ids": [*ids, each]}, {"chunk_size": 2}).id
        for each in ("00000000-0000-7000-8000-000000000001", "00000000-0000-7000-8000-000000000002")
    ]
    _expire(fresh, *made, table=batch)
    _all(fresh)
    assert count(fresh, batch) == 2
    Worker(fresh).run_until_idle()
    _expire(fresh, made[0], table=batch)
    _all(fresh, 2)
    for name in ("batch", "batch_chunk", "batch_element", "job_log"):
        column = metadata.tables[name].c["id" if name == "batch" else "batch_id"]
        with fresh.database.read() as tx:
            left = tx.execute(select(column).where(column.is_not(None)).distinct()).scalars().all()
            assert list(left) == [made[1]], name
    check_every_row(fresh.database)


def test_by_ends_the_definitions_say_it_now(new_context: Callable[..., Context], monkeypatch: Any) -> None:
    by_end = new_context(history_cleanup_strategy="endTimeBased", history_removal_time_strategy="none")
    deploy_calls(by_end)
    root, called = started(by_end)
    finish(by_end, called)
    running = started(by_end, "inner")[0]
    forever = started(by_end, "forever")[0]
    cancel(by_end, [root, forever])
    definition = new_decision_definition(by_end, "dish", 3)
    now = clock.now()
    old = new_decision(by_end, definition, evaluated_at=now - timedelta(days=4))
    new_decision(by_end, definition, root_decision_id=old, evaluated_at=now - timedelta(days=4))
    new_decision(by_end, definition, evaluated_at=now)
    assert sum(_all(by_end)) == 6
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=6))
    _all(by_end)
    assert {each.id for each in rows(by_end, process_instance)} == {root, running, forever}
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=31))
    _all(by_end)
    assert {each.id for each in rows(by_end, process_instance)} == {running, forever}
    with by_end.database.read() as tx:
        assert tx.execute(select(func.count()).select_from(decision_instance)).scalar_one() == 0
