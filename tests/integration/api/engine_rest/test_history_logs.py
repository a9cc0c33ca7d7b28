"""Logs, incidents, updates, decisions, cleanup and its reports, as clients of Camunda 7 see them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from tests.integration.retention.scene import new_decision, new_decision_definition, set_removal_times

from shoal.engine import Engine
from shoal.store.tables.decisions import decision_instance

UNKNOWN = "00000000-0000-7000-8000-000000000000"
FAILING = (
    '<startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="work"/>'
    '<serviceTask id="work" camunda:asyncBefore="true" camunda:expression="${nobody.there}"/>'
)
EXTERNAL = (
    '<startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="work"/>'
    '<serviceTask id="work" camunda:type="external" camunda:topic="pack"/>'
)
JOB_LOG = (
    "id timestamp removalTime jobId jobDueDate jobRetries jobPriority jobExceptionMessage jobDefinitionId "
    "jobDefinitionType jobDefinitionConfiguration activityId failedActivityId executionId processInstanceId "
    "processDefinitionId processDefinitionKey deploymentId tenantId hostname rootProcessInstanceId batchId "
    "creationLog failureLog successLog deletionLog"
)
DECISION = (
    "id decisionDefinitionId decisionDefinitionKey decisionDefinitionName evaluationTime removalTime "
    "processDefinitionId processDefinitionKey processInstanceId rootProcessInstanceId caseDefinitionId "
    "caseDefinitionKey caseInstanceId activityId activityInstanceId userId inputs outputs collectResultValue "
    "rootDecisionInstanceId decisionRequirementsDefinitionId decisionRequirementsDefinitionKey tenantId"
)
VALUE = (
    "id decisionInstanceId clauseId clauseName type value valueInfo errorMessage createTime removalTime "
    "rootProcessInstanceId"
)


@pytest.fixture(scope="module")
def failed(engine: Engine, deploy: Callable[..., str]) -> str:
    """An instance whose job has failed for good."""
    deploy("failing", FAILING)
    instance = engine.instances.start("failing")
    engine.run_until_idle()
    return instance


def _get(rest: httpx.Client, path: str, **query: Any) -> Any:
    answer = rest.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_log_of_jobs(rest: httpx.Client, failed: str) -> None:
    log = _get(rest, "/history/job-log", processInstanceId=failed, sortBy="timestamp", sortOrder="asc")
    assert [(each["creationLog"], each["failureLog"]) for each in log] == [(True, False)] + [(False, True)] * 3
    assert set(log[0]) == set(JOB_LOG.split())
    assert log[0]["jobDefinitionType"] == "async-continuation"
    assert log[0]["jobDefinitionConfiguration"] == "async-before"
    assert log[0]["rootProcessInstanceId"] == failed
    assert [each["jobRetries"] for each in log] == [3, 2, 1, 0]
    for query in (
        {"jobDefinitionId": log[0]["jobDefinitionId"]},
        {"jobDefinitionType": "async-continuation", "processInstanceId": failed},
        {"jobDefinitionConfiguration": "async-before", "processInstanceId": failed},
        {"activityIdIn": "work,other", "processDefinitionKey": "failing"},
        {"jobId": log[0]["jobId"], "withoutTenantId": "true"},
    ):
        assert _get(rest, "/history/job-log/count", **query) == {"count": 4}, query
    for query in ({"jobDefinitionType": "timer-transition"}, {"creationLog": "true", "failureLog": "true"}):
        assert _get(rest, "/history/job-log/count", processInstanceId=failed, **query) == {"count": 0}, query
    posted = rest.post("/history/job-log", json={"jobId": log[0]["jobId"], "failureLog": True}).json()
    assert len(posted) == 3
    assert _get(rest, f"/history/job-log/{log[1]['id']}")["id"] == log[1]["id"]
    assert "nobody" in rest.get(f"/history/job-log/{log[1]['id']}/stacktrace").text
    for path in (UNKNOWN, f"{UNKNOWN}/stacktrace"):
        answer = rest.get(f"/history/job-log/{path}")
        assert (answer.status_code, answer.json()["type"]) == (404, "InvalidRequestException")


def test_jobs_of_batches_are_in_the_log(rest: httpx.Client, engine: Engine, failed: str) -> None:
    batch = engine.batches.create("suspend-instances", ids=[failed])
    engine.run_until_idle()
    engine.instances.resume(failed)
    log = _get(rest, "/history/job-log", jobDefinitionConfiguration=batch.id)
    kinds = {"batch-seed-job", "batch-monitor-job", "instance-update-suspension-state"}
    assert {each["jobDefinitionType"] for each in log} == kinds
    for kind in kinds:
        found = _get(rest, "/history/job-log", jobDefinitionType=kind)
        assert {each["batchId"] for each in found} == {batch.id}
        assert {each["jobDefinitionConfiguration"] for each in found} == {batch.id}


def test_incidents_open_and_ended(rest: httpx.Client, engine: Engine, failed: str) -> None:
    (incident,) = _get(rest, "/history/incident", processInstanceId=failed)
    assert (incident["open"], incident["resolved"], incident["deleted"]) == (True, False, False)
    assert incident["incidentType"] == "failedJob"
    assert incident["causeIncidentId"] == incident["rootCauseIncidentId"] == incident["id"]
    last = _get(rest, "/history/job-log", jobId=incident["configuration"], sortBy="jobRetries", sortOrder="asc")[0]
    assert incident["historyConfiguration"] == last["id"]
    assert incident["jobDefinitionId"] == last["jobDefinitionId"]
    for query in (
        {"historyConfiguration": last["id"]},
        {"jobDefinitionIdIn": last["jobDefinitionId"]},
        {"causeIncidentId": incident["id"], "open": "true"},
        {"incidentMessageLike": "%nobody%"},
    ):
        assert _get(rest, "/history/incident/count", **query) == {"count": 1}, query
    for query in ({"historyConfiguration": UNKNOWN}, {"resolved": "true"}, {"jobDefinitionIdIn": "nonsense"}):
        assert _get(rest, "/history/incident/count", processInstanceId=failed, **query) == {"count": 0}, query


def test_the_log_of_external_tasks(rest: httpx.Client, engine: Engine, deploy: Callable[..., str]) -> None:
    deploy("packing", EXTERNAL)
    instance = engine.instances.start("packing")
    task = engine.external_tasks.fetch_and_lock("packer", ["pack"])[0].task.id
    engine.external_tasks.fail(task, "packer", "no box", error_details="none of size 7", retries=2)
    log = _get(rest, "/history/external-task-log", processInstanceId=instance, sortBy="timestamp", sortOrder="asc")
    assert [each["creationLog"] for each in log] == [True, False]
    assert (log[1]["workerId"], log[1]["retries"], log[1]["errorMessage"]) == ("packer", 2, "no box")
    assert rest.get(f"/history/external-task-log/{log[1]['id']}/error-details").text == "none of size 7"
    assert _get(rest, f"/history/external-task-log/{log[0]['id']}")["topicName"] == "pack"
    posted = rest.post("/history/external-task-log/count", json={"externalTaskId": task, "failureLog": True})
    assert posted.json() == {"count": 1}
    assert rest.get(f"/history/external-task-log/{UNKNOWN}").status_code == 404


def test_the_log_of_identity_links(rest: httpx.Client, engine: Engine, deploy: Callable[..., str]) -> None:
    deploy("checking")
    instance = engine.instances.start("checking")
    task = engine.tasks.find(instance_id=instance)[0].id
    engine.tasks.assign(task, "mary")
    engine.tasks.assign(task, None)
    log = _get(rest, "/history/identity-link-log", taskId=task, sortBy="time", sortOrder="asc")
    assert [(each["operationType"], each["type"], each["userId"]) for each in log] == [
        ("add", "assignee", "mary"),
        ("delete", "assignee", "mary"),
    ]
    assert log[0]["processDefinitionKey"] == "checking"
    assert _get(rest, "/history/identity-link-log/count", taskId=task, operationType="add") == {"count": 1}
    assert _get(rest, "/history/identity-link-log/count", taskId=task, operationType="other") == {"count": 0}


def test_updates_of_variables(rest: httpx.Client, engine: Engine, deploy: Callable[..., str]) -> None:
    deploy("valued")
    instance = engine.instances.start("valued", variables={"amount": 1, "data": b"\x00\x01", "tree": {"a": [1]}})
    engine.variables.set(instance, {"amount": 2})
    found = _get(rest, "/history/detail", processInstanceId=instance, sortBy="variableName", sortOrder="asc")
    amounts = [each for each in found if each["variableName"] == "amount"]
    assert {each["type"] for each in found} == {"variableUpdate"}
    assert sorted((each["value"], each["initial"], each["revision"]) for each in amounts) == [
        (1, True, 0),
        (2, False, 1),
    ]
    data = next(each for each in found if each["variableName"] == "data")
    assert rest.get(f"/history/detail/{data['id']}/data").content == b"\x00\x01"
    assert rest.get(f"/history/detail/{amounts[0]['id']}/data").status_code == 400
    tree = next(each for each in found if each["variableName"] == "tree")
    assert tree["value"] == {"a": [1]}
    as_text = _get(rest, f"/history/detail/{tree['id']}", deserializeValue="false")
    assert as_text["value"] == '{"a":[1]}'
    assert _get(rest, "/history/detail/count", processInstanceId=instance, initial="true") == {"count": 3}
    assert _get(rest, "/history/detail/count", processInstanceId=instance, formFields="true") == {"count": 0}
    posted = rest.post(
        "/history/detail", json={"processInstanceId": instance, "variableTypeIn": ["integer"]}
    ).json()
    assert len(posted) == 2
    assert rest.get(f"/history/detail/{UNKNOWN}").status_code == 404


def test_decisions(rest: httpx.Client, engine: Engine) -> None:
    definition = new_decision_definition(engine._context, "dish", 3)
    asked = new_decision(engine._context, definition)
    required = new_decision(engine._context, definition, root_decision_id=asked)
    found = _get(rest, "/history/decision-instance", rootDecisionInstanceId=asked)
    assert {each["id"] for each in found} == {asked, required}
    assert set(found[0]) == set(DECISION.split())
    assert found[0]["inputs"] is None
    one = _get(rest, f"/history/decision-instance/{asked}", includeInputs="true", includeOutputs="true")
    assert set(one["inputs"][0]) == set(VALUE.split())
    assert set(one["outputs"][0]) == {*VALUE.split(), "ruleId", "ruleOrder", "variableName"}
    assert (one["inputs"][0]["type"], one["inputs"][0]["value"]) == ("String", "hot")
    assert _get(rest, "/history/decision-instance/count", rootDecisionInstancesOnly="true") == {"count": 1}
    assert _get(rest, "/history/decision-instance/count", caseInstanceId="x") == {"count": 0}
    assert rest.get(f"/history/decision-instance/{UNKNOWN}").status_code == 404
    body = {"historicDecisionInstanceQuery": {"decisionDefinitionKey": "dish"}, "clearedRemovalTime": True}
    set_removal_times(engine._context, datetime(2031, 1, 1, tzinfo=UTC), asked, table=decision_instance)
    answer = rest.post("/history/decision-instance/set-removal-time", json=body)
    assert (answer.status_code, answer.json()["type"]) == (200, "decision-set-removal-time")
    engine.run_until_idle()
    assert _get(rest, f"/history/decision-instance/{asked}")["removalTime"] is None
    answer = rest.post("/history/decision-instance/delete", json={"historicDecisionInstanceIds": [asked]})
    assert (answer.status_code, answer.json()["type"]) == (200, "historic-decision-instance-deletion")
    engine.run_until_idle()
    assert _get(rest, "/history/decision-instance/count") == {"count": 1}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"clearedRemovalTime": True}, "Neither query nor ids provided."),
        ({"historicDecisionInstanceIds": [UNKNOWN]}, "removalTime is null"),
        (
            {
                "historicDecisionInstanceIds": [UNKNOWN],
                "clearedRemovalTime": True,
                "absoluteRemovalTime": "2031-02-03T04:05:06.000+0000",
            },
            "The removal time modes are mutually exclusive: mode is not null",
        ),
    ],
    ids=["nothing", "no-mode", "two-modes"],
)
def test_removal_times_that_cannot_be(rest: httpx.Client, body: dict[str, Any], message: str) -> None:
    answer = rest.post("/history/decision-instance/set-removal-time", json=body)
    assert (answer.status_code, answer.json()["message"]) == (400, message)
    assert answer.json()["type"] == "BadUserRequestException"


def test_cleanup(rest: httpx.Client, engine: Engine, deploy: Callable[..., str]) -> None:
    for path in ("job", "jobs"):
        answer = rest.get(f"/history/cleanup/{path}")
        assert (answer.status_code, answer.json()["type"]) == (404, "RestException")
    assert _get(rest, "/history/cleanup/configuration") == {
        "batchWindowStartTime": None,
        "batchWindowEndTime": None,
        "enabled": True,
    }
    definition = deploy("cleaned", camunda_historyTimeToLive="5")
    gone, kept = engine.instances.start("cleaned"), engine.instances.start("cleaned")
    for each in (gone, kept):
        engine.tasks.complete(engine.tasks.find(instance_id=each)[0].id)
    set_removal_times(engine._context, datetime(2020, 1, 1, tzinfo=UTC), gone)
    path = "/history/process-definition/cleanable-process-instance-report"
    assert _get(rest, path, processDefinitionKeyIn="cleaned") == [
        {
            "processDefinitionId": definition,
            "processDefinitionKey": "cleaned",
            "processDefinitionName": None,
            "processDefinitionVersion": 1,
            "historyTimeToLive": 5,
            "finishedProcessInstanceCount": 2,
            "cleanableProcessInstanceCount": 1,
            "tenantId": None,
        }
    ]
    most = _get(rest, path, sortBy="finished", sortOrder="desc", maxResults=1)
    assert [each["processDefinitionKey"] for each in most] == ["cleaned"]
    assert _get(rest, f"{path}/count", compact="true", processDefinitionIdIn=definition) == {"count": 1}
    answer = rest.post("/history/cleanup", params={"immediatelyDue": "false"})
    assert answer.status_code == 400
    answer = rest.post("/history/cleanup")
    assert (answer.status_code, answer.json()["suspended"]) == (200, False)
    engine.run_until_idle()
    assert _get(rest, "/history/cleanup/jobs") == [_get(rest, "/history/cleanup/job")]
    assert engine.instances.count(definition_key="cleaned") == 1
    report = _get(rest, "/history/decision-definition/cleanable-decision-instance-report")
    assert {each["decisionDefinitionKey"] for each in report} == {"dish"}
