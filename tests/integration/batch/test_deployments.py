"""Engines that know some deployments only, and jobs that concern one instance."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from tests.batch_scene import ORDER, Scene, pass_on

from shoal.batch.control import cancel_batch
from shoal.batch.view import get_batch
from shoal.commands.context import Context
from shoal.commands.deploy import deploy
from shoal.commands.start_instances import start_instances
from shoal.jobs.acquire import acquire
from shoal.jobs.run import give_back
from shoal.store.tables.jobs import job
from shoal.workers.loop import Worker

ASYNC = ORDER.replace(b'<receiveTask id="wait"', b'<receiveTask id="wait" camunda:asyncBefore="true"')


def model(key: str) -> bytes:
    return ASYNC.replace(b'<process id="order"', f'<process id="{key}"'.encode())


@pytest.fixture
def here(new_context: Callable[..., Context]) -> Scene:
    return Scene(new_context(job_executor_deployment_aware=True))


def another(here: Scene, new_context: Callable[..., Context]) -> Context:
    """A second engine on the same database."""
    ctx = new_context(here.ctx.database, job_executor_deployment_aware=True)
    ctx.host.register("check", pass_on)
    return ctx


def test_each_engine_works_on_what_it_deployed(here: Scene, new_context: Callable[..., Context]) -> None:
    there = another(here, new_context)
    deploy(here.ctx, {"mine.bpmn": model("mine")})
    deploy(there, {"yours.bpmn": model("yours")})
    mine = start_instances(here.ctx, key="mine", count=2)
    yours = start_instances(here.ctx, key="yours", count=2)
    batch = here.create("suspend-instances", ids=[*mine, *yours])
    Worker(here.ctx).run_until_idle()
    t = job.c
    assert {row[0] for row in here.rows(select(t.instance_id).where(t.kind == "async-before"))} == set(yours)
    assert get_batch(here.ctx, batch.id).statistics.succeeded == 2
    Worker(there).run_until_idle()
    Worker(here.ctx).run_until_idle()
    assert here.finish(batch.id, there).statistics.succeeded == 4


def test_what_was_found_deployed_is_registered_too(here: Scene, new_context: Callable[..., Context]) -> None:
    there = another(here, new_context)
    made = deploy(here.ctx, {"mine.bpmn": model("mine")}, name="mine")
    assert made.id not in there.registered.ids
    found = deploy(there, {"mine.bpmn": model("mine")}, name="mine", filter_duplicates=True)
    assert (found.id, found.is_new) == (made.id, False)
    assert made.id in there.registered.ids


def test_jobs_of_no_deployment_are_for_all(here: Scene, new_context: Callable[..., Context]) -> None:
    stranger = another(here, new_context)
    _, ids = here.start(1)
    here.idle()
    cancelled = here.create("cancel-instances", ids=ids)
    cancel_batch(here.ctx, cancelled.id)
    made = here.create("set-removal-time-of-batches", {"mode": "cleared"}, ids=[cancelled.id])
    assert here.finish(made.id, stranger).statistics.succeeded == 1


def test_an_instance_and_the_batch_job_for_it_alone_are_not_worked_on_together(
    here: Scene, new_context: Callable[..., Context]
) -> None:
    ctx = new_context(here.ctx.database)
    deploy(ctx, {"alone.bpmn": model("alone")})
    (instance_id,) = start_instances(ctx, key="alone")
    made = here.create("set-variables", {"variables": {"a": 1}}, ids=[instance_id])

    def take(owner: str, limit: int | None) -> Any:
        return acquire(ctx, owner, lambda *_given: True, limit)

    seed = take("seeder", 0)
    Worker(ctx)._handlers[seed.batch.kind](ctx, seed.batch, "seeder")
    live = take("live", None)
    assert [each.instance_id for each in live.live] == [instance_id]
    assert (taken := take("batch", 0)).batch is None or taken.batch.kind != "batch-execution"
    give_back(ctx, live.live, "live", timedelta(0))
    execution = take("batch", 0).batch
    assert (execution.kind, execution.sole_instance_id) == ("batch-execution", instance_id)
    assert take("live", None).live == []
    with ctx.database.write() as tx:
        tx.execute(job.update().where(job.c.id == execution.id).values(leased_by=None, leased_until=None))
    assert here.finish(made.id, ctx).statistics.succeeded == 1
