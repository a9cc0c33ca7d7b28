"""Suspend, resume, cancel, change, delete: at any time, twice, and refused where they make no sense."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from tests.batch_scene import Scene, check_batch

from shoal.batch import monitor
from shoal.batch.control import (
    cancel_batch,
    change_settings,
    delete_batch,
    resume_batch,
    retry_failed,
    suspend_batch,
)
from shoal.batch.states import BatchState
from shoal.batch.view import get_batch
from shoal.commands.context import Context
from shoal.errors import ConflictError, InputError, NotFoundError
from shoal.ids import new_id
from shoal.store.tables.batches import batch, batch_chunk, batch_element, batch_requested_id
from shoal.store.tables.history import job_log
from shoal.store.tables.jobs import incident, job
from shoal.workers.embedded import EmbeddedWorkers

ENDED = "completed; it cannot"


@pytest.fixture(scope="module")
def scene(new_context: Callable[..., Context]) -> Scene:
    settings = {"invocations_per_batch_job": 10, "batch_jobs_per_seed": 5}
    return Scene(new_context(batch_operation_history_time_to_live=3, **settings))


def test_everything_may_be_said_twice(scene: Scene) -> None:
    _, ids = scene.start(5)
    made = scene.create("suspend-instances", ids=ids)
    assert suspend_batch(scene.ctx, made.id).suspended
    assert suspend_batch(scene.ctx, made.id).suspended
    assert not resume_batch(scene.ctx, made.id).suspended
    assert not resume_batch(scene.ctx, made.id).suspended
    first = cancel_batch(scene.ctx, made.id)
    assert cancel_batch(scene.ctx, made.id) == first


def test_a_suspended_batch_can_be_cancelled(scene: Scene) -> None:
    _, ids = scene.start(5)
    made = scene.create("suspend-instances", ids=ids, suspended=True)
    view = cancel_batch(scene.ctx, made.id)
    assert (view.state, view.suspended, view.statistics.cancelled) == (BatchState.CANCELLED, False, 5)


def test_an_ended_batch_refuses(scene: Scene) -> None:
    _, ids = scene.start(1)
    made = scene.create("suspend-instances", ids=ids)
    scene.finish(made.id)
    for change in (suspend_batch, resume_batch, cancel_batch):
        with pytest.raises(ConflictError, match=ENDED):
            change(scene.ctx, made.id)
    with pytest.raises(ConflictError, match=ENDED):
        change_settings(scene.ctx, made.id, {"priority": 1})
    assert retry_failed(scene.ctx, made.id).state is BatchState.COMPLETED


def test_a_cancelled_batch_is_not_retried(scene: Scene) -> None:
    made = scene.create("suspend-instances", ids=[new_id()])
    cancel_batch(scene.ctx, made.id)
    with pytest.raises(ConflictError, match="cancelled; its failed elements cannot be tried again"):
        retry_failed(scene.ctx, made.id)


@pytest.mark.parametrize("batch_id", ["nonsense", "01900000-0000-7000-8000-000000000000"])
def test_what_does_not_exist_is_said(scene: Scene, batch_id: str) -> None:
    for change in (suspend_batch, resume_batch, cancel_batch, retry_failed, delete_batch, get_batch):
        with pytest.raises(NotFoundError, match=batch_id):
            change(scene.ctx, batch_id)


def test_settings_change_while_it_runs(scene: Scene) -> None:
    _, ids = scene.start(5)
    made = scene.create("suspend-instances", ids=ids, suspended=True, rate_per_second=1.0)
    view = change_settings(scene.ctx, made.id, {"priority": 7, "rate_per_second": None, "max_parallel": 2})
    assert (view.priority, view.rate_per_second, view.max_parallel) == (7, None, 2)
    assert scene.rows(select(job.c.priority).where(job.c.batch_id == made.id)) == [(7,)]
    kept = change_settings(scene.ctx, made.id, {"max_parallel": None})
    assert (kept.priority, kept.max_parallel) == (7, None)
    assert change_settings(scene.ctx, made.id, {}) == kept
    for wrong in ({"rate_per_second": 0}, {"max_parallel": -1}, {"colour": "red"}, {"priority": None}):
        with pytest.raises(InputError, match=next(iter(wrong))):
            change_settings(scene.ctx, made.id, wrong)
    cancel_batch(scene.ctx, made.id)


def test_a_higher_priority_goes_first(scene: Scene) -> None:
    _, ids = scene.start(20)
    low = scene.create("set-variables", {"variables": {"a": 1}}, ids=ids)
    high = scene.create("set-variables", {"variables": {"a": 2}}, ids=ids, priority=3)
    scene.run_until(lambda: get_batch(scene.ctx, high.id).has_ended)
    assert get_batch(scene.ctx, low.id).statistics.done == 0
    scene.finish(low.id)


def test_deleting_removes_every_row(scene: Scene) -> None:
    _, ids = scene.start(25)
    made = scene.create("suspend-instances", ids=[*ids, new_id(), "nonsense"])
    scene.run_until(lambda: get_batch(scene.ctx, made.id).statistics.done > 5)
    delete_batch(scene.ctx, made.id)
    for table in (batch_chunk, batch_element, batch_requested_id, job, job_log, incident):
        assert scene.rows(select(func.count()).where(table.c.batch_id == made.id)) == [(0,)]
    assert scene.rows(select(func.count()).where(batch.c.id == made.id)) == [(0,)]
    with pytest.raises(NotFoundError):
        delete_batch(scene.ctx, made.id)
    scene.idle()


def test_the_end_is_noticed_at_once_and_dated(scene: Scene) -> None:
    _, ids = scene.start(12)
    done = scene.finish(scene.create("suspend-instances", ids=ids).id, seconds=5)
    assert done.ended_at is not None
    assert done.removal_time == done.ended_at + timedelta(days=3)
    assert done.seeded_at is not None
    assert done.execution_started_at is not None
    assert done.statistics.seconds is not None
    assert done.statistics.rate is not None


def test_the_monitor_notices_what_was_missed(
    new_context: Callable[..., Context], scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient = new_context(scene.ctx.database, batch_poll_seconds=0.05, invocations_per_batch_job=5)
    _, ids = scene.start(12)
    monkeypatch.setattr(monitor, "check", lambda *_given: None)
    made = Scene(impatient).create("suspend-instances", ids=ids)
    done = scene.finish(made.id, impatient, seconds=10)
    assert done.state is BatchState.COMPLETED


def test_the_rate_is_kept(scene: Scene) -> None:
    _, ids = scene.start(60)
    made = scene.create("suspend-instances", ids=ids, rate_per_second=40.0, chunk_size=50)
    began = time.monotonic()
    with EmbeddedWorkers(scene.ctx, 3):
        while not get_batch(scene.ctx, made.id).has_ended:
            time.sleep(0.02)
    seconds = time.monotonic() - began
    check_batch(scene.ctx, made.id)
    # 40 at once, 20 a second later
    assert 0.9 < seconds < 6
    sizes = [row[0] for row in scene.rows(select(batch_chunk.c.size).where(batch_chunk.c.batch_id == made.id))]
    assert max(sizes) <= 40


def test_a_new_rate_is_honoured_by_the_next_chunk(scene: Scene) -> None:
    _, ids = scene.start(60)
    made = scene.create("suspend-instances", ids=ids, rate_per_second=0.1)
    with EmbeddedWorkers(scene.ctx, 2):
        while get_batch(scene.ctx, made.id).statistics.done < 1:
            time.sleep(0.02)
        time.sleep(0.3)
        assert get_batch(scene.ctx, made.id).statistics.done == 1
        change_settings(scene.ctx, made.id, {"rate_per_second": None})
        began = time.monotonic()
        while not get_batch(scene.ctx, made.id).has_ended:
            time.sleep(0.02)
    assert time.monotonic() - began < 8
    check_batch(scene.ctx, made.id)
