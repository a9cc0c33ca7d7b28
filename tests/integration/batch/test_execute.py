"""Executing chunks: failures alone, elements put back, and databases that go away."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from sqlalchemy import select, text
from tests.batch_scene import Scene, check_batch

from shoal.batch import execute, seed
from shoal.batch.control import cancel_batch, retry_failed
from shoal.batch.operations.suspend_instances import SuspendInstances
from shoal.batch.outcomes import failure_groups, list_elements, outcomes_of
from shoal.batch.states import BatchState, ElementState
from shoal.batch.view import get_batch
from shoal.commands.context import Context
from shoal.commands.outcome import ChunkOutcome, Failure
from shoal.errors import UnavailableError
from shoal.ids import new_id
from shoal.jobs.lease import LeaseLostError, guard
from shoal.store.tables.batches import batch_chunk
from shoal.store.tables.history import job_log
from shoal.store.tables.instances import process_instance
from shoal.store.within import within
from shoal.workers.loop import Worker


@pytest.fixture(scope="module")
def scene(new_context: Callable[..., Context]) -> Scene:
    return Scene(new_context(invocations_per_batch_job=50, batch_retries=3))


def spoil(patch: pytest.MonkeyPatch, poisoned: set[str]) -> list[int]:
    """Chunks with one of these elements fail as a whole; the sizes of all that were tried."""
    real = SuspendInstances.apply
    sizes: list[int] = []

    def apply(self: Any, ctx: Any, tx: Any, ids: Sequence[str], *given: Any) -> Any:
        sizes.append(len(ids))
        outcome = real(self, ctx, tx, ids, *given)
        for each in ids:
            if each in poisoned:
                raise RuntimeError(f"element {each} is poison")
        return outcome

    patch.setattr(SuspendInstances, "apply", apply)
    return sizes


def test_one_poison_among_10_000(new_context: Callable[..., Context], monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene(new_context(invocations_per_batch_job=1000))
    key, ids = scene.start(10_000)
    poison = ids[6_543]
    with monkeypatch.context() as patch:
        sizes = spoil(patch, {poison})
        made = scene.create("suspend-instances", filter={"business_key": key})
        done = scene.finish(made.id, seconds=60)
    assert done.state is BatchState.COMPLETED_WITH_FAILURES
    assert (done.statistics.succeeded, done.statistics.failed) == (9_999, 1)
    assert len(sizes) < 40
    (group,) = failure_groups(scene.ctx, made.id)
    assert (group.count, group.example_id) == (1, poison)
    assert group.reason == "execution.failed: RuntimeError: element * is poison"
    (failed,) = list_elements(scene.ctx, made.id)
    assert (failed.target_id, failed.message) == (poison, f"RuntimeError: element {poison} is poison")
    assert "Traceback" in (failed.details or "")

    again = retry_failed(scene.ctx, made.id)
    assert (again.state, again.statistics.remaining, again.statistics.failed) == (BatchState.RUNNING, 1, 0)
    (pending,) = outcomes_of(scene.ctx, made.id, [poison])
    assert (pending.state, pending.reason) == (ElementState.PENDING, group.reason)
    done = scene.finish(made.id)
    assert (done.state, done.statistics.succeeded) == (BatchState.COMPLETED, 10_000)
    assert failure_groups(scene.ctx, made.id) == []


def test_what_fails_again_is_failed_again(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    key, ids = scene.start(60)
    spoil(monkeypatch, set(ids[10:13]))
    made = scene.create("suspend-instances", filter={"business_key": key})
    assert scene.finish(made.id).statistics.failed == 3
    retry_failed(scene.ctx, made.id)
    done = scene.finish(made.id)
    assert (done.statistics.failed, done.statistics.succeeded) == (3, 57)
    assert [each.target_id for each in list_elements(scene.ctx, made.id)] == ids[10:13]


def test_retrying_twice_is_retrying_once(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    key, ids = scene.start(5)
    with monkeypatch.context() as patch:
        spoil(patch, set(ids))
        made = scene.create("suspend-instances", filter={"business_key": key})
        scene.finish(made.id)
    first = retry_failed(scene.ctx, made.id)
    second = retry_failed(scene.ctx, made.id)
    assert first.statistics.remaining == second.statistics.remaining == 5
    check_batch(scene.ctx, made.id)
    assert scene.finish(made.id).state is BatchState.COMPLETED
    assert retry_failed(scene.ctx, made.id).state is BatchState.COMPLETED


def test_cancelling_a_retry_leaves_the_failures_failed(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    key, ids = scene.start(8)
    spoil(monkeypatch, set(ids[:2]))
    made = scene.create("suspend-instances", filter={"business_key": key})
    scene.finish(made.id)
    retry_failed(scene.ctx, made.id)
    view = cancel_batch(scene.ctx, made.id)
    assert (view.statistics.failed, view.statistics.succeeded, view.statistics.cancelled) == (2, 6, 0)
    check_batch(scene.ctx, made.id)
    assert [each.target_id for each in list_elements(scene.ctx, made.id)] == ids[:2]


def test_a_chunk_that_recovers_fails_nobody(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    key, _ = scene.start(20)
    real = SuspendInstances.apply
    tries: list[int] = []

    def apply(self: Any, *given: Any) -> Any:
        tries.append(1)
        if len(tries) < 3:
            raise RuntimeError("x" * 1_000_000)
        return real(self, *given)

    monkeypatch.setattr(SuspendInstances, "apply", apply)
    made = scene.create("suspend-instances", filter={"business_key": key})
    done = scene.finish(made.id)
    assert (done.state, done.statistics.succeeded, len(tries)) == (BatchState.COMPLETED, 20, 3)
    log = scene.rows(select(job_log.c.event, job_log.c.message).where(job_log.c.batch_id == made.id))
    assert [event for event, _ in log].count("failed") == 2
    assert all(len(message or "") < 5_000 for _, message in log)


def individually(patch: pytest.MonkeyPatch, tell: Callable[[Any, list[str]], None]) -> None:
    """Let ``tell`` change the outcome of each chunk before anything is applied: it moves ids out of the list."""
    real = SuspendInstances.apply

    def apply(self: Any, ctx: Any, tx: Any, ids: Sequence[str], *given: Any) -> Any:
        told = ChunkOutcome()
        rest = list(ids)
        tell(told, rest)
        outcome = real(self, ctx, tx, rest, *given) if rest else ChunkOutcome()
        outcome.failed |= told.failed
        outcome.put_back += told.put_back
        return outcome

    patch.setattr(SuspendInstances, "apply", apply)


def test_elements_that_fail_alone_are_tried_again_alone(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    key, ids = scene.start(30)
    tries: dict[str, int] = {}

    def tell(outcome: Any, rest: list[str]) -> None:
        for each in ids[:3]:
            if each in rest:
                tries[each] = tries.get(each, 0) + 1
                if each != ids[2] or tries[each] < 3:
                    rest.remove(each)
                    outcome.failed[each] = Failure("execution.failed", f"no {each}")

    individually(monkeypatch, tell)
    made = scene.create("suspend-instances", filter={"business_key": key})
    done = scene.finish(made.id)
    assert (done.statistics.failed, done.statistics.succeeded) == (2, 28)
    assert set(tries.values()) == {3}
    (group,) = failure_groups(scene.ctx, made.id)
    assert (group.count, group.reason) == (2, "execution.failed: no *")


def test_elements_that_are_put_back_lose_no_try(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    key, ids = scene.start(30)
    looks = [0]

    def tell(outcome: Any, rest: list[str]) -> None:
        if ids[4] in rest:
            looks[0] += 1
            if looks[0] < 6:
                rest.remove(ids[4])
                outcome.put_back.append(ids[4])

    individually(monkeypatch, tell)
    made = scene.create("suspend-instances", filter={"business_key": key})
    done = scene.finish(made.id)
    assert (done.state, done.statistics.succeeded, looks[0]) == (BatchState.COMPLETED, 30, 6)


def test_everything_at_once(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    key, ids = scene.start(3)

    def tell(outcome: Any, rest: list[str]) -> None:
        for each in list(rest):
            tries[each] = tries.get(each, 0) + 1
            if tries[each] < 3:
                rest.remove(each)
                if each == ids[0]:
                    outcome.put_back.append(each)
                else:
                    outcome.failed[each] = Failure("a", "b")

    tries: dict[str, int] = {}
    individually(monkeypatch, tell)
    made = scene.create("suspend-instances", filter={"business_key": key})
    assert scene.finish(made.id).statistics.succeeded == 3


def test_rows_that_others_hold_are_not_waited_for(scene: Scene) -> None:
    if scene.ctx.database.dialect.single_writer:
        pytest.skip("SQLite has no locks of rows")
    key, ids = scene.start(30)
    made = scene.create("suspend-instances", filter={"business_key": key})
    held, release = threading.Event(), threading.Event()

    def hold() -> None:
        with scene.ctx.database.write() as tx:
            t = process_instance.c
            tx.execute(select(t.id).where(within(t.id, ids[:4])).with_for_update())
            held.set()
            release.wait(20)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(20)
    scene.run_until(lambda: get_batch(scene.ctx, made.id).statistics.done == 26)
    check_batch(scene.ctx, made.id)
    release.set()
    thread.join()
    done = scene.finish(made.id)
    assert (done.statistics.succeeded, done.statistics.failed) == (30, 0)


def test_a_database_that_goes_away_costs_no_try(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    key, _ = scene.start(30)
    made = scene.create("suspend-instances", filter={"business_key": key})
    away = [True]
    real = execute.record_outcome

    def record(*given: Any) -> None:
        real(*given)
        if away[0]:
            raise UnavailableError("gone")

    monkeypatch.setattr(execute, "record_outcome", record)
    worker = Worker(scene.ctx)
    with pytest.raises(UnavailableError):
        worker.run_until_idle()
    away[0] = False
    # the worker gives back what it could not finish, and goes on without waiting for the lease
    worker.run_until_idle()
    done = get_batch(scene.ctx, made.id)
    assert (done.state, done.statistics.succeeded) == (BatchState.COMPLETED, 30)
    (attempts,) = scene.rows(select(batch_chunk.c.attempts).where(batch_chunk.c.batch_id == made.id))
    assert attempts[0] == 1


def test_a_server_that_drops_its_connections(scene: Scene) -> None:
    if scene.ctx.database.dialect.name != "postgresql":
        pytest.skip("SQLite has no connections to drop")
    key, _ = scene.start(200)
    made = scene.create("suspend-instances", filter={"business_key": key}, chunk_size=5)
    worker = Worker(scene.ctx)
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        for _ in range(5):
            with scene.ctx.database.engine.connect() as connection:
                connection.execute(
                    text(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                        "WHERE pid <> pg_backend_pid() AND datname = current_database()"
                    )
                )
            threading.Event().wait(0.1)
        done = scene.finish(made.id)
    finally:
        worker.stop()
        thread.join()
    assert (done.statistics.succeeded, done.statistics.failed) == (200, 0)


def test_who_lost_the_lease_writes_nothing(scene: Scene, new_context: Callable[..., Context]) -> None:
    key, _ = scene.start(5)
    made = scene.create("suspend-instances", filter={"business_key": key})
    slow = new_context(scene.ctx.database, lease_seconds=0.01)
    taken: list[Any] = []
    Worker(slow, handlers={"batch-seed": lambda *given: taken.append(given)}).run_once()
    assert scene.finish(made.id).statistics.succeeded == 5
    seed.run_once(*taken[0])
    check_batch(scene.ctx, made.id)
    job = taken[0][1]
    with pytest.raises(LeaseLostError), scene.ctx.database.write() as tx:
        guard(tx, [job.id], taken[0][2])


def test_an_operation_that_forgets_an_element_is_a_failure(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SuspendInstances, "apply", lambda *_given: ChunkOutcome())
    made = scene.create("suspend-instances", ids=[new_id()])
    done = scene.finish(made.id)
    assert done.statistics.failed == 1
    assert "told the outcome of 0 elements, not of 1" in (list_elements(scene.ctx, made.id)[0].message or "")
