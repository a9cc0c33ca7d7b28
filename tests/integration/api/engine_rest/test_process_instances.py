"""``/process-instance``: lists, one instance, its tree, its end, its suspension, its comments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from shoal.engine import Engine

Deploy = Callable[..., str]
UNKNOWN = "00000000-0000-7000-8000-000000000000"
NAMES = {
    *("links", "id", "definitionId", "definitionKey", "businessKey"),
    *("caseInstanceId", "ended", "suspended", "tenantId"),
}
CALLING = (
    '<startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="call"/>'
    '<callActivity id="call" calledElement="{called}"/>'
)
ASYNC = (
    '<startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="work"/>'
    '<serviceTask id="work" name="Work" camunda:asyncBefore="true" camunda:expression="${nobody.there}"/>'
)
SCOPED = (
    '<startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="sub"/>'
    '<subProcess id="sub" name="Sub"><startEvent id="s"/><sequenceFlow id="f2" sourceRef="s" targetRef="inner"/>'
    '<userTask id="inner" name="Inner"/></subProcess>'
)


@pytest.fixture
def started(deploy: Deploy, engine: Engine) -> Callable[..., str]:
    """Starts an instance that waits at a user task; the process is deployed when it is new."""

    def start(key: str, **said: Any) -> str:
        if not engine.definitions.count(
            key=key, tenant_id_in=(said["tenant_id"],) if "tenant_id" in said else None
        ):
            deploy(key, tenant_id=said.get("tenant_id"))
        return engine.instances.start(key, **said)

    return start


def _found(rest: httpx.Client, **query: Any) -> list[str]:
    """By GET and by POST, listed and counted."""
    listed = rest.get("/process-instance", params=query).json()
    ids = sorted(each["id"] for each in listed)
    as_lists = {
        name: value.split(",") if name.endswith(("In", "Ids")) else {"true": True}.get(value, value)
        for name, value in query.items()
        if name != "variables"
    }
    if "variables" not in query:
        assert sorted(each["id"] for each in rest.post("/process-instance", json=as_lists).json()) == ids
    assert rest.get("/process-instance/count", params=query).json() == {"count": len(ids)}
    return ids


def test_lists(rest: httpx.Client, started: Callable[..., str], engine: Engine) -> None:
    first = started("listed", business_key="L-1", variables={"region": "north"})
    second = started("listed", business_key="L-2", variables={"region": "South"})
    engine.instances.suspend(second)
    ended = started("listed")
    engine.instances.cancel(ended)
    definition_id = engine.instances.get(first).definition_id
    both = sorted((first, second))
    assert _found(rest, processDefinitionKey="listed") == both
    assert _found(rest, processInstanceIds=f"{first},{ended},{UNKNOWN}") == [first]
    assert _found(rest, processDefinitionId=definition_id, businessKey="L-1") == [first]
    assert _found(rest, businessKeyLike="L-%", suspended="true") == [second]
    assert _found(rest, businessKeyLike="L-%", active="true") == [first]
    assert _found(rest, processDefinitionKeyIn="listed,other", activityIdIn="check") == both
    assert _found(rest, processDefinitionKeyIn="listed", activityIdIn="elsewhere") == []
    assert _found(rest, processDefinitionKey="listed", variables="region_like_S%") == [second]
    by_value = {
        "processDefinitionKey": "listed",
        "variables": "region_eq_south",
        "variableValuesIgnoreCase": "true",
    }
    assert _found(rest, **by_value) == [second]
    assert _found(rest, processDefinitionKey="listed", caseInstanceId="c") == []
    assert (
        _found(rest, processDefinitionKey="listed", rootProcessInstances="true", leafProcessInstances="true")
        == both
    )
    assert _found(rest, processDefinitionKey="listed", tenantIdIn="nobody") == []
    [shown] = rest.get("/process-instance", params={"businessKey": "L-1"}).json()
    assert set(shown) == NAMES
    assert (shown["links"], shown["ended"], shown["suspended"]) == ([], False, False)


def test_order_and_pages(rest: httpx.Client, started: Callable[..., str]) -> None:
    ids = [started("paged", business_key=key) for key in ("b", "a", "c")]
    said = {"processDefinitionKey": "paged", "sortBy": "businessKey", "sortOrder": "desc"}
    assert [each["id"] for each in rest.get("/process-instance", params=said).json()] == [ids[2], ids[0], ids[1]]
    page = rest.get("/process-instance", params={**said, "firstResult": 1, "maxResults": 1}).json()
    assert [each["id"] for each in page] == [ids[0]]
    body = {"processDefinitionKey": "paged", "sorting": [{"sortBy": "businessKey", "sortOrder": "asc"}]}
    answer = rest.post("/process-instance", json=body, params={"maxResults": 2}).json()
    assert [each["businessKey"] for each in answer] == ["a", "b"]
    wrong = rest.get("/process-instance", params={"sortBy": "colour", "sortOrder": "asc"})
    assert (wrong.status_code, wrong.json()["message"]) == (400, "sortBy parameter has invalid value: colour")
    either = {"orQueries": [{"businessKey": "a", "businessKeyLike": "c%"}], "processDefinitionKey": "paged"}
    assert {each["businessKey"] for each in rest.post("/process-instance", json=either).json()} == {"a", "c"}


def test_one(rest: httpx.Client, started: Callable[..., str], engine: Engine) -> None:
    instance_id = started("single", business_key="S")
    shown = rest.get(f"/process-instance/{instance_id}").json()
    assert set(shown) == NAMES
    assert shown["links"][0]["href"].endswith(f"/engine-rest/process-instance/{instance_id}")
    engine.instances.cancel(instance_id)
    for missing in (instance_id, UNKNOWN, "nothing"):
        answer = rest.get(f"/process-instance/{missing}")
        assert (answer.status_code, answer.json()) == (
            404,
            {
                "type": "InvalidRequestException",
                "message": f"Process instance with id {missing} does not exist",
                "code": None,
            },
        )


def test_the_tree(rest: httpx.Client, deploy: Deploy, engine: Engine) -> None:
    definition_id = deploy("treed", SCOPED)
    instance_id = engine.instances.start("treed")
    tree = rest.get(f"/process-instance/{instance_id}/activity-instances").json()
    assert set(tree) == {
        *("id", "parentActivityInstanceId", "activityId", "activityType", "processInstanceId"),
        *("processDefinitionId", "childActivityInstances", "childTransitionInstances", "executionIds"),
        *("activityName", "name", "incidentIds", "incidents"),
    }
    assert (tree["id"], tree["parentActivityInstanceId"], tree["activityId"]) == (instance_id, None, definition_id)
    [sub] = tree["childActivityInstances"]
    assert (sub["activityId"], sub["activityType"], sub["activityName"]) == ("sub", "subProcess", "Sub")
    assert sub["parentActivityInstanceId"] == instance_id
    [inner] = sub["childActivityInstances"]
    assert (inner["activityId"], inner["name"], inner["parentActivityInstanceId"]) == ("inner", "Inner", sub["id"])
    assert rest.get(f"/execution/{inner['executionIds'][0]}").json()["processInstanceId"] == instance_id
    assert rest.get(f"/process-instance/{UNKNOWN}/activity-instances").status_code == 404


def test_the_tree_of_a_failed_job(rest: httpx.Client, deploy: Deploy, engine: Engine) -> None:
    deploy("broken", ASYNC)
    instance_id = engine.instances.start("broken")
    [job] = engine.jobs.list(instance_id=instance_id)
    engine.jobs.set_retries(job.id, 0)
    tree = rest.get(f"/process-instance/{instance_id}/activity-instances").json()
    [transition] = tree["childTransitionInstances"]
    assert (transition["activityId"], transition["activityName"]) == ("work", "Work")
    assert transition["activityType"] == "serviceTask"
    assert transition["incidents"] == [{"id": transition["incidentIds"][0], "activityId": "work"}]
    assert _found(rest, processDefinitionKey="broken", withIncident="true") == [instance_id]
    assert _found(rest, incidentId=transition["incidentIds"][0], incidentType="failedJob") == [instance_id]
    assert rest.get(f"/execution/{transition['executionId']}").status_code == 200


def test_deletion(rest: httpx.Client, deploy: Deploy, engine: Engine, started: Callable[..., str]) -> None:
    instance_id = started("deleted")
    assert (
        rest.delete(f"/process-instance/{instance_id}", params={"skipCustomListeners": "true"}).status_code == 204
    )
    shown = rest.get(f"/history/process-instance/{instance_id}").json()
    assert (shown["state"], shown["deleteReason"]) == ("EXTERNALLY_TERMINATED", None)
    for missing in (instance_id, UNKNOWN):
        answer = rest.delete(f"/process-instance/{missing}")
        assert answer.status_code == 404
        assert answer.json()["type"] == "InvalidRequestException"
        assert f"No process instance found for id '{missing}'" in answer.json()["message"]
        assert rest.delete(f"/process-instance/{missing}", params={"failIfNotExists": "false"}).status_code == 204
    deploy("calling", CALLING.format(called="deleted"))
    callers = [engine.instances.start("calling") for _ in range(2)]
    called = [engine.instances.list(super_instance_id=each)[0].id for each in callers]
    assert _found(rest, superProcessInstance=callers[0]) == [called[0]]
    assert _found(rest, subProcessInstance=called[0]) == [callers[0]]
    rest.delete(f"/process-instance/{callers[0]}")
    assert engine.instances.get(called[0]).state == "cancelled"
    rest.delete(f"/process-instance/{callers[1]}", params={"skipSubprocesses": "true"})
    assert engine.instances.get(called[1]).state == "active"


def test_suspension(rest: httpx.Client, started: Callable[..., str], engine: Engine) -> None:
    ids = [started("still") for _ in range(3)]

    def suspended() -> list[bool]:
        return [engine.instances.get(each).suspended for each in ids]

    assert rest.put(f"/process-instance/{ids[0]}/suspended", json={"suspended": True}).status_code == 204
    assert suspended() == [True, False, False]
    assert rest.put(f"/process-instance/{ids[0]}/suspended", json={"suspended": True}).status_code == 204
    by_ids = {
        "suspended": True,
        "processInstanceIds": ids[:1],
        "processInstanceQuery": {"processInstanceIds": ids[1:2]},
    }
    assert rest.put("/process-instance/suspended", json=by_ids).status_code == 204
    assert suspended() == [True, True, False]
    assert (
        rest.put(
            "/process-instance/suspended", json={"processDefinitionKey": "still", "suspended": False}
        ).status_code
        == 204
    )
    assert suspended() == [False] * 3
    query = {
        "suspended": True,
        "historicProcessInstanceQuery": {"processDefinitionKey": "still", "unfinished": True},
    }
    assert rest.put("/process-instance/suspended", json=query).status_code == 204
    assert suspended() == [True] * 3
    named = {"suspended": False, "processInstanceId": ids[2]}
    assert rest.put("/process-instance/suspended", json=named).status_code == 204
    assert suspended() == [True, True, False]
    assert rest.put(f"/process-instance/{UNKNOWN}/suspended", json={"suspended": True}).status_code == 404


@pytest.mark.parametrize(
    ("said", "text"),
    [
        pytest.param({}, "Either processInstanceId, processDefinitionId or processDefinitionKey", id="nothing"),
        pytest.param(
            {"processDefinitionId": "a", "processDefinitionKey": "b"},
            "Only one of processInstanceId, processDefinitionId or processDefinitionKey",
            id="both",
        ),
        pytest.param({"processInstanceIds": []}, "No process instance ids given", id="empty"),
        pytest.param({"processInstanceIds": [None]}, "Process Instance ids contains null value", id="null"),
    ],
)
def test_suspensions_that_are_refused(rest: httpx.Client, said: dict[str, Any], text: str) -> None:
    answer = rest.put("/process-instance/suspended", json={"suspended": True, **said})
    assert answer.status_code == 400
    assert text in answer.json()["message"]


def test_comments(rest: httpx.Client, started: Callable[..., str], engine: Engine) -> None:
    instance_id = started("discussed")
    engine.tasks.comment("first", instance_id=instance_id, author="mary")
    engine.tasks.comment("second", instance_id=instance_id)
    path = f"/process-instance/{instance_id}/comment"
    second, first = rest.get(path).json()
    assert set(first) == {
        *("links", "id", "userId", "taskId", "processInstanceId", "time", "message"),
        *("removalTime", "rootProcessInstanceId"),
    }
    assert (first["userId"], first["message"], first["processInstanceId"]) == ("mary", "first", instance_id)
    assert rest.put(path, json={"id": first["id"], "message": "changed"}).status_code == 204
    assert rest.get(path).json()[1]["message"] == "changed"
    assert rest.put(path, json={"id": first["id"]}).status_code == 400
    assert rest.put(path, json={"id": UNKNOWN, "message": "x"}).status_code == 404
    assert rest.delete(f"{path}/{second['id']}").status_code == 204
    assert [each["id"] for each in rest.get(path).json()] == [first["id"]]
    assert rest.delete(path).status_code == 204
    assert rest.get(path).json() == []
    assert rest.get(f"/process-instance/{UNKNOWN}/comment").status_code == 404
