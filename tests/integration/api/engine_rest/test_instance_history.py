"""``/history/process-instance`` and ``/history/activity-instance``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from shoal.camunda.dates import write_date
from shoal.engine import Engine

Deploy = Callable[..., str]
UNKNOWN = "00000000-0000-7000-8000-000000000000"
ASYNC = (
    '<startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="work"/>'
    '<serviceTask id="work" camunda:asyncBefore="true" camunda:expression="${nobody.there}"><extensionElements>'
    "<camunda:failedJobRetryTimeCycle>R3/PT1H</camunda:failedJobRetryTimeCycle></extensionElements></serviceTask>"
)
CALLING = (
    '<startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="call"/>'
    '<callActivity id="call" name="Call it" calledElement="past"/>'
)


def _found(rest: httpx.Client, path: str, **query: Any) -> set[str]:
    """Ids by GET and by POST, and counted."""
    found = {each["id"] for each in rest.get(path, params=query).json()}
    body = {
        name: value.split(",") if name.endswith(("In", "Ids", "NotIn")) else {"true": True}.get(value, value)
        for name, value in query.items()
    }
    if "variables" not in query:
        assert {each["id"] for each in rest.post(path, json=body).json()} == found
        assert rest.post(f"{path}/count", json=body).json() == {"count": len(found)}
    assert rest.get(f"{path}/count", params=query).json() == {"count": len(found)}
    return found


def _instances(rest: httpx.Client, **query: Any) -> set[str]:
    return _found(rest, "/history/process-instance", **query)


@pytest.fixture(scope="module")
def past(deploy: Deploy, engine: Engine) -> dict[str, str]:
    """Instances by what became of them."""
    deploy("past", name="The past")
    started = {
        name: engine.instances.start("past", business_key=name, variables={"name": name}, started_by=by)
        for name, by in (("active", "mary"), ("completed", None), ("cancelled", None), ("suspended", None))
    }
    [task] = engine.tasks.find(instance_id=started["completed"])
    engine.variables.set(str(task.node_id), {"near": "here"}, local=True)
    engine.tasks.complete(task.id)
    engine.instances.cancel(started["cancelled"], "no more")
    engine.instances.suspend(started["suspended"])
    return started


def test_states(rest: httpx.Client, past: dict[str, str]) -> None:
    of = {"processDefinitionKey": "past", "processInstanceIds": ",".join(past.values())}
    assert _instances(rest, **of) == set(past.values())
    assert _instances(rest, **of, finished="true") == {past["completed"], past["cancelled"]}
    assert _instances(rest, **of, unfinished="true") == {past["active"], past["suspended"]}
    assert _instances(rest, **of, finished="true", unfinished="true") == set()
    for name, parameter in (
        ("active", "active"),
        ("suspended", "suspended"),
        ("completed", "completed"),
        ("cancelled", "externallyTerminated"),
    ):
        assert _instances(rest, **of, **{parameter: "true"}) == {past[name]}
    assert _instances(rest, **of, internallyTerminated="true") == set()
    answer = rest.get("/history/process-instance", params={"active": "true", "completed": "true"})
    assert (answer.status_code, answer.json()["message"]) == (
        400,
        "Already querying for historic process instance with another state",
    )


def test_what_is_shown(rest: httpx.Client, past: dict[str, str], engine: Engine) -> None:
    shown = {name: rest.get(f"/history/process-instance/{each}").json() for name, each in past.items()}
    assert set(shown["active"]) == {
        *("id", "businessKey", "processDefinitionId", "processDefinitionKey", "processDefinitionName"),
        *("processDefinitionVersion", "startTime", "endTime", "removalTime", "durationInMillis", "startUserId"),
        *("startActivityId", "deleteReason", "rootProcessInstanceId", "superProcessInstanceId"),
        *("superCaseInstanceId", "caseInstanceId", "tenantId", "state", "restartedProcessInstanceId"),
    }
    assert {name: each["state"] for name, each in shown.items()} == {
        "active": "ACTIVE",
        "completed": "COMPLETED",
        "cancelled": "EXTERNALLY_TERMINATED",
        "suspended": "SUSPENDED",
    }
    cancelled, active = shown["cancelled"], shown["active"]
    assert (cancelled["deleteReason"], cancelled["processDefinitionName"]) == ("no more", "The past")
    row = engine.instances.get(past["cancelled"])
    assert row.ended_at is not None
    assert cancelled["durationInMillis"] == (row.ended_at - row.started_at) // timedelta(milliseconds=1)
    assert cancelled["endTime"] == write_date(row.ended_at)
    assert (active["endTime"], active["durationInMillis"], active["startUserId"]) == (None, None, "mary")
    assert (active["startActivityId"], active["rootProcessInstanceId"]) == ("start", past["active"])


def test_filters(rest: httpx.Client, past: dict[str, str], engine: Engine) -> None:
    of = {"processInstanceIds": ",".join(past.values())}
    row = engine.instances.get(past["cancelled"])
    every = set(past.values())
    assert row.ended_at is not None
    assert _instances(rest, processInstanceId=past["active"], **of) == {past["active"]}
    assert _instances(rest, processInstanceId=UNKNOWN, **of) == set()
    assert _instances(rest, **of, processInstanceIdNotIn=past["active"]) == every - {past["active"]}
    assert _instances(rest, **of, processInstanceBusinessKeyIn="active,completed") == {
        past["active"],
        past["completed"],
    }
    assert _instances(rest, **of, processInstanceBusinessKeyLike="c%") == {past["cancelled"], past["completed"]}
    assert _instances(rest, **of, processDefinitionName="The past", processDefinitionNameLike="%past") == every
    assert _instances(rest, **of, processDefinitionNameLike="%future") == set()
    assert _instances(rest, **of, processDefinitionKeyNotIn="past") == set()
    assert _instances(rest, **of, startedBy="mary") == {past["active"]}
    assert _instances(rest, **of, rootProcessInstanceId=past["active"]) == {past["active"]}
    assert _instances(rest, **of, rootProcessInstances="true") == every
    started, ended = write_date(row.started_at), write_date(row.ended_at)
    # limits belong to what they limit
    assert past["cancelled"] in _instances(rest, **of, startedBefore=started)
    assert past["cancelled"] in _instances(rest, **of, startedAfter=started)
    assert past["cancelled"] in _instances(rest, **of, finishedBefore=ended)
    assert past["cancelled"] in _instances(rest, **of, finishedAfter=ended)
    earlier = write_date(row.started_at - timedelta(hours=1))
    assert _instances(rest, **of, startedBefore=earlier) == set()
    assert _instances(rest, **of, finishedBefore=earlier) == set()
    assert _instances(rest, **of, variables="name_eq_active") == {past["active"]}
    assert _instances(rest, **of, variables="near_eq_here") == {past["completed"]}
    assert _instances(rest, **of, variables="NAME_eq_ACTIVE", variableNamesIgnoreCase="true") == set()
    either = {
        "orQueries": [{"startedBy": "mary", "completed": True}],
        "processInstanceIds": list(past.values()),
    }
    found = rest.post("/history/process-instance", json=either).json()
    assert {each["id"] for each in found} == {past["active"], past["completed"]}
    assert _instances(rest, **of, tenantIdIn="t") == set()
    assert _instances(rest, **of, withoutTenantId="true") == every
    assert _instances(rest, **of, superCaseInstanceId="c") == set()


def test_filters_on_activities(rest: httpx.Client, past: dict[str, str], engine: Engine) -> None:
    of = {"processInstanceIds": ",".join(past.values())}
    waiting = {past["active"], past["suspended"]}
    assert _instances(rest, **of, activeActivityIdIn="check") == waiting
    assert _instances(rest, **of, activityIdIn="check,end") == waiting
    assert _instances(rest, **of, executedActivityIdIn="check") == {past["completed"], past["cancelled"]}
    assert _instances(rest, **of, executedActivityIdIn="end") == {past["completed"]}
    row = engine.instances.get(past["active"])
    at = write_date(row.started_at)
    assert past["active"] in _instances(rest, **of, executedActivityAfter=at, executedActivityBefore=at)
    later = write_date(row.started_at + timedelta(hours=1))
    assert _instances(rest, **of, executedActivityAfter=later) == set()
    assert _instances(rest, **of, executedActivityBefore=later) == set(past.values())


def test_filters_on_jobs_and_incidents(rest: httpx.Client, deploy: Deploy, engine: Engine) -> None:
    deploy("worked", ASYNC)
    healthy, retrying, failed, resolved = engine.instances.start_many("worked", 4)
    of = {"processDefinitionKey": "worked"}
    engine.instances.suspend_many([healthy, failed, resolved])
    engine.run_until_idle()
    jobs = {each: engine.jobs.list(instance_id=each)[0].id for each in (failed, resolved)}
    for job_id in jobs.values():
        engine.jobs.set_retries(job_id, 0)
    engine.jobs.set_retries(jobs[resolved], 1)
    assert _instances(rest, **of, withJobsRetrying="true") == {retrying}
    assert _instances(rest, **of, withIncidents="true") == {failed, resolved}
    assert _instances(rest, **of, withRootIncidents="true") == {failed, resolved}
    assert _instances(rest, **of, incidentType="failedJob") == {failed, resolved}
    assert _instances(rest, **of, incidentStatus="open") == {failed}
    assert _instances(rest, **of, incidentStatus="resolved", incidentType="failedJob") == {resolved}
    assert _instances(rest, **of, incidentStatus="resolved", incidentType="other") == set()
    assert _instances(rest, **of, incidentMessageLike="%") <= {failed, resolved}
    [incident] = rest.get("/history/incident", params={"processInstanceId": resolved}).json()
    assert _instances(rest, **of, incidentIdIn=incident["id"]) == {resolved}
    both = {"incidentIdIn": f"{incident['id']},{UNKNOWN}", "incidentStatus": "open"}
    assert _instances(rest, **of, **both) == set()
    started = engine.instances.get(healthy).started_at
    assert retrying in _instances(rest, **of, executedJobAfter=write_date(started))
    assert _instances(rest, **of, executedJobBefore=write_date(started - timedelta(hours=1))) == set()


def test_order(rest: httpx.Client, past: dict[str, str]) -> None:
    of = {"processInstanceIds": ",".join(past.values())}
    for name in (
        "instanceId",
        "definitionId",
        "definitionKey",
        "definitionName",
        "definitionVersion",
        "businessKey",
    ):
        assert (
            len(rest.get("/history/process-instance", params={**of, "sortBy": name, "sortOrder": "asc"}).json())
            == 4
        )
    for name in ("startTime", "endTime", "duration", "tenantId"):
        assert (
            len(rest.get("/history/process-instance", params={**of, "sortBy": name, "sortOrder": "asc"}).json())
            == 4
        )
    said = {**of, "finished": "true", "sortBy": "duration", "sortOrder": "desc"}
    durations = [each["durationInMillis"] for each in rest.get("/history/process-instance", params=said).json()]
    assert durations == sorted(durations, reverse=True)
    keys = [
        each["businessKey"]
        for each in rest.get(
            "/history/process-instance",
            params={**of, "sortBy": "businessKey", "sortOrder": "desc", "maxResults": 2},
        ).json()
    ]
    assert keys == ["suspended", "completed"]


def test_deletion(rest: httpx.Client, deploy: Deploy, engine: Engine) -> None:
    deploy("erased")
    running, ended = engine.instances.start_many("erased", 2)
    engine.instances.cancel(ended)
    path = "/history/process-instance"
    assert rest.delete(f"{path}/{ended}").status_code == 204
    assert rest.get(f"{path}/{ended}").status_code == 404
    for each in (ended, running, UNKNOWN):
        answer = rest.delete(f"{path}/{each}")
        assert (answer.status_code, answer.json()) == (
            404,
            {
                "type": "InvalidRequestException",
                "message": f"Historic process instance with id {each} does not exist",
                "code": None,
            },
        )
    assert rest.delete(f"{path}/{ended}", params={"failIfNotExists": "false"}).status_code == 204


def test_the_report_of_durations(rest: httpx.Client, deploy: Deploy, engine: Engine) -> None:
    definition_id = deploy("measured")
    ids = engine.instances.start_many("measured", 3)
    engine.instances.cancel_many(ids[:2])
    rows = [engine.instances.get(each) for each in ids[:2]]
    took = [
        (row.ended_at - row.started_at) // timedelta(milliseconds=1) for row in rows if row.ended_at is not None
    ]
    month = rows[0].started_at.month
    path = "/history/process-instance/report"
    said = {"reportType": "duration", "processDefinitionIdIn": f"{definition_id},{UNKNOWN}"}
    [found] = rest.get(path, params={**said, "periodUnit": "month"}).json()
    assert found == {
        "period": month,
        "periodUnit": "MONTH",
        "minimum": min(took),
        "maximum": max(took),
        "average": sum(took) // 2,
    }
    [found] = rest.get(path, params={**said, "periodUnit": "quarter"}).json()
    assert (found["period"], found["periodUnit"]) == ((month + 2) // 3, "QUARTER")
    text = rest.get(path, params={**said, "periodUnit": "month"}, headers={"accept": "text/csv"}).text
    assert text.splitlines()[0] == "PERIOD,PERIOD_UNIT,MINIMUM,MAXIMUM,AVERAGE"
    assert text.splitlines()[1] == f"{month},MONTH,{min(took)},{max(took)},{sum(took) // 2}"
    before = write_date(rows[0].started_at - timedelta(hours=1))
    assert rest.get(path, params={**said, "periodUnit": "month", "startedBefore": before}).json() == []
    keyed = {"reportType": "duration", "periodUnit": "month", "processDefinitionKeyIn": "nobody"}
    assert rest.get(path, params=keyed).json() == []
    for wrong in ({}, {"reportType": "duration"}, {"reportType": "other", "periodUnit": "month"}):
        assert rest.get(path, params=wrong).status_code == 400


def test_activities(rest: httpx.Client, deploy: Deploy, past: dict[str, str], engine: Engine) -> None:
    path = "/history/activity-instance"
    done, running = {"processInstanceId": past["completed"]}, {"processInstanceId": past["active"]}
    said = {**done, "sortBy": "occurrence", "sortOrder": "asc"}
    shown = rest.get(path, params=said).json()
    assert [each["activityId"] for each in shown] == ["start", "check", "end"]
    assert [each["completeScope"] for each in shown] == [False, False, True]
    _, check, end = shown
    assert set(check) == {
        *("id", "parentActivityInstanceId", "activityId", "activityName", "activityType"),
        *("processDefinitionKey", "processDefinitionId", "processInstanceId", "executionId", "taskId", "assignee"),
        *("calledProcessInstanceId", "calledCaseInstanceId", "startTime", "endTime", "durationInMillis"),
        *("canceled", "completeScope", "tenantId", "removalTime", "rootProcessInstanceId"),
    }
    assert (check["activityName"], check["activityType"]) == ("Check", "userTask")
    assert check["parentActivityInstanceId"] == past["completed"]
    assert check["taskId"] == engine.tasks.find(instance_id=past["completed"])[0].id
    assert rest.get(f"{path}/{check['id']}").json() == check
    missing = rest.get(f"{path}/{UNKNOWN}")
    assert (missing.status_code, missing.json()["message"]) == (
        404,
        f"Historic activity instance with id '{UNKNOWN}' does not exist",
    )
    assert _found(rest, path, **done, activityId="check") == {check["id"]}
    assert _found(rest, path, **done, activityName="Check") == {check["id"]}
    assert _found(rest, path, **done, activityNameLike="Ch%") == {check["id"]}
    assert _found(rest, path, **done, activityNameLike="x%") == set()
    assert _found(rest, path, **done, activityType="userTask") == {check["id"]}
    assert _found(rest, path, **done, completeScope="true") == {end["id"]}
    assert _found(rest, path, **done, unfinished="true") == set()
    assert len(_found(rest, path, **running, unfinished="true")) == 1
    assert len(_found(rest, path, processInstanceId=past["cancelled"], canceled="true")) == 1
    assert _found(rest, path, activityInstanceId=check["id"], executionId=check["id"]) == {check["id"]}
    assert _found(rest, path, activityInstanceId=check["id"], executionId=UNKNOWN) == set()
    assert _found(rest, path, **done, startedAfter=check["startTime"], activityId="check") == {check["id"]}
    assert _found(rest, path, **done, finishedBefore=check["endTime"], activityId="check") == {check["id"]}
    assert _found(rest, path, **done, tenantIdIn="t") == set()
    [task] = engine.tasks.find(instance_id=past["active"])
    engine.tasks.claim(task.id, "ann")
    assert len(_found(rest, path, **running, taskAssignee="ann")) == 1
    for name in ("activityInstanceId", "instanceId", "executionId", "activityId", "activityName", "activityType"):
        assert len(rest.get(path, params={**done, "sortBy": name, "sortOrder": "desc"}).json()) == 3
    for name in ("startTime", "endTime", "duration", "definitionId", "tenantId"):
        assert len(rest.get(path, params={**done, "sortBy": name, "sortOrder": "desc"}).json()) == 3
    deploy("caller", CALLING)
    caller = engine.instances.start("caller")
    [called] = engine.instances.list(super_instance_id=caller)
    [call] = rest.get(path, params={"processInstanceId": caller, "activityType": "callActivity"}).json()
    assert (call["calledProcessInstanceId"], call["activityName"]) == (called.id, "Call it")
