"""What clients of Camunda 7 ask beside the engine's work: metrics, reports, options, what Shoal does not keep."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from shoal.engine import Engine


@pytest.fixture(scope="module")
def started(rest: httpx.Client, deploy: Callable[..., Any]) -> str:
    """An instance that waits at its user task: two activities began, one ended."""
    deploy("surface")
    answer = rest.post("/process-definition/key/surface/start", json={})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


def test_metrics_are_counted_in_history(rest: httpx.Client, started: str) -> None:
    def total(name: str, **limits: str) -> int:
        return int(rest.get(f"/metrics/{name}/sum", params=limits).json()["result"])

    assert total("activity-instance-start") == 2
    assert total("activity-instance-end") == 1
    assert total("root-process-instance-start") == 1
    assert total("job-failed") == total("executed-decision-instances") == total("unheard-of") == 0
    assert total("activity-instance-start", endDate="2013-01-23T14:42:45.000+0200") == 0
    assert total("activity-instance-start", startDate="2013-01-23T14:42:45.000+0200") == 2


def test_metrics_by_interval(rest: httpx.Client, started: str) -> None:
    rows = rest.get("/metrics", params={"name": "activity-instance-start", "interval": 10**9}).json()
    assert [(each["name"], each["value"], each["reporter"]) for each in rows] == [
        ("activity-instance-start", 2, None)
    ]
    assert rows[0]["timestamp"] == "2001-09-09T01:46:40.000+0000"
    named = rest.get("/metrics", params={"interval": 10**9}).json()
    assert [each["name"] for each in named] == [
        "activity-instance-end",
        "activity-instance-start",
        "root-process-instance-start",
    ]
    assert len(rest.get("/metrics", params={"interval": 10**9, "maxResults": 1, "firstResult": 1}).json()) == 1
    assert rest.get("/metrics", params={"reporter": "somebody"}).json() == []
    assert rest.get("/metrics", params={"interval": 0}).status_code == 400


def test_nothing_is_sent_to_anybody(rest: httpx.Client, engine: Engine, started: str) -> None:
    assert rest.get("/telemetry/configuration").json() == {"enableTelemetry": False}
    assert rest.post("/telemetry/configuration", json={"enableTelemetry": True}).status_code == 204
    assert rest.get("/telemetry/configuration").json() == {"enableTelemetry": False}
    product = rest.get("/telemetry/data").json()["product"]
    assert (product["name"], product["version"]) == ("Shoal", engine.version)
    assert product["internals"]["metrics"]["root-process-instance-start"] == {"count": 1}
    assert {"application-server", "license-key", "camunda-integration"} < set(product["internals"])


def test_the_log_of_the_schema_has_the_current_one(rest: httpx.Client, engine: Engine) -> None:
    entry = {"id": "0", "timestamp": None, "version": engine.schema.current}
    assert rest.get("/schema/log").json() == [entry]
    assert rest.post("/schema/log", json={"version": engine.schema.current}).json() == [entry]
    assert rest.post("/schema/log", json={"version": "7.0"}).json() == []
    assert rest.get("/schema/log", params={"firstResult": 1}).json() == []


def test_there_are_no_filters(rest: httpx.Client) -> None:
    assert rest.get("/filter").json() == []
    assert rest.get("/filter/count").json() == {"count": 0}
    assert rest.get("/filter/x/list").status_code == 404
    assert rest.post("/filter/x/singleResult", json={}).json()["type"] == "InvalidRequestException"
    assert rest.post("/filter/create", json={"name": "Mine", "resourceType": "Task"}).status_code == 400


@pytest.mark.parametrize("kind", ["decision-definition", "decision-requirements-definition"])
@pytest.mark.parametrize("path", ["x", "x/xml", "key/x", "key/x/diagram", "key/x/tenant-id/t/xml"])
def test_there_are_no_definitions_of_decisions(rest: httpx.Client, kind: str, path: str) -> None:
    answer = rest.get(f"/{kind}/{path}")
    assert (answer.status_code, answer.json()["type"]) == (404, "InvalidRequestException")


def test_a_decision_that_does_not_exist_is_not_evaluated(rest: httpx.Client) -> None:
    assert rest.post("/decision-definition/key/x/evaluate", json={"variables": {}}).status_code == 404
    assert rest.get("/history/decision-requirements-definition/x/statistics").json() == []


@pytest.mark.parametrize(
    ("path", "offered"),
    [
        ("/user", ["GET list", "GET count", "POST create"]),
        ("/user/mary", ["GET self", "DELETE delete", "PUT update"]),
        ("/group", ["GET list", "GET count", "POST create"]),
        ("/group/sales", ["GET self", "DELETE delete", "PUT update"]),
        ("/group/sales/members", ["PUT create", "DELETE delete"]),
        ("/tenant/north/user-members", ["PUT create", "DELETE delete"]),
        ("/authorization", ["GET list", "GET count", "POST create"]),
        ("/filter", ["GET list", "GET count", "POST create"]),
    ],
)
def test_options_say_what_can_be_done(rest: httpx.Client, path: str, offered: list[str]) -> None:
    answer = rest.options(path)
    assert answer.status_code == 200, answer.text
    links = answer.json()["links"]
    assert [f"{each['method']} {each['rel']}" for each in links] == offered
    assert all(path in each["href"] for each in links)


def test_the_options_of_a_user_lead_to_the_profile(rest: httpx.Client) -> None:
    links = {each["rel"]: each["href"] for each in rest.options("/user/mary").json()["links"]}
    assert links["self"].endswith("/engine-rest/user/mary/profile")
    assert links["delete"].endswith("/engine-rest/user/mary")


def test_ended_batches_are_reported_by_type(rest: httpx.Client, engine: Engine, started: str) -> None:
    assert rest.get("/history/batch/cleanable-batch-report").json() == []
    for suspended in (True, False):
        body = {"processInstanceIds": [started], "suspended": suspended}
        assert rest.post("/process-instance/suspended-async", json=body).status_code == 200
        engine.run_until_idle()
    (row,) = rest.get("/history/batch/cleanable-batch-report").json()
    assert row == {
        "batchType": "instance-update-suspension-state",
        "historyTimeToLive": row["historyTimeToLive"],
        "finishedBatchesCount": 2,
        "cleanableBatchesCount": 0,
    }
    assert rest.get("/history/batch/cleanable-batch-report/count").json() == {"count": 1}


def test_ended_tasks_are_reported(rest: httpx.Client, deploy: Callable[..., Any]) -> None:
    deploy("reported")
    deploy("reported")
    started = rest.post("/process-definition/key/reported/start", json={}).json()
    counting = {"reportType": "count", "groupBy": "taskName"}

    def of_ours(**given: str) -> list[Any]:
        rows = rest.get("/history/task/report", params=given).json()
        return [each for each in rows if each["processDefinitionKey"] == "reported"]

    assert of_ours(**counting) == []
    (task,) = rest.get("/task", params={"processInstanceId": started["id"]}).json()
    assert rest.post(f"/task/{task['id']}/complete", json={}).status_code == 204
    newest = rest.get("/process-definition/key/reported").json()
    row = {
        "taskName": "Check",
        "count": 1,
        "processDefinitionKey": "reported",
        "processDefinitionId": newest["id"],
        "processDefinitionName": newest["name"],
        "tenantId": None,
    }
    assert of_ours(**counting) == [row]
    assert of_ours(reportType="count", groupBy="processDefinition") == [row | {"taskName": None}]
    assert of_ours(**counting, completedBefore="2013-01-23T14:42:45.000+0200") == []
    assert of_ours(**counting, completedAfter="2013-01-23T14:42:45.000+0200") == [row]
    (duration,) = rest.get(
        "/history/task/report", params={"reportType": "duration", "periodUnit": "quarter"}
    ).json()
    assert duration.keys() == {"period", "periodUnit", "minimum", "maximum", "average"}
    assert duration["periodUnit"] == "QUARTER"
    assert 1 <= duration["period"] <= 4
    assert 0 <= duration["minimum"] <= duration["average"] <= duration["maximum"]


@pytest.mark.parametrize(
    "given",
    [{}, {"reportType": "count"}, {"reportType": "duration"}, {"reportType": "weight", "groupBy": "taskName"}],
)
def test_reports_of_tasks_say_what_they_are_of(rest: httpx.Client, given: dict[str, str]) -> None:
    assert rest.get("/history/task/report", params=given).status_code == 400
