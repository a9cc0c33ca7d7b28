"""Batches through the engine, as clients of Camunda 7 know them: numbers of jobs, unions, failures, ends."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.batch_scene import ORDER
from tests.databases import Backend

import shoal
from shoal.batch.states import ElementState
from shoal.engine import Engine
from shoal.errors import EmptySelectionError, InputError, NotFoundError
from shoal.ids import new_id

FAR = datetime(2100, 1, 1, tzinfo=UTC)
Open = Callable[..., Engine]


@pytest.fixture
def opened(backend: Backend, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Open]:
    """Opens engines on a fresh database; keyword arguments are settings."""
    url = backend.create()
    made: list[Engine] = []

    def open_(**settings: Any) -> Engine:
        blobs = f"file://{tmp_path_factory.mktemp('blobs')}"
        engine = shoal.open_engine(url, blob_url=blobs, worker_threads=0, **settings)
        engine.register("check", lambda execution: None)  # noqa: ARG005
        engine.definitions.deploy(contents={"order.bpmn": ORDER}, filter_duplicates=True)
        made.append(engine)
        return engine

    yield open_
    for engine in made:
        engine.close()
    backend.drop(url)


def start(engine: Engine, count: int) -> list[str]:
    return sorted(engine.instances.start_many("order", count))


def test_twelve_instances_five_per_job(opened: Open) -> None:
    engine = opened(invocations_per_batch_job=5)
    batch = engine.batches.create("cancel-instances", ids=start(engine, 12))
    assert (batch.statistics.total_jobs, batch.statistics.jobs_created) == (3, 0)
    assert batch.view.execution_started_at is None
    engine.run_until_idle()
    done = batch.refresh()
    assert (done.succeeded, done.statistics.completed_jobs, done.statistics.remaining_jobs) == (12, 3, 0)
    assert done.view.is_finished
    assert done.view.execution_started_at is not None


def test_ids_and_queries_overlap(opened: Open) -> None:
    engine = opened(invocations_per_batch_job=1)
    ids = start(engine, 6)
    batch = engine.batches.create(
        "suspend-instances", ids=ids[:4], filter=[{"ids": ids[2:]}, {"definition_key": "order", "running": True}]
    )
    assert batch.statistics.total_jobs == 6
    engine.run_until_idle()
    assert batch.refresh().succeeded == 6


def test_who_is_gone_is_skipped_and_who_does_not_fit_fails_with_an_incident(opened: Open) -> None:
    engine = opened(invocations_per_batch_job=1, batch_retries=3)
    ids = start(engine, 2)
    gone = engine.batches.create("cancel-instances", ids=[*ids, new_id()])
    engine.run_until_idle()
    assert (gone.refresh().succeeded, gone.skipped, gone.failed) == (2, 1, 0)
    definition = engine.definitions.list(key="order")[0].id
    other = engine.definitions.deploy(contents={"other.bpmn": ORDER.replace(b'"order"', b'"other"')})
    plan = engine.migration.generate(definition, other.definitions[0].id)
    params = {
        "source_definition_id": plan.source_definition_id,
        "target_definition_id": plan.target_definition_id,
        "instructions": [
            {"source_activity_id": each.source_activity_id, "target_activity_id": each.target_activity_id}
            for each in plan.instructions
        ],
    }
    foreign = engine.instances.start("other")
    batch = engine.batches.create("migrate-instances", params, ids=[*start(engine, 1), foreign])
    while engine.jobs.count(batch_id=batch.id, retries_left=True) and not batch.refresh().has_ended:
        time.sleep(0.02)
        engine.run_until_idle()
    assert (batch.refresh().succeeded, batch.failed, batch.statistics.failed_jobs) == (1, 1, 1)
    assert not batch.view.is_finished
    (job,) = engine.jobs.list(batch_id=batch.id)
    assert job.retries == 0
    assert "ENGINE-23002" in (job.error_message or "")
    engine.jobs.set_retries(job.id, 2)
    assert (engine.jobs.get(job.id).retries, batch.refresh().has_ended) == (2, False)
    engine.jobs.delete(job.id)
    assert batch.refresh().view.is_finished
    (element,) = engine.batches.elements(batch.id, state=ElementState.FAILED)
    assert element.target_id == foreign


def test_failed_jobs_are_tried_again_by_their_definition(opened: Open) -> None:
    engine = opened(invocations_per_batch_job=1, batch_retries=1)
    ids = start(engine, 2)
    batch = engine.batches.create("delete-history", ids=ids)
    engine.run_until_idle()
    assert batch.refresh().statistics.failed_jobs == 2
    assert engine.batches.count(with_failures=True, finished=False) == 1
    engine.instances.cancel_many(ids)
    assert engine.jobs.set_definition_retries(batch.view.batch_job_definition_id, 1) == 2
    engine.run_until_idle()
    assert batch.refresh().view.is_finished
    assert batch.succeeded == 2
    definitions = engine.batches.job_definitions(ids=[batch.id])
    assert [each.job_type for each in definitions] == [
        "batch-seed-job",
        "historic-instance-deletion",
        "batch-monitor-job",
    ]


def test_failed_jobs_of_a_batch_are_tried_again_by_a_batch(opened: Open) -> None:
    engine = opened(batch_retries=1)
    ids = start(engine, 2)
    batch = engine.batches.create("delete-history", ids=ids, chunk_size=1)
    engine.run_until_idle()
    engine.instances.cancel_many(ids)
    wanted = {"batch_id": batch.id, "retries_left": False}
    again = engine.batches.create("set-job-retries", {"retries": 1, "of": "jobs"}, filter=wanted, expected_count=2)
    engine.run_until_idle()
    assert (again.refresh().succeeded, batch.refresh().succeeded) == (2, 2)
    assert batch.view.is_finished


def test_modes_and_selections_that_make_no_sense_are_refused(opened: Open) -> None:
    engine = opened()
    ids = start(engine, 1)
    name = "set-removal-time-of-instances"
    for params in ({"mode": "cleared", "absolute_removal_time": FAR}, {"mode": "absolute"}, {}):
        with pytest.raises(InputError):
            engine.batches.create(name, params, ids=ids)
    for size in (0, 501):
        with pytest.raises(InputError, match="update_chunk_size"):
            engine.batches.create(name, {"mode": "cleared", "update_chunk_size": size}, ids=ids)
    with pytest.raises(EmptySelectionError):
        engine.batches.create(name, {"mode": "cleared"})
    assert engine.batches.count() == 0


@pytest.mark.parametrize(
    ("strategy", "running", "ended"),
    [("end", None, "ended_at"), ("start", "started_at", "ended_at"), ("none", None, None)],
)
def test_a_removal_time_is_calculated_as_the_strategy_wants(
    opened: Open, strategy: str, running: str | None, ended: str | None
) -> None:
    enabled = strategy != "none"
    engine = opened(history_removal_time_strategy=strategy, history_cleanup_enabled=enabled)
    first, second = start(engine, 2)
    engine.instances.cancel(second)
    name = "set-removal-time-of-instances"
    absolute = engine.batches.create(name, {"mode": "absolute", "absolute_removal_time": FAR}, ids=[first, second])
    engine.run_until_idle()
    assert absolute.refresh().succeeded == 2
    assert engine.instances.get(first).removal_time == engine.instances.get(second).removal_time == FAR
    engine.batches.create(name, {"mode": "calculated"}, ids=[first, second])
    engine.run_until_idle()
    for instance_id, base in ((first, running), (second, ended)):
        row = engine.instances.get(instance_id)
        expected = None if base is None else getattr(row, base) + timedelta(days=30)
        assert row.removal_time == expected
    assert engine.instances.get(first).state == "active"


@pytest.mark.parametrize("strategy", ["start", "end"])
def test_batches_are_kept_as_long_as_their_type_says(opened: Open, strategy: str) -> None:
    engine = opened(
        history_removal_time_strategy=strategy,
        batch_operation_history_time_to_live=5,
        batch_operation_history_time_to_live_by_type={"instance-deletion": 1},
    )
    ids = start(engine, 1)
    for operation, days in (("suspend-instances", 5), ("cancel-instances", 1)):
        batch = engine.batches.create(operation, ids=ids)
        at_start = batch.view.removal_time
        assert at_start == (batch.view.created_at + timedelta(days=days) if strategy == "start" else None)
        engine.run_until_idle()
        view = batch.refresh().view
        base = view.created_at if strategy == "start" else view.ended_at
        assert base is not None
        assert view.removal_time == base + timedelta(days=days)


def test_what_does_not_exist_is_said(opened: Open) -> None:
    engine = opened()
    for act in (engine.batches.get, engine.batches.delete, engine.batches.suspend, engine.batches.resume):
        with pytest.raises(NotFoundError):
            act(new_id())


def test_batches_are_found_sorted_and_paged(opened: Open) -> None:
    engine = opened()
    ids = start(engine, 1)
    made = [
        engine.batches.create(operation, ids=ids, created_by=user, suspended=suspended)
        for operation, user, suspended in (
            ("suspend-instances", "anna", True),
            ("resume-instances", "bert", True),
            ("cancel-instances", "anna", False),
        )
    ]
    engine.run_until_idle()

    def found(**conditions: Any) -> list[str]:
        return [each.operation for each in engine.batches.list(**conditions)]

    of_type = engine.batches.of_type("instance-update-suspension-state")
    assert sorted(found(operation_in=of_type)) == ["resume-instances", "suspend-instances"]
    assert found(created_by="anna", sort="created_at", descending=False) == [
        "suspend-instances",
        "cancel-instances",
    ]
    assert found(finished=True) == ["cancel-instances"]
    assert found(suspended=True, limit=1, offset=1) == ["suspend-instances"]
    moment = made[1].view.created_at
    assert found(created_from=moment, created_until=moment) == ["resume-instances"]
    assert found(ids=[made[0].id]) == ["suspend-instances"]
    assert (engine.batches.count(without_tenant=True), engine.batches.count(tenant_id_in=["t"])) == (3, 0)
    assert engine.batches.count(with_failures=True) == 0
    with pytest.raises(InputError, match="sort"):
        engine.batches.list(sort="colour")
