"""The log of what users did: written with the effect or not at all, one entry however many elements there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.integration.people.scene import Scene, opened

from shoal import clock
from shoal.engine import Engine
from shoal.errors import ConflictError, FilterRejectedError, InputError, NotFoundError, ShoalError


@pytest.fixture
def operator(scene: Scene) -> Engine:
    """The engine in the hands of an operator of the north."""
    return scene.acting("north-operator")


@pytest.fixture
def logged(scene: Scene) -> Callable[..., list[Any]]:
    """What was logged since the test began."""
    before = scene.engine.audit.count()

    def since(**conditions: Any) -> list[Any]:
        return scene.engine.audit.list(offset=before, limit=1000, **conditions)

    return since


def test_an_entry_says_who_did_what_to_whom(
    scene: Scene, operator: Engine, logged: Callable[..., list[Any]]
) -> None:
    started = clock.now() - timedelta(seconds=5)
    instance = operator.instances.start("review", tenant_id="north")
    operator.instances.suspend(instance)
    created, suspended = logged()
    definition = scene.definitions["north"]["review"]
    assert (created.operation_type, created.entity_type, created.category) == (
        "Create",
        "ProcessInstance",
        "Operator",
    )
    assert (suspended.operation_type, suspended.property, suspended.new_value) == (
        "Suspend",
        "suspensionState",
        "suspended",
    )
    for each in (created, suspended):
        assert (each.user_id, each.tenant_id) == ("north-operator", "north")
        assert (each.instance_id, each.root_id) == (instance, instance)
        assert (each.definition_id, each.definition_key) == (definition, "review")
        assert each.deployment_id == scene.deployments["north"]
        assert each.at > started
    assert created.operation_id != suspended.operation_id


def test_tasks_and_jobs_are_named_with_their_instance(
    scene: Scene, operator: Engine, logged: Callable[..., list[Any]]
) -> None:
    review = operator.instances.start("review", tenant_id="north")
    defer = operator.instances.start("defer", tenant_id="north")
    (task,) = operator.tasks.find(instance_id=review)
    (job,) = operator.jobs.list(instance_id=defer)
    operator.tasks.claim(task.id, "mary")
    operator.jobs.set_retries(job.id, 7)
    operator.tasks.complete(task.id, {"x": 1})
    claim, retries, complete = logged()[2:]
    assert (claim.operation_type, claim.entity_type, claim.category) == ("Claim", "Task", "TaskWorker")
    assert (claim.task_id, claim.instance_id, claim.property, claim.new_value) == (
        task.id,
        review,
        "assignee",
        "mary",
    )
    assert (retries.job_id, retries.instance_id, retries.operation_type, retries.new_value) == (
        job.id,
        defer,
        "SetJobRetries",
        "7",
    )
    assert (complete.operation_type, complete.task_id) == ("Complete", task.id)


def test_properties_of_one_operation_are_rows_with_one_operation_id(
    operator: Engine, logged: Callable[..., list[Any]]
) -> None:
    review = operator.instances.start("review", tenant_id="north")
    (task,) = operator.tasks.find(instance_id=review)
    operator.tasks.change(task.id, priority=7, description="urgent")
    rows = logged()[1:]
    assert {(each.property, each.new_value) for each in rows} == {("priority", "7"), ("description", "urgent")}
    assert len({each.operation_id for each in rows}) == 1


def test_a_batch_is_one_operation_however_many_elements_it_has(
    scene: Scene, operator: Engine, logged: Callable[..., list[Any]]
) -> None:
    ids = operator.instances.start_many("review", 50, tenant_id="north")
    batch = operator.batches.create("suspend-instances", ids=ids)
    scene.engine.run_until_idle()
    start, *rows = logged()
    assert (start.property, start.new_value) == ("nrOfInstances", "50")
    assert {(each.property, each.new_value) for each in rows} == {
        ("nrOfInstances", "50"),
        ("async", "true"),
        ("type", "instance-update-suspension-state"),
    }
    assert {(each.operation_type, each.entity_type, each.batch_id) for each in rows} == {
        ("Suspend", "ProcessInstance", batch.id)
    }


def test_many_at_once_are_one_operation(operator: Engine, logged: Callable[..., list[Any]]) -> None:
    ids = operator.instances.start_many("review", 3, tenant_id="north")
    operator.instances.cancel_many(ids, "enough")
    rows = logged()[1:]
    assert {(each.property, each.new_value) for each in rows} == {
        ("nrOfInstances", "3"),
        ("async", "false"),
        ("deleteReason", "enough"),
    }


def test_a_modification_keeps_its_annotation(operator: Engine, logged: Callable[..., list[Any]]) -> None:
    review = operator.instances.start("review", tenant_id="north")
    operator.instances.modify(review).cancel_all("task").start_before("task").execute(annotation="wrong turn")
    (entry,) = logged()[1:]
    assert (entry.operation_type, entry.instance_id, entry.annotation) == (
        "ModifyProcessInstance",
        review,
        "wrong turn",
    )


def test_what_fails_and_what_reads_is_not_logged(
    scene: Scene, operator: Engine, logged: Callable[..., list[Any]]
) -> None:
    ended = operator.instances.start("review", tenant_id="north")
    operator.instances.cancel(ended)
    made = len(logged())
    attempts: list[Callable[[], Any]] = [
        lambda: operator.instances.suspend(ended),
        lambda: operator.instances.cancel(ended),
        lambda: operator.instances.suspend(scene.instances["south"]["review"]),
        lambda: operator.instances.start("no such process"),
        lambda: operator.jobs.set_retries("nothing", 1),
        lambda: operator.batches.create("suspend-instances"),
        lambda: operator.tasks.complete("nothing"),
        lambda: operator.messages.correlate("nobody waits"),
    ]
    for attempt in attempts:
        with pytest.raises(ShoalError):
            attempt()
    operator.instances.list()
    operator.instances.get(ended)
    operator.batches.preview("suspend-instances", ids=[ended])
    operator.external_tasks.fetch_and_lock("w", ["nothing"])
    assert len(logged()) == made


def test_what_had_nothing_to_change_is_logged_all_the_same(
    operator: Engine, logged: Callable[..., list[Any]]
) -> None:
    assert operator.messages.correlate_all("nobody waits") == []
    (entry,) = logged()
    assert (entry.operation_type, entry.property, entry.new_value) == (
        "CorrelateMessage",
        "messageName",
        "nobody waits",
    )


def test_the_owner_of_the_engine_is_not_logged(scene: Scene, logged: Callable[..., list[Any]]) -> None:
    """Camunda 7: restrictUserOperationLogToAuthenticatedUsers."""
    scene.engine.instances.suspend(scene.engine.instances.start("review"))
    assert logged() == []


def test_an_effect_that_does_not_commit_is_not_logged(
    scene: Scene, operator: Engine, logged: Callable[..., list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    instance = operator.instances.start("review", tenant_id="north")
    made = len(logged())

    def breaks(*_said: Any) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr("shoal.people.operations.insert_operations", breaks)
    with pytest.raises(OSError, match="disk is full"):
        operator.instances.suspend(instance)
    monkeypatch.undo()
    assert scene.engine.instances.get(instance).suspended is False
    assert len(logged()) == made


def test_people_are_logged_without_their_secrets(scene: Scene, logged: Callable[..., list[Any]]) -> None:
    root = scene.acting("root")
    root.users.create("logged", password="a secret thing")
    root.users.give_role("viewer", user_id="logged")
    root.users.set_password("logged", "another secret")
    secret = root.users.issue_token("logged", "ci").secret
    rows = logged()
    assert {each.category for each in rows} == {"Admin"}
    assert [each.operation_type for each in rows][:1] == ["Create"]
    text = repr(rows)
    assert "secret thing" not in text
    assert "another secret" not in text
    assert secret not in text


def test_annotations(scene: Scene, operator: Engine, logged: Callable[..., list[Any]]) -> None:
    review = operator.instances.start("review", tenant_id="north")
    (task,) = operator.tasks.find(instance_id=review)
    operator.tasks.change(task.id, priority=7, description="urgent")
    operation = logged()[1].operation_id
    scene.engine.audit.annotate(operation, "asked for by phone")
    assert [each.annotation for each in scene.engine.audit.list(operation_id=operation)] == [
        "asked for by phone"
    ] * 2
    scene.engine.audit.annotate(operation, None)
    assert {each.annotation for each in scene.engine.audit.list(operation_id=operation)} == {None}
    with pytest.raises(NotFoundError):
        scene.engine.audit.annotate(review, "x")
    with pytest.raises(InputError):
        scene.engine.audit.annotate(operation, "x" * 5000)


def test_filters(scene: Scene, operator: Engine) -> None:
    audit = scene.engine.audit
    instance = operator.instances.start("review", tenant_id="north")
    (entry,) = audit.list(instance_id=instance)
    assert audit.count(instance_id=instance, user_id="north-operator", entity_type=["ProcessInstance", "Task"]) == 1
    assert audit.count(instance_id=instance, user_id="somebody else") == 0
    assert audit.count(instance_id="no id") == 0
    assert audit.count(instance_id=instance, after=entry.at, before=entry.at) == 1
    assert audit.count(instance_id=instance, after=entry.at + timedelta(seconds=1)) == 0
    assert audit.list(descending=True, limit=1)[0].at >= audit.list(limit=1)[0].at
    with pytest.raises(InputError):
        audit.count(nonsense=1)
    with pytest.raises(InputError):
        audit.count(after=datetime(2020, 1, 1))  # noqa: DTZ001 - that is what is wrong with it
    with pytest.raises(FilterRejectedError):
        audit.count(user_id="\0")


@pytest.fixture
def quiet(tmp_path: Path) -> Iterator[Engine]:
    """An engine that keeps less than everything."""
    with opened(f"sqlite:///{tmp_path / 'shoal.db'}", tmp_path / "blobs", history_level="audit") as engine:
        yield engine


def test_only_the_history_level_full_keeps_the_log(quiet: Engine) -> None:
    """Camunda 7: the same."""
    quiet.users.create("root")
    quiet.users.give_role("admin", user_id="root")
    root = quiet.acting_as(quiet.users.principal("root"))
    root.users.create("mary")
    assert quiet.audit.count() == 0
    with pytest.raises(ConflictError):
        root.users.create("mary")
