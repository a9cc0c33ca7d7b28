"""Workers: woken by work, live work first, several at once, stopped gracefully, not impressed by outages."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import select
from tests.batch_scene import Scene, check_batch
from tests.integration.jobs.test_live_jobs import model

from shoal import clock
from shoal.batch.view import get_batch
from shoal.commands.context import Context
from shoal.commands.deploy import deploy
from shoal.commands.start_instances import start_instances
from shoal.errors import UnavailableError
from shoal.jobs.acquire import acquire
from shoal.jobs.lease import LeaseKeeper
from shoal.jobs.wake import signal_of
from shoal.store.queries.job_acquisition import count_leased_executions
from shoal.store.tables.jobs import job
from shoal.workers import loop
from shoal.workers.embedded import EmbeddedWorkers
from shoal.workers.loop import Worker


@pytest.fixture
def scene(new_context: Callable[..., Context]) -> Scene:
    return Scene(new_context(invocations_per_batch_job=10, batch_jobs_per_seed=5, poll_seconds=5.0))


def wait_for(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_several_workers_do_a_batch_together(scene: Scene) -> None:
    _, ids = scene.start(200)
    made = scene.create("set-variables", {"variables": {"a": 1}}, ids=ids)
    with EmbeddedWorkers(scene.ctx, 4) as workers:
        assert workers.is_alive()
        wait_for(lambda: get_batch(scene.ctx, made.id).has_ended)
    assert not workers._threads
    check_batch(scene.ctx, made.id)
    assert get_batch(scene.ctx, made.id).statistics.succeeded == 200


def test_idle_workers_are_woken(scene: Scene) -> None:
    _, ids = scene.start(5)
    with EmbeddedWorkers(scene.ctx, 1):
        # long enough for the pause to have grown to seconds
        time.sleep(1.5)
        began = time.monotonic()
        made = scene.create("suspend-instances", ids=ids)
        wait_for(lambda: get_batch(scene.ctx, made.id).has_ended)
        assert time.monotonic() - began < 2


def test_live_work_goes_first(scene: Scene) -> None:
    order: list[str] = []
    scene.ctx.host.register("code", lambda _execution: order.append("live"))
    deploy(scene.ctx, {"plain.bpmn": model("plain")})
    _, ids = scene.start(30)
    made = scene.create("suspend-instances", ids=ids, priority=100)
    worker = Worker(scene.ctx)
    worker.run_once()
    start_instances(scene.ctx, key="plain", count=3)
    worker.run_once()
    assert order == ["live"] * 3
    assert get_batch(scene.ctx, made.id).statistics.done == 0
    scene.finish(made.id)


def test_stopping_finishes_what_was_begun(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    _, ids = scene.start(50)
    made = scene.create("suspend-instances", ids=ids)
    begun, go_on = threading.Event(), threading.Event()
    real = loop.run_acquired

    def slow(ctx: Any, acquired: Any, *given: Any) -> None:
        if acquired.batch is not None and acquired.batch.kind == "batch-execution":
            begun.set()
            go_on.wait(10)
        real(ctx, acquired, *given)

    monkeypatch.setattr(loop, "run_acquired", slow)
    workers = EmbeddedWorkers(scene.ctx, 1).start()
    begun.wait(10)
    stopping = threading.Thread(target=workers.stop)
    stopping.start()
    go_on.set()
    stopping.join(10)
    assert get_batch(scene.ctx, made.id).statistics.done == 10
    with scene.ctx.database.read() as tx:
        assert tx.execute(select(job.c.id).where(job.c.leased_by.is_not(None))).all() == []
    monkeypatch.undo()
    scene.finish(made.id)


def test_an_outage_is_waited_for(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    _, ids = scene.start(20)
    made = scene.create("suspend-instances", ids=ids)
    away = threading.Event()
    away.set()
    looks: list[float] = []
    real = loop.acquire

    def fail(*given: Any) -> Any:
        if away.is_set():
            looks.append(time.monotonic())
            raise UnavailableError("gone")
        return real(*given)

    monkeypatch.setattr(loop, "acquire", fail)
    with EmbeddedWorkers(scene.ctx, 1):
        wait_for(lambda: len(looks) >= 4)
        pauses = [later - earlier for earlier, later in pairwise(looks)]
        assert pauses[-1] > pauses[0]
        away.clear()
        wait_for(lambda: get_batch(scene.ctx, made.id).has_ended)
    assert get_batch(scene.ctx, made.id).statistics.succeeded == 20


def test_a_bug_does_not_end_a_worker(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    _, ids = scene.start(20)
    made = scene.create("suspend-instances", ids=ids)
    times: list[int] = []
    real = loop.run_acquired

    def stumble(*given: Any) -> None:
        times.append(1)
        if len(times) == 1:
            raise RuntimeError("bug")
        real(*given)

    monkeypatch.setattr(loop, "run_acquired", stumble)
    monkeypatch.setattr(loop, "_PAUSE_AFTER_BUG", 0.01)
    with EmbeddedWorkers(scene.ctx, 1):
        wait_for(lambda: get_batch(scene.ctx, made.id).has_ended)


def test_long_work_keeps_its_lease(
    scene: Scene, new_context: Callable[..., Context], monkeypatch: pytest.MonkeyPatch
) -> None:
    hasty = new_context(scene.ctx.database, lease_seconds=1.5)
    scene.ctx.host.register("code", lambda _execution: None)
    times: list[int] = []

    def slow(_execution: Any) -> None:
        times.append(1)
        time.sleep(3.5)

    hasty.host.register("code", slow)
    deploy(scene.ctx, {"plain.bpmn": model("plain")})
    start_instances(scene.ctx, key="plain")
    with EmbeddedWorkers(hasty, 3):
        wait_for(lambda: not _jobs(scene))
    assert times == [1]


def _jobs(scene: Scene) -> list[Any]:
    return scene.rows(select(job.c.id))


def test_a_keeper_renews_only_what_is_held(scene: Scene) -> None:
    keeper = LeaseKeeper(scene.ctx)
    assert keeper.run_once() == 0
    _, ids = scene.start(1)
    scene.create("suspend-instances", ids=ids)
    found = acquire(scene.ctx, "me", lambda *_given: True)
    (before,) = scene.rows(select(job.c.leased_until).where(job.c.id == found.job_ids[0]))
    with keeper.keeping("me", found.job_ids):
        assert keeper.run_once() == 1
    with keeper.keeping("somebody else", found.job_ids):
        keeper.run_once()
    (after,) = scene.rows(select(job.c.leased_until).where(job.c.id == found.job_ids[0]))
    assert after[0] > before[0]
    assert keeper.run_once() == 0


def test_a_signal_between_looking_and_waiting_is_not_lost(scene: Scene) -> None:
    signal = signal_of(scene.ctx.database)
    seen = signal.count
    signal.notify()
    began = time.monotonic()
    signal.wait(seen, 10)
    assert time.monotonic() - began < 1


def test_max_parallel_is_kept(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    _, ids = scene.start(120)
    made = scene.create("suspend-instances", ids=ids, max_parallel=2, chunk_size=5)
    seen: list[int] = []
    real = loop.run_acquired

    def count(*given: Any) -> None:
        with scene.ctx.database.read() as tx:
            seen.append(count_leased_executions(tx, made.id, clock.now()))
        time.sleep(0.01)
        real(*given)

    monkeypatch.setattr(loop, "run_acquired", count)
    with EmbeddedWorkers(scene.ctx, 5):
        wait_for(lambda: get_batch(scene.ctx, made.id).has_ended)
    assert max(seen) == 2
    check_batch(scene.ctx, made.id)
