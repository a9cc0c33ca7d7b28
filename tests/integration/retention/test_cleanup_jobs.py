"""The jobs of history cleanup: when they run, and what becomes of them when they fail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from tests.integration.commands.scene import count, rows
from tests.integration.retention.scene import deploy_calls, finish, set_removal_times, started

from shoal import clock
from shoal.commands.context import Context
from shoal.errors import ConflictError
from shoal.jobs.execute_job import execute_job
from shoal.retention import run_cleanup
from shoal.retention.cleanup_jobs import clean_up, cleanup_jobs, schedule_cleanup
from shoal.store.tables.history import job_log
from shoal.store.tables.instances import process_instance
from shoal.store.tables.jobs import incident, job
from shoal.workers.handlers import HANDLERS
from shoal.workers.loop import Worker

NIGHT = {"history_cleanup_batch_window_start_time": "22:00Z", "history_cleanup_batch_window_end_time": "02:00Z"}
NOON = datetime(2031, 5, 5, 12, tzinfo=UTC)
EVENING = NOON.replace(hour=22)
LOST = ["00000000-0000-7000-8000-0000000000aa"]
"""Made long ago, as its id says."""


def _expired(ctx: Context, number: int = 1) -> list[str]:
    deploy_calls(ctx)
    ids = [started(ctx, "inner")[0] for _ in range(number)]
    for each in ids:
        finish(ctx, each)
    set_removal_times(ctx, datetime(2020, 1, 1, tzinfo=UTC), *ids)
    return ids


def _at(monkeypatch: Any, when: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: when)


def test_on_demand_it_runs_until_nothing_is_left(new_context: Callable[..., Context]) -> None:
    ctx = new_context(history_cleanup_batch_size=5)
    _expired(ctx, 4)
    assert cleanup_jobs(ctx) == []
    made = clean_up(ctx)
    assert [(each.suspended, each.retries, each.kind) for each in made] == [(False, 3, "history-cleanup")]
    Worker(ctx, live=False).run_until_idle()
    assert count(ctx, process_instance) == 0
    after = cleanup_jobs(ctx)
    assert [(each.id, each.suspended, each.due_at) for each in after] == [(made[0].id, True, None)]
    _expired(ctx)
    Worker(ctx).run_until_idle()
    assert count(ctx, process_instance) == 1
    clean_up(ctx)
    Worker(ctx).run_until_idle()
    assert count(ctx, process_instance) == 0


def test_in_its_window_it_runs_by_itself(new_context: Callable[..., Context], monkeypatch: Any) -> None:
    ctx = new_context(**NIGHT)
    _expired(ctx)
    _at(monkeypatch, NOON)
    schedule_cleanup(ctx)
    assert [each.due_at for each in cleanup_jobs(ctx)] == [EVENING]
    Worker(ctx).run_until_idle()
    assert count(ctx, process_instance) == 1
    _at(monkeypatch, EVENING)
    Worker(ctx).run_until_idle()
    assert count(ctx, process_instance) == 0
    assert [each.due_at for each in cleanup_jobs(ctx)] == [EVENING + timedelta(seconds=10)]


def test_with_nothing_to_do_it_looks_less_and_less_often(
    new_context: Callable[..., Context], monkeypatch: Any
) -> None:
    ctx = new_context(**NIGHT)
    now = EVENING
    pauses: list[float] = []
    _at(monkeypatch, now)
    schedule_cleanup(ctx)
    while now < EVENING + timedelta(hours=4):
        _at(monkeypatch, now)
        Worker(ctx).run_until_idle()
        due_at = cleanup_jobs(ctx)[0].due_at or now
        pauses.append((due_at - now).total_seconds())
        now = due_at
    assert pauses[:4] == [20, 40, 80, 160]
    assert max(pauses[:-1]) == 3600
    assert now == EVENING + timedelta(days=1)


def test_when_the_window_ends_it_stops(new_context: Callable[..., Context], monkeypatch: Any) -> None:
    ctx = new_context(history_cleanup_batch_size=1, **NIGHT)
    _expired(ctx)
    _at(monkeypatch, EVENING)
    schedule_cleanup(ctx)
    worker = Worker(ctx)
    assert worker.run_once()
    _at(monkeypatch, EVENING + timedelta(hours=4))
    worker.run_until_idle()
    assert count(ctx, process_instance) == 1
    assert [each.due_at for each in cleanup_jobs(ctx)] == [EVENING + timedelta(days=1)]
    clean_up(ctx)
    worker.run_until_idle()
    assert count(ctx, process_instance) == 0
    assert [each.due_at for each in cleanup_jobs(ctx)] == [EVENING + timedelta(days=1)]


def test_a_window_that_was_changed_counts_from_the_next_start(
    new_context: Callable[..., Context], monkeypatch: Any
) -> None:
    ctx = new_context(**NIGHT)
    _at(monkeypatch, NOON)
    schedule_cleanup(ctx)
    earlier = new_context(ctx.database, history_cleanup_batch_window_start_time="14:00Z")
    schedule_cleanup(earlier)
    assert [each.due_at for each in cleanup_jobs(ctx)] == [NOON.replace(hour=14)]
    without = new_context(ctx.database)
    _at(monkeypatch, NOON.replace(hour=15))
    Worker(without).run_until_idle()
    assert [each.suspended for each in cleanup_jobs(ctx)] == [True]
    schedule_cleanup(ctx)
    assert [(each.suspended, each.due_at) for each in cleanup_jobs(ctx)] == [(False, EVENING)]


def test_as_many_jobs_as_the_settings_say(new_context: Callable[..., Context]) -> None:
    ctx = new_context(history_cleanup_degree_of_parallelism=3)
    _expired(ctx, 3)
    assert len(clean_up(ctx)) == 3
    fewer = new_context(ctx.database, history_cleanup_degree_of_parallelism=2)
    Worker(fewer).run_until_idle()
    assert len(cleanup_jobs(fewer)) == 2
    assert count(ctx, process_instance) == 0


def test_what_cannot_be_is_refused(new_context: Callable[..., Context]) -> None:
    disabled = new_context(history_cleanup_enabled=False)
    with pytest.raises(ConflictError, match="History cleanup is disabled for this engine"):
        clean_up(disabled)
    ctx = new_context(disabled.database)
    with pytest.raises(ConflictError, match="no window"):
        clean_up(ctx, immediately_due=False)
    assert cleanup_jobs(ctx) == []
    _expired(ctx)
    clean_up(ctx)
    Worker(disabled).run_until_idle()
    assert count(ctx, process_instance) == 1
    assert [each.suspended for each in cleanup_jobs(ctx)] == [True]


def test_it_can_be_run_by_hand(new_context: Callable[..., Context]) -> None:
    ctx = new_context()
    _expired(ctx)
    execute_job(ctx, clean_up(ctx)[0].id, HANDLERS)
    assert count(ctx, process_instance) == 0


def test_a_step_that_fails_changes_nothing_and_is_tried_again(
    new_context: Callable[..., Context], monkeypatch: Any
) -> None:
    ctx = new_context()
    _expired(ctx)
    clean_up(ctx)
    real = run_cleanup.clean_some

    def broken(*given: Any) -> Any:
        real(*given)
        raise RuntimeError("the disk is strange")

    worker = Worker(ctx)
    with monkeypatch.context() as patch:
        patch.setattr(run_cleanup, "clean_some", broken)
        for left in (2, 1, 0):
            assert worker.run_once()
            assert count(ctx, process_instance) == 1
            found = cleanup_jobs(ctx)[0]
            assert (found.retries, found.error_message) == (left, "the disk is strange")
            assert found.due_at is not None
            assert found.due_at > clock.now()
            _due_now(ctx)
    assert [(each.kind, each.state, each.job_kind) for each in rows(ctx, incident)] == [
        ("failedJob", "open", "history-cleanup")
    ]
    assert [each.event for each in rows(ctx, job_log)] == ["failed"] * 3
    clean_up(ctx)
    worker.run_until_idle()
    assert count(ctx, process_instance) == 0
    assert [each.state for each in rows(ctx, incident)] == ["resolved"]
    assert cleanup_jobs(ctx)[0].error_message is None


def test_its_own_log_goes_too(new_context: Callable[..., Context], monkeypatch: Any) -> None:
    ctx = new_context()
    clean_up(ctx)
    worker = Worker(ctx)
    worker.run_until_idle()
    first = [each.id for each in rows(ctx, job_log)]
    assert len(first) == 1
    _at(monkeypatch, clock.now() + timedelta(days=181))
    clean_up(ctx)
    worker.run_until_idle()
    left = [each.id for each in rows(ctx, job_log)]
    assert len(left) == 1
    assert left != first


def test_files_without_an_owner_go_once_a_day(new_context: Callable[..., Context], monkeypatch: Any) -> None:
    ctx = new_context()
    now = clock.now()
    for hours, left in ((0, []), (23, LOST), (25, [])):
        ctx.blobs.put(LOST[0], b"lost")
        _at(monkeypatch, now + timedelta(hours=hours))
        clean_up(ctx)
        Worker(ctx).run_until_idle()
        assert list(ctx.blobs.ids()) == left


def _due_now(ctx: Context) -> None:
    with ctx.database.write() as tx:
        ids = list(tx.execute(select(job.c.id)).scalars())
        tx.execute(update(job).where(job.c.id.in_(ids)).values(due_at=clock.now()))
