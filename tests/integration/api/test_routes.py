"""The routes from end to end, over real HTTP."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

import shoal
from shoal import ids
from shoal.api.app import create_app
from shoal.demo.callables import register
from shoal.engine import Engine

MODEL = Path(shoal.__file__).with_name("demo") / "order.bpmn"
V1 = "/shoal/v1"
BATCHES = f"{V1}/batches"


@pytest.fixture
def orders(engine: Engine, client: httpx.Client) -> Iterator[httpx.Client]:
    """A client of a server that works on its jobs and has the order process."""
    register(engine)
    with engine.workers(1):
        answer = client.post(f"{V1}/deployments", files={"files": (MODEL.name, MODEL.read_bytes())})
        assert answer.status_code == 201
        yield client


def start(client: httpx.Client, count: int, **more: Any) -> list[str]:
    """The ids of new orders, which wait for their payment."""
    body = {"count": count, "variables": {"amount": 1890.0, "warehouse": "hamburg"}, **more}
    answer = client.post(f"{V1}/process-definitions/order/instances", json=body)
    assert answer.status_code == 201, answer.text
    until(lambda: counted(client, activity_id_in=["reserve_stock"]) == 0)
    found: list[str] = answer.json()["ids"]
    return found


def counted(client: httpx.Client, **conditions: Any) -> int:
    """How many instances meet the conditions."""
    return int(client.post(f"{V1}/process-instances/count", json=conditions).json()["count"])


def until(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait for it."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def ended(client: httpx.Client, batch_id: str) -> dict[str, Any]:
    """The batch once it has ended."""
    until(lambda: client.get(f"{BATCHES}/{batch_id}").json()["state"] not in ("seeding", "running"))
    found: dict[str, Any] = client.get(f"{BATCHES}/{batch_id}").json()
    return found


def create(client: httpx.Client, operation: str, **body: Any) -> dict[str, Any]:
    """A new batch."""
    answer = client.post(f"{BATCHES}/{operation}", json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_an_order_goes_from_its_start_to_its_delivery(orders: httpx.Client) -> None:
    (order,) = start(orders, 1, business_key="A-1")
    arrived = orders.post(f"{V1}/messages", json={"name": "payment-received", "business_key": "A-1"})
    assert arrived.json() == {"items": [{"instance_id": order, "started": False}]}
    (task,) = orders.get(f"{V1}/tasks", params={"instance_id": order}).json()["items"]
    assert orders.post(f"{V1}/tasks/{task['id']}/complete", json={}).status_code == 204
    assert orders.post(f"{V1}/tasks/{task['id']}/complete", json={}).status_code == 404
    fetch = {"worker_id": "w", "topics": [{"name": "ship-order", "variables": ["amount"]}]}
    (work,) = orders.post(f"{V1}/external-tasks/fetch-and-lock", json=fetch).json()["items"]
    assert (work["instance_id"], work["variables"]) == (order, {"amount": 1890.0})
    report = f"{V1}/external-tasks/{work['id']}"
    failed = {"worker_id": "w", "error_message": "no truck", "retries": 1}
    assert orders.post(f"{report}/failure", json=failed).status_code == 204
    assert orders.post(f"{report}/complete", json={"worker_id": "other"}).status_code == 400
    (work,) = orders.post(f"{V1}/external-tasks/fetch-and-lock", json=fetch).json()["items"]
    assert work["error_message"] == "no truck"
    until(lambda: counted(orders, activity_id_in=["send_invoice"]) == 0)
    assert orders.post(f"{report}/complete", json={"worker_id": "w"}).status_code == 204
    assert orders.post(f"{V1}/messages", json={"name": "parcel-delivered"}).status_code == 200
    shown = orders.get(f"{V1}/process-instances/{order}").json()
    assert (shown["state"], shown["end_activity_id"]) == ("completed", "order_delivered")


def test_a_worker_holds_on_longer_and_reports_an_error(orders: httpx.Client) -> None:
    start(orders, 1, business_key="A-2")
    orders.post(f"{V1}/messages", json={"name": "payment-received", "business_key": "A-2"})
    (task,) = orders.get(f"{V1}/tasks").json()["items"]
    orders.post(f"{V1}/tasks/{task['id']}/complete", json={})
    fetch = {"worker_id": "w", "topics": [{"name": "ship-order", "lock_seconds": 10}]}
    (work,) = orders.post(f"{V1}/external-tasks/fetch-and-lock", json=fetch).json()["items"]
    report = f"{V1}/external-tasks/{work['id']}"
    longer = {"worker_id": "w", "lock_seconds": 600}
    assert orders.post(f"{report}/extend-lock", json=longer | {"worker_id": "other"}).status_code == 400
    assert orders.post(f"{report}/extend-lock", json=longer).status_code == 204
    assert orders.post(f"{report}/bpmn-error", json={"worker_id": "w"}).status_code == 400
    thrown = {"worker_id": "w", "error_code": "lost", "error_message": "no truck"}
    assert orders.post(f"{report}/bpmn-error", json=thrown).status_code == 204
    assert orders.post(f"{report}/extend-lock", json=longer).status_code == 404


def test_a_message_that_nobody_waits_for_is_a_conflict(orders: httpx.Client) -> None:
    start(orders, 2)
    assert orders.post(f"{V1}/messages", json={"name": "nothing"}).status_code == 409
    assert orders.post(f"{V1}/messages", json={"name": "payment-received"}).status_code == 409
    answer = orders.post(f"{V1}/messages", json={"name": "payment-received", "all": True})
    assert len(answer.json()["items"]) == 2


def test_instances_are_listed_page_by_page(orders: httpx.Client) -> None:
    started = start(orders, 5)
    first = orders.post(f"{V1}/process-instances/query", json={"running": True, "limit": 3}).json()
    rest = orders.post(
        f"{V1}/process-instances/query", json={"running": True, "limit": 3, "after_id": first["next"]}
    ).json()
    assert [each["id"] for each in first["items"] + rest["items"]] == started
    assert rest["next"] is None
    newest = {"sort": "started_at", "descending": True, "limit": 1}
    (last,) = orders.post(f"{V1}/process-instances/query", json=newest).json()["items"]
    assert (last["definition_key"], last["state"]) == ("order", "active")


def test_a_batch_lives_and_is_looked_at(orders: httpx.Client) -> None:
    started = start(orders, 10)
    missing = ids.new_id()
    batch = create(orders, "suspend-instances", ids=[*started, missing], expected_count=11, chunk_size=3)
    done = ended(orders, batch["id"])
    assert done["state"] == "completed"
    assert (done["statistics"]["succeeded"], done["statistics"]["skipped"]) == (10, 1)
    statistics = orders.get(f"{BATCHES}/{batch['id']}/statistics").json()
    assert (statistics["state"], statistics["total"], statistics["remaining"]) == ("completed", 11, 0)
    elements = f"{BATCHES}/{batch['id']}/elements"
    page = orders.get(elements, params={"state": "succeeded", "limit": 6}).json()
    rest = orders.get(elements, params={"state": "succeeded", "after_id": page["next"]}).json()
    assert [each["target_id"] for each in page["items"] + rest["items"]] == started
    (skipped,) = orders.get(elements, params={"state": "skipped"}).json()["items"]
    assert (skipped["target_id"], skipped["reason"]) == (missing, "not-found")
    (single,) = orders.get(elements, params={"target_id": started[4]}).json()["items"]
    assert single["state"] == "succeeded"
    assert orders.get(elements, params={"target_id": ids.new_id()}).status_code == 404
    (group,) = orders.get(f"{BATCHES}/{batch['id']}/failures").json()
    assert (group["state"], group["count"]) == ("skipped", 1)
    assert [each["id"] for each in orders.get(BATCHES, params={"state": "completed"}).json()["items"]] == [
        batch["id"]
    ]
    assert orders.get(BATCHES, params={"state": ["running", "seeding"]}).json()["items"] == []


def test_a_batch_is_controlled(orders: httpx.Client) -> None:
    start(orders, 3)
    everything = {"everything": "yes-all-of-them", "suspended": True}
    batch = create(orders, "cancel-instances", params={"reason": "test"}, **everything)
    path = f"{BATCHES}/{batch['id']}"
    changed = orders.put(f"{path}/settings", json={"rate_per_second": 500, "max_parallel": 2, "priority": 7}).json()
    assert (changed["rate_per_second"], changed["max_parallel"], changed["priority"]) == (500, 2, 7)
    changed = orders.put(f"{path}/settings", json={"rate_per_second": None}).json()
    assert (changed["rate_per_second"], changed["max_parallel"]) == (None, 2)
    assert orders.put(f"{path}/suspended", json={"suspended": False}).json()["suspended"] is False
    assert ended(orders, batch["id"])["statistics"]["succeeded"] == 3
    assert orders.put(f"{path}/suspended", json={"suspended": True}).status_code == 409
    assert orders.post(f"{path}/retry-failed").json()["state"] == "completed"
    second = create(orders, "delete-history", everything="yes-all-of-them", suspended=True)
    assert orders.post(f"{BATCHES}/{second['id']}/cancel").json()["state"] == "cancelled"
    assert orders.delete(path).status_code == 204
    assert orders.delete(path).status_code == 404


def test_a_dry_run_creates_nothing(orders: httpx.Client) -> None:
    started = start(orders, 4)
    body = {"filter": {"definition_key": "order"}, "dry_run": True, "params": {"message_name": "parcel-delivered"}}
    answer = orders.post(f"{BATCHES}/correlate-message", json=body)
    assert answer.status_code == 200
    preview = answer.json()
    assert (preview["count"], preview["applicable"]) == (4, 0)
    (exclusion,) = preview["exclusions"]
    assert (exclusion["reason"], exclusion["count"]) == ("not-waiting", 4)
    assert exclusion["example_id"] in started
    assert orders.get(BATCHES).json() == {"items": [], "next": None}


def test_the_same_idempotency_key_is_the_same_batch(orders: httpx.Client) -> None:
    started = start(orders, 1)
    header = {"Idempotency-Key": "k-1"}
    body = {"ids": started}
    first = orders.post(f"{BATCHES}/suspend-instances", json=body, headers=header)
    second = orders.post(f"{BATCHES}/suspend-instances", json=body | {"idempotency_key": "k-1"})
    assert first.json()["id"] == second.json()["id"]
    other = orders.post(f"{BATCHES}/resume-instances", json=body, headers=header)
    assert other.status_code == 409
    both = orders.post(f"{BATCHES}/suspend-instances", json=body | {"idempotency_key": "k-2"}, headers=header)
    assert both.status_code == 400


def test_jobs_can_be_the_targets(engine: Engine, orders: httpx.Client) -> None:
    body = {"count": 2, "variables": {"amount": 1.0, "warehouse": "atlantis"}}
    orders.post(f"{V1}/process-definitions/order/instances", json=body)
    until(lambda: counted(orders, with_failed_job=True) == 2)
    failed = [job.id for job in engine.jobs.list(retries_left=False)]
    batch = create(orders, "set-job-retries", params={"retries": 1, "of": "jobs"}, ids=failed[:1])
    assert ended(orders, batch["id"])["statistics"]["succeeded"] == 1


def test_readiness_follows_the_database(open_engine: Callable[..., Engine], serving: Callable[..., str]) -> None:
    engine = open_engine(upgrade=False)
    with httpx.Client(base_url=serving(create_app(engine)), trust_env=False) as client:
        assert client.get("/health").json()["status"] == "alive"
        answer = client.get("/ready")
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        engine.schema.upgrade()
        assert client.get("/ready").json() == {"status": "ready"}


def test_answers_are_exactly_json(client: httpx.Client) -> None:
    for path in ("/health", "/ready", BATCHES, "/nowhere", "/openapi.json"):
        assert client.get(path).headers["content-type"] == "application/json", path
