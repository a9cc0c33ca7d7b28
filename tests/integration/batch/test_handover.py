"""Between taking a chunk and doing it, everything can have changed: the lease, the batch, who holds which row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from sqlalchemy import select, update
from tests.batch_scene import Scene, check_batch

from shoal import clock
from shoal.batch import ending
from shoal.batch.control import cancel_batch, delete_batch, resume_batch, retry_failed, suspend_batch
from shoal.batch.failing import record_chunk_failure
from shoal.batch.handlers import BATCH_HANDLERS
from shoal.batch.operations.set_variables import SetVariables
from shoal.batch.outcomes import list_elements
from shoal.batch.states import BatchState
from shoal.batch.view import BatchView, get_batch
from shoal.commands.context import Context
from shoal.commands.outcome import ChunkOutcome, Failure
from shoal.jobs.acquire import Acquired, acquire
from shoal.jobs.run import run_acquired
from shoal.store.tables.batches import batch_chunk, batch_element
from shoal.store.tables.jobs import job
from shoal.store.tables.variables import variable_update
from shoal.store.within import within

TROUBLES = ["works", "breaks"]


@pytest.fixture(scope="module")
def scene(new_context: Callable[..., Context]) -> Scene:
    return Scene(new_context(batch_retries=1))


def seeded(scene: Scene, count: int = 6) -> tuple[BatchView, list[str]]:
    """A batch of one chunk that is still to be done."""
    _, ids = scene.start(count)
    made = scene.create("set-variables", {"variables": {"once": 1}}, ids=ids)
    scene.run_until(lambda: get_batch(scene.ctx, made.id).state is BatchState.RUNNING)
    return made, ids


def take(scene: Scene, owner: str) -> Acquired:
    found = acquire(scene.ctx, owner, lambda *_given: True)
    assert found.batch is not None
    assert found.batch.kind == "batch-execution"
    return found


def work(scene: Scene, found: Acquired, owner: str) -> None:
    run_acquired(scene.ctx, found, owner, BATCH_HANDLERS)


def expire(scene: Scene, found: Acquired) -> None:
    """Let the lease end now."""
    with scene.ctx.database.write() as tx:
        tx.execute(update(job).where(within(job.c.id, found.job_ids)).values(leased_until=clock.now()))


def times(scene: Scene, ids: list[str]) -> int:
    """How often the variable was set, over all."""
    u = variable_update.c
    return len(scene.rows(select(u.id).where(within(u.instance_id, ids), u.name == "once")))


def break_it(patch: pytest.MonkeyPatch, trouble: str) -> None:
    """Let every chunk fail as a whole, or nothing."""
    if trouble == "breaks":

        def apply(*_given: Any) -> ChunkOutcome:
            raise RuntimeError("broken")

        patch.setattr(SetVariables, "apply", apply)


@pytest.mark.parametrize("trouble", TROUBLES)
def test_who_was_overtaken_writes_nothing(scene: Scene, trouble: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made, ids = seeded(scene)
    slow = take(scene, "slow")
    expire(scene, slow)
    quick = take(scene, "quick")
    assert quick.job_ids == slow.job_ids
    with monkeypatch.context() as patch:
        break_it(patch, trouble)
        work(scene, slow, "slow")
    assert times(scene, ids) == 0
    view = get_batch(scene.ctx, made.id)
    assert (view.state, view.statistics.remaining, view.statistics.failed) == (BatchState.RUNNING, 6, 0)
    (owner,) = scene.rows(select(job.c.leased_by).where(within(job.c.id, quick.job_ids)))
    assert owner[0] == "quick"
    work(scene, quick, "quick")
    assert times(scene, ids) == 6
    assert get_batch(scene.ctx, made.id).state is BatchState.COMPLETED
    check_batch(scene.ctx, made.id)


def test_a_chunk_that_was_taken_before_the_suspension_waits(scene: Scene) -> None:
    made, ids = seeded(scene)
    found = take(scene, "me")
    suspend_batch(scene.ctx, made.id)
    work(scene, found, "me")
    assert times(scene, ids) == 0
    check_batch(scene.ctx, made.id)
    resume_batch(scene.ctx, made.id)
    # it was given back, so it need not wait for its lease
    scene.finish(made.id, seconds=5)
    assert times(scene, ids) == 6


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_chunk_that_the_cancellation_could_not_reach_is_cancelled_by_its_worker(
    scene: Scene, trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, ids = seeded(scene)
    found = take(scene, "me")
    with monkeypatch.context() as patch:
        # as if its worker held the row at that moment
        patch.setattr(ending, "hold_batch_jobs", lambda *_given: [])
        view = cancel_batch(scene.ctx, made.id)
    assert (view.state, view.statistics.remaining) == (BatchState.CANCELLED, 6)
    with monkeypatch.context() as patch:
        break_it(patch, trouble)
        work(scene, found, "me")
    assert times(scene, ids) == 0
    after = get_batch(scene.ctx, made.id).statistics
    assert (after.cancelled, after.remaining, after.succeeded) == (6, 0, 0)
    check_batch(scene.ctx, made.id)


def test_a_failure_behind_a_cancellation_is_not_tried_again(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    made, _ = seeded(scene)
    found = take(scene, "me")
    with monkeypatch.context() as patch:
        patch.setattr(ending, "hold_batch_jobs", lambda *_given: [])
        cancel_batch(scene.ctx, made.id)
    assert found.batch is not None
    # the chunk was rolled back, and only then its worker learns of the cancellation
    record_chunk_failure(scene.ctx, found.batch, "me", RuntimeError("broken"))
    view = get_batch(scene.ctx, made.id)
    assert (view.statistics.cancelled, view.statistics.failed, view.statistics.remaining) == (6, 0, 0)
    check_batch(scene.ctx, made.id)


def test_a_chunk_that_died_in_a_cancelled_batch_is_cancelled_by_whoever_finds_it(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, ids = seeded(scene)
    found = take(scene, "dead")
    with monkeypatch.context() as patch:
        patch.setattr(ending, "hold_batch_jobs", lambda *_given: [])
        cancel_batch(scene.ctx, made.id)
    expire(scene, found)
    scene.idle()
    assert times(scene, ids) == 0
    assert get_batch(scene.ctx, made.id).statistics.cancelled == 6
    check_batch(scene.ctx, made.id)


def test_a_chunk_of_a_deleted_batch_is_forgotten(scene: Scene) -> None:
    made, ids = seeded(scene)
    found = take(scene, "me")
    delete_batch(scene.ctx, made.id)
    work(scene, found, "me")
    assert times(scene, ids) == 0
    assert scene.rows(select(batch_chunk.c.id).where(batch_chunk.c.batch_id == made.id)) == []


def trouble_with(patch: pytest.MonkeyPatch, failing: Sequence[str], put_back: Sequence[str]) -> None:
    """Let these elements fail, and those be put back."""
    real = SetVariables.apply

    def apply(self: Any, ctx: Any, tx: Any, ids: Sequence[str], *given: Any) -> ChunkOutcome:
        rest = [each for each in ids if each not in failing and each not in put_back]
        outcome = real(self, ctx, tx, rest, *given) if rest else ChunkOutcome()
        outcome.failed |= {each: Failure("test", "fails") for each in ids if each in failing}
        outcome.put_back += [each for each in ids if each in put_back]
        return outcome

    patch.setattr(SetVariables, "apply", apply)


def test_what_is_known_of_a_failure_goes_along_when_its_chunk_is_split(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, ids = seeded(scene)
    with monkeypatch.context() as patch:
        trouble_with(patch, ids[:4], [])
        scene.finish(made.id)
    retry_failed(scene.ctx, made.id)
    with monkeypatch.context() as patch:
        # of the four that are tried again, one is done and three have to wait
        trouble_with(patch, [], ids[1:4])
        work(scene, take(scene, "me"), "me")
    check_batch(scene.ctx, made.id)
    rows = scene.rows(select(batch_element.c.target_id).where(batch_element.c.batch_id == made.id))
    assert sorted(row[0] for row in rows) == ids[1:4]
    view = cancel_batch(scene.ctx, made.id)
    assert (view.statistics.succeeded, view.statistics.failed, view.statistics.cancelled) == (3, 3, 0)
    assert [each.target_id for each in list_elements(scene.ctx, made.id)] == ids[1:4]
    check_batch(scene.ctx, made.id)


def test_a_retried_chunk_that_is_halved_takes_its_failures_along(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, ids = seeded(scene)
    with monkeypatch.context() as patch:
        trouble_with(patch, ids[:4], [])
        scene.finish(made.id)
    retry_failed(scene.ctx, made.id)
    with monkeypatch.context() as patch:
        break_it(patch, "breaks")
        work(scene, take(scene, "me"), "me")
    check_batch(scene.ctx, made.id)
    view = cancel_batch(scene.ctx, made.id)
    assert (view.statistics.succeeded, view.statistics.failed, view.statistics.cancelled) == (2, 4, 0)
    check_batch(scene.ctx, made.id)
