"""``/external-task``: what remote workers need."""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from shoal.engine import Engine

Deploy = Callable[..., str]
SERVICE = (
    '<startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="work"/>'
    '<serviceTask id="work" camunda:type="external" camunda:topic="{topic}" camunda:taskPriority="{priority}">'
    '<extensionElements><camunda:properties><camunda:property name="queue" value="fast"/></camunda:properties>'
    "</extensionElements></serviceTask>"
    '<boundaryEvent id="refused" attachedToRef="work"><errorEventDefinition errorRef="no"/></boundaryEvent>'
    '<sequenceFlow id="f3" sourceRef="refused" targetRef="rejected"/><endEvent id="rejected"/>'
    '<sequenceFlow id="f2" sourceRef="work" targetRef="check"/><userTask id="check"/>'
)


@pytest.fixture
def start(deploy: Deploy, engine: Engine) -> Callable[..., str]:
    """Starts an instance that waits for a worker of the topic; the id of the instance."""

    def started(topic: str, *, priority: int = 0, **variables: Any) -> str:
        deploy(topic, SERVICE.format(topic=topic, priority=priority))
        return engine.instances.start(topic, business_key=f"{topic}-1", variables=variables)

    return started


def fetch(rest: httpx.Client, topic: str, **more: Any) -> list[dict[str, Any]]:
    """What a worker gets."""
    asked = {key: more.pop(key) for key in list(more) if key in ("asyncResponseTimeout", "sorting", "usePriority")}
    answer = rest.post(
        "/external-task/fetchAndLock",
        json={
            "workerId": "w",
            "maxTasks": 10,
            **asked,
            "topics": [{"topicName": topic, "lockDuration": 60_000, **more}],
        },
    )
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    found: list[dict[str, Any]] = answer.json()
    return found


def test_a_locked_task_has_every_member(rest: httpx.Client, start: Callable[..., str]) -> None:
    instance_id = start("members", amount=7, note=None)
    [task] = fetch(rest, "members", includeExtensionProperties=True)
    assert task["processInstanceId"] == instance_id
    assert task["variables"] == {
        "amount": {"type": "Integer", "value": 7, "valueInfo": {}},
        "note": {"type": "Null", "value": None, "valueInfo": {}},
    }
    assert task["extensionProperties"] == {"queue": "fast"}
    assert task["businessKey"] == "members-1"
    assert task["retries"] is None
    assert task["suspended"] is False
    assert set(task) == {
        *("activityId", "activityInstanceId", "errorMessage", "errorDetails", "executionId", "id"),
        *("lockExpirationTime", "createTime", "processDefinitionId", "processDefinitionKey"),
        *("processDefinitionVersionTag", "processInstanceId", "retries", "suspended", "workerId", "topicName"),
        *("tenantId", "variables", "priority", "businessKey", "extensionProperties"),
    }


def test_json_is_a_text_unless_asked_for(rest: httpx.Client, start: Callable[..., str]) -> None:
    start("texts", order={"lines": [1, 2]})
    [task] = fetch(rest, "texts")
    assert task["variables"]["order"] == {"type": "Json", "value": '{"lines":[1,2]}', "valueInfo": {}}
    rest.post(f"/external-task/{task['id']}/unlock")
    [task] = fetch(rest, "texts", deserializeValues=True, variables=["order"])
    assert task["variables"]["order"]["value"] == {"lines": [1, 2]}
    rest.post(f"/external-task/{task['id']}/unlock")
    assert fetch(rest, "texts", variables=[])[0]["variables"] == {}


def test_only_of_the_instances_that_are_asked_for(rest: httpx.Client, start: Callable[..., str]) -> None:
    start("asked", colour="red")
    assert fetch(rest, "asked", processVariables={"colour": "blue"}) == []
    assert fetch(rest, "asked", businessKey="other") == []
    assert fetch(rest, "asked", processDefinitionKeyIn=["other"]) == []
    assert fetch(rest, "asked", tenantIdIn=["other"]) == []
    assert fetch(rest, "asked", processDefinitionVersionTag="other") == []
    wanted = {"processVariables": {"colour": "red"}, "businessKey": "asked-1", "withoutTenantId": True}
    assert len(fetch(rest, "asked", processDefinitionKey="asked", variables=None, **wanted)) == 1


def test_complete_with_variables(rest: httpx.Client, start: Callable[..., str], engine: Engine) -> None:
    instance_id = start("complete")
    [task] = fetch(rest, "complete")
    content = base64.b64encode(b"text").decode()
    body = {
        "workerId": "w",
        "variables": {
            "plain": {"value": 5},
            "typed": {"value": "12", "type": "integer"},
            "file": {
                "value": content,
                "type": "file",
                "valueInfo": {"filename": "a.txt", "mimetype": "text/plain"},
            },
        },
        "localVariables": None,
    }
    answer = rest.post(f"/external-task/{task['id']}/complete", json=body)
    assert (answer.status_code, answer.content) == (204, b"")
    assert engine.instances.variables(instance_id) == {"plain": 5, "typed": 12, "file": b"text"}
    assert engine.tasks.find(instance_id=instance_id)[0].activity_id == "check"


def test_failure_without_retries_is_an_incident(
    rest: httpx.Client, start: Callable[..., str], engine: Engine
) -> None:
    instance_id = start("failing")
    [task] = fetch(rest, "failing")
    said = {"workerId": "w", "errorMessage": "no paper", "errorDetails": "line 1", "retries": None}
    assert rest.post(f"/external-task/{task['id']}/failure", json=said).status_code == 204
    assert engine.incidents.find(instance_id=instance_id)[0].kind == "failedExternalTask"
    assert fetch(rest, "failing") == []
    assert rest.get(f"/external-task/{task['id']}/errorDetails").text == "line 1"
    shown = rest.get(f"/external-task/{task['id']}").json()
    assert (shown["retries"], shown["errorMessage"], shown["workerId"]) == (0, "no paper", None)
    assert rest.put(f"/external-task/{task['id']}/retries", json={"retries": 2}).status_code == 204
    assert fetch(rest, "failing")[0]["retries"] == 2


def test_a_bpmn_error_is_caught(rest: httpx.Client, start: Callable[..., str], engine: Engine) -> None:
    instance_id = start("refusing")
    [task] = fetch(rest, "refusing")
    answer = rest.post(f"/external-task/{task['id']}/bpmnError", json={"workerId": "w", "errorCode": "no"})
    assert answer.status_code == 204
    assert engine.instances.get(instance_id).state == "completed"


def test_locks(rest: httpx.Client, start: Callable[..., str]) -> None:
    start("locking")
    [task] = fetch(rest, "locking")
    path = f"/external-task/{task['id']}"
    assert rest.post(f"{path}/extendLock", json={"workerId": "w", "newDuration": 90_000}).status_code == 204
    answer = rest.post(f"{path}/extendLock", json={"workerId": "other", "newDuration": 90_000})
    assert answer.status_code == 400
    assert answer.json()["type"] == "RestException"
    assert "It is locked by worker 'w'." in answer.json()["message"]
    assert rest.post(f"{path}/unlock").status_code == 204
    assert rest.post(f"{path}/lock", json={"workerId": "other", "lockDuration": 1000}).status_code == 204
    assert rest.get(path).json()["workerId"] == "other"
    assert rest.put(f"{path}/priority", json={"priority": 9}).status_code == 204
    assert rest.get(path).json()["priority"] == 9


@pytest.mark.parametrize("verb", ["complete", "failure", "unlock", "lock", "extendLock", "bpmnError"])
def test_unknown_tasks(rest: httpx.Client, verb: str) -> None:
    said = {"workerId": "w", "lockDuration": 1, "newDuration": 1, "errorCode": "e"}
    answer = rest.post(f"/external-task/nothing/{verb}", json=said)
    assert answer.status_code == 404
    expected = {"type": "RestException", "message": "External task with id nothing does not exist", "code": None}
    assert answer.json() == expected


@pytest.mark.parametrize(
    ("said", "field"),
    [
        pytest.param({"maxTasks": 1, "topics": [{"topicName": "t", "lockDuration": 1}]}, "workerId", id="worker"),
        pytest.param({"workerId": "w", "maxTasks": 1, "topics": [{"lockDuration": 1}]}, "topicName", id="topic"),
        pytest.param(
            {"workerId": "w", "maxTasks": 1, "topics": [{"topicName": "t", "lockDuration": 0}]},
            "lockDuration",
            id="lock",
        ),
        pytest.param({"workerId": "w", "maxTasks": -1, "topics": []}, "maxTasks", id="most"),
        pytest.param({"workerId": "w", "topics": []}, "maxTasks", id="no-most"),
        pytest.param(
            {"workerId": "w", "maxTasks": 1, "asyncResponseTimeout": 1_800_001}, "asynchronous", id="timeout"
        ),
        pytest.param({"workerId": "w", "maxTasks": 1, "sorting": [{"sortBy": "id"}]}, "sortBy", id="order"),
    ],
)
def test_what_cannot_be_fetched(rest: httpx.Client, said: dict[str, Any], field: str) -> None:
    answer = rest.post("/external-task/fetchAndLock", json=said)
    assert answer.status_code == 400
    assert field in answer.json()["message"]


def test_long_poll_ends_when_there_is_a_task(rest: httpx.Client, start: Callable[..., str]) -> None:
    found: list[Any] = []
    waiting = threading.Thread(
        target=lambda: found.extend(fetch(rest, "awaited", asyncResponseTimeout=20_000)), daemon=True
    )
    waiting.start()
    time.sleep(0.2)
    assert not found
    start("awaited")
    waiting.join(15)
    assert [each["topicName"] for each in found] == ["awaited"]


def test_long_poll_ends_with_nothing(rest: httpx.Client) -> None:
    assert fetch(rest, "never", asyncResponseTimeout=50) == []


def test_order_by_age(rest: httpx.Client, start: Callable[..., str]) -> None:
    ids = [start("aged") for _ in range(3)]
    found = fetch(rest, "aged", usePriority=False, sorting=[{"sortBy": "createTime", "sortOrder": "desc"}])
    assert [each["processInstanceId"] for each in found] == ids[::-1]


def test_lists(rest: httpx.Client, start: Callable[..., str]) -> None:
    first, second = start("listed", priority=5, colour="red"), start("listed", priority=7, colour="blue")
    by_priority = {"topicName": "listed", "sortBy": "taskPriority", "sortOrder": "desc"}
    listed = rest.get("/external-task", params=by_priority).json()
    assert [each["processInstanceId"] for each in listed] == [second, first]
    assert len(rest.get("/external-task", params={**by_priority, "maxResults": 1, "firstResult": 1}).json()) == 1
    red = {"topicName": "listed", "processVariables": [{"name": "colour", "operator": "eq", "value": "red"}]}
    assert [each["processInstanceId"] for each in rest.post("/external-task", json=red).json()] == [first]
    assert rest.get("/external-task/count", params={"topicName": "listed", "notLocked": "true"}).json() == {
        "count": 2
    }
    assert rest.post("/external-task/count", json={"processInstanceId": first}).json() == {"count": 1}
    one = {"processInstanceIdIn": f"{first},{second}", "priorityHigherThanOrEquals": 6}
    assert rest.get("/external-task/count", params=one).json() == {"count": 1}
    assert "listed" in rest.get("/external-task/topic-names").json()
    assert "listed" not in rest.get("/external-task/topic-names", params={"withLockedTasks": "true"}).json()


@pytest.mark.parametrize(
    "name", ["externalTaskIds", "externalTaskQuery", "processInstanceIds", "processInstanceQuery"]
)
@pytest.mark.parametrize("at_once", [True, False], ids=["put", "batch"])
def test_many_tasks_get_tries(
    rest: httpx.Client, engine: Engine, start: Callable[..., str], name: str, at_once: bool
) -> None:
    topic = f"many-{name}-{at_once}"
    instances = [start(topic), start(topic)]
    tasks = [each["id"] for each in rest.get("/external-task", params={"topicName": topic}).json()]
    selections: dict[str, Any] = {
        "externalTaskIds": tasks,
        "externalTaskQuery": {"topicName": topic},
        "processInstanceIds": instances,
        "processInstanceQuery": {"processDefinitionKey": topic},
    }
    body = {"retries": 7, name: selections[name]}
    if at_once:
        assert rest.put("/external-task/retries", json=body).status_code == 204
    else:
        answer = rest.post("/external-task/retries-async", json=body)
        assert (answer.status_code, answer.json()["type"]) == (200, "set-external-task-retries")
        engine.run_until_idle()
    assert [rest.get(f"/external-task/{each}").json()["retries"] for each in tasks] == [7, 7]


@pytest.mark.parametrize("send", ["put", "post"])
@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"externalTaskIds": []}, "The number of retries cannot be null."),
        (
            {"retries": 1, "externalTaskIds": [None]},
            "External task id cannot be null: externalTaskIds contains null value",
        ),
        ({"retries": 1, "externalTaskIds": []}, "externalTaskIds is empty"),
        ({"retries": 1}, "externalTaskIds is empty"),
    ],
    ids=["retries", "null", "empty", "nothing"],
)
def test_tries_that_are_refused(rest: httpx.Client, send: str, body: dict[str, Any], message: str) -> None:
    path = "/external-task/retries" if send == "put" else "/external-task/retries-async"
    answer = rest.request(send.upper(), path, json=body)
    assert answer.status_code == 400
    assert answer.json() == {"type": "BadUserRequestException", "message": message, "code": 0}


def test_tries_of_a_task_that_does_not_exist(rest: httpx.Client) -> None:
    body = {"retries": 1, "externalTaskIds": ["0190a5c4-0000-7000-8000-000000000000"]}
    assert rest.put("/external-task/retries", json=body).status_code == 404
