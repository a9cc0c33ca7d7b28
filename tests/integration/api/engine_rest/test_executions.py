"""``/execution``: each running instance, and each token and scope in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from shoal.engine import Engine

Deploy = Callable[..., str]
UNKNOWN = "00000000-0000-7000-8000-000000000000"
WAITING = (
    '<startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="fork"/><parallelGateway id="fork"/>'
    '<sequenceFlow id="f2" sourceRef="fork" targetRef="wait"/>'
    '<sequenceFlow id="f3" sourceRef="fork" targetRef="hear"/>'
    '<receiveTask id="wait" messageRef="paid"/>'
    '<intermediateCatchEvent id="hear"><signalEventDefinition signalRef="storm"/></intermediateCatchEvent>'
)
RECEIVING = (
    '<startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="wait"/>'
    '<receiveTask id="wait" messageRef="paid"/><sequenceFlow id="f2" sourceRef="wait" targetRef="check"/>'
    '<userTask id="check"/>'
)


def _found(rest: httpx.Client, **query: Any) -> list[str]:
    ids = sorted(each["id"] for each in rest.get("/execution", params=query).json())
    assert rest.get("/execution/count", params=query).json() == {"count": len(ids)}
    return ids


def test_lists(rest: httpx.Client, deploy: Deploy, engine: Engine) -> None:
    definition_id = deploy("forked", WAITING)
    instance_id = engine.instances.start("forked", business_key="F", variables={"region": "north"})
    [wait] = engine.subscriptions.find(instance_id=instance_id, kind="message")
    [hear] = engine.subscriptions.find(instance_id=instance_id, kind="signal")
    engine.variables.set(str(wait.node_id), {"near": "here"}, local=True)
    of = {"processInstanceId": instance_id}
    every = sorted((instance_id, str(wait.node_id), str(hear.node_id)))
    assert _found(rest, **of) == every
    assert _found(rest, processDefinitionKey="forked", processDefinitionId=definition_id, businessKey="F") == every
    assert _found(rest, **of, activityId="wait") == [wait.node_id]
    assert _found(rest, messageEventSubscriptionName="paid", processDefinitionKey="forked") == [wait.node_id]
    assert _found(rest, signalEventSubscriptionName="storm", **of) == [hear.node_id]
    assert _found(rest, **of, variables="near_eq_here") == [wait.node_id]
    assert _found(rest, **of, variables="region_eq_north") == [instance_id]
    assert _found(rest, **of, processVariables="region_eq_north") == every
    assert _found(rest, **of, processVariables="region_eq_NORTH") == []
    assert _found(rest, **of, processVariables="region_eq_NORTH", variableValuesIgnoreCase="true") == every
    assert _found(rest, **of, active="true") == every
    assert _found(rest, **of, suspended="true") == []
    assert _found(rest, **of, tenantIdIn="t") == []
    body = {**of, "sorting": [{"sortBy": "instanceId", "sortOrder": "asc"}]}
    assert len(rest.post("/execution", json=body).json()) == 3
    assert rest.post("/execution/count", json=body).json() == {"count": 3}
    page = rest.get("/execution", params={**of, "maxResults": 1, "firstResult": 1})
    assert len(page.json()) == 1
    one = rest.get(f"/execution/{wait.node_id}").json()
    assert one == {"id": wait.node_id, "processInstanceId": instance_id, "ended": False, "tenantId": None}
    engine.instances.cancel(instance_id)
    assert _found(rest, **of) == []
    answer = rest.get(f"/execution/{wait.node_id}")
    assert (answer.status_code, answer.json()["type"]) == (404, "InvalidRequestException")


def test_tasks_and_external_tasks_say_executions_that_exist(
    rest: httpx.Client, deploy: Deploy, engine: Engine
) -> None:
    deploy("checked")
    instance_id = engine.instances.start("checked")
    [activity] = rest.get(
        "/history/activity-instance", params={"processInstanceId": instance_id, "activityId": "check"}
    ).json()
    assert rest.get(f"/execution/{activity['executionId']}").json()["processInstanceId"] == instance_id


@pytest.mark.parametrize("whole", [False, True], ids=["activity", "instance"])
def test_messages(rest: httpx.Client, deploy: Deploy, engine: Engine, whole: bool) -> None:
    deploy("receiving", RECEIVING)
    instance_id = engine.instances.start("receiving")
    [waiting] = engine.subscriptions.find(instance_id=instance_id)
    execution_id = instance_id if whole else waiting.node_id
    path = f"/execution/{execution_id}/messageSubscriptions"
    found = rest.get(f"{path}/paid").json()
    assert (found["id"], found["eventType"], found["executionId"]) == (waiting.id, "message", waiting.node_id)
    other = rest.get(f"{path}/other")
    assert other.status_code == 404
    assert f"for execution {execution_id} named other does not exist" in other.json()["message"]
    answer = rest.post(f"{path}/other/trigger", json={})
    assert (answer.status_code, answer.json()["type"]) == (400, "RestException")
    assert answer.json()["message"].startswith(f"Cannot trigger message other for execution {execution_id}: ")
    said = {"variables": {"amount": {"value": 3}}}
    assert rest.post(f"{path}/paid/trigger", json=said).status_code == 204
    assert engine.instances.variables(instance_id) == {"amount": 3}
    assert engine.tasks.count(instance_id=instance_id, activity_id="check") == 1


def test_signals(rest: httpx.Client, deploy: Deploy, engine: Engine) -> None:
    deploy("receiving", RECEIVING)
    instance_id = engine.instances.start("receiving")
    wrong = {"variables": {"amount": {"value": "x", "type": "Integer"}}}
    answer = rest.post(f"/execution/{instance_id}/signal", json=wrong)
    assert (answer.status_code, answer.json()["type"]) == (400, "InvalidRequestException")
    said = {"variables": {"amount": {"value": 3}}}
    assert rest.post(f"/execution/{instance_id}/signal", json=said).status_code == 204
    assert engine.instances.variables(instance_id) == {"amount": 3}
    for missing in (instance_id, UNKNOWN):
        answer = rest.post(f"/execution/{missing}/signal", json={})
        assert (answer.status_code, answer.json()["type"]) == (400, "RestException")
        assert answer.json()["message"].startswith(f"Cannot signal execution {missing}: ")


def test_incidents(rest: httpx.Client, deploy: Deploy, engine: Engine) -> None:
    deploy("forked", WAITING)
    instance_id = engine.instances.start("forked")
    [wait] = _found(rest, processInstanceId=instance_id, activityId="wait")
    said = {"incidentType": "lateness", "configuration": "day 3", "message": "too late"}
    made = rest.post(f"/execution/{wait}/create-incident", json=said).json()
    assert (made["incidentType"], made["configuration"], made["incidentMessage"]) == tuple(said.values())
    assert (made["executionId"], made["processInstanceId"], made["activityId"]) == (wait, instance_id, "wait")
    assert _found(rest, incidentId=made["id"], incidentType="lateness") == [wait]
    assert _found(rest, incidentMessageLike="too%", processInstanceId=instance_id) == [wait]
    assert _found(rest, incidentMessage="other", processInstanceId=instance_id) == []
    for execution_id, body in ((wait, {}), (instance_id, said), (UNKNOWN, said)):
        answer = rest.post(f"/execution/{execution_id}/create-incident", json=body)
        assert (answer.status_code, answer.json()["type"]) == (400, "BadUserRequestException")
