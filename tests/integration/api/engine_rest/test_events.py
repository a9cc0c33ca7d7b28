"""``/message``, ``/signal``, ``/condition``, ``/event-subscription``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from shoal.engine import Engine

Deploy = Callable[..., str]
RECEIVE = (
    '<startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="wait"/>'
    '<intermediateCatchEvent id="wait"><{kind}EventDefinition {kind}Ref="{ref}"/></intermediateCatchEvent>'
    '<sequenceFlow id="f2" sourceRef="wait" targetRef="check"/><userTask id="check"/>'
)
STARTED = (
    '<startEvent id="start"><{kind}EventDefinition {kind}Ref="{ref}"/></startEvent>'
    '<sequenceFlow id="f1" sourceRef="start" targetRef="check"/><userTask id="check"/>'
)
CONDITIONAL = (
    '<startEvent id="start"><conditionalEventDefinition><condition>${stock &lt; 5}</condition>'
    "</conditionalEventDefinition></startEvent>"
    '<sequenceFlow id="f1" sourceRef="start" targetRef="check"/><userTask id="check"/>'
)


@pytest.fixture
def waiting(deploy: Deploy, engine: Engine) -> Callable[..., str]:
    """Starts an instance that waits for the message or the signal of the conftest's models."""

    def started(key: str, kind: str = "message", **said: Any) -> str:
        deploy(key, RECEIVE.format(kind=kind, ref="paid" if kind == "message" else "storm"))
        return engine.instances.start(key, **said)

    return started


def test_a_message_with_everything(rest: httpx.Client, waiting: Callable[..., str], engine: Engine) -> None:
    instance_id = waiting("correlated", business_key="A-1", variables={"region": "north"})
    said = {
        "messageName": "paid",
        "businessKey": "A-1",
        "correlationKeys": {"region": {"value": "north", "type": "String"}},
        "processVariables": {"amount": {"value": 20}},
        "localCorrelationKeys": None,
        "resultEnabled": True,
        "variablesInResultEnabled": True,
    }
    answer = rest.post("/message", json=said)
    assert answer.status_code == 200
    [result] = answer.json()
    assert result["resultType"] == "Execution"
    assert result["execution"]["processInstanceId"] == instance_id
    assert set(result["execution"]) == {"id", "processInstanceId", "ended", "tenantId"}
    assert result["processInstance"] is None
    assert result["variables"]["amount"] == {"type": "Integer", "value": 20, "valueInfo": {}}
    assert engine.tasks.find(instance_id=instance_id)[0].activity_id == "check"


def test_a_message_starts_an_instance(rest: httpx.Client, deploy: Deploy, engine: Engine) -> None:
    definition_id = deploy("begun", STARTED.format(kind="message", ref="ordered"))
    answer = rest.post("/message", json={"messageName": "ordered", "businessKey": "B-1", "resultEnabled": True})
    [result] = answer.json()
    assert (result["resultType"], result["execution"]) == ("ProcessDefinition", None)
    started = result["processInstance"]
    assert (started["definitionId"], started["businessKey"], started["ended"]) == (definition_id, "B-1", False)
    assert engine.instances.get(started["id"]).definition_id == definition_id


def test_to_all(rest: httpx.Client, waiting: Callable[..., str]) -> None:
    ids = {waiting("every", business_key="C") for _ in range(3)}
    answer = rest.post("/message", json={"messageName": "paid", "businessKey": "C"})
    assert answer.status_code == 400
    assert answer.json()["type"] == "RestException"
    assert "MismatchingMessageCorrelationException" in answer.json()["message"]
    said = {"messageName": "paid", "businessKey": "C", "all": True, "resultEnabled": True}
    assert {each["execution"]["processInstanceId"] for each in rest.post("/message", json=said).json()} == ids


@pytest.mark.parametrize(
    ("said", "text"),
    [
        pytest.param({}, "No message name supplied", id="name"),
        pytest.param({"messageName": "nobody"}, "Cannot correlate message 'nobody'", id="nobody"),
        pytest.param(
            {"messageName": "m", "tenantId": "t", "withoutTenantId": True}, "'withoutTenantId'", id="tenant"
        ),
        pytest.param({"messageName": "m", "variablesInResultEnabled": True}, "'resultEnabled'", id="result"),
        pytest.param(
            {"messageName": "m", "processVariables": {"a": {"value": "x", "type": "Integer"}}},
            "Cannot deliver message: Cannot convert value 'x'",
            id="value",
        ),
    ],
)
def test_messages_that_are_refused(rest: httpx.Client, said: dict[str, Any], text: str) -> None:
    answer = rest.post("/message", json=said)
    assert answer.status_code == 400
    assert text in answer.json()["message"]


def test_a_signal_reaches_everybody(rest: httpx.Client, waiting: Callable[..., str], engine: Engine) -> None:
    ids = [waiting("warned", "signal") for _ in range(2)]
    answer = rest.post("/signal", json={"name": "storm", "variables": {"level": {"value": 3}}})
    assert (answer.status_code, answer.content) == (204, b"")
    assert [engine.instances.variables(each) for each in ids] == [{"level": 3}] * 2


def test_a_signal_for_one(rest: httpx.Client, waiting: Callable[..., str], engine: Engine) -> None:
    first, second = waiting("chosen", "signal"), waiting("chosen", "signal")
    [found] = rest.get("/event-subscription", params={"processInstanceId": first}).json()
    assert rest.post("/signal", json={"name": "storm", "executionId": found["executionId"]}).status_code == 204
    assert engine.tasks.count(instance_id=first) == 1
    assert engine.tasks.count(instance_id=second) == 0


def test_signals_that_are_refused(rest: httpx.Client) -> None:
    assert rest.post("/signal", json={}).json()["message"] == "No signal name given"
    both = {"name": "storm", "executionId": "e", "tenantId": "t"}
    assert rest.post("/signal", json=both).json()["type"] == "BadUserRequestException"


def test_conditions_start_instances(rest: httpx.Client, deploy: Deploy) -> None:
    definition_id = deploy("conditional", CONDITIONAL)
    said = {"variables": {"stock": {"value": 3, "type": "Integer"}}, "businessKey": "D", "tenantId": None}
    [started] = rest.post("/condition", json=said).json()
    assert (started["definitionId"], started["businessKey"], started["ended"]) == (definition_id, "D", False)
    assert started["links"][0]["href"].endswith(f"/engine-rest/process-instance/{started['id']}")
    assert rest.post("/condition", json={"variables": {"stock": {"value": 9}}}).json() == []


def test_subscriptions(rest: httpx.Client, waiting: Callable[..., str]) -> None:
    instance_id = waiting("subscribed")
    [found] = rest.get("/event-subscription", params={"processInstanceId": instance_id}).json()
    assert set(found) == {
        *(
            "id",
            "eventType",
            "eventName",
            "executionId",
            "processInstanceId",
            "activityId",
            "createdDate",
            "tenantId",
        )
    }
    assert (found["eventType"], found["eventName"], found["activityId"]) == ("message", "paid", "wait")
    one = {"eventSubscriptionId": found["id"], "eventType": "message", "withoutTenantId": "true"}
    assert rest.get("/event-subscription/count", params=one).json() == {"count": 1}
    assert rest.get("/event-subscription/count", params={**one, "eventName": "other"}).json() == {"count": 0}
    sorted_ = rest.get("/event-subscription", params={"sortBy": "created", "sortOrder": "desc"}).json()
    assert sorted_[0]["id"] == found["id"]
