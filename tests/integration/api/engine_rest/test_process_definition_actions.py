"""``/process-definition/{...}``: started, shown, suspended, deleted, counted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from shoal.engine import Engine

TWO_TASKS = (
    '<startEvent id="start" camunda:formKey="embedded:deployment:form.html"/>'
    '<sequenceFlow id="f1" sourceRef="start" targetRef="pick"/><userTask id="pick"/>'
    '<sequenceFlow id="f2" sourceRef="pick" targetRef="pack"/><userTask id="pack"/>'
    '<sequenceFlow id="f3" sourceRef="pack" targetRef="end"/><endEvent id="end"/>'
)
AT_ONCE = '<startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="end"/><endEvent id="end"/>'
FAILING = (
    '<startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="work"/>'
    '<serviceTask id="work" camunda:asyncBefore="true" camunda:expression="${1/0 + nothing.there}"/>'
    '<sequenceFlow id="f2" sourceRef="work" targetRef="end"/><endEvent id="end"/>'
)
STARTED = {
    "links",
    "id",
    "definitionId",
    "definitionKey",
    "businessKey",
    "caseInstanceId",
    "ended",
    "suspended",
    "tenantId",
}


@pytest.fixture(scope="module")
def orders(deploy: Callable[..., str]) -> str:
    """The id of a definition with two tasks."""
    return deploy("orders", TWO_TASKS)


def test_a_start_answers_the_instance(rest: httpx.Client, orders: str, engine: Engine) -> None:
    body = {"businessKey": "A-1", "variables": {"amount": {"value": 30}, "note": {"value": "x", "type": "string"}}}
    answer = rest.post(f"/process-definition/{orders}/start", json=body)
    assert answer.status_code == 200
    started = answer.json()
    assert started.keys() == STARTED
    assert started["links"] == [
        {"method": "GET", "rel": "self", "href": f"{rest.base_url}process-instance/{started['id']}"}
    ]
    assert (started["definitionId"], started["definitionKey"]) == (orders, "orders")
    assert (started["businessKey"], started["ended"], started["suspended"]) == ("A-1", False, False)
    assert engine.instances.variables(started["id"]) == {"amount": 30, "note": "x"}


def test_an_empty_body_starts_too(rest: httpx.Client, orders: str) -> None:
    assert rest.post(f"/process-definition/{orders}/start").status_code == 200
    plain = rest.post("/process-definition/key/orders/start", content=b"{}", headers={"Content-Type": "text/plain"})
    assert plain.status_code == 200
    nulls = {"variables": None, "businessKey": None, "startInstructions": None, "skipIoMappings": None}
    assert rest.post("/process-definition/key/orders/start", json=nulls).status_code == 200


def test_variables_are_answered_only_when_wanted(rest: httpx.Client, orders: str) -> None:
    body = {"variables": {"amount": {"value": 30}}, "withVariablesInReturn": True}
    answer = rest.post(f"/process-definition/{orders}/start", json=body).json()
    assert answer.keys() == STARTED | {"variables"}
    assert answer["variables"] == {"amount": {"type": "Integer", "value": 30, "valueInfo": {}}}


def test_instructions_say_where_to_begin(rest: httpx.Client, orders: str, engine: Engine) -> None:
    begin = {"type": "startBeforeActivity", "activityId": "pack", "variables": {"a": {"value": 1}}}
    answer = rest.post(f"/process-definition/{orders}/start", json={"startInstructions": [begin]})
    assert answer.status_code == 200, answer.text
    (task,) = engine.tasks.find(instance_id=answer.json()["id"], open=True)
    assert task.activity_id == "pack"
    assert engine.instances.variables(answer.json()["id"]) == {"a": 1}


def test_a_process_may_end_at_once(rest: httpx.Client, deploy: Callable[..., str]) -> None:
    deploy("at_once", AT_ONCE)
    answer = rest.post("/process-definition/key/at_once/start", json={"withVariablesInReturn": True}).json()
    assert answer["ended"] is True
    assert answer["variables"] == {}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"variables": {"a": {"value": "x", "type": "Integer"}}}, "Cannot convert value 'x' of type 'Integer'"),
        ({"variables": {"a": {"value": 1, "type": "Colour"}}}, "Unsupported value type 'Colour'"),
        ({"variables": {"a": {"value": 1, "type": "Json"}}}, "Must provide 'null' or String value"),
        ({"startInstructions": [{"type": "startBeforeActivity"}]}, "'activityId' must be set"),
        ({"startInstructions": [{"type": "startTransition"}]}, "'transitionId' must be set"),
        ({"startInstructions": [{"type": "startBeforeActivity", "activityId": "none"}]}, "none"),
        ({"startInstructions": [{"type": "cancel", "activityId": "pick"}]}, "type"),
        ({"variables": []}, "variables"),
    ],
    ids=["value", "type", "json", "activity", "transition", "unknown", "cancel", "shape"],
)
def test_a_wrong_start_starts_nothing(
    rest: httpx.Client, orders: str, engine: Engine, body: dict[str, Any], said: str
) -> None:
    before = engine.instances.count()
    answer = rest.post(f"/process-definition/{orders}/start", json=body)
    assert answer.status_code == 400, answer.text
    assert said in answer.json()["message"]
    assert engine.instances.count() == before


def test_text_that_is_no_json_is_refused(rest: httpx.Client, orders: str) -> None:
    answer = rest.post(f"/process-definition/{orders}/start", content=b"{")
    assert answer.status_code == 400
    assert answer.json()["type"] == "InvalidRequestException"


def test_unknown_definitions_cannot_be_started(rest: httpx.Client) -> None:
    assert rest.post("/process-definition/none/start", json={}).status_code == 404
    assert rest.post("/process-definition/key/none/start", json={}).json()["type"] == "RestException"


def test_a_process_that_fails_is_an_error_of_the_server(rest: httpx.Client, deploy: Callable[..., str]) -> None:
    definition = deploy("failing_now", FAILING.replace(' camunda:asyncBefore="true"', ""))
    answer = rest.post(f"/process-definition/{definition}/start", json={})
    assert answer.status_code == 500
    assert answer.json()["type"] == "RestException"
    assert answer.json()["message"].startswith(f"Cannot instantiate process definition {definition}: ")


def test_the_start_form(rest: httpx.Client, orders: str) -> None:
    form = {"key": "embedded:deployment:form.html", "camundaFormRef": None, "contextPath": None}
    assert rest.get(f"/process-definition/{orders}/startForm").json() == form
    assert rest.get("/process-definition/key/orders/form-variables").json() == {}
    assert rest.get(f"/process-definition/{orders}/rendered-form").status_code == 404
    assert rest.get(f"/process-definition/{orders}/deployed-start-form").status_code == 404
    submitted = rest.post(f"/process-definition/{orders}/submit-form", json={"variables": {"a": {"value": 1}}})
    assert submitted.status_code == 200
    assert submitted.json().keys() == STARTED


def test_the_model(rest: httpx.Client, orders: str) -> None:
    shown = rest.get(f"/process-definition/{orders}/xml").json()
    assert shown["id"] == orders
    assert 'id="pick"' in shown["bpmn20Xml"]
    assert rest.get(f"/process-definition/{orders}/diagram").status_code == 204
    assert rest.get("/process-definition/key/none/xml").status_code == 404


def test_category_and_description_are_those_of_the_model(rest: httpx.Client, deploy: Callable[..., str]) -> None:
    definition = deploy("described", f"<documentation>Why</documentation>{AT_ONCE}")
    shown = rest.get(f"/process-definition/{definition}").json()
    assert shown["description"] == "Why"
    assert shown["category"] == "http://example.org/warehouse"
    matching = {"key": "described", "categoryLike": "http://example.org/%"}
    assert rest.get("/process-definition/count", params=matching).json() == {"count": 1}
    assert rest.get("/process-definition/count", params={"category": "other"}).json() == {"count": 0}


def test_called_definitions(rest: httpx.Client, deploy: Callable[..., str], orders: str) -> None:
    body = (
        '<startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="call"/>'
        '<callActivity id="call" calledElement="orders"/>'
        '<sequenceFlow id="f2" sourceRef="call" targetRef="other"/>'
        '<callActivity id="other" calledElement="${name}"/>'
    )
    caller = deploy("caller", body)
    (called,) = rest.get(f"/process-definition/{caller}/static-called-process-definitions").json()
    assert called["id"] == orders
    assert called["calledFromActivityIds"] == ["call"]
    assert called["callingProcessDefinitionId"] == caller


def test_suspension_by_id_and_by_key(rest: httpx.Client, deploy: Callable[..., str], engine: Engine) -> None:
    definition = deploy("pausing")
    instance = engine.instances.start("pausing")
    path = f"/process-definition/{definition}"
    assert rest.put(f"{path}/suspended", json={"suspended": True}).status_code == 204
    assert rest.get(path).json()["suspended"] is True
    assert not engine.instances.get(instance).suspended
    refused = rest.post(f"{path}/start", json={})
    assert refused.status_code == 400
    assert rest.put(f"{path}/suspended", json={"suspended": False}).status_code == 204
    group = {"processDefinitionKey": "pausing", "suspended": True, "includeProcessInstances": True}
    assert rest.put("/process-definition/suspended", json=group).status_code == 204
    assert engine.instances.get(instance).suspended
    wrong = rest.put("/process-definition/suspended", json={"processDefinitionId": definition, "suspended": True})
    assert wrong.json()["message"] == "Only processDefinitionKey can be set to update the suspension state."
    assert rest.put("/process-definition/suspended", json={"suspended": True}).status_code == 400


def test_history_time_to_live(rest: httpx.Client, deploy: Callable[..., str]) -> None:
    path = f"/process-definition/{deploy('kept')}"
    assert rest.put(f"{path}/history-time-to-live", json={"historyTimeToLive": 5}).status_code == 204
    assert rest.get(path).json()["historyTimeToLive"] == 5
    assert rest.put(f"{path}/history-time-to-live", json={}).status_code == 204
    assert rest.get(path).json()["historyTimeToLive"] is None
    assert rest.put(f"{path}/history-time-to-live", json={"historyTimeToLive": -1}).status_code == 400


def test_deletion(rest: httpx.Client, deploy: Callable[..., str], engine: Engine) -> None:
    first, _second = deploy("gone"), deploy("gone", name="Again")
    engine.instances.start("gone")
    assert rest.delete("/process-definition/key/gone").status_code == 400
    assert rest.delete(f"/process-definition/{first}").status_code == 200
    assert rest.delete("/process-definition/key/gone?cascade=true").status_code == 204
    assert rest.get("/process-definition/count?key=gone").json() == {"count": 0}
    for path in (f"/process-definition/{first}", "/process-definition/key/gone"):
        assert rest.delete(path).status_code == 404
    deploy("gone", tenant_id="north")
    assert rest.delete("/process-definition/key/gone").status_code == 404
    assert rest.delete("/process-definition/key/gone/tenant-id/north").status_code == 204


def test_statistics(rest: httpx.Client, deploy: Callable[..., str], engine: Engine) -> None:
    failing = deploy("failing", FAILING)
    for _ in range(3):
        engine.instances.start("failing")
    for job in engine.jobs.list(limit=100):
        engine.jobs.set_retries(job.id, 0)
    params = {"failedJobs": "true", "incidents": "true"}
    listed = rest.get("/process-definition/statistics", params=params).json()
    (mine,) = [each for each in listed if each["id"] == failing]
    assert mine["definition"]["key"] == "failing"
    assert (mine["instances"], mine["failedJobs"]) == (3, 3)
    assert mine["incidents"] == [{"incidentType": "failedJob", "incidentCount": 3}]
    assert mine["@class"].endswith("ProcessDefinitionStatisticsResultDto")
    (activity,) = rest.get(f"/process-definition/{failing}/statistics", params=params).json()
    assert (activity["id"], activity["instances"], activity["failedJobs"]) == ("work", 3, 3)
    assert activity["incidents"] == [{"incidentType": "failedJob", "incidentCount": 3}]
    none = rest.get(f"/process-definition/{failing}/statistics?incidentsForType=other").json()
    assert (none[0]["failedJobs"], none[0]["incidents"]) == (0, [])
    both = {"incidents": "true", "incidentsForType": "failedJob"}
    assert rest.get("/process-definition/statistics", params=both).status_code == 400


def test_statistics_of_the_past(rest: httpx.Client, deploy: Callable[..., str], engine: Engine) -> None:
    definition = deploy("past", TWO_TASKS)
    done, waiting, cancelled = (engine.instances.start("past") for _ in range(3))
    for _ in range(2):
        engine.tasks.complete(engine.tasks.find(instance_id=done, open=True)[0].id)
    engine.instances.cancel(cancelled, "test")
    path = f"/history/process-definition/{definition}/statistics"
    assert [(each["id"], each["instances"]) for each in rest.get(path).json()] == [("pick", 1)]
    wanted = {"finished": "true", "canceled": "true", "completeScope": "true", "sortBy": "activityId"}
    everything = {each["id"]: each for each in rest.get(path, params=wanted | {"sortOrder": "desc"}).json()}
    assert list(everything) == ["start", "pick", "pack", "end"]
    pick = everything["pick"]
    assert (pick["instances"], pick["finished"], pick["canceled"]) == (1, 2, 1)
    assert everything["end"]["completeScope"] == 1
    only = rest.get(path, params={"processInstanceIdIn": waiting, "finished": "true"}).json()
    assert {each["id"]: each["finished"] for each in only} == {"start": 1, "pick": 0}
    assert rest.get("/history/process-definition/none/statistics").status_code == 404


def test_there_are_no_decisions(rest: httpx.Client) -> None:
    for name in ("decision-definition", "decision-requirements-definition"):
        assert rest.get(f"/{name}").json() == []
        assert rest.get(f"/{name}/count").json() == {"count": 0}
        assert rest.get(f"/{name}/none").status_code == 404
