"""``/migration``: plans, their reports, and instances that move."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from shoal.engine import Engine

SECOND = (
    '<startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="check"/>'
    '<userTask id="check"/><sequenceFlow id="f2" sourceRef="check" targetRef="bill"/>'
    '<serviceTask id="bill" camunda:expression="${true}"/>'
)
PLAN = {"sourceProcessDefinitionId", "targetProcessDefinitionId", "instructions", "variables"}


@pytest.fixture(scope="module")
def sides(deploy: Callable[..., str]) -> tuple[str, str]:
    """Two versions of a definition."""
    return deploy("moving"), deploy("moving", SECOND)


def plan_of(sides: tuple[str, str], source: str = "check", target: str = "check", **more: Any) -> dict[str, Any]:
    """A plan with one instruction."""
    instruction = {"sourceActivityIds": [source], "targetActivityIds": [target], "updateEventTrigger": False}
    return {
        "sourceProcessDefinitionId": sides[0],
        "targetProcessDefinitionId": sides[1],
        "instructions": [instruction],
        **more,
    }


def test_a_plan_is_generated(rest: httpx.Client, sides: tuple[str, str]) -> None:
    body = {"sourceProcessDefinitionId": sides[0], "targetProcessDefinitionId": sides[1]}
    plan = rest.post("/migration/generate", json=body | {"updateEventTriggers": None}).json()
    assert plan == plan_of(sides) | {"variables": None}
    with_variables = rest.post("/migration/generate", json=body | {"variables": {"a": {"value": 1}}}).json()
    assert with_variables["variables"] == {"a": {"type": "Integer", "value": 1, "valueInfo": {}}}


def test_a_plan_is_validated(rest: httpx.Client, sides: tuple[str, str]) -> None:
    fine = rest.post("/migration/validate", json=plan_of(sides))
    assert fine.json() == {"instructionReports": [], "variableReports": {}}
    wrong = rest.post("/migration/validate", json=plan_of(sides, target="bill")).json()
    (report,) = wrong["instructionReports"]
    assert report["instruction"]["targetActivityIds"] == ["bill"]
    assert report["failures"]


@pytest.mark.parametrize("path", ["generate", "validate"])
def test_unknown_definitions_are_a_bad_request(rest: httpx.Client, sides: tuple[str, str], path: str) -> None:
    answer = rest.post(f"/migration/{path}", json=plan_of(("none", sides[1])))
    assert answer.status_code == 400
    assert answer.json()["message"] == "Source process definition with id 'none' does not exist"
    missing = rest.post(f"/migration/{path}", json={"targetProcessDefinitionId": sides[1]})
    assert missing.status_code == 400
    assert "sourceProcessDefinitionId" in missing.json()["message"]


def test_instances_are_migrated(rest: httpx.Client, sides: tuple[str, str], engine: Engine) -> None:
    ids = engine.instances.start_many(definition_id=sides[0], count=3)
    body = {
        "migrationPlan": plan_of(sides, variables={"moved": {"value": True}}),
        "processInstanceIds": ids[:1],
        "processInstanceQuery": {"processInstanceIds": ids[1:]},
    }
    assert rest.post("/migration/execute", json=body).status_code == 204
    assert {engine.instances.get(each).definition_id for each in ids} == {sides[1]}
    assert engine.instances.variables(ids[0]) == {"moved": True}


def test_all_are_migrated_or_none(rest: httpx.Client, sides: tuple[str, str], engine: Engine) -> None:
    ids = engine.instances.start_many(definition_id=sides[0], count=2)
    other = engine.instances.start(definition_id=sides[1])
    for wrong in (other, "00000000-0000-7000-8000-000000000000"):
        body = {"migrationPlan": plan_of(sides), "processInstanceIds": [*ids, wrong]}
        answer = rest.post("/migration/execute", json=body)
        assert answer.status_code == 400
        assert answer.json().keys() >= {"type", "message", "code"}
    assert {engine.instances.get(each).definition_id for each in ids} == {sides[0]}


def test_what_does_not_fit_is_reported(rest: httpx.Client, sides: tuple[str, str], engine: Engine) -> None:
    instance = engine.instances.start(definition_id=sides[0])
    empty = plan_of(sides) | {"instructions": []}
    answer = rest.post("/migration/execute", json={"migrationPlan": empty, "processInstanceIds": [instance]})
    assert answer.status_code == 400
    assert answer.json()["type"] == "MigratingProcessInstanceValidationException"
    report = answer.json()["validationReport"]
    assert report["processInstanceId"] == instance
    (activity,) = report["activityInstanceValidationReports"]
    assert activity.keys() == {"migrationInstruction", "sourceScopeId", "failures", "activityInstanceId"}
    assert (activity["sourceScopeId"], activity["migrationInstruction"]) == ("check", None)
    assert report["transitionInstanceValidationReports"] == []


@pytest.mark.parametrize("path", ["execute", "executeAsync"])
def test_a_wrong_plan_has_a_report(rest: httpx.Client, sides: tuple[str, str], engine: Engine, path: str) -> None:
    instance = engine.instances.start(definition_id=sides[0])
    body = {"migrationPlan": plan_of(sides, target="bill"), "processInstanceIds": [instance]}
    answer = rest.post(f"/migration/{path}", json=body)
    assert answer.status_code == 400
    assert answer.json()["type"] == "MigrationPlanValidationException"
    (report,) = answer.json()["validationReport"]["instructionReports"]
    assert report["instruction"]["sourceActivityIds"] == ["check"]
    assert engine.instances.get(instance).definition_id == sides[0]


@pytest.mark.parametrize("path", ["execute", "executeAsync"])
@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "Process instance ids cannot empty: process instance ids is empty"),
        ({"processInstanceIds": [None]}, "Process instance ids cannot be null"),
        ({"migrationPlan": None, "processInstanceIds": ["x"]}, "Migration plan cannot be null"),
    ],
    ids=["nobody", "null", "no plan"],
)
def test_incomplete_requests(
    rest: httpx.Client, sides: tuple[str, str], path: str, given: dict[str, Any], said: str
) -> None:
    answer = rest.post(f"/migration/{path}", json={"migrationPlan": plan_of(sides), **given})
    assert answer.status_code == 400
    assert said in answer.json()["message"]


def test_a_batch_migrates(rest: httpx.Client, sides: tuple[str, str], engine: Engine) -> None:
    ids = engine.instances.start_many(definition_id=sides[0], business_key="batch", count=3)
    body = {"migrationPlan": plan_of(sides), "processInstanceQuery": {"businessKey": "batch"}}
    answer = rest.post("/migration/executeAsync", json=body)
    assert answer.status_code == 200, answer.text
    batch = answer.json()
    assert batch["type"] == "instance-migration"
    assert (batch["totalJobs"] > 0, batch["jobsCreated"], batch["suspended"]) == (True, 0, False)
    assert batch["executionStartTime"] is None
    assert batch["tenantId"] is None
    engine.run_until_idle()
    assert {engine.instances.get(each).definition_id for each in ids} == {sides[1]}
