"""What every operation promises, on both databases. A new operation needs one more case, nothing else here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import orjson
import pytest
from sqlalchemy import update
from tests.batch_scene import Scene, check_batch, pass_on
from tests.conformance.cases import CASES, Case
from tests.integrity import check_every_row

from shoal.batch import execute
from shoal.batch.control import cancel_batch, suspend_batch
from shoal.batch.outcomes import failure_groups, list_elements, outcomes_of
from shoal.batch.preview import preview_batch
from shoal.batch.registry import all_operations, find_operation
from shoal.batch.states import BatchState, ElementState
from shoal.batch.view import BatchView, get_batch
from shoal.commands.context import Context
from shoal.errors import ConflictError, ExpectedCountError
from shoal.filters.batches import BatchFilter
from shoal.ids import new_id
from shoal.store.queries.batch_filters import list_batches
from shoal.store.tables.jobs import job
from shoal.workers.loop import Worker

each_case = pytest.mark.parametrize("case", CASES, ids=[case.operation for case in CASES])


@pytest.fixture(scope="module")
def scene(new_context: Callable[..., Context]) -> Iterator[Scene]:
    made = Scene(
        new_context(invocations_per_batch_job=10, batch_jobs_per_seed=3, lease_seconds=30.0, batch_retries=2)
    )
    yield made
    check_every_row(made.ctx.database, made.ctx.blobs)


class Crash(GeneratorExit):
    """The process dies here. Nothing on the way may take it for a failure of the work (see ``means_stop``)."""


def arranged(scene: Scene, case: Case, count: int) -> tuple[dict[str, Any], list[str]]:
    """Targets of the case, and the filter that finds them."""
    filter_, ids = case.targets(scene, count)
    if case.arrange is not None:
        case.arrange(scene, ids)
    return filter_, ids


def create(scene: Scene, case: Case, **selection: Any) -> BatchView:
    return scene.create(case.operation, case.given(scene), **selection)


def test_every_operation_has_a_case() -> None:
    assert {case.operation for case in CASES} == set(all_operations())


@each_case
def test_the_preview_says_what_happens(scene: Scene, case: Case) -> None:
    filter_, ids = arranged(scene, case, 25)
    reason = None
    if case.spoil is not None:
        reason = case.spoil(scene, ids[:3])
    unknown = [new_id(), new_id()]
    selection = {"ids": [*unknown, *ids[:5], "nonsense"], "filter": filter_}
    preview = preview_batch(scene.ctx, case.operation, case.given(scene), selection)
    before = case.count(scene, ids)
    batch = scene.create(case.operation, case.given(scene), **selection, expected_count=preview.count)
    done = scene.finish(batch.id).statistics
    assert (done.total, done.succeeded, done.skipped) == (
        preview.count,
        preview.applicable,
        preview.count - preview.applicable,
    )
    assert preview.examined == preview.count == 28
    excluded = {group.reason: group.count for group in preview.exclusions}
    assert excluded == {group.reason: group.count for group in failure_groups(scene.ctx, batch.id)}
    assert excluded == {"not-found": 2, "malformed-id": 1} | ({reason: 3} if reason else {})
    assert set(preview.sample) <= set(ids[3:] if reason else ids)
    after = case.count(scene, ids)
    spoilt = set(ids[:3]) if reason else set()
    assert {each for each in ids if after[each] != before[each]} == set(ids) - spoilt


@each_case
def test_a_preview_writes_nothing(scene: Scene, case: Case) -> None:
    filter_, ids = arranged(scene, case, 3)
    with scene.ctx.database.read() as tx:
        batches = len(list_batches(tx, BatchFilter(), limit=1000))
    preview_batch(scene.ctx, case.operation, case.given(scene), {"filter": filter_})
    assert set(case.count(scene, ids).values()) == {0}
    with scene.ctx.database.read() as tx:
        assert len(list_batches(tx, BatchFilter(), limit=1000)) == batches


@each_case
def test_each_element_is_done_once(scene: Scene, case: Case) -> None:
    filter_, ids = arranged(scene, case, 45)
    done = scene.finish(create(scene, case, filter=filter_).id)
    assert done.state is BatchState.COMPLETED
    assert (done.statistics.succeeded, done.statistics.total) == (45, 45)
    assert set(case.count(scene, ids).values()) == {1}
    assert {each.state for each in outcomes_of(scene.ctx, done.id, ids)} == {ElementState.SUCCEEDED}
    listed = list_elements(scene.ctx, done.id, state=ElementState.SUCCEEDED)
    assert [each.target_id for each in listed] == ids


@each_case
def test_a_second_run_changes_nothing(scene: Scene, case: Case) -> None:
    _, ids = arranged(scene, case, 15)
    scene.finish(create(scene, case, ids=ids).id)
    before = case.count(scene, ids)
    done = scene.finish(create(scene, case, ids=ids).id).statistics
    after = case.count(scene, ids)
    if case.again_fails:
        assert (done.succeeded, done.failed) == (0, 15)
        assert after == before
    elif case.again_is_skipped:
        assert (done.succeeded, done.skipped) == (0, 15)
        assert after == before
    else:
        assert done.succeeded == 15
        assert all(after[each] >= before[each] for each in ids)


@each_case
def test_an_element_that_vanished_is_skipped_with_its_reason(scene: Scene, case: Case) -> None:
    filter_, ids = arranged(scene, case, 12)
    batch = create(scene, case, filter=filter_)
    seed_only(scene, batch.id)
    case.vanish(scene, ids[4])
    done = scene.finish(batch.id)
    assert (done.state, done.statistics.skipped, done.statistics.succeeded) == (BatchState.COMPLETED, 1, 11)
    (outcome,) = outcomes_of(scene.ctx, batch.id, [ids[4]])
    assert (outcome.state, outcome.reason) == (ElementState.SKIPPED, "not-found")


@each_case
@pytest.mark.parametrize("place", ["after-lock", "after-apply", "before-commit"])
def test_a_crash_loses_and_doubles_nothing(
    scene: Scene,
    new_context: Callable[..., Context],
    case: Case,
    place: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    filter_, ids = arranged(scene, case, 25)
    batch = create(scene, case, filter=filter_)
    # its worker dies, so its lease must end soon
    dying = new_context(scene.ctx.database, lease_seconds=0.05)
    dying.host.register("check", pass_on)
    seed_only(scene, batch.id)
    with monkeypatch.context() as patch:
        crash_at(patch, case, place)
        with pytest.raises(Crash):
            Worker(dying).run_until_idle()
    assert set(case.count(scene, ids).values()) == {0}
    check_batch(scene.ctx, batch.id)
    done = scene.finish(batch.id)
    assert (done.state, done.statistics.succeeded) == (BatchState.COMPLETED, 25)
    assert set(case.count(scene, ids).values()) == {1}


@each_case
def test_suspending_stops_within_one_chunk(scene: Scene, case: Case) -> None:
    filter_, ids = arranged(scene, case, 45)
    batch = create(scene, case, filter=filter_)
    scene.run_until(lambda: get_batch(scene.ctx, batch.id).statistics.done >= 10)
    suspend_batch(scene.ctx, batch.id)
    before = get_batch(scene.ctx, batch.id).statistics.done
    scene.idle()
    assert get_batch(scene.ctx, batch.id).statistics.done == before < 45
    assert sum(case.count(scene, ids).values()) == before
    check_batch(scene.ctx, batch.id)
    cancel_batch(scene.ctx, batch.id)


@each_case
def test_cancelling_leaves_the_rest_untouched(scene: Scene, case: Case) -> None:
    filter_, ids = arranged(scene, case, 45)
    batch = create(scene, case, filter=filter_)
    scene.run_until(lambda: get_batch(scene.ctx, batch.id).statistics.done >= 10)
    cancelled = cancel_batch(scene.ctx, batch.id)
    scene.idle()
    assert cancelled.state is BatchState.CANCELLED
    statistics = get_batch(scene.ctx, batch.id).statistics
    assert statistics.total == 45
    assert statistics.succeeded == cancelled.statistics.succeeded < 45
    assert statistics.cancelled == 45 - statistics.succeeded
    assert sum(case.count(scene, ids).values()) == statistics.succeeded
    check_batch(scene.ctx, batch.id)


@each_case
def test_one_failing_element_does_not_fail_its_chunk(
    scene: Scene, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    filter_, ids = arranged(scene, case, 25)
    batch = create(scene, case, filter=filter_)
    with monkeypatch.context() as patch:
        poison(patch, case, ids[13])
        done = scene.finish(batch.id)
    assert done.state is BatchState.COMPLETED_WITH_FAILURES
    assert (done.statistics.succeeded, done.statistics.failed) == (24, 1)
    counts = case.count(scene, ids)
    assert counts.pop(ids[13]) == 0
    assert set(counts.values()) == {1}
    (failed,) = list_elements(scene.ctx, batch.id, state=ElementState.FAILED)
    assert failed.target_id == ids[13]
    assert "poison" in (failed.message or "")


@each_case
def test_params_are_the_same_after_json(scene: Scene, case: Case) -> None:
    operation = find_operation(case.operation)
    params = operation.params.model_validate(case.given(scene))
    stored = orjson.loads(orjson.dumps(params.model_dump(mode="json", exclude_unset=True)))
    again = operation.params.model_validate(stored)
    assert again == params
    assert again.model_fields_set == params.model_fields_set


@each_case
def test_another_count_than_expected_creates_nothing(scene: Scene, case: Case) -> None:
    filter_, ids = arranged(scene, case, 5)
    with scene.ctx.database.read() as tx:
        before = list_batches(tx, BatchFilter(), limit=1)
    for wrong in (4, 6):
        with pytest.raises(ExpectedCountError, match="5"):
            scene.create(case.operation, case.given(scene), filter=filter_, expected_count=wrong)
    with scene.ctx.database.read() as tx:
        assert list_batches(tx, BatchFilter(), limit=1) == before
    assert set(case.count(scene, ids).values()) == {0}


@each_case
def test_the_same_key_gives_the_same_batch(scene: Scene, case: Case) -> None:
    _, ids = arranged(scene, case, 5)
    key = new_id()
    first = scene.create(case.operation, case.given(scene), ids=ids, idempotency_key=key)
    scene.finish(first.id)
    again = scene.create(case.operation, case.given(scene), ids=ids, idempotency_key=key)
    assert again.id == first.id
    assert again.state is BatchState.COMPLETED
    with pytest.raises(ConflictError, match=first.id):
        scene.create(case.operation, case.given(scene), ids=ids[:4], idempotency_key=key)
    assert set(case.count(scene, ids).values()) == {1}


def seed_only(scene: Scene, batch_id: str) -> None:
    """Make all chunks, and do none."""
    worker = Worker(scene.ctx)
    while get_batch(scene.ctx, batch_id).state is BatchState.SEEDING:
        with scene.ctx.database.write() as tx:
            # the next seed job is taken before them
            tx.execute(update(job).where(job.c.chunk_id.is_not(None)).values(priority=-1))
        worker.run_once()


def crash_at(patch: pytest.MonkeyPatch, case: Case, place: str) -> None:
    """Let the process die at that place of the next chunk."""
    operation = type(find_operation(case.operation))
    if place == "after-lock":

        def apply(self: Any, *given: Any, **named: Any) -> Any:
            raise Crash

        patch.setattr(operation, "apply", apply)
    elif place == "after-apply":

        def record(*given: Any, **named: Any) -> None:
            raise Crash

        patch.setattr(execute, "record_outcome", record)
    else:
        finish = execute.jobs.finish_job

        def finish_and_die(*given: Any, **named: Any) -> None:
            finish(*given, **named)
            raise Crash

        patch.setattr(execute.jobs, "finish_job", finish_and_die)


def poison(patch: pytest.MonkeyPatch, case: Case, target_id: str) -> None:
    """Let every chunk with this element fail as a whole."""
    operation = type(find_operation(case.operation))
    real = operation.apply

    def apply(self: Any, ctx: Any, tx: Any, ids: Sequence[str], *given: Any) -> Any:
        outcome = real(self, ctx, tx, ids, *given)
        if target_id in ids:
            raise RuntimeError(f"poison in {target_id}")
        return outcome

    patch.setattr(operation, "apply", apply)
