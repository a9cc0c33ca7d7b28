"""Running jobs of instances, and giving them tries."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.integration.commands.models import ASYNC_CODE, ASYNC_TASK, BOUNDARY_TIMER, ONE_TASK
from tests.integration.commands.scene import (
    cancel,
    header,
    locked_elsewhere,
    open_tasks,
    rows,
    run_jobs,
    typed,
    written,
)
from tests.integrity import check_every_row

from shoal import clock
from shoal.commands.context import Context
from shoal.commands.deploy import deploy
from shoal.commands.outcome import NOT_FOUND, NOT_RUNNING
from shoal.commands.run_instance_jobs import JobState, run_instance_jobs
from shoal.commands.set_job_retries import (
    NO_JOBS,
    NO_SUCH_JOB,
    RetryChange,
    set_job_retries,
    set_retries_of_instances,
)
from shoal.commands.start_instances import start_instances
from shoal.commands.suspend_instances import suspend_instances
from shoal.errors import InputError
from shoal.store.queries.job_acquisition import lease_jobs
from shoal.store.queries.jobs import find_jobs
from shoal.store.tables.history import job_log
from shoal.store.tables.jobs import incident, job


@pytest.fixture(scope="module", autouse=True)
def _deployed(ctx: Context) -> None:
    deploy(
        ctx,
        {
            "async.bpmn": ASYNC_TASK,
            "code.bpmn": ASYNC_CODE,
            "boundary.bpmn": BOUNDARY_TIMER,
            "one.bpmn": ONE_TASK,
        },
    )


def _states(results: dict[str, Any]) -> set[JobState]:
    return {each.state for each in results.values()}


def test_an_asynchronous_continuation(ctx: Context) -> None:
    ids = start_instances(ctx, key="async", count=120)
    assert _states(run_jobs(ctx, *ids)) == {JobState.DONE}
    assert len(open_tasks(ctx, *ids)) == 120
    assert not rows(ctx, job, *ids)
    assert [row.event for row in rows(ctx, job_log, ids[0])] == ["created", "succeeded"]


def test_a_boundary_timer(ctx: Context) -> None:
    [instance_id] = start_instances(ctx, key="boundary")
    assert _states(run_jobs(ctx, instance_id)) == {JobState.DONE}
    found = header(ctx, instance_id)
    assert (found.state, found.end_activity_id) == ("completed", "late")
    assert not open_tasks(ctx, instance_id)


def test_one_that_fails_fails_alone_and_leaves_nothing(ctx: Context) -> None:
    def code(execution: Any) -> None:
        execution.set_variable("touched", True)
        if execution.get_variable("n") == 1:
            raise ValueError("one")

    ctx.host.register("code", code)
    ids = start_instances(ctx, key="async-code", requests=[(None, typed(n=n)) for n in range(3)])
    jobs = {each.instance_id: each.id for each in rows(ctx, job, *ids)}
    results = run_jobs(ctx, *ids)
    assert [results[jobs[each]].state for each in ids] == [JobState.DONE, JobState.FAILED, JobState.DONE]
    failed = results[jobs[ids[1]]]
    assert failed.failed_activity_id == "service"
    assert failed.failure is not None
    assert "one" in failed.failure.message
    assert "ValueError" in (failed.failure.details or "")
    assert header(ctx, ids[1]).revision == 1
    assert [row.leased_by for row in rows(ctx, job, ids[1])] == ["worker"]


def test_a_job_that_somebody_else_leased_is_lost(ctx: Context) -> None:
    [instance_id] = start_instances(ctx, key="async")
    [job_id] = [each.id for each in rows(ctx, job, instance_id)]
    with ctx.database.read() as tx:
        taken = list(find_jobs(tx, [job_id]).values())
    with ctx.database.write() as tx:
        lease_jobs(tx, [job_id], "somebody else", clock.now() + timedelta(minutes=1))
    assert _states(run_instance_jobs(ctx, taken, "worker")) == {JobState.LOST}
    assert not open_tasks(ctx, instance_id)
    assert _states(run_instance_jobs(ctx, taken, "somebody else")) == {JobState.DONE}
    assert _states(run_instance_jobs(ctx, taken, "somebody else")) <= {JobState.LOST, JobState.FAILED}


def test_jobs_of_suspended_and_ended_instances_are_left_alone(ctx: Context) -> None:
    suspended, ended = start_instances(ctx, key="async", count=2)
    with ctx.database.read() as tx:
        jobs = list(find_jobs(tx, [each.id for each in rows(ctx, job, suspended, ended)]).values())
    written(ctx, lambda tx: suspend_instances(tx, [suspended]))
    cancel(ctx, [ended])
    results = {each.instance_id: run_instance_jobs(ctx, [each], "w")[each.id].state for each in jobs}
    assert results == {suspended: JobState.CONFLICT, ended: JobState.LOST}


def test_tries_make_and_resolve_incidents(ctx: Context) -> None:
    [instance_id] = start_instances(ctx, key="async")
    [job_id] = [each.id for each in rows(ctx, job, instance_id)]
    now = clock.now()

    def change(**options: Any) -> Any:
        return written(ctx, lambda tx: set_job_retries(ctx, tx, [job_id, "no id"], RetryChange(**options), now))

    for _ in range(2):
        outcome = change(retries=0)
        assert outcome.succeeded == [job_id]
        assert outcome.skipped == {"no id": NO_SUCH_JOB}
        assert [row.state for row in rows(ctx, incident, instance_id)] == ["open"]
    due = datetime(2030, 1, 1, tzinfo=UTC)
    change(retries=5, change_due=True, due_at=due)
    [row] = rows(ctx, job, instance_id)
    assert (row.retries, row.due_at) == (5, due)
    assert [each.state for each in rows(ctx, incident, instance_id)] == ["resolved"]
    change(retries=4)
    assert rows(ctx, job, instance_id)[0].due_at == due
    change(retries=3, change_due=True)
    assert rows(ctx, job, instance_id)[0].due_at is None
    with pytest.raises(InputError):
        RetryChange(-1)
    with pytest.raises(InputError):
        RetryChange(2**31)


def test_tries_for_all_jobs_of_instances(ctx: Context) -> None:
    unknown = "00000000-0000-7000-8000-000000000000"
    [has] = start_instances(ctx, key="async")
    [has_none] = start_instances(ctx, key="one")
    [ended] = start_instances(ctx, key="async")
    cancel(ctx, [ended])
    ids = [has, has_none, ended, unknown]
    outcome = written(ctx, lambda tx: set_retries_of_instances(ctx, tx, ids, RetryChange(7), clock.now()))
    assert outcome.succeeded == [has]
    assert outcome.skipped == {has_none: NO_JOBS, ended: NOT_RUNNING, unknown: NOT_FOUND}
    assert [row.retries for row in rows(ctx, job, has)] == [7]


def test_jobs_of_instances_that_others_hold_are_put_back(ctx: Context) -> None:
    if ctx.database.dialect.single_writer:
        pytest.skip("one writer at a time")
    ids = start_instances(ctx, key="async", count=2)
    by_instance = {each.instance_id: each.id for each in rows(ctx, job, *ids)}
    job_ids = [by_instance[each] for each in ids]
    with locked_elsewhere(ctx.database, ids[0]):
        outcome = written(ctx, lambda tx: set_job_retries(ctx, tx, job_ids, RetryChange(9), clock.now()))
        assert (outcome.put_back, outcome.succeeded) == (job_ids[:1], job_ids[1:])
        outcome = written(ctx, lambda tx: set_retries_of_instances(ctx, tx, ids, RetryChange(9), clock.now()))
        assert (outcome.put_back, outcome.succeeded) == (ids[:1], ids[1:])


def test_every_row_is_in_order(ctx: Context) -> None:
    check_every_row(ctx.database)
