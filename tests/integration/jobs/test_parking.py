"""Due jobs of suspended instances are put aside, and come back with their instance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from shoal.commands.context import Context
from shoal.commands.deploy import deploy
from shoal.commands.start_instances import start_instances
from shoal.commands.suspend_instances import resume_instances, suspend_instances
from shoal.jobs import parking
from shoal.jobs.acquire import acquire
from shoal.store.database import Tx
from shoal.store.queries.instances import lock_headers
from shoal.store.tables.instances import process_instance
from shoal.store.tables.jobs import job
from shoal.workers.loop import Worker

MODEL = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
    targetNamespace="tests">
  <process id="later" isExecutable="true">
    <startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="code"/>
    <task id="code" camunda:asyncBefore="true"/><sequenceFlow id="f2" sourceRef="code" targetRef="end"/>
    <endEvent id="end"/>
  </process>
</definitions>"""


@pytest.fixture
def ctx(new_context: Callable[..., Context]) -> Context:
    made = new_context(jobs_per_acquisition=10)
    deploy(made, {"later.bpmn": MODEL})
    return made


def _counted(ctx: Context, *conditions: Any) -> int:
    with ctx.database.read() as tx:
        return int(tx.execute(select(func.count()).select_from(job).where(*conditions)).scalar_one())


def _written(ctx: Context, command: Callable[[Tx], Any]) -> None:
    with ctx.database.write() as tx:
        command(tx)


def _completed(ctx: Context) -> int:
    with ctx.database.read() as tx:
        found = select(func.count()).where(process_instance.c.state == "completed")
        return int(tx.execute(found).scalar_one())


def test_only_jobs_of_suspended_instances_are_parked(ctx: Context) -> None:
    ids = start_instances(ctx, key="later", count=6)
    _written(ctx, lambda tx: suspend_instances(tx, ids[:4]))
    assert parking.run_once(ctx) == 4
    assert _counted(ctx, job.c.parked.is_(True)) == _counted(ctx, job.c.instance_id.in_(ids[:4])) == 4
    assert parking.run_once(ctx) == 0
    Worker(ctx).run_until_idle()
    assert _completed(ctx) == 2


def test_they_come_back_when_their_instance_is_resumed(ctx: Context) -> None:
    ids = start_instances(ctx, key="later", count=3)
    _written(ctx, lambda tx: suspend_instances(tx, ids))
    assert parking.run_once(ctx) == 3
    assert acquire(ctx, "me", lambda *_given: True).is_empty
    _written(ctx, lambda tx: resume_instances(tx, ids[:2]))
    assert _counted(ctx, job.c.parked.is_(True)) == 1
    Worker(ctx).run_until_idle()
    assert _completed(ctx) == 2


def test_a_worker_parks_by_itself(ctx: Context) -> None:
    ids = start_instances(ctx, key="later", count=2)
    _written(ctx, lambda tx: suspend_instances(tx, ids))
    Worker(ctx).run_until_idle()
    assert _counted(ctx, job.c.parked.is_(True)) == 2


@pytest.mark.postgres
def test_instances_that_others_hold_are_left_for_the_next_time(ctx: Context) -> None:
    if ctx.database.dialect.name != "postgresql":
        pytest.skip("one writer at a time: nobody else can hold an instance")
    ids = start_instances(ctx, key="later", count=2)
    _written(ctx, lambda tx: suspend_instances(tx, ids))
    with ctx.database.write() as tx:
        lock_headers(tx, ids[:1], skip=False)
        assert parking.run_once(ctx) == 1
    assert parking.run_once(ctx) == 1
