"""``/task``: found, worked on, changed, discussed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from zlib import crc32

import httpx
import pytest

from shoal.engine import Engine

Deploy = Callable[..., str]
BODY = (
    '<startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="check"/>'
    '<userTask id="check" name="Check the Order" camunda:candidateGroups="packers" camunda:candidateUsers="ann"'
    ' camunda:priority="70" camunda:formKey="embedded:app:check.html" camunda:dueDate="2030-05-01T12:00:00Z">'
    "<documentation>With Care</documentation></userTask>"
    '<boundaryEvent id="refused" attachedToRef="check"><errorEventDefinition/></boundaryEvent>'
    '<sequenceFlow id="f3" sourceRef="refused" targetRef="rejected"/><userTask id="rejected"/>'
    '<sequenceFlow id="f2" sourceRef="check" targetRef="pack"/><userTask id="pack"/>'
)


class Scene(NamedTuple):
    """An instance that waits at a task."""

    key: str
    definition_id: str
    instance_id: str
    task_id: str


@pytest.fixture
def scene(deploy: Deploy, engine: Engine, request: pytest.FixtureRequest) -> Scene:
    """One for every test."""
    key = f"t{crc32(request.node.name.encode())}"
    definition_id = deploy(key, BODY)
    instance_id = engine.instances.start(key, business_key=f"{key}-1", variables={"amount": 7, "shelf": "B4"})
    [task] = engine.tasks.find(instance_id=instance_id)
    assert task.node_id is not None
    engine.variables.set(task.node_id, {"count": 2}, local=True)
    return Scene(key, definition_id, instance_id, task.id)


def test_a_task_has_every_member(rest: httpx.Client, scene: Scene) -> None:
    found = rest.get(f"/task/{scene.task_id}").json()
    assert found.pop("created").endswith("+0000")
    assert found.pop("executionId") is not None
    assert found == {
        "id": scene.task_id,
        "name": "Check the Order",
        "assignee": None,
        "due": "2030-05-01T12:00:00.000+0000",
        "followUp": None,
        "lastUpdated": None,
        "delegationState": None,
        "description": "With Care",
        "owner": None,
        "parentTaskId": None,
        "priority": 70,
        "processDefinitionId": scene.definition_id,
        "processInstanceId": scene.instance_id,
        "taskDefinitionKey": "check",
        "caseExecutionId": None,
        "caseInstanceId": None,
        "caseDefinitionId": None,
        "suspended": False,
        "formKey": "embedded:app:check.html",
        "camundaFormRef": None,
        "tenantId": None,
        "taskState": "Created",
    }


YES = (
    {"name": "check the order"},
    {"nameLike": "CHECK%"},
    {"nameNotEqual": "other"},
    {"nameNotLike": "x%"},
    {"description": "with care"},
    {"descriptionLike": "%CARE"},
    {"taskDefinitionKey": "check"},
    {"taskDefinitionKeyIn": "check,pack"},
    {"taskDefinitionKeyNotIn": "pack"},
    {"taskDefinitionKeyLike": "ch%"},
    {"unassigned": "true"},
    {"candidateUser": "ann"},
    {"candidateGroup": "packers"},
    {"candidateGroups": "packers,others"},
    {"candidateGroupLike": "pack%"},
    {"withCandidateGroups": "true", "withCandidateUsers": "true"},
    {"involvedUser": "ann"},
    {"assigneeNotIn": "bob"},
    {"priority": "70"},
    {"minPriority": "70", "maxPriority": "70"},
    {"dueDate": "2030-05-01T12:00:00.000+0000"},
    {"dueAfter": "2030-05-01T11:59:59.000+0000", "dueBefore": "2030-05-01T12:00:01.000+0000"},
    {"createdBefore": "2999-01-01T00:00:00.000+0000"},
    {"updatedAfter": "2001-01-01T00:00:00.000+0000"},
    {"followUpBeforeOrNotExistent": "2001-01-01T00:00:00.000+0000"},
    {"active": "true"},
    {"withoutTenantId": "true"},
    {"processVariables": "shelf_eq_B4,shelf_like_B%"},
    {"processVariables": "SHELF_eq_b4", "variableNamesIgnoreCase": "true", "variableValuesIgnoreCase": "true"},
    {"includeAssignedTasks": "true", "candidateUser": "ann"},
)
NO = (
    {"name": "check"},
    {"nameNotEqual": "CHECK THE ORDER"},
    {"nameNotLike": "check%"},
    {"taskDefinitionKeyNotIn": "check"},
    {"assigned": "true"},
    {"assigned": "true", "unassigned": "true"},
    {"assignee": "ann"},
    {"owner": "ann"},
    {"candidateUser": "bob"},
    {"candidateGroup": "others"},
    {"withoutCandidateGroups": "true"},
    {"withoutCandidateUsers": "true"},
    {"involvedUser": "bob"},
    {"priority": str(2**70)},
    {"minPriority": "71"},
    {"dueDate": "2030-05-01T12:00:01.000+0000"},
    {"withoutDueDate": "true"},
    {"followUpBefore": "2999-01-01T00:00:00.000+0000"},
    {"createdOn": "2001-01-01T00:00:00.000+0000"},
    {"updatedAfter": "2999-01-01T00:00:00.000+0000"},
    {"suspended": "true"},
    {"delegationState": "PENDING"},
    {"parentTaskId": "none"},
    {"tenantIdIn": "a"},
    {"taskVariables": "shelf_eq_B4"},
    {"caseInstanceId": "a"},
    {"taskIdIn": "x,y"},
    {"executionId": "none"},
    {"activityInstanceIdIn": "none"},
    {"processInstanceBusinessKeyIn": "a,b"},
)


def said(value: object) -> str | None:
    """The id of a parameter."""
    if not isinstance(value, Mapping):
        return None
    return "-".join(f"{name}={each[:14]}" for name, each in value.items())


@pytest.mark.parametrize(("params", "count"), [*((each, 1) for each in YES), *((each, 0) for each in NO)], ids=said)
def test_tasks_are_found(rest: httpx.Client, scene: Scene, params: dict[str, str], count: int) -> None:
    asked = {"processInstanceId": scene.instance_id, **params}
    assert [each["id"] for each in rest.get("/task", params=asked).json()] == [scene.task_id] * count
    assert rest.get("/task/count", params=asked).json() == {"count": count}


def test_tasks_are_found_by_where_they_are(rest: httpx.Client, scene: Scene) -> None:
    node_id = rest.get(f"/task/{scene.task_id}").json()["executionId"]
    for body in (
        {"processDefinitionKey": scene.key},
        {"processDefinitionKeyIn": [scene.key, "other"]},
        {"processDefinitionId": scene.definition_id},
        {"processInstanceIdIn": [scene.instance_id]},
        {"processInstanceBusinessKey": f"{scene.key}-1"},
        {"processInstanceBusinessKeyIn": [f"{scene.key}-1"]},
        {"processInstanceBusinessKeyLike": f"{scene.key}%"},
        {"executionId": node_id},
        {"activityInstanceIdIn": [node_id]},
        {"taskId": scene.task_id},
    ):
        assert [each["id"] for each in rest.post("/task", json=body).json()] == [scene.task_id], body
        assert rest.post("/task/count", json=body).json() == {"count": 1}


def test_one_of_the_conditions_of_an_or_query_has_to_hold(rest: httpx.Client, scene: Scene) -> None:
    def counted(*alternatives: dict[str, Any]) -> int:
        body = {"processInstanceId": scene.instance_id, "orQueries": list(alternatives)}
        found: int = rest.post("/task/count", json=body).json()["count"]
        return found

    assert counted({"name": "nothing", "candidateGroup": "packers"}) == 1
    assert counted({"name": "nothing", "candidateGroup": "others"}) == 0
    assert counted({"name": "nothing", "priority": 70}, {"assignee": "ann", "priority": 1}) == 0
    assert counted({"taskVariables": [{"name": "count", "operator": "eq", "value": 2}], "priority": 1}) == 1
    nested = {"orQueries": [{"orQueries": [{"name": "a"}]}]}
    assert rest.post("/task/count", json=nested).status_code == 400


def test_expressions_stand_for_values(rest: httpx.Client, scene: Scene) -> None:
    def counted(**said: str) -> int:
        found: int = rest.post("/task/count", json={"processInstanceId": scene.instance_id, **said}).json()["count"]
        return found

    assert counted(createdBeforeExpression="${now()}") == 1
    assert counted(createdAfterExpression="${dateTime().plusDays(1)}") == 0
    assert counted(candidateGroupExpression="${1 < 2 ? 'packers' : 'others'}") == 1
    refused = rest.post("/task/count", json={"assigneeExpression": "${currentUser()}"})
    assert refused.status_code == 400
    assert "assigneeExpression" in refused.json()["message"] or "assignee_expression" in refused.json()["message"]
    assert rest.post("/task/count", json={"dueBeforeExpression": "${nothing}"}).status_code == 400


def test_tasks_are_sorted_by_variables_too(rest: httpx.Client, engine: Engine, scene: Scene) -> None:
    engine.instances.start(scene.key, variables={"amount": 9})
    engine.instances.start(scene.key)

    def listed(order: str, sort_by: str, **parameters: str) -> list[str]:
        sorting = [{"sortBy": sort_by, "sortOrder": order, "parameters": parameters}]
        body = {"processDefinitionKey": scene.key, "sorting": sorting}
        return [each["id"] for each in rest.post("/task", json=body).json()]

    first, second, third = listed("asc", "created")
    assert first == scene.task_id
    assert listed("desc", "created") == [third, second, first]
    assert listed("desc", "processVariable", variable="amount", type="Integer") == [second, first, third]
    assert listed("asc", "processVariable", variable="amount", type="integer") == [third, first, second]
    assert listed("desc", "taskVariable", variable="count", type="Integer")[0] == first
    assert sorted(listed("asc", "nameCaseInsensitive")) == sorted([first, second, third])
    for wrong in ({"sortBy": "processVariable", "sortOrder": "asc"}, {"sortBy": "none", "sortOrder": "asc"}):
        assert rest.post("/task", json={"sorting": [wrong]}).status_code == 400


def test_more_of_a_task_is_shown_where_it_is_asked_for(rest: httpx.Client, engine: Engine, scene: Scene) -> None:
    engine.tasks.comment("looks good", task_id=scene.task_id)

    def found(**params: str) -> dict[str, Any]:
        [task] = rest.get("/task", params={"taskId": scene.task_id, **params}).json()
        return dict(task)

    assert "variables" not in found()
    discussed = found(withCommentAttachmentInfo="true")
    assert (discussed["comment"], discussed["attachment"]) == (True, False)
    assert set(found(withTaskVariablesInReturn="true")["variables"]) == {"amount", "shelf", "count"}
    assert found(withTaskLocalVariablesInReturn="true")["variables"] == {
        "count": {"type": "Integer", "value": 2, "valueInfo": {}}
    }


def test_a_task_goes_from_hand_to_hand(rest: httpx.Client, scene: Scene) -> None:
    path = f"/task/{scene.task_id}"

    def post(action: str, **body: Any) -> httpx.Response:
        return rest.post(f"{path}/{action}", json=body)

    assert post("claim", userId="ann").status_code == 204
    assert post("claim", userId="bob").status_code == 400
    assert post("delegate", userId="bob").status_code == 204
    task = rest.get(path).json()
    assert (task["assignee"], task["owner"], task["delegationState"]) == ("bob", "ann", "PENDING")
    assert task["taskState"] == "Updated"
    refused = post("complete")
    assert refused.status_code == 400
    assert refused.json()["message"].startswith(f"Cannot complete task {scene.task_id}: ")
    assert post("resolve", variables={"checked": {"value": True}}).status_code == 204
    assert rest.get(path).json()["assignee"] == "ann"
    assert post("unclaim").status_code == 204
    assert post("assignee", userId="eve").status_code == 204
    assert rest.get(path).json()["assignee"] == "eve"
    answer = post("complete", variables={"done": {"value": 1, "type": "Integer"}}, withVariablesInReturn=True)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["done"] == {"type": "Integer", "value": 1, "valueInfo": {}}
    assert answer.json()["checked"]["value"] is True
    assert rest.get(path).status_code == 404
    assert (
        rest.get("/task", params={"processInstanceId": scene.instance_id}).json()[0]["taskDefinitionKey"] == "pack"
    )


def test_forms_are_submitted(rest: httpx.Client, scene: Scene) -> None:
    path = f"/task/{scene.task_id}"
    assert rest.get(f"{path}/form").json() == {
        "key": "embedded:app:check.html",
        "camundaFormRef": None,
        "contextPath": None,
    }
    assert set(rest.get(f"{path}/form-variables").json()) == {"amount", "shelf", "count"}
    assert set(rest.get(f"{path}/form-variables", params={"variableNames": "amount,x"}).json()) == {"amount"}
    assert rest.get(f"{path}/rendered-form").status_code == 404
    assert rest.get(f"{path}/deployed-form").status_code == 400
    bad = rest.post(f"{path}/submit-form", json={"variables": {"a": {"value": "x", "type": "Integer"}}})
    assert bad.status_code == 400
    assert bad.json()["message"].startswith(f"Cannot submit task form {scene.task_id}: ")
    assert rest.post(f"{path}/submit-form", json={"variables": {"a": {"value": "x"}}}).status_code == 204
    assert rest.get(path).status_code == 404


def test_a_task_throws(rest: httpx.Client, scene: Scene) -> None:
    path = f"/task/{scene.task_id}"
    assert rest.post(f"{path}/bpmnError", json={}).status_code == 400
    assert rest.post(f"{path}/bpmnEscalation", json={}).status_code == 400
    assert rest.post(f"{path}/bpmnError", json={"errorCode": "no", "errorMessage": "lost"}).status_code == 204
    found = rest.get("/task", params={"processInstanceId": scene.instance_id}).json()
    assert [each["taskDefinitionKey"] for each in found] == ["rejected"]


def test_variables_of_a_task(rest: httpx.Client, scene: Scene) -> None:
    path = f"/task/{scene.task_id}"
    assert set(rest.get(f"{path}/variables").json()) == {"amount", "shelf", "count"}
    assert set(rest.get(f"{path}/localVariables").json()) == {"count"}
    assert rest.put(f"{path}/localVariables/note", json={"value": "fragile"}).status_code == 204
    assert rest.get(f"{path}/localVariables/note").json()["value"] == "fragile"
    assert rest.put(f"{path}/variables/amount", json={"value": 8}).status_code == 204
    assert "amount" not in rest.get(f"{path}/localVariables").json()
    body = {"modifications": {"a": {"value": 1}}, "deletions": ["note"]}
    assert rest.post(f"{path}/localVariables", json=body).status_code == 204
    assert set(rest.get(f"{path}/localVariables").json()) == {"count", "a"}
    assert rest.delete(f"{path}/localVariables/a").status_code == 204
    files = {"data": ("label.txt", b"to Bob", "text/plain"), "valueType": (None, "File")}
    assert rest.post(f"{path}/localVariables/label/data", files=files).status_code == 204
    assert rest.get(f"{path}/localVariables/label/data").content == b"to Bob"
    assert rest.get(f"{path}/localVariables/none").status_code == 404


def test_who_has_to_do_with_a_task(rest: httpx.Client, scene: Scene) -> None:
    path = f"/task/{scene.task_id}/identity-links"
    assert rest.get(path).json() == [
        {"userId": "ann", "groupId": None, "type": "candidate"},
        {"userId": None, "groupId": "packers", "type": "candidate"},
    ]
    body = {"userId": "eve", "type": "reviewer"}
    assert rest.post(path, json=body).status_code == 204
    assert rest.get(path, params={"type": "reviewer"}).json() == [{**body, "groupId": None}]
    assert rest.post(f"{path}/delete", json=body).status_code == 204
    assert rest.get(path, params={"type": "reviewer"}).json() == []
    for wrong in ({"type": "a"}, {"userId": "a", "groupId": "b", "type": "c"}, {"userId": "a"}):
        assert rest.post(path, json=wrong).status_code == 400


def test_a_task_is_discussed(rest: httpx.Client, scene: Scene) -> None:
    path = f"/task/{scene.task_id}/comment"
    made = rest.post(f"{path}/create", json={"message": "looks good"}).json()
    assert (made["message"], made["taskId"], made["processInstanceId"]) == (
        "looks good",
        scene.task_id,
        scene.instance_id,
    )
    assert rest.get(path).json() == [made]
    assert rest.put(path, json={"id": made["id"], "message": "looks bad"}).status_code == 204
    assert rest.get(f"{path}/{made['id']}").json()["message"] == "looks bad"
    assert rest.delete(f"{path}/{made['id']}").status_code == 204
    assert rest.get(f"{path}/{made['id']}").status_code == 404
    assert rest.post(f"{path}/create", json={}).status_code == 400


def test_files_are_attached_to_a_task(rest: httpx.Client, scene: Scene) -> None:
    path = f"/task/{scene.task_id}/attachment"
    files = {
        "attachment-name": (None, "label"),
        "attachment-description": (None, "where to"),
        "attachment-type": (None, "text"),
        "content": ("label.txt", b"to Bob", "text/plain"),
    }
    made = rest.post(f"{path}/create", files=files).json()
    assert (made["name"], made["description"], made["type"], made["url"]) == ("label", "where to", "text", None)
    link = rest.post(f"{path}/create", files={"url": (None, "http://example.org/x")}).json()
    assert [each["id"] for each in rest.get(path).json()] == [made["id"], link["id"]]
    assert rest.get(f"{path}/{made['id']}").json() == made
    assert rest.get(f"{path}/{made['id']}/data").content == b"to Bob"
    assert rest.get(f"{path}/{link['id']}/data").status_code == 404
    assert rest.delete(f"{path}/{made['id']}").status_code == 204
    assert rest.get(f"{path}/{made['id']}").status_code == 404
    assert rest.post(f"{path}/create", files={"attachment-name": (None, "x")}).status_code == 400


def test_a_task_is_changed(rest: httpx.Client, scene: Scene) -> None:
    path = f"/task/{scene.task_id}"
    body = {"name": "Check again", "priority": 3, "owner": "ann", "followUp": "2031-01-01T00:00:00.000+0000"}
    assert rest.put(path, json=body).status_code == 204
    task = rest.get(path).json()
    assert (task["name"], task["priority"], task["owner"], task["description"]) == ("Check again", 3, "ann", None)
    assert task["followUp"] == "2031-01-01T00:00:00.000+0000"
    refused = rest.delete(path)
    assert refused.status_code == 400
    assert "part of a running process" in refused.json()["message"]


def test_tasks_of_no_instance(rest: httpx.Client) -> None:
    task_id = "0190a5c4-1111-7000-8000-000000000001"
    body = {"id": task_id, "name": "Sweep", "assignee": "ann"}
    assert rest.post("/task/create", json=body).status_code == 204
    task = rest.get(f"/task/{task_id}").json()
    assert (task["name"], task["processInstanceId"], task["executionId"]) == ("Sweep", None, None)
    assert rest.get(f"/task/{task_id}/form-variables").json() == {}
    child = {"id": task_id[:-1] + "2", "parentTaskId": task_id}
    assert rest.post("/task/create", json=child).status_code == 204
    assert [each["id"] for each in rest.get("/task", params={"parentTaskId": task_id}).json()] == [child["id"]]
    assert rest.delete(f"/task/{child['id']}").status_code == 204
    assert rest.post(f"/task/{task_id}/complete").status_code == 204
    assert rest.get(f"/task/{task_id}").status_code == 404


def test_tasks_are_counted_by_group(rest: httpx.Client, scene: Scene) -> None:
    def counted() -> dict[str | None, int]:
        found = rest.get("/task/report/candidate-group-count").json()
        return {each["groupName"]: each["taskCount"] for each in found}

    before = counted()
    assert rest.post(f"/task/{scene.task_id}/complete").status_code == 204
    after = counted()
    assert after.get("packers", 0) == before["packers"] - 1
    assert after[None] == before.get(None, 0) + 1


@pytest.mark.parametrize("unknown", ["nothing", "0190a5c4-0000-7000-8000-000000000000"])
def test_what_does_not_exist(rest: httpx.Client, unknown: str) -> None:
    missing = rest.get(f"/task/{unknown}")
    assert missing.status_code == 404
    assert missing.json() == {
        "type": "InvalidRequestException",
        "message": f"No matching task with id {unknown}",
        "code": None,
    }
    for action in ("claim", "unclaim", "complete", "resolve", "delegate", "assignee", "submit-form", "bpmnError"):
        assert rest.post(f"/task/{unknown}/{action}", json={}).status_code == 404, action
    for part in (
        "variables",
        "localVariables",
        "identity-links",
        "comment",
        "attachment",
        "form",
        "form-variables",
    ):
        assert rest.get(f"/task/{unknown}/{part}").status_code == 404, part
    assert rest.put(f"/task/{unknown}", json={}).status_code == 404
    assert rest.delete(f"/task/{unknown}").status_code == 404
