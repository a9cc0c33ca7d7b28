"""Variables: below instances and executions, as instances of their own, and in history."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from shoal.engine import Engine
from shoal.values import TypedValue, ValueType

Deploy = Callable[..., str]
UNKNOWN = "00000000-0000-7000-8000-000000000000"


@pytest.fixture
def instance_id(deploy: Deploy, engine: Engine) -> str:
    """An instance that waits at a user task."""
    deploy("holding")
    return engine.instances.start("holding", variables={"amount": 5, "order": {"lines": [1]}})


@pytest.fixture
def task_scope(instance_id: str, engine: Engine) -> str:
    """The execution of its task, which has variables of its own."""
    [task] = engine.tasks.find(instance_id=instance_id)
    engine.variables.set(task.node_id, {"near": "here"}, local=True)
    return str(task.node_id)


def test_all_of_an_instance(rest: httpx.Client, instance_id: str) -> None:
    path = f"/process-instance/{instance_id}/variables"
    assert rest.get(path).json() == {
        "amount": {"type": "Integer", "value": 5, "valueInfo": {}},
        "order": {"type": "Json", "value": {"lines": [1]}, "valueInfo": {}},
    }
    assert rest.get(path, params={"deserializeValues": "false"}).json()["order"]["value"] == '{"lines":[1]}'
    body = {
        "modifications": {"amount": {"value": "6", "type": "Long"}, "new": {"value": None}},
        "deletions": ["order"],
    }
    assert rest.post(path, json=body).status_code == 204
    assert rest.get(path).json() == {
        "amount": {"type": "Long", "value": 6, "valueInfo": {}},
        "new": {"type": "Null", "value": None, "valueInfo": {}},
    }


def test_one_of_an_instance(rest: httpx.Client, instance_id: str) -> None:
    path = f"/process-instance/{instance_id}/variables"
    assert rest.get(f"{path}/amount").json() == {"type": "Integer", "value": 5, "valueInfo": {}}
    order = rest.get(f"{path}/order", params={"deserializeValue": "false"}).json()
    assert order == {"type": "Json", "value": '{"lines":[1]}', "valueInfo": {}}
    assert (
        rest.put(f"{path}/when", json={"value": "2024-05-04T03:02:01.000+0200", "type": "date"}).status_code == 204
    )
    assert rest.get(f"{path}/when").json()["value"] == "2024-05-04T03:02:01.000+0200"
    assert rest.delete(f"{path}/amount").status_code == 204
    assert rest.delete(f"{path}/amount").status_code == 204
    answer = rest.get(f"{path}/amount")
    assert (answer.status_code, answer.json()) == (
        404,
        {
            "type": "InvalidRequestException",
            "message": "process instance variable with name amount does not exist",
            "code": None,
        },
    )


@pytest.mark.parametrize(
    ("given", "text"),
    [
        pytest.param({"value": "x", "type": "Integer"}, "Cannot convert value 'x' of type 'Integer'", id="value"),
        pytest.param({"value": 1, "type": "Colour"}, "Unsupported value type 'Colour'", id="type"),
        pytest.param({"value": 1, "type": "Json"}, "Must provide 'null' or String value", id="json"),
    ],
)
def test_values_that_are_refused(rest: httpx.Client, instance_id: str, given: dict[str, Any], text: str) -> None:
    path = f"/process-instance/{instance_id}/variables"
    answer = rest.put(f"{path}/new", json=given)
    assert answer.status_code == 400
    assert answer.json()["message"].startswith("Cannot put process instance variable new: ")
    assert text in answer.json()["message"]
    both = {"modifications": {"amount": {"value": 9}, "new": given}}
    answer = rest.post(path, json=both)
    assert answer.status_code == 400
    assert answer.json()["message"].startswith(f"Cannot modify variables for process instance {instance_id}: ")
    assert rest.get(f"{path}/amount").json()["value"] == 5


def test_instances_that_do_not_run(rest: httpx.Client, instance_id: str, engine: Engine) -> None:
    engine.instances.cancel(instance_id)
    for missing in (instance_id, UNKNOWN, "nothing"):
        path = f"/process-instance/{missing}/variables"
        answers = [
            rest.get(path),
            rest.get(f"{path}/amount"),
            rest.put(f"{path}/amount", json={"value": 1}),
            rest.post(path, json={}),
            rest.delete(f"{path}/amount"),
            rest.get(f"{path}/amount/data"),
        ]
        assert [each.status_code for each in answers] == [404] * len(answers)


def test_files(rest: httpx.Client, instance_id: str) -> None:
    path = f"/process-instance/{instance_id}/variables/offer"
    files = {"data": ("offer.pdf", b"%PDF \x00\xff", "application/pdf")}
    assert rest.post(f"{path}/data", files=files, data={"valueType": "File"}).status_code == 204
    info = {"filename": "offer.pdf", "mimeType": "application/pdf"}
    assert rest.get(path).json() == {"type": "File", "value": None, "valueInfo": info}
    answer = rest.get(f"{path}/data")
    assert (answer.content, answer.headers["content-type"]) == (b"%PDF \x00\xff", "application/pdf")
    assert 'filename="offer.pdf"' in answer.headers["content-disposition"]
    local = rest.get(f"/execution/{instance_id}/localVariables/offer/data")
    assert local.content == b"%PDF \x00\xff"


def test_bytes(rest: httpx.Client, instance_id: str) -> None:
    path = f"/process-instance/{instance_id}/variables"
    said = {"data": {"valueType": "Bytes"}, "files": {"data": ("x", b"\x00\x01")}}
    assert rest.post(f"{path}/raw/data", **said).status_code == 204
    assert rest.get(f"{path}/raw").json() == {"type": "Bytes", "value": "AAE=", "valueInfo": {}}
    answer = rest.get(f"{path}/raw/data")
    assert (answer.content, answer.headers["content-type"]) == (b"\x00\x01", "application/octet-stream")
    answer = rest.get(f"{path}/amount/data")
    assert (answer.status_code, answer.json()["message"]) == (
        400,
        "Value of variable with name amount is not a binary value.",
    )


def test_objects_as_data(rest: httpx.Client, instance_id: str) -> None:
    path = f"/process-instance/{instance_id}/variables/thing"
    files = {"data": ("x", b'{"a": 1}', "application/json")}
    assert rest.post(f"{path}/data", files=files, data={"type": "java.util.Map"}).status_code == 204
    shown = rest.get(path).json()
    assert (shown["type"], shown["value"], shown["valueInfo"]["objectTypeName"]) == (
        "Object",
        {"a": 1},
        "java.util.Map",
    )
    java = {"data": ("x", b"\xac\xed", "application/x-java-serialized-object")}
    assert rest.post(f"{path}/data", files=java, data={"type": "java.util.Map"}).status_code == 400
    assert rest.post(f"{path}/data", files=files, data={"valueType": "Colour"}).status_code == 400


def test_local_variables(rest: httpx.Client, instance_id: str, task_scope: str) -> None:
    path = f"/execution/{task_scope}/localVariables"
    assert set(rest.get(path).json()) == {"near"}
    assert rest.put(f"{path}/amount", json={"value": 1}).status_code == 204
    assert rest.get(f"{path}/amount").json()["value"] == 1
    assert rest.get(f"/process-instance/{instance_id}/variables/amount").json()["value"] == 5
    assert rest.post(path, json={"deletions": ["amount"], "modifications": None}).status_code == 204
    assert set(rest.get(path).json()) == {"near"}
    assert set(rest.get(f"/execution/{instance_id}/localVariables").json()) == {"amount", "order"}
    answer = rest.get(f"/execution/{UNKNOWN}/localVariables")
    assert (answer.status_code, answer.json()["message"]) == (404, f"Execution with id {UNKNOWN} does not exist")


def _found(rest: httpx.Client, path: str, **query: Any) -> list[str]:
    """Names by GET and by POST."""
    listed = sorted(each["name"] for each in rest.get(path, params=query).json())
    body = {name: value.split(",") if name.endswith("In") else value for name, value in query.items()}
    if "variableValues" not in query:
        assert sorted(each["name"] for each in rest.post(path, json=body).json()) == listed
    assert rest.get(f"{path}/count", params=query).json() == {"count": len(listed)}
    return listed


def test_variable_instances(rest: httpx.Client, instance_id: str, task_scope: str, engine: Engine) -> None:
    path, of = "/variable-instance", {"processInstanceIdIn": instance_id}
    [task] = engine.tasks.find(instance_id=instance_id)
    assert _found(rest, path, **of) == ["amount", "near", "order"]
    assert _found(rest, path, **of, variableName="amount") == ["amount"]
    assert _found(rest, path, **of, variableName="AMOUNT") == []
    assert _found(rest, path, **of, variableName="AMOUNT", variableNamesIgnoreCase="true") == ["amount"]
    assert _found(rest, path, **of, variableNameLike="%r%") == ["near", "order"]
    assert _found(rest, path, executionIdIn=task_scope) == ["near"]
    assert _found(rest, path, activityInstanceIdIn=f"{task_scope},{UNKNOWN}") == ["near"]
    assert _found(rest, path, activityInstanceIdIn=instance_id, executionIdIn=task_scope) == []
    assert _found(rest, path, taskIdIn=task.id) == ["near"]
    assert _found(rest, path, **of, variableScopeIdIn=instance_id) == ["amount", "order"]
    assert _found(rest, path, **of, variableValues="near_eq_here") == ["near"]
    assert _found(rest, path, **of, variableValues="near_like_h%,near_neq_here") == []
    assert _found(rest, path, **of, caseInstanceIdIn="c") == []
    assert _found(rest, path, **of, tenantIdIn="t") == []
    said = {**of, "sortBy": "variableType", "sortOrder": "desc", "deserializeValues": "false"}
    shown = rest.get(path, params=said).json()
    assert [each["type"] for each in shown] == ["String", "Json", "Integer"]
    assert shown[1]["value"] == '{"lines":[1]}'
    assert set(shown[0]) == {
        *("id", "name", "type", "value", "valueInfo", "processDefinitionId", "processDefinitionKey"),
        *("processInstanceId", "executionId", "caseInstanceId", "caseExecutionId", "taskId", "batchId"),
        *("activityInstanceId", "tenantId", "errorMessage"),
    }
    assert (shown[0]["taskId"], shown[0]["executionId"]) == (task.id, task_scope)
    assert rest.get(f"{path}/{shown[1]['id']}").json()["value"] == {"lines": [1]}
    assert rest.get(f"{path}/{UNKNOWN}").status_code == 404
    assert rest.get(f"{path}/{UNKNOWN}:a").status_code == 404
    engine.instances.cancel(instance_id)
    assert _found(rest, path, **of) == []


def test_variables_of_history(rest: httpx.Client, instance_id: str, task_scope: str, engine: Engine) -> None:
    path, of = "/history/variable-instance", {"processInstanceId": instance_id}
    engine.variables.set(instance_id, {"raw": TypedValue(ValueType.BYTES, b"\x00")})
    engine.instances.cancel(instance_id)
    definition_id = engine.instances.get(instance_id).definition_id
    assert _found(rest, path, **of) == ["amount", "near", "order", "raw"]
    assert _found(rest, path, **of, variableName="amount", variableValue="5") == []
    assert _found(rest, path, **of, variableNameIn="amount,near", processDefinitionKey="holding") == [
        "amount",
        "near",
    ]
    assert _found(rest, path, **of, variableTypeIn="string,bytes") == ["near", "raw"]
    assert _found(rest, path, **of, executionIdIn=task_scope, processDefinitionId=definition_id) == ["near"]
    value = {**of, "variableName": "NEAR", "variableValue": "HERE"}
    assert rest.post(f"{path}/count", json=value).json() == {"count": 0}
    either = {**value, "variableNamesIgnoreCase": True, "variableValuesIgnoreCase": True}
    assert rest.post(f"{path}/count", json=either).json() == {"count": 1}
    answer = rest.get(path, params={"variableValue": "x"})
    assert answer.status_code == 400
    assert answer.json()["message"].startswith("Only a single variable value parameter specified")
    shown = {each["name"]: each for each in rest.get(path, params=of).json()}
    assert set(shown["near"]) == {
        *("id", "name", "type", "value", "valueInfo", "processDefinitionKey", "processDefinitionId"),
        *("processInstanceId", "executionId", "activityInstanceId", "caseDefinitionKey", "caseDefinitionId"),
        *("caseInstanceId", "caseExecutionId", "taskId", "errorMessage", "tenantId", "state", "createTime"),
        *("removalTime", "rootProcessInstanceId"),
    }
    assert (shown["near"]["state"], shown["near"]["rootProcessInstanceId"]) == ("CREATED", instance_id)
    assert rest.get(f"{path}/{shown['raw']['id']}/data").content == b"\x00"
    assert rest.delete(f"{path}/{shown['raw']['id']}").status_code == 204
    assert rest.delete(f"{path}/{shown['raw']['id']}").status_code == 404
    assert rest.get(f"{path}/{shown['raw']['id']}").status_code == 404
    assert _found(rest, path, **of) == ["amount", "near", "order"]
    assert rest.delete(f"/history/process-instance/{instance_id}/variable-instances").status_code == 204
    assert _found(rest, path, **of) == []
    assert engine.history.count_details(instance_id=instance_id) == 0
    assert rest.delete(f"/history/process-instance/{UNKNOWN}/variable-instances").status_code == 404


def test_forgotten_variables_of_a_running_instance_keep_their_values(
    rest: httpx.Client, instance_id: str, engine: Engine
) -> None:
    assert engine.history.count_details(instance_id=instance_id, name="amount") == 1
    [amount] = engine.variables.find(instance_id=instance_id, name="amount")
    assert rest.delete(f"/history/variable-instance/{amount.id}").status_code == 204
    assert engine.history.count_details(instance_id=instance_id, name="amount") == 0
    assert engine.history.count_details(instance_id=instance_id) == 1
    assert engine.instances.variables(instance_id)["amount"] == 5
