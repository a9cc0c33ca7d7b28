"""Jobs of batches that failed for good: visible with their error, tried again, deleted, suspended, ranked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from tests.batch_scene import Scene, check_batch

from shoal.batch import seed
from shoal.batch.control import delete_batch, resume_batch
from shoal.batch.job_control import (
    delete_batch_job,
    rank_batch_jobs,
    set_batch_job_definition_retries,
    set_batch_job_retries,
    suspend_batch_jobs,
)
from shoal.batch.job_definitions import BatchJobKind, definition_of, definitions_of, job_definition_id
from shoal.batch.outcomes import outcomes_of
from shoal.batch.retrying import retry_failed
from shoal.batch.states import BatchState, ElementState
from shoal.batch.view import BatchView, get_batch
from shoal.commands.context import Context
from shoal.commands.set_job_retries import RetryChange
from shoal.errors import ConflictError, InputError, NotFoundError
from shoal.ids import new_id
from shoal.store.queries.batches import find_batch
from shoal.store.tables.batches import batch
from shoal.store.tables.history import job_log
from shoal.store.tables.jobs import incident, job

AGAIN = RetryChange(2)


@pytest.fixture(scope="module")
def scene(new_context: Callable[..., Context]) -> Scene:
    return Scene(new_context(batch_retries=2, batch_poll_seconds=0.01))


def failed(scene: Scene, count: int = 4, wrong: int = 1, **options: Any) -> tuple[BatchView, list[str]]:
    """A batch in which the first elements, which still run, have failed."""
    _, ids = scene.start(count)
    scene.finish(scene.create("cancel-instances", ids=ids[wrong:]).id)
    return scene.finish(scene.create("delete-history", ids=ids, **options).id), ids


def jobs_of(scene: Scene, batch_id: str) -> list[Any]:
    return scene.rows(select(job).where(job.c.batch_id == batch_id).order_by(job.c.id))


def incidents_of(scene: Scene, batch_id: str) -> list[Any]:
    return scene.rows(select(incident).where(incident.c.batch_id == batch_id))


def test_a_failed_job_stays_with_its_error_and_an_incident(scene: Scene) -> None:
    done, ids = failed(scene)
    assert (done.state, done.statistics.failed_jobs) == (BatchState.COMPLETED_WITH_FAILURES, 1)
    assert done.has_ended
    assert not done.is_finished
    (left,) = jobs_of(scene, done.id)
    assert (left.kind, left.retries, left.leased_by) == ("batch-execution", 0, None)
    assert left.error_message == "the process instance has not ended"
    (opened,) = incidents_of(scene, done.id)
    assert (opened.kind, opened.configuration, opened.state) == ("failedJob", left.id, "open")
    assert opened.job_kind == "batch-execution"
    events = scene.rows(select(job_log.c.event).where(job_log.c.job_id == left.id).order_by(job_log.c.id))
    assert [row[0] for row in events] == ["created", "failed", "failed"]
    assert outcomes_of(scene.ctx, done.id, ids[:1])[0].state is ElementState.FAILED


def test_it_is_the_same_job_from_the_first_try_to_the_last(scene: Scene) -> None:
    _, ids = scene.start(1)
    made = scene.create("delete-history", ids=ids)
    scene.run_until(lambda: any(each.retries == 1 for each in jobs_of(scene, made.id)))
    (first,) = [each for each in jobs_of(scene, made.id) if each.kind == "batch-execution"]
    assert first.error_message == "the process instance has not ended"
    scene.finish(made.id)
    (last,) = jobs_of(scene, made.id)
    assert (last.id, last.retries) == (first.id, 0)


@pytest.mark.parametrize("by", ["job", "definition", "batch"])
def test_new_tries_do_the_failed_elements_again(scene: Scene, by: str) -> None:
    done, ids = failed(scene, 4, 2, chunk_size=3)
    scene.finish(scene.create("cancel-instances", ids=ids).id)
    if by == "job":
        set_batch_job_retries(scene.ctx, [each.id for each in jobs_of(scene, done.id)], AGAIN)
    elif by == "definition":
        definition = job_definition_id(done.id, BatchJobKind.EXECUTION)
        assert set_batch_job_definition_retries(scene.ctx, definition, AGAIN) == 1
    else:
        retry_failed(scene.ctx, done.id)
    check_batch(scene.ctx, done.id)
    assert get_batch(scene.ctx, done.id).state is BatchState.RUNNING
    assert [each.state for each in incidents_of(scene, done.id)] == ["resolved"]
    again = scene.finish(done.id)
    assert (again.state, again.statistics.succeeded) == (BatchState.COMPLETED, 4)
    assert again.is_finished


def test_a_job_that_is_tried_again_keeps_its_id(scene: Scene) -> None:
    done, _ = failed(scene)
    (left,) = jobs_of(scene, done.id)
    set_batch_job_retries(scene.ctx, [left.id], RetryChange(5))
    (again,) = [each for each in jobs_of(scene, done.id) if each.kind == "batch-execution"]
    assert (again.id, again.retries) == (left.id, 5)
    assert scene.finish(done.id).statistics.failed == 1


def test_a_deleted_job_counts_as_done_and_the_batch_is_finished(scene: Scene) -> None:
    done, ids = failed(scene)
    (left,) = jobs_of(scene, done.id)
    delete_batch_job(scene.ctx, left.id)
    view = get_batch(scene.ctx, done.id)
    assert view.is_finished
    assert (view.statistics.completed_jobs, view.statistics.failed_jobs) == (view.statistics.total_jobs, 0)
    assert [each.state for each in incidents_of(scene, done.id)] == ["deleted"]
    assert outcomes_of(scene.ctx, done.id, ids[:1])[0].state is ElementState.FAILED


def test_without_cascade_the_batch_stays_as_history(scene: Scene) -> None:
    done, ids = failed(scene)
    delete_batch(scene.ctx, done.id, cascade=False)
    view = get_batch(scene.ctx, done.id)
    assert view.is_finished
    assert view.ended_at == done.ended_at
    assert jobs_of(scene, done.id) == []
    running = scene.create("suspend-instances", ids=ids)
    delete_batch(scene.ctx, running.id, cascade=False)
    assert get_batch(scene.ctx, running.id).state is BatchState.CANCELLED
    delete_batch(scene.ctx, running.id)
    with pytest.raises(NotFoundError):
        get_batch(scene.ctx, running.id)


def test_a_seed_that_failed_stays_too(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_given: Any) -> Any:
        raise RuntimeError("no seed today")

    _, ids = scene.start(3)
    made = scene.create("suspend-instances", ids=ids)
    with monkeypatch.context() as patch:
        patch.setattr(seed, "_make_chunks", broken)
        patch.setattr(seed, "growing_pause", lambda *_given, **_named: timedelta(0))
        scene.run_until(lambda: get_batch(scene.ctx, made.id).has_ended)
    (left,) = jobs_of(scene, made.id)
    assert (left.kind, left.retries) == ("batch-seed", 0)
    assert "no seed today" in left.error_message
    assert [each.state for each in incidents_of(scene, made.id)] == ["open"]
    set_batch_job_retries(scene.ctx, [left.id], AGAIN)
    assert scene.finish(made.id).statistics.succeeded == 3
    assert [each.state for each in incidents_of(scene, made.id)] == ["resolved"]


def test_definitions_of_a_batch_follow_from_it(scene: Scene) -> None:
    _, ids = scene.start(1)
    made = scene.create("suspend-instances", ids=ids, suspended=True)
    with scene.ctx.database.read() as tx:
        row = find_batch(tx, made.id)
        assert row is not None
        found = definitions_of(tx, [row])
        again = definition_of(tx, made.batch_job_definition_id)
    assert [each.job_type for each in found] == [
        "batch-seed-job",
        "instance-update-suspension-state",
        "batch-monitor-job",
    ]
    assert {each.id for each in found} == {
        made.seed_job_definition_id,
        made.batch_job_definition_id,
        made.monitor_job_definition_id,
    }
    assert {(each.configuration, each.suspended) for each in found} == {(made.id, True)}
    assert again in found
    with pytest.raises(NotFoundError), scene.ctx.database.read() as tx:
        definition_of(tx, f"{new_id()}~batch-seed")


def test_one_kind_of_jobs_is_suspended_and_ranked_by_itself(scene: Scene) -> None:
    _, ids = scene.start(2)
    made = scene.create("suspend-instances", ids=ids, chunk_size=1)
    suspend_batch_jobs(scene.ctx, made.batch_job_definition_id, True)
    rank_batch_jobs(scene.ctx, made.batch_job_definition_id, 7)
    scene.idle()
    found = [each for each in jobs_of(scene, made.id) if each.kind == "batch-execution"]
    assert [(each.suspended, each.priority) for each in found] == [(True, 7), (True, 7)]
    assert not get_batch(scene.ctx, made.id).suspended
    suspend_batch_jobs(scene.ctx, made.batch_job_definition_id, False)
    scene.idle()
    assert get_batch(scene.ctx, made.id).statistics.remaining_jobs == 2
    rank_batch_jobs(scene.ctx, made.batch_job_definition_id, 9, include_jobs=True)
    assert {each.priority for each in jobs_of(scene, made.id) if each.kind == "batch-execution"} == {9}
    with pytest.raises(InputError, match="priority"):
        rank_batch_jobs(scene.ctx, made.batch_job_definition_id, 2**31)
    suspend_batch_jobs(scene.ctx, made.batch_job_definition_id, True)
    # the batch as a whole is activated, and with it what was suspended by itself
    resume_batch(scene.ctx, made.id)
    assert scene.finish(made.id).statistics.succeeded == 2


def test_what_is_no_execution_job_is_not_deleted(scene: Scene) -> None:
    _, ids = scene.start(1)
    made = scene.create("suspend-instances", ids=ids, suspended=True)
    (only,) = jobs_of(scene, made.id)
    with pytest.raises(ConflictError, match="cancel the batch instead"):
        delete_batch_job(scene.ctx, only.id)
    for act in (delete_batch_job, lambda ctx, each: set_batch_job_retries(ctx, [each], AGAIN)):
        with pytest.raises(NotFoundError):
            act(scene.ctx, new_id())
    assert scene.rows(select(batch.c.state).where(batch.c.id == made.id)) == [("seeding",)]
    delete_batch(scene.ctx, made.id)
