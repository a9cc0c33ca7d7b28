"""The facade from end to end: an order from its start to its delivery, and mass changes of many."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import shoal
from shoal.demo.callables import register
from shoal.engine import Engine
from shoal.errors import ConflictError, EmptySelectionError, InputError, ModelRejectedError, NotFoundError

MODEL = Path(shoal.__file__).with_name("demo") / "order.bpmn"
GOOD: dict[str, Any] = {"amount": 1890.0, "warehouse": "hamburg"}


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """An engine with the order process deployed."""
    url = f"sqlite:///{tmp_path / 'shoal.db'}"
    with shoal.open_engine(url, blob_url=(tmp_path / "blobs").as_uri()) as opened:
        register(opened)
        opened.definitions.deploy(MODEL)
        yield opened


def test_an_order_goes_from_its_start_to_its_delivery(engine: Engine) -> None:
    order = engine.instances.start("order", business_key="A-1", variables=GOOD)
    engine.run_until_idle()
    engine.messages.correlate("payment-received", business_key="A-1", variables={"paid": True})
    (task,) = engine.tasks.find(open=True, instance_id=order)
    assert task.name == "Approve large order"
    engine.tasks.claim(task.id, "mary")
    assert [each.id for each in engine.tasks.find(open=True, assignee="mary")] == [task.id]
    engine.tasks.complete(task.id, {"approved_by": "mary"})
    engine.run_until_idle()
    (work,) = engine.external_tasks.fetch_and_lock("w1", ["ship-order"])
    assert work.task.instance_id == order
    engine.external_tasks.fail(work.task.id, "w1", "no truck", retries=2)
    (work,) = engine.external_tasks.fetch_and_lock("w1", ["ship-order"])
    engine.external_tasks.complete(work.task.id, "w1", {"parcel": "P-7"})
    engine.messages.correlate("parcel-delivered", instance_ids=[order])
    ended = engine.instances.get(order)
    assert (ended.state, ended.end_activity_id) == ("completed", "order_delivered")
    variables = engine.instances.variables(order)
    assert variables["invoice"] == "invoice for A-1: 1890.00 EUR"
    assert variables["approved_by"] == "mary"
    assert variables["parcel"] == "P-7"


def test_bad_data_is_corrected_and_retried(engine: Engine) -> None:
    engine.instances.start_many("order", 20, variables={"amount": 5, "warehouse": "atlantis"})
    engine.run_until_idle()
    assert engine.instances.count(with_failed_job=True) == 20
    assert len(engine.incidents.find()) == 20
    assert engine.jobs.count(retries_left=False) == 20
    failed = {"with_failed_job": True}
    variables = {"variables": {"warehouse": "leipzig"}}
    fix = engine.batches.create("set-variables", variables, filter=failed, expected_count=20)
    with engine.workers(2):
        assert fix.wait(30).succeeded == 20
        # two batches at a time would race for the instances
        retry = engine.batches.create("set-job-retries", {"retries": 1}, filter=failed)
        assert retry.wait(30).succeeded == 20
    engine.run_until_idle()
    assert engine.instances.count(activity_id_in=["await_payment"]) == 20
    assert engine.incidents.find() == []


def test_a_batch_is_previewed_controlled_and_deleted(engine: Engine) -> None:
    ids = engine.instances.start_many("order", 5, variables=GOOD)
    preview = engine.batches.preview("cancel-instances", ids=ids)
    assert (preview.count, preview.applicable) == (5, 5)
    batch = engine.batches.create("cancel-instances", ids=ids, suspended=True, idempotency_key="k")
    assert engine.batches.create("cancel-instances", ids=ids, suspended=True, idempotency_key="k").id == batch.id
    engine.run_until_idle()
    with pytest.raises(TimeoutError):
        batch.wait(0.1)
    assert engine.batches.change(batch.id, rate_per_second=1000.0, priority=3).view.priority == 3
    assert engine.batches.change(batch.id, rate_per_second=None).view.rate_per_second is None
    engine.batches.resume(batch.id)
    engine.run_until_idle()
    assert batch.wait(30).succeeded == 5
    assert [each.state for each in engine.batches.outcomes(batch.id, ids[:2])] == ["succeeded", "succeeded"]
    assert len(engine.batches.elements(batch.id, state="succeeded", limit=3)) == 3
    with pytest.raises(ConflictError):
        engine.batches.suspend(batch.id)
    engine.batches.delete(batch.id)
    with pytest.raises(NotFoundError):
        batch.refresh()
    assert engine.batches.list() == []


def test_lists_walk_page_by_page(engine: Engine) -> None:
    ids = engine.instances.start_many("order", 7, variables=GOOD)
    first = engine.instances.list(definition_key="order", limit=4)
    rest = engine.instances.list({"definition_key": "order"}, limit=4, after_id=first[-1].id)
    assert [row.id for row in (*first, *rest)] == ids
    newest = engine.instances.list(shoal.InstanceFilter(), sort="id", descending=True, limit=2)
    assert [row.id for row in newest] == ids[:-3:-1]


def test_wrong_calls_say_what_is_wrong_and_change_nothing(engine: Engine, tmp_path: Path) -> None:
    engine.instances.start("order", variables=GOOD)
    with pytest.raises(InputError, match="colour"):
        engine.instances.count(colour="red")
    with pytest.raises(InputError, match="said twice"):
        engine.instances.count({"running": True}, running=False)
    with pytest.raises(InputError, match="after_id"):
        engine.instances.list(after_id="x", sort="started_at")
    with pytest.raises(EmptySelectionError):
        engine.batches.create("suspend-instances")
    with pytest.raises(NotFoundError, match="suspend-instances"):
        engine.batches.create("explode-instances", ids=["x"])
    with pytest.raises(NotFoundError):
        engine.instances.start("nothing")
    with pytest.raises(NotFoundError):
        engine.instances.variables("nothing")
    with pytest.raises(InputError, match="nowhere"):
        engine.definitions.deploy(tmp_path / "nowhere.bpmn")
    with pytest.raises(ModelRejectedError) as rejected:
        engine.definitions.deploy(contents={"broken.bpmn": b"<definitions>"})
    assert rejected.value.faults
    with pytest.raises(InputError, match="same name"):
        engine.definitions.deploy(MODEL, contents={MODEL.name: b""})
    with pytest.raises(InputError, match="no setting 'colour'"):
        shoal.open_engine(f"sqlite:///{tmp_path / 'x.db'}", colour="red")
    assert [definition.version for definition in engine.definitions.list(latest_only=True)] == [1]
    assert engine.instances.count() == 1
    assert engine.batches.list() == []


def test_a_database_without_tables_is_not_ready(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'empty.db'}"
    with shoal.open_engine(url, upgrade=False, blob_url=(tmp_path / "blobs").as_uri()) as empty:
        assert empty.schema.current is None
        with pytest.raises(shoal.ShoalError, match="shoal db upgrade"):
            empty.schema.check()
        empty.schema.upgrade()
        empty.schema.check()


def test_a_closed_engine_says_so(tmp_path: Path) -> None:
    with shoal.open_engine(f"sqlite:///{tmp_path / 'shoal.db'}") as closed:
        pass
    for call in (
        closed.instances.count,
        closed.run_until_idle,
        closed.schema.upgrade,
        lambda: closed.definitions.deploy(MODEL),
        lambda: closed.batches.create("cancel-instances", filter={"definition_key": "order"}),
    ):
        with pytest.raises(ConflictError, match="the engine is closed"):
            call()
    with pytest.raises(ConflictError, match="the engine is closed"), closed.workers(1):
        pass
    closed.close()
