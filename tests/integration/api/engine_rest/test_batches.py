"""``/batch`` and ``/history/batch``: what runs, with its numbers of jobs, and what is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from shoal.engine import Batch, Engine

Deploy = Callable[..., str]
Make = Callable[..., Batch]


@pytest.fixture(scope="module")
def instances(deploy: Deploy, engine: Engine) -> list[str]:
    """Eight running instances."""
    deploy("counted")
    return engine.instances.start_many("counted", 8)


@pytest.fixture
def make(engine: Engine, instances: list[str]) -> Iterator[Make]:
    """Makes batches that are deleted after the test."""
    created: list[str] = []

    def made(operation: str = "suspend-instances", **options: Any) -> Batch:
        options.setdefault("ids", instances)
        batch = engine.batches.create(operation, **options)
        created.append(batch.id)
        return batch

    yield made
    for each in created:
        if engine.batches.count(ids=(each,)):
            engine.batches.delete(each)


def test_a_batch_has_every_member(rest: httpx.Client, make: Make) -> None:
    batch = make(chunk_size=5)
    answer = rest.get(f"/batch/{batch.id}")
    assert answer.status_code == 200
    found = answer.json()
    start = found.pop("startTime")
    assert found == {
        "id": batch.id,
        "type": "instance-update-suspension-state",
        "totalJobs": 2,
        "jobsCreated": 0,
        "batchJobsPerSeed": batch.view.jobs_per_seed,
        "invocationsPerBatchJob": 5,
        "seedJobDefinitionId": f"{batch.id}~batch-seed",
        "monitorJobDefinitionId": f"{batch.id}~batch-monitor",
        "batchJobDefinitionId": f"{batch.id}~batch-execution",
        "suspended": False,
        "tenantId": None,
        "createUserId": None,
        "executionStartTime": None,
    }
    assert start.endswith("+0000")


def test_a_finished_batch_is_history_only(rest: httpx.Client, engine: Engine, make: Make) -> None:
    batch = make("set-job-retries", params={"retries": 2})
    engine.run_until_idle()
    assert rest.get(f"/batch/{batch.id}").json()["message"] == f"Batch with id '{batch.id}' does not exist"
    assert rest.get(f"/batch/{batch.id}").status_code == 404
    assert rest.get("/batch", params={"batchId": batch.id}).json() == []
    kept = rest.get(f"/history/batch/{batch.id}").json()
    assert kept["endTime"] is not None
    assert set(kept) == {
        *("id", "type", "totalJobs", "batchJobsPerSeed", "invocationsPerBatchJob", "seedJobDefinitionId"),
        *("monitorJobDefinitionId", "batchJobDefinitionId", "tenantId", "createUserId", "startTime", "endTime"),
        *("removalTime", "executionStartTime"),
    }


def test_lists_are_filtered_and_sorted(rest: httpx.Client, engine: Engine, make: Make) -> None:
    suspending, resuming = make(suspended=True), make("resume-instances")
    ids = sorted([suspending.id, resuming.id])

    def listed(path: str = "/batch", **params: Any) -> list[str]:
        found = [each["id"] for each in rest.get(path, params=params).json()]
        assert rest.get(f"{path}/count", params=params).json() == {"count": len(found)}
        return found

    assert listed(type="instance-update-suspension-state", sortBy="batchId", sortOrder="desc") == ids[::-1]
    assert listed(batchId=resuming.id) == [resuming.id]
    assert listed(suspended="true") == [suspending.id]
    assert listed(suspended="false") == [resuming.id]
    assert listed(type="no-such-type") == []
    assert listed(tenantIdIn="a,b") == []
    assert listed(withoutTenantId="true", batchId=ids[0]) == [ids[0]]
    engine.run_until_idle()
    assert listed() == [suspending.id]
    assert listed("/history/batch", completed="true", batchId=resuming.id) == [resuming.id]
    assert listed("/history/batch", completed="true", batchId=suspending.id) == []
    assert listed("/history/batch", completed="false", sortBy="startTime", sortOrder="asc") == [suspending.id]
    assert rest.get("/batch", params={"sortBy": "startTime", "sortOrder": "asc"}).status_code == 400


def test_statistics_can_be_asked_for_by_time_and_author(rest: httpx.Client, make: Make) -> None:
    batch = make(created_by="demo", suspended=True)
    start = rest.get(f"/batch/{batch.id}").json()["startTime"]
    later = "2999-01-01T00:00:00.000+0000"

    def listed(**params: Any) -> list[str]:
        found = [each["id"] for each in rest.get("/batch/statistics", params=params).json()]
        assert rest.get("/batch/statistics/count", params=params).json() == {"count": len(found)}
        return found

    assert listed(createdBy="demo") == [batch.id]
    assert listed(createdBy="mary") == []
    assert listed(startedBefore=start, startedAfter=start) == [batch.id]
    assert listed(startedAfter=later) == []
    assert listed(startedBefore=later, withoutFailures="true") == [batch.id]
    assert listed(withFailures="true") == []
    assert listed(withFailures="true", withoutFailures="true") == []


def test_jobs_are_counted_as_in_camunda(rest: httpx.Client, engine: Engine, make: Make) -> None:
    """Acceptance: 8 elements, one per job, seeded at once; two done, one without tries."""
    batch = make("resume-instances", chunk_size=1)
    seed = engine.jobs.list(batch_id=batch.id, kind="batch-seed")[0]
    engine.jobs.execute(seed.id)
    jobs = engine.jobs.list(batch_id=batch.id, kind="batch-execution")
    assert len(jobs) == 8
    for each in jobs[:2]:
        engine.jobs.execute(each.id)
    engine.jobs.set_retries(jobs[2].id, 0)
    [found] = rest.get("/batch/statistics", params={"batchId": batch.id}).json()
    assert [found[each] for each in ("totalJobs", "jobsCreated")] == [8, 8]
    assert [found[each] for each in ("remainingJobs", "completedJobs", "failedJobs")] == [6, 2, 1]
    assert rest.get("/batch/statistics", params={"withFailures": "true"}).json() == [found]


def test_a_batch_is_suspended_and_activated(rest: httpx.Client, engine: Engine, make: Make) -> None:
    """Acceptance: suspended before seeding, no jobs are made until it is activated."""
    batch = make()
    assert rest.put(f"/batch/{batch.id}/suspended", json={"suspended": True}).status_code == 204
    engine.run_until_idle()
    assert rest.get(f"/batch/{batch.id}").json()["jobsCreated"] == 0
    assert rest.get(f"/batch/{batch.id}").json()["suspended"] is True
    assert rest.put(f"/batch/{batch.id}/suspended", json={"suspended": False}).status_code == 204
    engine.run_until_idle()
    assert rest.get(f"/batch/{batch.id}").status_code == 404


@pytest.mark.parametrize(("cascade", "left"), [("false", 200), ("true", 404)])
def test_a_deleted_batch_is_kept_as_history_unless_it_cascades(
    rest: httpx.Client, make: Make, cascade: str, left: int
) -> None:
    batch = make()
    assert rest.delete(f"/batch/{batch.id}", params={"cascade": cascade}).status_code == 204
    assert rest.get(f"/batch/{batch.id}").status_code == 404
    answer = rest.get(f"/history/batch/{batch.id}")
    assert answer.status_code == left
    if left == 200:
        assert answer.json()["endTime"] is not None
        assert rest.delete(f"/history/batch/{batch.id}").status_code == 204
        assert rest.get(f"/history/batch/{batch.id}").status_code == 404


@pytest.mark.parametrize("unknown", ["nothing", "0190a5c4-0000-7000-8000-000000000000"])
def test_what_does_not_exist(rest: httpx.Client, unknown: str) -> None:
    def said(answer: httpx.Response) -> tuple[int, str, str]:
        return answer.status_code, answer.json()["type"], answer.json()["message"]

    kind = "InvalidRequestException"
    suspend = rest.put(f"/batch/{unknown}/suspended", json={"suspended": True})
    activate = rest.put(f"/batch/{unknown}/suspended", json={"suspended": False})
    assert said(rest.get(f"/batch/{unknown}")) == (404, kind, f"Batch with id '{unknown}' does not exist")
    assert said(suspend) == (400, kind, f"Unable to suspend batch with id '{unknown}'")
    assert said(activate) == (400, kind, f"Unable to activate batch with id '{unknown}'")
    assert said(rest.delete(f"/batch/{unknown}")) == (400, kind, f"Unable to delete batch with id '{unknown}'")
    missing = f"Historic batch with id '{unknown}' does not exist"
    assert said(rest.get(f"/history/batch/{unknown}")) == (404, kind, missing)
    refused = f"Unable to delete historic batch with id '{unknown}'"
    assert said(rest.delete(f"/history/batch/{unknown}")) == (400, kind, refused)


def test_a_running_batch_keeps_its_history(rest: httpx.Client, make: Make) -> None:
    batch = make(suspended=True)
    assert rest.delete(f"/history/batch/{batch.id}").status_code == 400
    assert rest.get(f"/batch/{batch.id}").status_code == 200


def test_removal_times_are_set_in_a_batch(rest: httpx.Client, engine: Engine, make: Make) -> None:
    batch = make(suspended=True)
    answer = rest.post(
        "/history/batch/set-removal-time",
        json={"historicBatchIds": [batch.id], "absoluteRemovalTime": "2999-01-01T00:00:00.000+0000"},
    )
    assert answer.status_code == 200
    assert answer.json()["type"] == "batch-set-removal-time"
    engine.run_until_idle()
    kept = rest.get(f"/history/batch/{batch.id}").json()
    assert kept["removalTime"] == "2999-01-01T00:00:00.000+0000"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"clearedRemovalTime": True}, "Neither query nor ids provided."),
        ({"historicBatchIds": ["a"]}, "removalTime is null"),
        (
            {"historicBatchIds": ["a"], "clearedRemovalTime": True, "calculatedRemovalTime": True},
            "The removal time modes are mutually exclusive: mode is not null",
        ),
        ({"historicBatchQuery": {"type": "none"}, "clearedRemovalTime": True}, "historicBatches is empty"),
        ({"historicBatchIds": [], "clearedRemovalTime": True}, "historicBatches is empty"),
    ],
)
def test_removal_times_that_say_too_little(rest: httpx.Client, body: dict[str, Any], message: str) -> None:
    answer = rest.post("/history/batch/set-removal-time", json=body)
    assert answer.status_code == 400
    assert answer.json() == {"type": "BadUserRequestException", "message": message, "code": 0}
