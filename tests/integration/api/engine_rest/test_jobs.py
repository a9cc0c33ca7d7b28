"""``/job`` and ``/job-definition``: found, tried again, run, suspended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from zlib import crc32

import httpx
import pytest

from shoal.engine import Engine

Deploy = Callable[..., str]
BODY = (
    '<startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="fork"/>'
    '<parallelGateway id="fork"/><sequenceFlow id="f2" sourceRef="fork" targetRef="pack"/>'
    '<sequenceFlow id="f3" sourceRef="fork" targetRef="wait"/>'
    '<scriptTask id="pack" camunda:asyncBefore="true" scriptFormat="juel">'
    "<script>${1 / missing}</script></scriptTask>"
    '<intermediateCatchEvent id="wait"><timerEventDefinition><timeDuration>PT10H</timeDuration>'
    "</timerEventDefinition></intermediateCatchEvent>"
)


class Scene(NamedTuple):
    """An instance with a step that fails and a timer."""

    definition_id: str
    instance_id: str
    step: str
    timer: str


@pytest.fixture
def scene(deploy: Deploy, engine: Engine, request: pytest.FixtureRequest) -> Scene:
    """One for every test."""
    key = f"j{crc32(request.node.name.encode())}"
    definition_id = deploy(key, BODY)
    instance_id = engine.instances.start(key)
    jobs = {each.activity_id: each.id for each in engine.jobs.list(instance_id=instance_id)}
    return Scene(definition_id, instance_id, jobs["pack"], jobs["wait"])


def test_a_job_has_every_member(rest: httpx.Client, scene: Scene) -> None:
    found = rest.get(f"/job/{scene.timer}").json()
    key = found["processDefinitionKey"]
    assert found.pop("createTime") < found.pop("dueDate")
    assert found.pop("executionId") is not None
    assert found == {
        "id": scene.timer,
        "jobDefinitionId": f"{scene.definition_id}~timer~wait",
        "processInstanceId": scene.instance_id,
        "processDefinitionId": scene.definition_id,
        "processDefinitionKey": key,
        "exceptionMessage": None,
        "failedActivityId": None,
        "retries": 3,
        "suspended": False,
        "priority": 0,
        "tenantId": None,
        "batchId": None,
    }


@pytest.mark.parametrize(
    ("params", "names"),
    [
        ({}, "step timer"),
        ({"timers": "true"}, "timer"),
        ({"messages": "true"}, "step"),
        ({"activityId": "pack"}, "step"),
        ({"executable": "true"}, "step"),
        ({"withRetriesLeft": "true"}, "step timer"),
        ({"noRetriesLeft": "true"}, ""),
        ({"withRetriesLeft": "true", "noRetriesLeft": "true"}, ""),
        ({"withException": "true"}, ""),
        ({"exceptionMessage": "none"}, ""),
        ({"dueDates": "gt_2001-01-01T00:00:00.000+0000"}, "timer"),
        ({"dueDates": "gt_2001-01-01T00:00:00.000+0000,lt_2002-01-01T00:00:00.000+0000"}, ""),
        ({"createTimes": "lt_2999-01-01T00:00:00.000+0000"}, "step timer"),
        ({"createTimes": "gt_2999-01-01T00:00:00.000+0000"}, ""),
        ({"active": "true"}, "step timer"),
        ({"suspended": "true"}, ""),
        ({"acquired": "true"}, ""),
        ({"acquired": "false"}, "step timer"),
        ({"priorityHigherThanOrEquals": "0"}, "step timer"),
        ({"priorityLowerThanOrEquals": "-1"}, ""),
        ({"priorityHigherThanOrEquals": str(2**80)}, ""),
        ({"tenantIdIn": "a"}, ""),
        ({"tenantIdIn": "a", "includeJobsWithoutTenantId": "true"}, "step timer"),
        ({"withoutTenantId": "true"}, "step timer"),
        ({"failedActivityId": "pack"}, ""),
        ({"jobIds": "x,y"}, ""),
        ({"processDefinitionKey": "none"}, ""),
        ({"sortBy": "jobDueDate", "sortOrder": "desc"}, "timer step"),
        ({"sortBy": "jobDueDate", "sortOrder": "asc"}, "step timer"),
    ],
    ids=lambda value: (
        "-".join(f"{name}={each[:12]}" for name, each in value.items()) if isinstance(value, Mapping) else value
    ),
)
def test_jobs_are_found(rest: httpx.Client, scene: Scene, params: Mapping[str, str], names: str) -> None:
    asked = {"processInstanceId": scene.instance_id, **params}
    wanted = [getattr(scene, each) for each in names.split()]
    found = [each["id"] for each in rest.get("/job", params=asked).json()]
    assert found == wanted if "sortBy" in params else sorted(found) == sorted(wanted)
    assert rest.get("/job/count", params=asked).json() == {"count": len(wanted)}


def test_conditions_on_dates_are_a_list_in_a_body(rest: httpx.Client, scene: Scene) -> None:
    body = {
        "processInstanceIds": [scene.instance_id],
        "jobDefinitionId": f"{scene.definition_id}~timer~wait",
        "dueDates": [{"operator": "gt", "value": "2001-01-01T00:00:00.000+0000"}],
        "sorting": [{"sortBy": "jobRetries", "sortOrder": "asc"}, {"sortBy": "jobId", "sortOrder": "desc"}],
    }
    assert [each["id"] for each in rest.post("/job", json=body).json()] == [scene.timer]
    assert rest.post("/job/count", json=body).json() == {"count": 1}


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"dueDates": "eq_2001-01-01T00:00:00.000+0000"}, "Invalid due date comparator specified: eq"),
        ({"createTimes": "2001"}, "createTimes"),
        ({"timers": "true", "messages": "true"}, "timers"),
    ],
    ids=["comparator", "form", "kinds"],
)
def test_what_cannot_be_asked(rest: httpx.Client, params: Mapping[str, str], message: str) -> None:
    answer = rest.get("/job", params=params)
    assert answer.status_code == 400
    assert message in answer.json()["message"]


def test_a_job_that_fails_is_run_and_shows_why(rest: httpx.Client, scene: Scene) -> None:
    assert rest.get(f"/job/{scene.step}/stacktrace").status_code == 204
    answer = rest.post(f"/job/{scene.step}/execute")
    assert answer.status_code == 500
    assert "missing" in answer.json()["message"]
    found = rest.get(f"/job/{scene.step}").json()
    assert found["retries"] == 2
    assert found["failedActivityId"] == "pack"
    asked = {"processInstanceId": scene.instance_id, "exceptionMessage": found["exceptionMessage"]}
    assert rest.get("/job/count", params=asked).json() == {"count": 1}
    trace = rest.get(f"/job/{scene.step}/stacktrace")
    assert trace.headers["content-type"].startswith("text/plain")
    assert "missing" in trace.text


def test_tries_make_and_resolve_an_incident(rest: httpx.Client, scene: Scene) -> None:
    def incidents() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = rest.get("/incident", params={"processInstanceId": scene.instance_id}).json()
        return found

    assert rest.put(f"/job/{scene.step}/retries", json={"retries": 0}).status_code == 204
    [incident] = incidents()
    assert incident["configuration"] == scene.step
    assert incident["jobDefinitionId"] == f"{scene.definition_id}~async-before~pack"
    assert incident["causeIncidentId"] == incident["rootCauseIncidentId"] == incident["id"]
    assert set(incident) == {
        *("id", "processDefinitionId", "processInstanceId", "executionId", "incidentTimestamp", "incidentType"),
        *("activityId", "failedActivityId", "causeIncidentId", "rootCauseIncidentId", "configuration"),
        *("incidentMessage", "tenantId", "jobDefinitionId", "annotation"),
    }
    assert rest.get(f"/incident/{incident['id']}").json() == incident
    refused = rest.delete(f"/incident/{incident['id']}")
    assert refused.status_code == 400
    assert refused.json()["message"] == "Cannot resolve an incident of type failedJob"
    assert rest.put(f"/job/{scene.step}/retries", json={"retries": 2}).status_code == 204
    assert incidents() == []
    assert rest.get(f"/incident/{incident['id']}").status_code == 404


def test_incidents_are_found_and_annotated(rest: httpx.Client, engine: Engine, scene: Scene) -> None:
    engine.jobs.set_retries(scene.step, 0)
    node_id = engine.jobs.get(scene.timer).node_id
    assert node_id is not None
    made = engine.executions.create_incident(node_id, "lost", configuration="shelf 7", message="it is not there")

    def listed(**params: str) -> list[str]:
        asked = {"processInstanceId": scene.instance_id, **params}
        found = [each["id"] for each in rest.get("/incident", params=asked).json()]
        assert rest.get("/incident/count", params=asked).json() == {"count": len(found)}
        return found

    assert listed(incidentType="lost") == [made]
    assert listed(incidentMessageLike="%not%") == [made]
    assert listed(configuration="shelf 7") == [made]
    assert listed(activityId="wait") == [made]
    assert listed(incidentId=made) == [made]
    assert listed(causeIncidentId=made) == [made]
    assert len(listed(jobDefinitionIdIn=f"{scene.definition_id}~async-before~pack,x")) == 1
    assert listed(incidentTimestampAfter="2999-01-01T00:00:00.000+0000") == []
    assert listed(sortBy="incidentType", sortOrder="desc")[0] == made
    assert rest.put(f"/incident/{made}/annotation", json={"annotation": "asked the shop"}).status_code == 204
    assert rest.get(f"/incident/{made}").json()["annotation"] == "asked the shop"
    assert rest.delete(f"/incident/{made}/annotation").status_code == 204
    assert rest.get(f"/incident/{made}").json()["annotation"] is None
    assert rest.delete(f"/incident/{made}").status_code == 204
    assert listed(incidentType="lost") == []


def test_a_timer_is_moved_and_recalculated(rest: httpx.Client, scene: Scene) -> None:
    first = rest.get(f"/job/{scene.timer}").json()["dueDate"]
    moved = {"duedate": "2999-01-01T00:00:00.000+0000"}
    assert rest.put(f"/job/{scene.timer}/duedate", json=moved).status_code == 204
    assert rest.get(f"/job/{scene.timer}").json()["dueDate"] == "2999-01-01T00:00:00.000+0000"
    assert rest.post(f"/job/{scene.timer}/duedate/recalculate").status_code == 204
    assert rest.get(f"/job/{scene.timer}").json()["dueDate"] == first
    answer = rest.put(f"/job/{scene.timer}/retries", json={"retries": 5, "dueDate": None})
    assert answer.status_code == 204
    found = rest.get(f"/job/{scene.timer}").json()
    assert (found["retries"], found["dueDate"]) == (5, None)


def test_a_job_is_suspended_ranked_and_deleted(rest: httpx.Client, scene: Scene) -> None:
    assert rest.put(f"/job/{scene.timer}/suspended", json={"suspended": True}).status_code == 204
    assert rest.put(f"/job/{scene.timer}/priority", json={"priority": 7}).status_code == 204
    found = rest.get(f"/job/{scene.timer}").json()
    assert (found["suspended"], found["priority"]) == (True, 7)
    assert rest.put(f"/job/{scene.timer}/suspended", json={"suspended": False}).status_code == 204
    assert rest.get(f"/job/{scene.timer}").json()["suspended"] is False
    assert rest.delete(f"/job/{scene.timer}").status_code == 204
    assert rest.get(f"/job/{scene.timer}").status_code == 404


@pytest.mark.parametrize(
    "name", ["processInstanceId", "processDefinitionId", "processDefinitionKey", "jobDefinitionId"]
)
def test_many_jobs_are_suspended(rest: httpx.Client, scene: Scene, name: str) -> None:
    known = rest.get(f"/job/{scene.step}").json()
    asked = {"processInstanceId": scene.instance_id, "suspended": "true"}
    for suspended, count in ((True, 1 if name == "jobDefinitionId" else 2), (False, 0)):
        body = {name: known[name], "suspended": suspended}
        assert rest.put("/job/suspended", json=body).status_code == 204
        assert rest.get("/job/count", params=asked).json() == {"count": count}


@pytest.mark.parametrize(
    ("body", "start"),
    [
        ({}, "Either jobId,"),
        ({"jobId": "a"}, "Either jobDefinitionId"),
        ({"processInstanceId": "a", "processDefinitionId": "b"}, "Only one of jobId,"),
    ],
    ids=["nothing", "job", "two"],
)
def test_suspensions_that_name_too_little_or_too_much(
    rest: httpx.Client, body: Mapping[str, str], start: str
) -> None:
    answer = rest.put("/job/suspended", json={**body, "suspended": True})
    assert answer.status_code == 400
    assert answer.json()["message"].startswith(start)


def test_many_jobs_get_tries_in_a_batch(rest: httpx.Client, engine: Engine, scene: Scene) -> None:
    body = {"jobIds": [scene.step], "jobQuery": {"processInstanceId": scene.instance_id}, "retries": 9}
    answer = rest.post("/job/retries", json=body)
    assert answer.status_code == 200
    assert answer.json()["type"] == "set-job-retries"
    due = engine.jobs.get(scene.timer).due_at
    batch = engine.batches.get(answer.json()["id"])
    seed = engine.jobs.list(batch_id=batch.id, kind="batch-seed")[0]
    engine.jobs.execute(seed.id)
    for each in engine.jobs.list(batch_id=batch.id, kind="batch-execution"):
        engine.jobs.execute(each.id)
    found = [engine.jobs.get(each) for each in (scene.step, scene.timer)]
    assert [each.retries for each in found] == [9, 9]
    assert found[1].due_at == due


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"jobIds": ["a"]}, "retries is null"),
        ({"retries": 1, "jobQuery": {"activityId": "nowhere"}}, "jobIds is empty"),
        ({"retries": 1}, "jobIds is empty"),
        ({"retries": -1, "jobIds": ["0190a5c4-0000-7000-8000-000000000000"]}, "retries"),
    ],
    ids=["tries", "found", "said", "negative"],
)
def test_batches_of_tries_that_are_refused(rest: httpx.Client, body: Mapping[str, Any], message: str) -> None:
    answer = rest.post("/job/retries", json=body)
    assert answer.status_code == 400
    assert message in answer.json()["message"]


@pytest.mark.parametrize("unknown", ["nothing", "0190a5c4-0000-7000-8000-000000000000"])
def test_what_does_not_exist(rest: httpx.Client, unknown: str) -> None:
    missing = rest.get(f"/job/{unknown}")
    assert (missing.status_code, missing.json()["message"]) == (404, f"Job with id {unknown} does not exist")
    assert missing.json()["type"] == "InvalidRequestException"
    for answer in (
        rest.get(f"/job/{unknown}/stacktrace"),
        rest.post(f"/job/{unknown}/execute"),
        rest.put(f"/job/{unknown}/retries", json={"retries": 1}),
        rest.put(f"/job/{unknown}/duedate", json={"duedate": None}),
        rest.post(f"/job/{unknown}/duedate/recalculate"),
        rest.put(f"/job/{unknown}/suspended", json={"suspended": True}),
        rest.put(f"/job/{unknown}/priority", json={"priority": 1}),
        rest.delete(f"/job/{unknown}"),
        rest.get(f"/job-definition/{unknown}"),
        rest.put(f"/job-definition/{unknown}/suspended", json={"suspended": True}),
        rest.put(f"/job-definition/{unknown}/retries", json={"retries": 1}),
        rest.put(f"/job-definition/{unknown}/jobPriority", json={"priority": 1}),
        rest.get(f"/incident/{unknown}"),
        rest.delete(f"/incident/{unknown}"),
        rest.put(f"/incident/{unknown}/annotation", json={"annotation": "a"}),
    ):
        assert answer.status_code == 404, answer.text


def test_job_definitions_are_listed(rest: httpx.Client, scene: Scene) -> None:
    asked = {"processDefinitionId": scene.definition_id, "sortBy": "activityId", "sortOrder": "desc"}
    wait, pack = rest.get("/job-definition", params=asked).json()
    key = pack["processDefinitionKey"]
    deployment_id = pack.pop("deploymentId")
    assert deployment_id is not None
    assert pack == {
        "id": f"{scene.definition_id}~async-before~pack",
        "processDefinitionId": scene.definition_id,
        "processDefinitionKey": key,
        "jobType": "async-continuation",
        "jobConfiguration": "async-before",
        "activityId": "pack",
        "suspended": False,
        "overridingJobPriority": None,
        "tenantId": None,
    }
    assert wait["jobType"] == "timer-intermediate-transition"
    assert rest.get(f"/job-definition/{pack['id']}").json() == {**pack, "deploymentId": deployment_id}

    def counted(**params: str) -> int:
        asked = {"processDefinitionKey": key, **params}
        found: int = rest.get("/job-definition/count", params=asked).json()["count"]
        return found

    assert counted() == 2
    assert counted(activityIdIn="pack,other") == 1
    assert counted(jobType="async-continuation") == 1
    assert counted(jobConfiguration="async-before") == 1
    assert counted(jobDefinitionId=pack["id"]) == 1
    assert counted(suspended="true") == 0
    assert counted(active="true", suspended="true") == 0
    assert counted(withOverridingJobPriority="true") == 0
    assert counted(tenantIdIn="a") == 0
    assert counted(tenantIdIn="a", includeJobDefinitionsWithoutTenantId="true") == 2
    body = {"processDefinitionKey": key, "sorting": [{"sortBy": "jobType", "sortOrder": "asc"}]}
    assert [each["activityId"] for each in rest.post("/job-definition", json=body).json()] == ["pack", "wait"]
    page = rest.get("/job-definition", params={**asked, "firstResult": 1, "maxResults": 5}).json()
    assert [each["activityId"] for each in page] == ["pack"]


def test_a_job_definition_is_suspended_ranked_and_tried_again(
    rest: httpx.Client, engine: Engine, scene: Scene
) -> None:
    place = f"/job-definition/{scene.definition_id}~async-before~pack"
    assert rest.put(f"{place}/suspended", json={"suspended": True, "includeJobs": True}).status_code == 204
    assert rest.get(place).json()["suspended"] is True
    assert rest.get(f"/job/{scene.step}").json()["suspended"] is True
    assert rest.get(f"/job/{scene.timer}").json()["suspended"] is False
    assert rest.put(f"{place}/jobPriority", json={"priority": 5, "includeJobs": True}).status_code == 204
    assert rest.get(place).json()["overridingJobPriority"] == 5
    assert rest.get(f"/job/{scene.step}").json()["priority"] == 5
    assert rest.put(f"{place}/jobPriority", json={"includeJobs": True}).status_code == 400
    engine.jobs.set_retries(scene.step, 0)
    assert rest.put(f"{place}/retries", json={"retries": 4}).status_code == 204
    assert rest.get(f"/job/{scene.step}").json()["retries"] == 4
    group = {"processDefinitionId": scene.definition_id, "suspended": False, "includeJobs": True}
    assert rest.put("/job-definition/suspended", json=group).status_code == 204
    assert rest.get(f"/job/{scene.step}").json()["suspended"] is False
    assert rest.put("/job-definition/suspended", json={"suspended": True}).status_code == 400


def test_a_batch_has_job_definitions(rest: httpx.Client, engine: Engine, scene: Scene) -> None:
    batch = engine.batches.create("suspend-instances", ids=[scene.instance_id], suspended=True)
    found = rest.get("/job-definition", params={"jobConfiguration": batch.id}).json()
    assert {each["jobType"] for each in found} == {
        "batch-seed-job",
        "batch-monitor-job",
        "instance-update-suspension-state",
    }
    assert all(each["suspended"] for each in found)
    assert all(each["processDefinitionId"] is None for each in found)
    execution = batch.view.batch_job_definition_id
    assert rest.get(f"/job-definition/{execution}").json()["id"] == execution
    seeds = rest.get("/job", params={"jobDefinitionId": batch.view.seed_job_definition_id}).json()
    assert [(each["batchId"], each["processInstanceId"]) for each in seeds] == [(batch.id, None)]
    engine.batches.delete(batch.id)
    assert rest.get(f"/job-definition/{execution}").status_code == 404
