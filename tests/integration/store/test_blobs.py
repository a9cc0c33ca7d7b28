"""Large values outside of the database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from tests.integration.commands.models import CODE, ONE_TASK
from tests.integrity import check_every_row

from shoal import clock
from shoal.commands.cancel_instances import cancel_instances, prepare_cancel
from shoal.commands.complete_user_tasks import complete_user_task
from shoal.commands.context import Context
from shoal.commands.delete_history import delete_history
from shoal.commands.deploy import deploy
from shoal.commands.load import Loaded, load
from shoal.commands.set_variables import prepare_set_variables, set_variables
from shoal.commands.start_instances import start_instances
from shoal.errors import InputError, UnavailableError
from shoal.settings import HistoryLevel
from shoal.store.blobs import BlobStore, sweep_orphans
from shoal.store.tables.variables import variable
from shoal.store.tables.waits import user_task
from shoal.values import Deferred, TypedValue, ValueType

LARGE = [
    TypedValue(ValueType.STRING, "ä\0" * 5_000_000),
    TypedValue(ValueType.BYTES, bytes(10_000_000)),
    TypedValue(ValueType.JSON, {"items": list(range(1_000_000)), "big": 2**80}),
    TypedValue(ValueType.XML, "<a>" + "x" * 100_000 + "</a>"),
    TypedValue(ValueType.FILE, bytes(100_000), {"filename": "zeros"}),
]


@pytest.fixture
def fresh(new_context: Callable[..., Context]) -> Context:
    ctx = new_context()
    deploy(ctx, {"one.bpmn": ONE_TASK, "code.bpmn": CODE})
    return ctx


def _value(ctx: Context, instance_id: str, name: str) -> TypedValue:
    with ctx.database.read() as tx:
        loaded = load(ctx, tx, [instance_id])[instance_id]
    assert isinstance(loaded, Loaded)
    return loaded.snapshot.variables.local(instance_id)[name]


def _set(ctx: Context, ids: list[str], **values: TypedValue) -> None:
    prepared = prepare_set_variables(ctx, ids, values)
    with ctx.database.write() as tx:
        assert set_variables(ctx, tx, ids, values, prepared, clock.now()).succeeded == ids


@pytest.mark.parametrize("value", LARGE, ids=lambda each: each.type.value)
def test_ten_megabytes_come_back(fresh: Context, value: TypedValue) -> None:
    [instance_id] = start_instances(fresh, key="one", variables={"large": value})
    read = _value(fresh, instance_id, "large")
    assert isinstance(read, Deferred)
    assert read.value == value.value
    assert read.info == value.info
    with fresh.database.read() as tx:
        row = tx.execute(select(variable).where(variable.c.instance_id == instance_id)).one()
    assert row.blob_id is not None
    assert row.text_value is None
    assert row.bytes_value is None
    check_every_row(fresh.database, fresh.blobs)


def test_files_go_after_the_history_is_deleted(fresh: Context) -> None:
    ids = start_instances(fresh, key="one", count=3, variables={"large": LARGE[3]})
    assert len(set(fresh.blobs.ids())) == 3
    with fresh.database.write() as tx:
        cancel_instances(fresh, tx, ids, prepare_cancel(fresh, ids), clock.now())
    with fresh.database.write() as tx:
        delete_history(fresh, tx, ids[:2])
        assert len(set(fresh.blobs.ids())) == 3
    assert len(set(fresh.blobs.ids())) == 1
    check_every_row(fresh.database, fresh.blobs)


def test_a_rollback_leaves_neither_rows_nor_files(fresh: Context) -> None:
    ids = start_instances(fresh, key="one", count=2)
    values = {"large": LARGE[3]}
    prepared = prepare_set_variables(fresh, ids, values)

    def fail() -> None:
        with fresh.database.write() as tx:
            set_variables(fresh, tx, ids, values, prepared, clock.now())
            assert len(list(fresh.blobs.ids())) == 2
            raise RuntimeError("the process ends")

    with pytest.raises(RuntimeError):
        fail()
    assert not list(fresh.blobs.ids())
    check_every_row(fresh.database, fresh.blobs)


def test_replaced_values_stay_only_while_the_log_has_them(new_context: Callable[..., Context]) -> None:
    for level, expected in (("full", 3), ("audit", 1)):
        ctx = new_context(history_level=HistoryLevel(level))
        deploy(ctx, {"one.bpmn": ONE_TASK})
        ids = start_instances(ctx, key="one", variables={"large": LARGE[3]})
        _set(ctx, ids, large=TypedValue(ValueType.STRING, "y" * 70_000))
        with ctx.database.read() as tx:
            [task_id] = tx.execute(select(user_task.c.id)).scalars()
        _set(ctx, ids, large=TypedValue(ValueType.STRING, "z" * 70_000))
        assert len(list(ctx.blobs.ids())) == expected
        complete_user_task(ctx, task_id, {"large": TypedValue(ValueType.NULL, None)})
        assert len(list(ctx.blobs.ids())) == (3 if level == "full" else 0)
        check_every_row(ctx.database, ctx.blobs)


def test_a_process_that_never_looks_at_a_value_does_not_fetch_it(
    fresh: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    start_instances(fresh, key="one", variables={"large": LARGE[3]})
    with fresh.database.read() as tx:
        [task_id] = tx.execute(select(user_task.c.id)).scalars()

    def refuse(_self: Any, _blob_id: str) -> bytes:
        raise AssertionError("fetched")

    monkeypatch.setattr(BlobStore, "get", refuse)
    complete_user_task(fresh, task_id)


def test_orphans_are_swept_once_they_are_old(fresh: Context) -> None:
    start_instances(fresh, key="one", variables={"large": LARGE[3]})
    orphan = "00000000-0000-7000-8000-000000000001"
    fresh.blobs.put(orphan, b"left behind by a crash")
    assert sweep_orphans(fresh.database, fresh.blobs) == 1
    assert orphan not in set(fresh.blobs.ids())
    assert sweep_orphans(fresh.database, fresh.blobs, timedelta(seconds=-10)) == 0
    check_every_row(fresh.database, fresh.blobs)


def test_values_in_memory_and_what_is_missing() -> None:
    store = BlobStore("memory://shoal-test-blobs")
    store.put("00000000-0000-7000-8000-000000000002", b"x")
    assert store.get("00000000-0000-7000-8000-000000000002") == b"x"
    store.remove(["00000000-0000-7000-8000-000000000002", "00000000-0000-7000-8000-000000000003"])
    assert not list(store.ids())
    with pytest.raises(UnavailableError):
        store.get("00000000-0000-7000-8000-000000000002")
    with pytest.raises(InputError):
        BlobStore("nonsense://x")
