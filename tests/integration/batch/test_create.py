"""Creating batches: what is checked, what is stored, and how fast."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select
from tests.batch_scene import Scene

from shoal.batch.create import create_batch
from shoal.batch.outcomes import failure_groups, list_elements, outcomes_of
from shoal.batch.selection import EVERYTHING, stand_in
from shoal.batch.states import BatchState, ElementState
from shoal.batch.view import get_batch, list_batches
from shoal.commands.context import Context
from shoal.errors import (
    ConflictError,
    EmptySelectionError,
    FilterRejectedError,
    InputError,
    NotFoundError,
    ParamsRejectedError,
    VariableTypeError,
)
from shoal.filters.batches import BatchFilter
from shoal.ids import new_id
from shoal.store.tables.batches import batch, batch_chunk, batch_requested_id
from shoal.store.tables.jobs import job


@pytest.fixture(scope="module")
def scene(new_context: Callable[..., Context]) -> Scene:
    return Scene(new_context(invocations_per_batch_job=10, batch_jobs_per_seed=3))


def test_ids_and_filter_are_united(scene: Scene) -> None:
    key, ids = scene.start(30)
    _, others = scene.start(7)
    made = scene.create("suspend-instances", ids=[*ids[:12], *others], filter={"business_key": key})
    assert made.statistics.total == 37
    assert (made.state, made.statistics.remaining, made.jobs_created) == (BatchState.SEEDING, 37, 0)
    done = scene.finish(made.id)
    assert (done.statistics.total, done.statistics.succeeded) == (37, 37)


def test_duplicates_count_once(scene: Scene) -> None:
    _, ids = scene.start(3)
    assert scene.create("suspend-instances", ids=[*ids, *ids, ids[0].upper()]).statistics.total == 3


def test_everything_is_everything_that_exists_at_creation(new_context: Callable[..., Context]) -> None:
    scene = Scene(new_context())
    scene.start(4)
    made = create_batch(scene.ctx, "suspend-instances", None, {"everything": EVERYTHING})
    scene.start(3)
    assert made.statistics.total == 4
    assert scene.finish(made.id).statistics.succeeded == 4


def test_unknown_and_malformed_ids_do_not_stop_a_batch(scene: Scene) -> None:
    _, ids = scene.start(5)
    unknown = [new_id() for _ in range(25)]
    made = scene.create("suspend-instances", ids=[*ids, *unknown, "nonsense", "x" * 5000])
    assert made.statistics.total == 32
    assert made.selection["malformed"] == 2
    done = scene.finish(made.id)
    assert (done.state, done.statistics.succeeded, done.statistics.skipped) == (BatchState.COMPLETED, 5, 27)
    groups = {group.reason: group.count for group in failure_groups(scene.ctx, made.id)}
    assert groups == {"not-found": 25, "malformed-id": 2}
    (told,) = outcomes_of(scene.ctx, made.id, [stand_in("nonsense")])
    assert told.message == "'nonsense' does not have the form of an id"


def test_only_unknown_ids_are_a_batch_too(scene: Scene) -> None:
    done = scene.finish(scene.create("suspend-instances", ids=[new_id()]).id)
    assert (done.state, done.statistics.skipped) == (BatchState.COMPLETED, 1)


@pytest.mark.parametrize(
    ("operation", "params", "selection", "error", "says"),
    [
        ("suspend", {}, {}, NotFoundError, "suspend-instances"),
        ("suspend-instances", {"force": True}, {}, ParamsRejectedError, "force"),
        ("set-job-retries", {}, {}, ParamsRejectedError, "retries"),
        ("set-job-retries", {"retries": -1}, {}, ParamsRejectedError, "retries"),
        ("set-variables", {"variables": {}}, {}, ParamsRejectedError, "variables"),
        ("set-variables", {"variables": {"v": {"type": "Integer", "value": "x"}}}, {}, VariableTypeError, "'v'"),
        ("set-variables", {"variables": {"v" * 5000: 1}}, {}, VariableTypeError, "name"),
        ("cancel-instances", {"reason": "a\0b"}, {}, InputError, "NUL"),
        ("suspend-instances", {}, {"filter": {}}, EmptySelectionError, EVERYTHING),
        ("suspend-instances", {}, {"ids": ["nonsense"]}, EmptySelectionError, "nonsense"),
        ("suspend-instances", {}, {"filter": {"business_key": "nobody"}}, EmptySelectionError, "matches no"),
        ("suspend-instances", {}, {"filter": {"nope": 1}}, FilterRejectedError, "nope"),
        ("suspend-instances", {}, {"filter": {"definition_key": "a\0b"}}, InputError, "NUL"),
        ("suspend-instances", {}, {"everything": "yes"}, InputError, EVERYTHING),
    ],
)
def test_what_is_refused_creates_nothing(
    scene: Scene,
    operation: str,
    params: dict[str, Any],
    selection: dict[str, Any],
    error: type[Exception],
    says: str,
) -> None:
    before = scene.rows(select(func.count()).select_from(batch)), scene.rows(select(func.count()).select_from(job))
    with pytest.raises(error, match=says):
        create_batch(scene.ctx, operation, params, selection or {"ids": [new_id()]})
    after = scene.rows(select(func.count()).select_from(batch)), scene.rows(select(func.count()).select_from(job))
    assert after == before
    assert not scene.rows(select(batch_requested_id.c.batch_id).join(batch, isouter=True, onclause=_orphaned()))


def _orphaned() -> Any:
    return batch.c.id == batch_requested_id.c.batch_id


@pytest.mark.parametrize(
    "options",
    [{"chunk_size": 0}, {"rate_per_second": 0}, {"max_parallel": 0}, {"priority": "high"}, {"speed": 1}],
)
def test_bad_options_are_named(scene: Scene, options: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=next(iter(options))):
        scene.create("suspend-instances", ids=[new_id()], **options)


def test_options_are_kept(scene: Scene) -> None:
    made = scene.create(
        "cancel-instances",
        {"reason": "why"},
        ids=[new_id()],
        chunk_size=7,
        jobs_per_seed=2,
        priority=5,
        rate_per_second=2.5,
        max_parallel=3,
        suspended=True,
        created_by="anna",
        tenant_id="t1",
    )
    assert (made.chunk_size, made.jobs_per_seed, made.priority, made.rate_per_second) == (7, 2, 5, 2.5)
    assert (made.max_parallel, made.suspended, made.created_by, made.tenant_id) == (3, True, "anna", "t1")
    assert made.params == {"reason": "why"}
    assert made.camunda_type == "instance-deletion"
    listed = list_batches(scene.ctx, BatchFilter(created_by="anna", suspended=True, operation="cancel-instances"))
    assert [each.id for each in listed] == [made.id]
    assert list_batches(scene.ctx, BatchFilter(), limit=1)[0].id == made.id


def test_one_key_makes_one_batch_however_many_ask_at_once(scene: Scene) -> None:
    _, ids = scene.start(3)
    key = new_id()
    made: list[str] = []

    def ask() -> None:
        made.append(scene.create("suspend-instances", ids=ids, idempotency_key=key).id)

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 6
    assert len(set(made)) == 1


def test_the_same_key_with_another_request_is_a_conflict(scene: Scene) -> None:
    _, ids = scene.start(2)
    key = new_id()
    first = scene.create("set-variables", {"variables": {"a": 1}}, ids=ids, idempotency_key=key)
    with pytest.raises(ConflictError, match=first.id):
        scene.create("set-variables", {"variables": {"a": 2}}, ids=ids, idempotency_key=key)
    with pytest.raises(ConflictError, match=first.id):
        scene.create("suspend-instances", ids=ids, idempotency_key=key)
    with pytest.raises(ConflictError, match=first.id):
        scene.create("set-variables", {"variables": {"a": 1}}, ids=ids, idempotency_key=key, rate_per_second=5)


def test_200_000_ids_are_taken_at_once(scene: Scene) -> None:
    ids = [new_id() for _ in range(200_000)]
    began = time.monotonic()
    made = scene.create("suspend-instances", ids=ids, suspended=True, chunk_size=1000)
    seconds = time.monotonic() - began
    assert made.statistics.total == 200_000
    assert seconds < 8, f"{seconds:.1f} s"
    rows = scene.rows(select(func.count()).where(batch_requested_id.c.batch_id == made.id))
    assert rows[0][0] == 200_000


def test_elements_are_seen_before_during_and_after(scene: Scene) -> None:
    _, ids = scene.start(25)
    made = scene.create("suspend-instances", ids=ids)
    assert {each.state for each in outcomes_of(scene.ctx, made.id, ids)} == {ElementState.PENDING}
    scene.run_until(lambda: bool(scene.rows(select(batch_chunk.c.id).where(batch_chunk.c.batch_id == made.id))))
    pending = list_elements(scene.ctx, made.id, state=ElementState.PENDING, limit=100)
    assert [each.target_id for each in pending] == ids
    scene.finish(made.id)
    pages: list[str] = []
    while page := list_elements(
        scene.ctx, made.id, state=ElementState.SUCCEEDED, limit=4, after_id=pages[-1] if pages else None
    ):
        pages += [each.target_id for each in page]
    assert pages == ids
    with pytest.raises(NotFoundError):
        outcomes_of(scene.ctx, made.id, [new_id()])
    with pytest.raises(NotFoundError):
        list_elements(scene.ctx, new_id())
    with pytest.raises(NotFoundError):
        get_batch(scene.ctx, "nonsense")
