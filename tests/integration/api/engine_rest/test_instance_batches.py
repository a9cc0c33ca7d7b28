"""What ``/process-instance``, ``/modification`` and ``/history/process-instance`` do in batches."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from shoal.engine import Engine

Deploy = Callable[..., str]
UNKNOWN = "00000000-0000-7000-8000-000000000000"
BATCH = {
    *("id", "type", "totalJobs", "jobsCreated", "batchJobsPerSeed", "invocationsPerBatchJob"),
    *("seedJobDefinitionId", "monitorJobDefinitionId", "batchJobDefinitionId", "suspended", "tenantId"),
    *("createUserId", "startTime", "executionStartTime"),
}
RECEIVING = (
    '<startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="wait"/>'
    '<receiveTask id="wait" messageRef="paid"/><sequenceFlow id="f2" sourceRef="wait" targetRef="check"/>'
    '<userTask id="check"/>'
)
ASYNC = (
    '<startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="work"/>'
    '<userTask id="work" camunda:asyncBefore="true"/>'
)


def _done(rest: httpx.Client, engine: Engine, path: str, body: dict[str, Any]) -> Any:
    """The batch that was made, after it was carried out."""
    answer = rest.post(path, json=body)
    assert answer.status_code == 200, answer.text
    assert set(answer.json()) == BATCH
    batch = engine.batches.get(answer.json()["id"])
    engine.run_until_idle()
    batch.refresh()
    assert batch.failed == 0
    return answer.json() | {"succeeded": batch.succeeded}


def test_cancelled_by_ids_and_query(rest: httpx.Client, deploy: Deploy, engine: Engine) -> None:
    deploy("cancelled")
    ids = engine.instances.start_many("cancelled", 3)
    other = engine.instances.start("cancelled", business_key="by query")
    body = {
        "processInstanceIds": [*ids[:2], other],
        "processInstanceQuery": {"businessKey": "by query"},
        "historicProcessInstanceQuery": {"processInstanceId": ids[2]},
        "deleteReason": "no more",
        "skipCustomListeners": True,
        "failIfNotExists": True,
    }
    made = _done(rest, engine, "/process-instance/delete", body)
    assert (made["type"], made["succeeded"]) == ("instance-deletion", 3)
    assert {engine.instances.get(each).end_reason for each in (*ids[:2], other)} == {"no more"}
    assert engine.instances.get(ids[2]).state == "active"
    by_history = {"historicProcessInstanceQuery": {"processDefinitionKey": "cancelled", "unfinished": True}}
    made = _done(rest, engine, "/process-instance/delete-historic-query-based", by_history)
    assert made["succeeded"] == 1
    assert engine.instances.get(ids[2]).state == "cancelled"


def test_suspended(rest: httpx.Client, deploy: Deploy, engine: Engine) -> None:
    deploy("suspended")
    ids = engine.instances.start_many("suspended", 2)
    query = {"processDefinitionKey": "suspended"}
    body = {"suspended": True, "processInstanceQuery": query, "historicProcessInstanceQuery": query}
    made = _done(rest, engine, "/process-instance/suspended-async", body)
    assert made["type"] == "instance-update-suspension-state"
    assert engine.instances.count(definition_key="suspended", state="suspended") == 2
    _done(rest, engine, "/process-instance/suspended-async", {"suspended": False, "processInstanceIds": ids})
    assert engine.instances.count(definition_key="suspended", state="suspended") == 0


def test_job_retries(rest: httpx.Client, deploy: Deploy, engine: Engine) -> None:
    deploy("retried", ASYNC)
    ids = engine.instances.start_many("retried", 2)
    engine.instances.suspend_many(ids)
    later = "2099-01-01T00:00:00.000+0000"
    for path, query in (
        ("/process-instance/job-retries", "processInstanceQuery"),
        ("/process-instance/job-retries-historic-query-based", "historicProcessInstanceQuery"),
    ):
        retries = 5 if query == "processInstanceQuery" else 7
        body = {"retries": retries, "dueDate": later, query: {"processDefinitionKey": "retried"}}
        made = _done(rest, engine, path, body | {"processInstances": ids[:1]})
        assert (made["type"], made["succeeded"]) == ("set-job-retries", 2)
        jobs = [each for instance_id in ids for each in engine.jobs.list(instance_id=instance_id)]
        assert {(each.retries, each.due_at) for each in jobs} == {(retries, datetime(2099, 1, 1, tzinfo=UTC))}
    _done(rest, engine, "/process-instance/job-retries", {"retries": 1, "processInstances": ids})
    assert {each.due_at for each in engine.jobs.list(instance_id=ids[0])} == {datetime(2099, 1, 1, tzinfo=UTC)}
    _done(rest, engine, "/process-instance/job-retries", {"retries": 1, "dueDate": None, "processInstances": ids})
    assert {each.due_at for each in engine.jobs.list(instance_id=ids[0])} == {None}


def test_variables(rest: httpx.Client, deploy: Deploy, engine: Engine) -> None:
    deploy("varied")
    ids = engine.instances.start_many("varied", 2)
    values = {"amount": {"value": 7, "type": "Long"}, "note": {"value": "new"}}
    body = {
        "processInstanceIds": ids[:1],
        "processInstanceQuery": {"processInstanceIds": ids[1:]},
        "variables": values,
    }
    answer = rest.post("/process-instance/variables-async", json=body).json()
    found = rest.get(
        "/variable-instance", params={"batchIdIn": answer["id"], "sortBy": "variableName", "sortOrder": "asc"}
    ).json()
    assert [(each["name"], each["type"], each["value"], each["batchId"]) for each in found] == [
        ("amount", "Long", 7, answer["id"]),
        ("note", "String", "new", answer["id"]),
    ]
    assert rest.get(f"/variable-instance/{found[0]['id']}").json() == found[0]
    count = {"batchIdIn": [answer["id"]], "variableName": "note"}
    assert rest.post("/variable-instance/count", json=count).json() == {"count": 1}
    engine.run_until_idle()
    assert [engine.instances.variables(each) for each in ids] == [{"amount": 7, "note": "new"}] * 2
    assert rest.get("/variable-instance", params={"batchIdIn": answer["id"]}).json() == []


def test_messages(rest: httpx.Client, deploy: Deploy, engine: Engine) -> None:
    deploy("told", RECEIVING)
    ids = engine.instances.start_many("told", 2)
    body = {
        "messageName": "paid",
        "processInstanceIds": ids[:1],
        "historicProcessInstanceQuery": {"processInstanceIds": ids[1:]},
        "variables": {"amount": {"value": 3}},
    }
    made = _done(rest, engine, "/process-instance/message-async", body)
    assert (made["type"], made["succeeded"]) == ("correlate-message", 2)
    assert engine.tasks.count(open=True, definition_key="told", activity_id="check") == 2
    assert engine.instances.variables(ids[0]) == {"amount": 3}


def test_modification(rest: httpx.Client, deploy: Deploy, engine: Engine) -> None:
    definition_id = deploy("modified", RECEIVING)
    ids = engine.instances.start_many("modified", 3)
    moved = [
        {"type": "cancel", "activityId": "wait", "cancelCurrentActiveActivityInstances": True},
        {"type": "startBeforeActivity", "activityId": "check"},
    ]
    body = {"processDefinitionId": definition_id, "instructions": moved, "annotation": "why"}
    made = _done(rest, engine, "/modification/executeAsync", {**body, "processInstanceIds": ids[:1]})
    assert made["type"] == "instance-modification"
    query = {"processInstanceIds": ids[1:2]}
    answer = rest.post("/modification/execute", json={**body, "processInstanceQuery": query})
    assert (answer.status_code, answer.content) == (204, b"")
    one = {"instructions": moved}
    made = _done(rest, engine, f"/process-instance/{ids[2]}/modification-async", one)
    assert made["totalJobs"] == 1
    tasks = engine.tasks.find(open=True, definition_key="modified", activity_id="check")
    assert sorted(each.instance_id for each in tasks) == sorted(ids)


def test_all_or_none_is_modified(rest: httpx.Client, deploy: Deploy, engine: Engine) -> None:
    definition_id = deploy("modified", RECEIVING)
    deploy("other")
    wanted, foreign = engine.instances.start("modified"), engine.instances.start("other")
    body = {
        "processDefinitionId": definition_id,
        "instructions": [{"type": "startAfterActivity", "activityId": "wait"}],
        "processInstanceIds": [wanted, foreign],
    }
    answer = rest.post("/modification/execute", json=body)
    assert (answer.status_code, answer.json()["type"]) == (400, "InvalidRequestException")
    assert "ENGINE-13037" in answer.json()["message"]
    assert engine.tasks.count(instance_id=wanted) == 0


def test_the_modification_of_one(rest: httpx.Client, deploy: Deploy, engine: Engine) -> None:
    deploy("single", RECEIVING)
    instance_id = engine.instances.start("single")
    path = f"/process-instance/{instance_id}/modification"
    [wait] = rest.get(f"/process-instance/{instance_id}/activity-instances").json()["childActivityInstances"]
    variables = {"near": {"value": 1, "local": True}, "far": {"value": 2}}
    body = {
        "skipIoMappings": True,
        "instructions": [
            {"type": "startTransition", "transitionId": "f2", "variables": variables},
            {"type": "cancel", "activityInstanceId": wait["id"]},
        ],
    }
    assert rest.post(path, json=body).status_code == 204
    [task] = engine.tasks.find(instance_id=instance_id)
    assert engine.instances.variables(instance_id) == {"far": 2}
    local = rest.get(f"/execution/{task.node_id}/localVariables").json()
    assert {name: each["value"] for name, each in local.items()} == {"near": 1}
    assert rest.post(path, json={}).status_code == 204


@pytest.mark.parametrize(
    ("instruction", "text"),
    [
        pytest.param({"type": "cancel"}, "For instruction type 'cancel': exactly one, activityId", id="cancel"),
        pytest.param(
            {"type": "startBeforeActivity"},
            "For instruction type 'startBeforeActivity': 'activityId' must be set",
            id="activity",
        ),
        pytest.param(
            {"type": "startTransition"},
            "For instruction type 'startTransition': 'transitionId' must be set",
            id="transition",
        ),
        pytest.param({"type": "startBeforeActivity", "activityId": "no"}, "Element 'no' does not exist", id="no"),
        pytest.param({"type": "cancel", "activityInstanceId": UNKNOWN}, "does not exist", id="instance"),
        pytest.param({"type": "jump"}, "startBeforeActivity", id="type"),
    ],
)
def test_modifications_that_are_refused(
    rest: httpx.Client, deploy: Deploy, engine: Engine, instruction: dict[str, Any], text: str
) -> None:
    deploy("single", RECEIVING)
    instance_id = engine.instances.start("single")
    answer = rest.post(f"/process-instance/{instance_id}/modification", json={"instructions": [instruction]})
    assert (answer.status_code, answer.json()["type"]) == (400, "InvalidRequestException")
    assert text in answer.json()["message"]


def test_history_deleted(rest: httpx.Client, deploy: Deploy, engine: Engine) -> None:
    deploy("gone")
    ids = engine.instances.start_many("gone", 2)
    running = engine.instances.start("gone")
    engine.instances.cancel_many(ids)
    query = {"finished": True, "processDefinitionKey": "gone"}
    body = {"historicProcessInstanceIds": ids[:1], "historicProcessInstanceQuery": query, "deleteReason": "old"}
    made = _done(rest, engine, "/history/process-instance/delete", body)
    assert (made["type"], made["succeeded"]) == ("historic-instance-deletion", 2)
    assert [each.id for each in engine.instances.list(definition_key="gone")] == [running]


def test_removal_times(rest: httpx.Client, deploy: Deploy, engine: Engine) -> None:
    deploy("kept")
    instance_id = engine.instances.start("kept")
    engine.instances.cancel(instance_id)
    path = "/history/process-instance/set-removal-time"
    body: dict[str, Any] = {
        "historicProcessInstanceQuery": {"processDefinitionKey": "kept"},
        "absoluteRemovalTime": "2099-05-04T03:02:01.000+0000",
        "hierarchical": True,
        "updateInChunks": True,
        "updateChunkSize": 10,
    }
    made = _done(rest, engine, path, body)
    assert (made["type"], made["invocationsPerBatchJob"]) == ("process-set-removal-time", 1)
    shown = rest.get(f"/history/process-instance/{instance_id}").json()
    assert shown["removalTime"] == "2099-05-04T03:02:01.000+0000"
    cleared = {"historicProcessInstanceIds": [instance_id], "clearedRemovalTime": True, "absoluteRemovalTime": None}
    _done(rest, engine, path, cleared)
    assert rest.get(f"/history/process-instance/{instance_id}").json()["removalTime"] is None


EITHER = (
    "Either processInstanceIds, processInstanceQuery or historicProcessInstanceQuery should be set to update "
    "the suspension state."
)
REFUSED: list[tuple[str, dict[str, Any], str, str]] = [
    ("/process-instance/delete", {}, "InvalidRequestException", "processInstanceIds is empty"),
    (
        "/process-instance/delete",
        {"historicProcessInstanceQuery": {}},
        "InvalidRequestException",
        "processInstanceIds is empty",
    ),
    (
        "/process-instance/delete-historic-query-based",
        {"processInstanceQuery": {}},
        "InvalidRequestException",
        "processInstanceIds is empty",
    ),
    (
        "/process-instance/suspended-async",
        {"suspended": True},
        "InvalidRequestException",
        EITHER,
    ),
    (
        "/process-instance/suspended-async",
        {"processInstanceIds": []},
        "BadUserRequestException",
        "No process instance ids given: process Instance Ids is empty",
    ),
    (
        "/process-instance/suspended-async",
        {"processInstanceIds": [None]},
        "BadUserRequestException",
        "Cannot be null.: Process Instance ids contains null value",
    ),
    ("/process-instance/job-retries", {"processInstances": ["a"]}, "InvalidRequestException", "retries is null"),
    ("/process-instance/job-retries", {"retries": 1}, "InvalidRequestException", "jobIds is empty"),
    ("/process-instance/variables-async", {}, "InvalidRequestException", "variables is null"),
    ("/process-instance/variables-async", {"variables": {}}, "BadUserRequestException", "variables is empty"),
    (
        "/process-instance/variables-async",
        {"variables": {"a": {"value": 1}}},
        "InvalidRequestException",
        "No process instances found.",
    ),
    (
        "/process-instance/variables-async",
        {"variables": {"a": {"value": 1}}, "processInstanceIds": [UNKNOWN]},
        "BadUserRequestException",
        "processInstanceIds is empty",
    ),
    ("/process-instance/message-async", {}, "InvalidRequestException", "No process instances found."),
    (
        "/process-instance/message-async",
        {"processInstanceIds": []},
        "BadUserRequestException",
        "Process instance ids cannot be empty: process instance ids is empty",
    ),
    (
        f"/process-instance/{UNKNOWN}/modification-async",
        {},
        "InvalidRequestException",
        "The provided instuctions are invalid.",
    ),
    ("/history/process-instance/delete", {}, "BadUserRequestException", "historicProcessInstanceIds is empty"),
    (
        "/history/process-instance/set-removal-time",
        {"clearedRemovalTime": True},
        "BadUserRequestException",
        "Neither query nor ids provided.",
    ),
    (
        "/history/process-instance/set-removal-time",
        {"historicProcessInstanceIds": [UNKNOWN]},
        "BadUserRequestException",
        "removalTime is null",
    ),
    (
        "/history/process-instance/set-removal-time",
        {"historicProcessInstanceIds": [UNKNOWN], "clearedRemovalTime": True, "calculatedRemovalTime": True},
        "BadUserRequestException",
        "The removal time modes are mutually exclusive: mode is not null",
    ),
    (
        "/history/process-instance/set-removal-time",
        {"historicProcessInstanceIds": [UNKNOWN], "clearedRemovalTime": True, "updateChunkSize": 501},
        "BadUserRequestException",
        "The value for chunk size should be between 1 and 500",
    ),
    (
        "/history/process-instance/set-removal-time",
        {"historicProcessInstanceIds": [UNKNOWN], "clearedRemovalTime": True},
        "BadUserRequestException",
        "historicProcessInstances is empty",
    ),
]


@pytest.mark.parametrize(
    ("path", "body", "kind", "message"),
    [pytest.param(*each, id=f"{number:02}") for number, each in enumerate(REFUSED)],
)
def test_batches_that_are_refused(
    rest: httpx.Client, path: str, body: dict[str, Any], kind: str, message: str
) -> None:
    answer = rest.post(path, json=body)
    assert (answer.status_code, answer.json()["type"], answer.json()["message"]) == (400, kind, message)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        pytest.param({}, "processDefinitionId must be set", id="definition"),
        pytest.param({"processDefinitionId": UNKNOWN}, "Modification instructions cannot be empty", id="nothing"),
        pytest.param(
            {"processDefinitionId": UNKNOWN, "instructions": [{"type": "cancel", "activityInstanceId": UNKNOWN}]},
            "For instruction type 'cancel': 'activityId' must be set",
            id="cancel",
        ),
        pytest.param(
            {"processDefinitionId": UNKNOWN, "instructions": [{"type": "cancel", "activityId": "a"}]},
            "Process instance ids cannot be empty: Process instance ids is empty",
            id="ids",
        ),
        pytest.param(
            {
                "processDefinitionId": UNKNOWN,
                "instructions": [{"type": "cancel", "activityId": "a"}],
                "processInstanceIds": [None],
            },
            "Process instance ids cannot be null: Process instance ids contains null value",
            id="null",
        ),
        pytest.param(
            {
                "processDefinitionId": UNKNOWN,
                "instructions": [{"type": "cancel", "activityId": "a"}],
                "processInstanceIds": [UNKNOWN],
            },
            f"no deployed process definition found with id '{UNKNOWN}': processDefinition is null",
            id="unknown",
        ),
    ],
)
@pytest.mark.parametrize("path", ["/modification/execute", "/modification/executeAsync"])
def test_modifications_of_many_that_are_refused(
    rest: httpx.Client, path: str, body: dict[str, Any], text: str
) -> None:
    answer = rest.post(path, json=body)
    assert answer.status_code == 400
    assert text in answer.json()["message"]


def test_values_that_do_not_fit(rest: httpx.Client, deploy: Deploy, engine: Engine) -> None:
    deploy("varied")
    instance_id = engine.instances.start("varied")
    wrong = {"processInstanceIds": [instance_id], "variables": {"a": {"value": "x", "type": "Integer"}}}
    for path in ("/process-instance/variables-async", "/process-instance/message-async"):
        answer = rest.post(path, json=wrong)
        assert answer.status_code == 400
        assert answer.json()["message"].startswith("Cannot set variables: Cannot convert value 'x'")
    negative = rest.post("/process-instance/job-retries", json={"processInstances": [instance_id], "retries": -1})
    assert negative.status_code == 400
