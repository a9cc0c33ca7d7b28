"""Operations carried out at once: in chunks, with the outcome of every element, and what others hold waited for."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import pytest
from tests.batch_scene import Scene

from shoal.batch import direct
from shoal.batch.operations.suspend_instances import SuspendInstances
from shoal.batch.view import list_batches
from shoal.commands.context import Context
from shoal.errors import EmptySelectionError, NotFoundError, ParamsRejectedError
from shoal.filters import InstanceFilter
from shoal.filters.batches import BatchFilter
from shoal.ids import new_id
from shoal.store.queries.instance_filters import count_instances
from shoal.store.queries.instances import lock_headers


@pytest.fixture(scope="module")
def scene(ctx: Context) -> Scene:
    """The order process."""
    return Scene(ctx)


def suspended(scene: Scene, key: str) -> int:
    with scene.ctx.database.read() as tx:
        wanted = InstanceFilter.model_validate({"business_key": key, "state": "suspended"})
        return count_instances(tx, wanted)


def test_ids_and_filters_are_united_and_no_batch_is_made(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    key, ids = scene.start(7)
    _, others = scene.start(2)
    sizes: list[int] = []
    apply = SuspendInstances.apply

    def counted(self: Any, ctx: Any, tx: Any, ids: Sequence[str], *rest: Any) -> Any:
        sizes.append(len(ids))
        return apply(self, ctx, tx, ids, *rest)

    monkeypatch.setattr(SuspendInstances, "apply", counted)
    monkeypatch.setattr(direct, "CHUNK", 3)
    selection = {"ids": (ids[0], others[0], gone := new_id(), "no id"), "filter": {"business_key": key}}
    outcome = direct.carry_out(scene.ctx, "suspend-instances", None, selection)
    assert sorted(outcome.succeeded) == sorted([*ids, others[0]])
    assert {each: reason.code for each, reason in outcome.skipped.items()} == {
        gone: "not-found",
        "no id": "malformed-id",
    }
    assert suspended(scene, key) == 7
    assert max(sizes) == 3
    assert sum(sizes) == 9
    assert list_batches(scene.ctx, BatchFilter()) == []


def test_what_is_wrong_is_refused_before_anything_changed(scene: Scene) -> None:
    key, ids = scene.start(1)
    with pytest.raises(NotFoundError):
        direct.carry_out(scene.ctx, "paint-instances", None, {"ids": ids})
    with pytest.raises(ParamsRejectedError):
        direct.carry_out(scene.ctx, "set-job-retries", {"retries": -1}, {"ids": ids})
    with pytest.raises(EmptySelectionError):
        direct.carry_out(scene.ctx, "suspend-instances", None, {"filter": {"business_key": "nobody"}})
    with pytest.raises(EmptySelectionError):
        direct.carry_out(scene.ctx, "suspend-instances", None, {"filter": {}})
    assert suspended(scene, key) == 0


def test_what_others_hold_is_waited_for(scene: Scene) -> None:
    if scene.ctx.database.url.startswith("sqlite"):
        pytest.skip("a writer of SQLite waits for all others")
    key, ids = scene.start(3)
    held, let_go = threading.Event(), threading.Event()

    def hold() -> None:
        with scene.ctx.database.write() as tx:
            lock_headers(tx, ids[:1], skip=False)
            held.set()
            let_go.wait(30)

    thread = threading.Thread(target=hold)
    thread.start()
    assert held.wait(30)
    timer = threading.Timer(0.05, let_go.set)
    timer.start()
    outcome = direct.carry_out(scene.ctx, "suspend-instances", None, {"ids": ids})
    thread.join()
    timer.join()
    assert sorted(outcome.succeeded) == ids
    assert suspended(scene, key) == 3


def test_what_others_never_let_go_has_failed(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    if scene.ctx.database.url.startswith("sqlite"):
        pytest.skip("a writer of SQLite waits for all others")
    key, ids = scene.start(2)
    monkeypatch.setattr(direct, "_PAUSES", (0.0, 0.0))
    held, let_go = threading.Event(), threading.Event()

    def hold() -> None:
        with scene.ctx.database.write() as tx:
            lock_headers(tx, ids[:1], skip=False)
            held.set()
            let_go.wait(30)

    thread = threading.Thread(target=hold)
    thread.start()
    assert held.wait(30)
    outcome = direct.carry_out(scene.ctx, "suspend-instances", None, {"ids": ids})
    let_go.set()
    thread.join()
    assert outcome.succeeded == ids[1:]
    assert "2 times in a row" in outcome.failed[ids[0]].message
    assert suspended(scene, key) == 1
