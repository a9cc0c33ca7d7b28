"""Seeding: in steps, resumable anywhere, each element in exactly one chunk."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select
from tests.batch_scene import ORDER, Scene, check_batch

from shoal.batch import seed
from shoal.batch.control import cancel_batch, resume_batch, retry_failed, suspend_batch
from shoal.batch.seeding import Walk
from shoal.batch.states import BatchState
from shoal.batch.view import get_batch
from shoal.commands.context import Context
from shoal.commands.deploy import deploy
from shoal.commands.purge import purge_rows
from shoal.commands.start_instances import start_instances
from shoal.ids import new_id
from shoal.store.tables.batches import batch_chunk, batch_requested_id
from shoal.workers.loop import Worker


@pytest.fixture(scope="module")
def scene(new_context: Callable[..., Context]) -> Scene:
    return Scene(new_context(invocations_per_batch_job=10, batch_jobs_per_seed=3, batch_retries=2))


def chunks_of(scene: Scene, batch_id: str) -> list[Any]:
    return scene.rows(
        select(batch_chunk.c.deployment_id, batch_chunk.c.size, batch_chunk.c.state)
        .where(batch_chunk.c.batch_id == batch_id)
        .order_by(batch_chunk.c.id)
    )


def seeds(scene: Scene) -> Worker:
    """A worker that only seeds: execution jobs are given back."""
    return Worker(scene.ctx, handlers={"batch-seed": seed.run_once})


def test_a_run_makes_at_most_so_many_chunks(scene: Scene) -> None:
    key, _ = scene.start(75)
    made = scene.create("suspend-instances", filter={"business_key": key})
    worker = seeds(scene)
    worker.run_once()
    view = get_batch(scene.ctx, made.id)
    assert (view.state, view.jobs_created, view.statistics.remaining_jobs) == (BatchState.SEEDING, 3, 8)
    check_batch(scene.ctx, made.id)
    done = scene.finish(made.id)
    assert (done.jobs_created, done.statistics.succeeded) == (8, 75)
    assert [size for _, size, _ in chunks_of(scene, made.id)] == [10] * 7 + [5]


def test_chunks_are_of_one_deployment_each(scene: Scene) -> None:
    key = new_id()
    by_deployment: dict[str, int] = {}
    for name in ("one", "two", "three"):
        model = ORDER.replace(b'process id="order"', f'process id="order-{name}"'.encode())
        deployment = deploy(scene.ctx, {f"{name}.bpmn": model})
        start_instances(scene.ctx, key=f"order-{name}", count=12, business_key=key)
        by_deployment[deployment.id] = 12
    _, named = scene.start(5)
    made = scene.create("suspend-instances", ids=named, filter={"business_key": key})
    done = scene.finish(made.id)
    assert done.statistics.succeeded == 41
    found: dict[str, int] = {}
    for deployment_id, size, _ in chunks_of(scene, made.id):
        found[deployment_id] = found.get(deployment_id, 0) + size
    assert {each: found[each] for each in by_deployment} == by_deployment
    assert len(found) == 4
    assert done.jobs_created == 3 * 2 + 1


@pytest.mark.parametrize("place", ["insert_chunks", "change_batch"])
def test_a_seed_that_dies_goes_on_where_it_was(
    scene: Scene, new_context: Callable[..., Context], place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Crash(GeneratorExit):
        """Not taken for a failure of the seed (see ``means_stop``)."""

    key, ids = scene.start(65)
    made = scene.create("set-variables", {"variables": {"a": 1}}, ids=ids[:20], filter={"business_key": key})
    dying = new_context(scene.ctx.database, lease_seconds=0.05)
    worker = Worker(dying)
    worker.run_once()
    real = getattr(seed, place)

    def die(*given: Any, **named: Any) -> None:
        real(*given, **named)
        raise Crash

    for _ in range(3):
        time.sleep(0.06)
        with monkeypatch.context() as patch:
            patch.setattr(seed, place, die)
            with pytest.raises(Crash):
                Worker(dying).run_until_idle()
        check_batch(scene.ctx, made.id)
    done = scene.finish(made.id)
    assert (done.statistics.total, done.statistics.succeeded) == (65, 65)


def test_a_suspended_batch_is_not_seeded(scene: Scene) -> None:
    key, _ = scene.start(15)
    made = scene.create("suspend-instances", filter={"business_key": key}, suspended=True)
    scene.idle()
    assert chunks_of(scene, made.id) == []
    resume_batch(scene.ctx, made.id)
    assert scene.finish(made.id).statistics.succeeded == 15


def test_suspending_in_the_middle_of_seeding(scene: Scene) -> None:
    key, _ = scene.start(75)
    made = scene.create("suspend-instances", filter={"business_key": key})
    seeds(scene).run_once()
    suspend_batch(scene.ctx, made.id)
    scene.idle()
    assert len(chunks_of(scene, made.id)) == 3
    resume_batch(scene.ctx, made.id)
    assert scene.finish(made.id).statistics.succeeded == 75


def test_cancelling_in_the_middle_of_seeding_counts_everything(scene: Scene) -> None:
    key, ids = scene.start(75)
    made = scene.create("suspend-instances", ids=ids[:30], filter={"business_key": key})
    seeds(scene).run_once()
    view = cancel_batch(scene.ctx, made.id)
    assert (view.state, view.statistics.cancelled, view.statistics.total) == (BatchState.CANCELLED, 75, 75)
    scene.idle()
    check_batch(scene.ctx, made.id)
    assert not scene.rows(select(batch_requested_id).where(batch_requested_id.c.batch_id == made.id))


def test_targets_that_are_gone_before_the_seed(scene: Scene) -> None:
    key, ids = scene.start(12)
    made = scene.create("suspend-instances", ids=ids[:6], filter={"business_key": key}, suspended=True)
    with scene.ctx.database.write() as tx:
        purge_rows(scene.ctx, tx, ids[3:9])
    resume_batch(scene.ctx, made.id)
    done = scene.finish(made.id)
    # those that were named are told of; those that the filter would have found are not there any more
    assert (done.statistics.succeeded, done.statistics.skipped, done.statistics.total) == (6, 3, 9)


def test_a_batch_of_which_nothing_is_left_ends_at_once(scene: Scene) -> None:
    key, ids = scene.start(3)
    made = scene.create("suspend-instances", filter={"business_key": key}, suspended=True)
    with scene.ctx.database.write() as tx:
        purge_rows(scene.ctx, tx, ids)
    resume_batch(scene.ctx, made.id)
    done = scene.finish(made.id)
    assert (done.state, done.statistics.total) == (BatchState.COMPLETED, 0)


def test_instances_started_later_are_not_targets(scene: Scene) -> None:
    key, _ = scene.start(5)
    made = scene.create("suspend-instances", filter={"business_key": key}, suspended=True)
    start_instances(scene.ctx, key="order", count=5, business_key=key)
    resume_batch(scene.ctx, made.id)
    assert scene.finish(made.id).statistics.total == 5


def test_a_seed_that_cannot_be_done_fails_the_batch_and_can_be_retried(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, ids = scene.start(75)
    made = scene.create("suspend-instances", ids=ids[:12], filter={"business_key": key})
    seeds(scene).run_once()

    def fail(self: Walk, limit: int) -> None:
        raise RuntimeError("no way")

    with monkeypatch.context() as patch:
        patch.setattr(Walk, "take", fail)
        scene.run_until(lambda: get_batch(scene.ctx, made.id).has_ended)
    failed = get_batch(scene.ctx, made.id)
    assert failed.state is BatchState.FAILED
    assert failed.error_message == "seeding failed: RuntimeError: no way"
    check_batch(scene.ctx, made.id)
    again = retry_failed(scene.ctx, made.id)
    assert (again.state, again.error_message, again.ended_at) == (BatchState.SEEDING, None, None)
    done = scene.finish(made.id)
    assert (done.state, done.statistics.succeeded) == (BatchState.COMPLETED, 75)


def test_jobs_are_targets_too(scene: Scene) -> None:
    _, ids = scene.start(12)
    made = scene.create(
        "set-job-retries", {"of": "jobs", "retries": 9}, filter={"instance_id_in": ids}, ids=[new_id()]
    )
    assert made.statistics.total == 13
    done = scene.finish(made.id)
    assert (done.statistics.succeeded, done.statistics.skipped) == (12, 1)


def test_named_ids_are_forgotten_when_they_are_in_chunks(scene: Scene) -> None:
    _, ids = scene.start(5)
    made = scene.create("suspend-instances", ids=ids)
    scene.finish(made.id)
    left = scene.rows(select(func.count()).where(batch_requested_id.c.batch_id == made.id))
    assert left[0][0] == 0
