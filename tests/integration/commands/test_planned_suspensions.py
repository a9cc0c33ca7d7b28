"""Definitions suspended and resumed, at once or at a later time, and what that means for their jobs; new tries."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tests.integration.commands.models import ASYNC_CODE, ASYNC_TASK, model
from tests.integration.commands.scene import header, rows
from tests.integrity import check_every_row

from shoal import clock
from shoal.commands.change_jobs import delete_job
from shoal.commands.context import Context
from shoal.commands.deploy import Deployment, deploy
from shoal.commands.job_definitions import (
    list_job_definitions,
    set_job_definition_retries,
)
from shoal.commands.planned_suspensions import plan_suspension
from shoal.commands.set_job_retries import RetryChange
from shoal.commands.start_instances import start_instances
from shoal.commands.suspend_definitions import resume_definitions, suspend_definitions
from shoal.errors import ExecutionError, InputError, NotFoundError
from shoal.filters import JobFilter
from shoal.jobs.acquire import acquire
from shoal.jobs.execute_job import execute_job
from shoal.store.queries.definition_changes import delete_definition_rows
from shoal.store.queries.job_filters import JobRow, list_jobs
from shoal.store.tables.jobs import incident, job

UNKNOWN = "00000000-0000-7000-8000-000000000000"
LATER = datetime(2040, 1, 1, tzinfo=UTC)
DAILY = model(
    "daily",
    '<bpmn:startEvent id="start"><bpmn:outgoing>f1</bpmn:outgoing><bpmn:timerEventDefinition>'
    "<bpmn:timeCycle>R/P1D</bpmn:timeCycle></bpmn:timerEventDefinition></bpmn:startEvent>"
    '<bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="task"/><bpmn:userTask id="task"/>',
)


@pytest.fixture(scope="module")
def deployed(ctx: Context) -> Deployment:
    files = {"async.bpmn": ASYNC_TASK, "code.bpmn": ASYNC_CODE, "daily.bpmn": DAILY}
    return deploy(ctx, files)


def _id_of(deployed: Deployment, key: str) -> str:
    return next(each.id for each in deployed.definitions if each.key == key)


def _jobs(ctx: Context, **conditions: object) -> list[JobRow]:
    with ctx.database.read() as tx:
        return list_jobs(tx, JobFilter.model_validate(conditions))


def _taken(ctx: Context) -> set[str]:
    """What a worker would take now."""
    acquired = acquire(ctx, "worker", lambda *_: False, 1000)
    with ctx.database.write() as tx:
        tx.execute(job.update().values(leased_by=None, leased_until=None))
    return set(acquired.job_ids)


def test_what_runs_of_a_suspended_definition_goes_on(ctx: Context, deployed: Deployment) -> None:
    definition_id = _id_of(deployed, "async")
    [before] = start_instances(ctx, key="async")
    suspend_definitions(ctx, definition_id=definition_id)
    [old] = _jobs(ctx, instance_id=before)
    assert not old.suspended
    assert old.id in _taken(ctx)
    assert all(each.suspended for each in list_job_definitions(ctx, definition_id))
    resume_definitions(ctx, definition_id=definition_id)
    assert not any(each.suspended for each in list_job_definitions(ctx, definition_id))


def test_a_timer_that_starts_instances_is_suspended_with_its_definition(ctx: Context, deployed: Deployment) -> None:
    definition_id = _id_of(deployed, "daily")
    [timer] = _jobs(ctx, definition_id=definition_id)
    assert (timer.kind, timer.instance_id, timer.definition_key, timer.suspended) == (
        "start-timer",
        None,
        "daily",
        False,
    )
    suspend_definitions(ctx, key="daily")
    assert _jobs(ctx, ids=(timer.id,))[0].suspended
    with ctx.database.write() as tx:
        tx.execute(job.update().where(job.c.id == timer.id).values(due_at=clock.now()))
    assert timer.id not in _taken(ctx)
    resume_definitions(ctx, key="daily")
    assert timer.id in _taken(ctx)
    with ctx.database.write() as tx:
        tx.execute(job.update().where(job.c.id == timer.id).values(due_at=LATER))


def test_a_job_suspends_and_resumes_at_its_time(ctx: Context, deployed: Deployment) -> None:
    definition_id = _id_of(deployed, "async")
    [instance_id] = start_instances(ctx, key="async")
    named = {"key": "async", "include_instances": True}
    planned = plan_suspension(ctx, "suspend-definition", LATER, named)
    assert [(each.kind, each.due_at) for each in _jobs(ctx, ids=(planned,))] == [("suspend-definition", LATER)]
    assert not header(ctx, instance_id).suspended
    assert planned not in _taken(ctx)
    execute_job(ctx, planned)
    assert header(ctx, instance_id).suspended
    assert not _jobs(ctx, ids=(planned,))
    back = plan_suspension(ctx, "resume-definition", clock.now() - timedelta(seconds=1), named)
    assert back in _taken(ctx)
    execute_job(ctx, back)
    assert not header(ctx, instance_id).suspended
    [maker] = list_job_definitions(ctx, definition_id)
    of_jobs = plan_suspension(
        ctx, "suspend-job-definition", LATER, {"job_definition_id": maker.id, "include_jobs": True}
    )
    execute_job(ctx, of_jobs)
    assert _jobs(ctx, instance_id=instance_id)[0].suspended
    # with its instances, a definition resumes every job of its own
    resume_definitions(ctx, key="async", include_instances=True)
    assert not _jobs(ctx, instance_id=instance_id)[0].suspended


def test_nothing_is_planned_for_what_does_not_exist(ctx: Context, deployed: Deployment) -> None:
    before = len(rows(ctx, job))
    for kind, named in (
        ("suspend-definition", {"key": "no"}),
        ("suspend-definition", {"definition_id": UNKNOWN}),
        ("suspend-job-definition", {"job_definition_id": f"{UNKNOWN}~timer~x"}),
    ):
        with pytest.raises(NotFoundError):
            plan_suspension(ctx, kind, LATER, named)
    with pytest.raises(InputError, match="executionDate"):
        plan_suspension(ctx, "suspend-definition", datetime(2040, 1, 1), {"key": "async"})  # noqa: DTZ001
    with pytest.raises(InputError, match="key"):
        plan_suspension(ctx, "suspend-definition", LATER, {})
    assert len(rows(ctx, job)) == before
    planned = plan_suspension(ctx, "suspend-definition", LATER, {"key": "async"})
    delete_job(ctx, planned)
    assert len(rows(ctx, job)) == before


def test_what_was_deleted_meanwhile_needs_no_suspension(ctx: Context, deployed: Deployment) -> None:
    gone = deploy(ctx, {"gone.bpmn": ASYNC_TASK.replace(b'process id="async"', b'process id="gone"')}).definitions[
        0
    ]
    planned = plan_suspension(ctx, "suspend-definition", LATER, {"definition_id": gone.id})
    with ctx.database.write() as tx:
        delete_definition_rows(tx, [gone.id])
    execute_job(ctx, planned)
    assert not _jobs(ctx, ids=(planned,))


def test_the_jobs_of_an_element_that_have_no_tries_left_get_some(ctx: Context, deployed: Deployment) -> None:
    def fail(_execution: object) -> None:
        raise ValueError("no way")

    ctx.host.register("code", fail)
    exhausted, fresh = start_instances(ctx, key="async-code", count=2)
    [of_exhausted] = _jobs(ctx, instance_id=exhausted)
    for _ in range(3):
        with pytest.raises(ExecutionError):
            execute_job(ctx, of_exhausted.id)
    [maker] = list_job_definitions(ctx, _id_of(deployed, "async-code"))
    assert set_job_definition_retries(ctx, maker.id, RetryChange(7, change_due=True, due_at=LATER)) == 1
    [given] = _jobs(ctx, instance_id=exhausted)
    assert (given.retries, given.due_at) == (7, LATER)
    assert [each.state for each in rows(ctx, incident, exhausted)] == ["resolved"]
    assert _jobs(ctx, instance_id=fresh)[0].retries == 3
    assert set_job_definition_retries(ctx, maker.id, RetryChange(5)) == 0
    with pytest.raises(NotFoundError):
        set_job_definition_retries(ctx, f"{UNKNOWN}~timer~x", RetryChange(5))


def test_every_row_is_in_order(ctx: Context) -> None:
    check_every_row(ctx.database, ctx.blobs)
