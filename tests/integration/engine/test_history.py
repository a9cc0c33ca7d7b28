"""The logs of history, and reports of what may go."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import update
from tests.databases import Backend
from tests.integration.commands.models import EXTERNAL, ONE_TASK, model
from tests.integration.retention.scene import (
    deploy_calls,
    new_decision,
    new_decision_definition,
    set_removal_times,
)

import shoal
from shoal.engine import Engine
from shoal.errors import FilterRejectedError, NotFoundError
from shoal.store.tables.batches import batch
from shoal.store.tables.decisions import decision_instance

ASSIGNED = model(
    "assigned",
    '<bpmn:startEvent id="start"/><bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="task"/>'
    '<bpmn:userTask id="task" camunda:assignee="mary" camunda:candidateUsers="tom, ann" '
    'camunda:candidateGroups="sales"/>',
)
FAILING = model(
    "failing",
    '<bpmn:startEvent id="start"/><bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="work"/>'
    '<bpmn:serviceTask id="work" camunda:asyncBefore="true" camunda:expression="${nobody.there}"/>',
)


@pytest.fixture(scope="module")
def engine(backend: Backend, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine on a fresh database."""
    url = backend.create()
    blobs = tmp_path_factory.mktemp("blobs").as_uri()
    with shoal.open_engine(url, blob_url=blobs, default_retries=1) as opened:
        deploy_calls(opened._context)
        files = {
            "one": ONE_TASK,
            "external": EXTERNAL,
            "assigned": ASSIGNED,
            "failing": FAILING,
        }
        opened.definitions.deploy(contents={f"{name}.bpmn": content for name, content in files.items()})
        yield opened
    backend.drop(url)


def _fetched(engine: Engine) -> str:
    return str(engine.external_tasks.fetch_and_lock("worker", ["work"], max_tasks=1)[0].task.id)


def test_the_life_of_an_external_task(engine: Engine) -> None:
    instance = engine.instances.start("external")
    task = _fetched(engine)
    engine.external_tasks.fail(task, "worker", "not today", error_details="at length", retries=0)
    engine.external_tasks.set_retries(task, 1)
    engine.external_tasks.complete(_fetched(engine), "worker")
    log = engine.history.external_task_log(instance_id=instance, sort=[("logged_at", False)])
    assert [each.event for each in log] == ["created", "failed", "succeeded"]
    assert [each.worker_id for each in log] == [None, "worker", "worker"]
    assert [each.message for each in log] == [None, "not today", None]
    assert [each.retries for each in log] == [None, 0, 1]
    assert {(each.task_id, each.topic, each.activity_id, each.definition_key) for each in log} == {
        (task, "work", "work", "external")
    }
    header = engine.instances.get(instance)
    assert {each.removal_time for each in log} == {header.removal_time}
    assert header.removal_time is not None
    assert engine.history.external_task_error_details(log[1].id) == "at length"
    assert engine.history.count_external_task_log(task_id=task, event_in=("failed", "deleted")) == 1
    incidents = engine.history.incidents(instance_id=instance)
    assert [(each.kind, each.state, each.configuration) for each in incidents] == [
        ("failedExternalTask", "resolved", task)
    ]
    assert engine.history.last_failures(incidents) == {task: log[1].id}


def test_external_tasks_that_are_not_done_are_deleted(engine: Engine) -> None:
    cancelled, thrown = engine.instances.start("external"), engine.instances.start("external")
    engine.instances.cancel(cancelled)
    task = _fetched(engine)
    engine.external_tasks.throw_error(task, "worker", "broken")
    for instance in (cancelled, thrown):
        log = engine.history.external_task_log(instance_id=instance)
        assert sorted(each.event for each in log) == ["created", "deleted"]


def test_who_had_a_part_in_a_task(engine: Engine) -> None:
    instance = engine.instances.start("assigned")
    task = engine.tasks.find(instance_id=instance)[0].id
    engine.tasks.assign(task, "joe")
    engine.tasks.add_link(task, "candidate", group_id="staff")
    engine.tasks.delete_link(task, "candidate", user_id="tom")
    engine.tasks.add_link(task, "reader", user_id="eve")
    engine.tasks.add_link(task, "reader", user_id="eve")
    engine.tasks.delete_link(task, "reader", user_id="eve")
    engine.tasks.delete_link(task, "reader", user_id="eve")
    engine.tasks.complete(task)
    log = engine.history.identity_links(task_id=task, sort="logged_at", limit=50)
    first = {("add", "assignee", "mary"), ("add", "candidate", "tom"), ("add", "candidate", "ann")}
    said = [(each.operation, each.kind, each.user_id or each.group_id) for each in log]
    assert set(said[:4]) == {*first, ("add", "candidate", "sales")}
    assert set(said[4:6]) == {("delete", "assignee", "mary"), ("add", "assignee", "joe")}
    assert said[6:] == [
        ("add", "candidate", "staff"),
        ("delete", "candidate", "tom"),
        ("add", "reader", "eve"),
        ("delete", "reader", "eve"),
    ]
    assert engine.history.count_identity_links(user_id="joe", operation="add") == 1
    assert engine.history.count_identity_links(instance_id=instance, group_id="sales") == 1


def test_jobs_that_fail(engine: Engine) -> None:
    instance = engine.instances.start("failing")
    engine.run_until_idle()
    log = engine.history.job_log(instance_id=instance, sort="logged_at")
    assert [(each.event, each.kind, each.activity_id) for each in log] == [
        ("created", "async-before", "work"),
        ("failed", "async-before", "work"),
    ]
    assert log[0].node_id == log[1].node_id is not None
    assert "nobody" in (engine.history.job_stack_trace(log[1].id) or "")
    assert engine.history.job_stack_trace(log[0].id) is None
    (incident,) = engine.history.incidents(instance_id=instance, state="open")
    assert (incident.job_kind, incident.configuration) == ("async-before", log[0].job_id)
    engine.instances.cancel(instance)
    (ended,) = engine.history.incidents(ids=(incident.id,))
    assert ended.state == "deleted"
    assert ended.ended_at is not None
    assert engine.history.count_job_log(instance_id=instance, event="deleted") == 1


def test_updates_of_variables(engine: Engine) -> None:
    instance = engine.instances.start("one", variables={"amount": 1, "other": "x"})
    engine.variables.set(instance, {"amount": 2})
    engine.variables.set(instance, {"amount": 3, "late": "y" * 100_000})
    updates = engine.history.details(instance_id=instance, name="amount")
    assert [engine.history.value_of(each).value for each in updates] == [1, 2, 3]
    assert [each.revision for each in updates] == [0, 1, 2]
    assert [each.initial for each in updates] == [True, False, False]
    assert len({each.variable_id for each in updates} - {None}) == 1
    assert engine.history.count_details(instance_id=instance) == 5
    assert engine.history.count_details(instance_id=instance, initial=True) == 2
    (late,) = engine.history.details(instance_id=instance, name="late")
    assert engine.history.value_of(late).value == "y" * 100_000


def test_decisions(engine: Engine) -> None:
    definition = new_decision_definition(engine._context, "dish", 3)
    root = new_decision(engine._context, definition)
    below = new_decision(engine._context, definition, root_decision_id=root)
    found = engine.history.decisions(root_decision_id=root, sort="id")
    assert [each.id for each in found] == [root, below]
    assert engine.history.count_decisions(definition_key="dish", root_only=True) == 1
    assert [each.value.value for each in engine.history.decision_inputs([root])[root]] == ["hot"]
    assert [each.decision_id for each in engine.history.decision_outputs([root, below])[below]] == [below]
    engine.history.delete_decision(root)
    assert engine.history.decision_outputs([root, below]).keys() == {below}
    with pytest.raises(NotFoundError):
        engine.history.delete_decision(root)
    set_removal_times(engine._context, datetime(2020, 1, 1, tzinfo=UTC), below, table=decision_instance)
    (row,) = engine.history.cleanable_decisions(definition_keys=["dish"])
    assert (row.finished, row.cleanable, row.history_ttl_days) == (1, 1, 3)


def test_what_cleanup_may_remove(engine: Engine) -> None:
    ended = [engine.instances.start("inner") for _ in range(3)]
    for each in ended:
        engine.tasks.complete(engine.tasks.find(instance_id=each)[0].id)
    running = engine.instances.start("inner")
    set_removal_times(engine._context, datetime(2020, 1, 1, tzinfo=UTC), ended[0], running)
    (row,) = engine.history.cleanable_instances(definition_keys=["inner"])
    assert (row.finished, row.cleanable, row.history_ttl_days, row.definition_version) == (3, 1, 5, 1)
    (idle,) = engine.history.cleanable_instances(definition_keys=["late"])
    assert (idle.finished, idle.cleanable) == (0, 0)
    assert engine.history.cleanable_instances(definition_keys=["late"], compact=True) == []
    assert engine.history.cleanable_instances(tenant_ids=["nobody"]) == []
    made = engine.batches.create("suspend-instances", ids=[running])
    engine.run_until_idle()
    with engine._context.database.write() as tx:
        tx.execute(update(batch).values(removal_time=datetime(2020, 1, 1, tzinfo=UTC)))
    assert [(*each, days) for each, days in engine.history.cleanable_batches()] == [
        ("suspend-instances", 1, 1, None)
    ]
    engine.history.clean_up()
    engine.run_until_idle()
    with pytest.raises(NotFoundError):
        made.refresh()
    with pytest.raises(NotFoundError):
        engine.instances.get(ended[0])
    assert engine.instances.get(running).state == "active"
    assert [each.suspended for each in engine.history.cleanup_jobs()] == [True]
    assert engine.history.cleanup_window() is None


def test_lists_have_pages_and_refuse_what_they_do_not_know(engine: Engine) -> None:
    ids = engine.instances.start_many("external", 3)
    found = [
        each.instance_id
        for page in range(3)
        for each in engine.history.external_task_log(
            instance_id_in=ids, sort=[("instance_id", True)], offset=page, limit=1
        )
    ]
    assert found == sorted(ids, reverse=True)
    with pytest.raises(FilterRejectedError, match="sort: 'colour'"):
        engine.history.job_log(sort="colour")
    with pytest.raises(FilterRejectedError, match="colour"):
        engine.history.incidents(colour="red")


@pytest.mark.parametrize("level", ["none", "activity", "audit"])
def test_below_full_nothing_is_logged(backend: Backend, tmp_path: Any, level: str) -> None:
    url = backend.create()
    with shoal.open_engine(url, blob_url=tmp_path.as_uri(), history_level=level) as opened:
        opened.definitions.deploy(contents={"external.bpmn": EXTERNAL, "assigned.bpmn": ASSIGNED})
        opened.instances.start("external")
        instance = opened.instances.start("assigned")
        task = opened.tasks.find(instance_id=instance)[0].id
        opened.tasks.assign(task, "joe")
        opened.tasks.add_link(task, "reader", user_id="eve")
        fetched = opened.external_tasks.fetch_and_lock("worker", ["work"], max_tasks=1)[0].task.id
        opened.external_tasks.fail(fetched, "worker", "no", retries=3)
        fetched = opened.external_tasks.fetch_and_lock("worker", ["work"], max_tasks=1)[0].task.id
        opened.external_tasks.complete(fetched, "worker")
        assert opened.history.count_external_task_log() == opened.history.count_identity_links() == 0
    backend.drop(url)
