"""How many jobs a batch has, how its seed cuts them, and what the numbers are in every phase."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from tests.batch_scene import ORDER, Scene, check_batch

from shoal.batch import execute
from shoal.batch.control import delete_batch, resume_batch, suspend_batch
from shoal.batch.job_control import delete_batch_job, set_batch_job_retries
from shoal.batch.seed import run_once
from shoal.batch.states import BatchState
from shoal.batch.view import get_batch
from shoal.commands.context import Context
from shoal.commands.deploy import deploy
from shoal.commands.set_job_retries import RetryChange
from shoal.commands.start_instances import start_instances
from shoal.ids import new_id
from shoal.jobs.acquire import acquire
from shoal.store.queries.jobs import find_jobs
from shoal.store.tables.batches import batch_chunk
from shoal.store.tables.jobs import job


@pytest.fixture(scope="module")
def scene(new_context: Callable[..., Context]) -> Scene:
    return Scene(new_context())


def seed(scene: Scene, batch_id: str) -> None:
    """One run of the seed."""
    with scene.ctx.database.write() as tx:
        tx.execute(
            job.update().where(job.c.batch_id == batch_id, job.c.kind != "batch-seed").values(suspended=True)
        )
    found = acquire(scene.ctx, "seeder", lambda *_given: True).batch
    assert found is not None
    assert (found.batch_id, found.kind) == (batch_id, "batch-seed")
    run_once(scene.ctx, found, "seeder")
    with scene.ctx.database.write() as tx:
        tx.execute(job.update().where(job.c.batch_id == batch_id).values(suspended=False))


def executions(scene: Scene, batch_id: str) -> list[str]:
    rows = scene.rows(select(job.c.id).where(job.c.batch_id == batch_id, job.c.kind == "batch-execution"))
    return sorted(row[0] for row in rows)


def other_deployment(scene: Scene, count: int, key: str) -> list[str]:
    """Instances of another deployment, under the business key."""
    model = ORDER.replace(b'<process id="order"', b'<process id="elsewhere"')
    deploy(scene.ctx, {"elsewhere.bpmn": model}, filter_duplicates=True)
    return sorted(start_instances(scene.ctx, key="elsewhere", count=count, business_key=key))


def numbers(scene: Scene, batch_id: str) -> tuple[int, ...]:
    s = get_batch(scene.ctx, batch_id).statistics
    return s.total_jobs, s.jobs_created, s.remaining_jobs, s.completed_jobs, s.failed_jobs


def test_the_last_chunk_is_smaller(scene: Scene) -> None:
    _, ids = scene.start(12)
    made = scene.create("suspend-instances", ids=ids, chunk_size=5)
    assert numbers(scene, made.id) == (3, 0, 3, 0, 0)
    scene.finish(made.id)
    sizes = scene.rows(select(batch_chunk.c.size).where(batch_chunk.c.batch_id == made.id))
    assert sorted(row[0] for row in sizes) == [2, 5, 5]
    assert numbers(scene, made.id) == (3, 3, 0, 3, 0)


def test_no_run_of_the_seed_finds_nothing_left(scene: Scene) -> None:
    for count, runs in ((8, [3, 6, 8]), (9, [3, 6, 9])):
        _, ids = scene.start(count)
        made = scene.create("suspend-instances", ids=ids, chunk_size=1, jobs_per_seed=3)
        for created in runs:
            assert get_batch(scene.ctx, made.id).state is BatchState.SEEDING
            seed(scene, made.id)
            assert get_batch(scene.ctx, made.id).jobs_created == created
        assert get_batch(scene.ctx, made.id).state is BatchState.RUNNING
        scene.finish(made.id)


def test_each_deployment_has_jobs_and_a_run_of_the_seed_of_its_own(scene: Scene) -> None:
    key, ids = scene.start(6)
    ids += other_deployment(scene, 6, key)
    made = scene.create("suspend-instances", filter={"business_key": key}, chunk_size=5)
    assert numbers(scene, made.id) == (4, 0, 4, 0, 0)
    seeding = scene.rows(select(job.c.deployment_id).where(job.c.batch_id == made.id))
    seed(scene, made.id)
    assert get_batch(scene.ctx, made.id).jobs_created == 2
    assert {row[0] for row in scene.rows(_of(made.id))} == {seeding[0][0]}
    seed(scene, made.id)
    chunks = scene.rows(_of(made.id))
    assert len({row[0] for row in chunks}) == 2
    assert sorted(each for row in chunks for each in row[1]) == sorted(ids)
    scene.finish(made.id)


def _of(batch_id: str) -> Any:
    return select(batch_chunk.c.deployment_id, batch_chunk.c.ids).where(batch_chunk.c.batch_id == batch_id)


def test_ids_and_filters_are_united(scene: Scene) -> None:
    key, ids = scene.start(7)
    other, others = scene.start(5)
    _, named = scene.start(2)
    unknown = [new_id()]
    made = scene.create(
        "suspend-instances",
        ids=[*ids[3:], *others[:2], *named, *unknown],
        filter=({"business_key": key}, {"business_key": other, "state": "active"}, {"ids": ids[:1]}),
        chunk_size=4,
        expected_count=15,
    )
    # 14 of one deployment, and one of none
    assert numbers(scene, made.id)[0] == 5
    done = scene.finish(made.id)
    assert (done.statistics.succeeded, done.statistics.skipped) == (14, 1)
    assert isinstance(done.selection["filter"], list)


def test_a_modification_takes_deployment_and_tenant_of_its_definition(scene: Scene) -> None:
    tenant = new_id()
    made = deploy(scene.ctx, {"order.bpmn": ORDER}, tenant_id=tenant)
    (definition,) = made.definitions
    ids = start_instances(scene.ctx, definition_id=definition.id, count=3)
    _, foreign = scene.start(1)
    params = {
        "definition_id": definition.id,
        "instructions": [{"type": "start-before", "activity_id": "ship"}],
    }
    batch = scene.create("modify-instances", params, ids=[*ids, *foreign], chunk_size=4)
    assert batch.tenant_id == tenant
    assert numbers(scene, batch.id)[0] == 1
    done = scene.finish(batch.id)
    assert (done.statistics.succeeded, done.statistics.failed) == (3, 1)
    rows = scene.rows(_of(batch.id))
    assert {row[0] for row in rows} == {made.id}


def test_the_numbers_of_jobs_in_every_phase(scene: Scene) -> None:
    _, ids = scene.start(13)
    made = scene.create("suspend-instances", ids=ids, chunk_size=1, jobs_per_seed=10)
    assert numbers(scene, made.id) == (13, 0, 13, 0, 0)
    seed(scene, made.id)
    assert numbers(scene, made.id) == (13, 10, 13, 0, 0)
    for each in executions(scene, made.id)[:2]:
        _execute(scene, each)
    assert numbers(scene, made.id) == (13, 10, 11, 2, 0)
    stuck = executions(scene, made.id)[:2]
    set_batch_job_retries(scene.ctx, stuck, RetryChange(0))
    assert numbers(scene, made.id) == (13, 10, 11, 2, 2)
    check_batch(scene.ctx, made.id)
    set_batch_job_retries(scene.ctx, stuck, RetryChange(3))
    check_batch(scene.ctx, made.id)
    assert numbers(scene, made.id) == (13, 10, 11, 2, 0)
    for each in executions(scene, made.id):
        delete_batch_job(scene.ctx, each)
    assert numbers(scene, made.id) == (13, 10, 3, 10, 0)
    done = scene.finish_any(made.id)
    assert (done.statistics.succeeded, done.statistics.cancelled) == (5, 8)


def _execute(scene: Scene, job_id: str) -> None:
    with scene.ctx.database.write() as tx:
        found = find_jobs(tx, [job_id])[job_id]
        tx.execute(job.update().where(job.c.id == job_id).values(leased_by="me", leased_until=found.created_at))
    execute.run_once(scene.ctx, found, "me")


def test_a_suspended_batch_makes_no_jobs(scene: Scene) -> None:
    _, ids = scene.start(4)
    made = scene.create("suspend-instances", ids=ids, chunk_size=1)
    suspend_batch(scene.ctx, made.id)
    scene.idle()
    assert numbers(scene, made.id) == (4, 0, 4, 0, 0)
    resume_batch(scene.ctx, made.id)
    assert scene.finish(made.id).statistics.succeeded == 4


def test_settings_say_how_many_elements_a_job_has_by_operation_or_type(
    scene: Scene, new_context: Callable[..., Context]
) -> None:
    ctx = new_context(
        scene.ctx.database,
        invocations_per_batch_job=7,
        invocations_per_batch_job_by_type={"cancel-instances": 3, "instance-update-suspension-state": 2},
    )
    other = Scene(ctx)
    _, ids = scene.start(1)
    sizes = {
        name: other.create(name, ids=ids, suspended=True).chunk_size
        for name in ("suspend-instances", "cancel-instances", "delete-history")
    }
    assert sizes == {"suspend-instances": 2, "cancel-instances": 3, "delete-history": 7}
    assert other.create("suspend-instances", ids=ids, suspended=True, chunk_size=9).chunk_size == 9
    chunked = {"mode": "cleared", "update_in_chunks": True}
    assert other.create("set-removal-time-of-instances", chunked, ids=ids, suspended=True).chunk_size == 1
    for each in scene.rows(select(job.c.batch_id).where(job.c.kind == "batch-seed")):
        delete_batch(ctx, each[0])
