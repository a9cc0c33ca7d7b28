"""``/process-definition/{...}/restart`` and ``/restart-async``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from shoal.engine import Engine

BEFORE_CHECK = [{"type": "startBeforeActivity", "activityId": "check"}]


@pytest.fixture(scope="module")
def definition(deploy: Callable[..., str]) -> str:
    """The id of a definition with one task."""
    return deploy("again")


@pytest.fixture
def ended(definition: str, engine: Engine) -> list[str]:
    """Two ended instances."""
    ids = engine.instances.start_many(definition_id=definition, count=2, business_key="A", variables={"a": 1})
    for each in ids:
        engine.instances.cancel(each, "test")
    return ids


def restarted(engine: Engine, *ids: str) -> list[str]:
    """The new instances of these ones."""
    rows = engine.instances.list(running=True, limit=1000)
    return [row.id for row in rows if row.restarted_from_id in ids]


@pytest.mark.parametrize("way", ["{id}", "key/again"])
def test_instances_start_again(
    rest: httpx.Client, definition: str, ended: list[str], engine: Engine, way: str
) -> None:
    body = {"processInstanceIds": ended, "instructions": BEFORE_CHECK, "historicProcessInstanceQuery": {}}
    answer = rest.post(f"/process-definition/{way.format(id=definition)}/restart", json=body)
    assert answer.status_code == 204, answer.text
    new = restarted(engine, *ended)
    assert len(new) == 2
    assert engine.instances.get(new[0]).business_key == "A"
    assert engine.instances.variables(new[0]) == {"a": 1}


def test_all_start_again_or_none(rest: httpx.Client, definition: str, ended: list[str], engine: Engine) -> None:
    running = engine.instances.start(definition_id=definition)
    for wrong in (running, "none"):
        body = {"processInstanceIds": [*ended, wrong], "instructions": BEFORE_CHECK}
        answer = rest.post(f"/process-definition/{definition}/restart", json=body)
        assert answer.status_code == 400
        assert answer.json()["type"] == "InvalidRequestException"
    assert restarted(engine, *ended) == []


def test_a_batch_starts_them_again(rest: httpx.Client, definition: str, ended: list[str], engine: Engine) -> None:
    body = {
        "historicProcessInstanceQuery": {"processInstanceIds": ended, "finished": True},
        "instructions": [*BEFORE_CHECK, {"type": "cancel", "activityId": "check"}],
        "withoutBusinessKey": True,
        "initialVariables": True,
    }
    answer = rest.post(f"/process-definition/{definition}/restart-async", json=body)
    assert answer.status_code == 200, answer.text
    assert answer.json()["type"] == "instance-restart"
    engine.run_until_idle()
    new = restarted(engine, *ended)
    assert len(new) == 2
    assert engine.instances.get(new[0]).business_key is None


@pytest.mark.parametrize("path", ["restart", "restart-async"])
@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"processInstanceIds": []}, "processInstanceIds is empty"),
        ({"processInstanceIds": [None]}, "contains null value"),
        ({"instructions": []}, "Restart instructions cannot be empty: instructions is empty"),
        ({"instructions": None}, "Restart instructions cannot be empty: instructions is empty"),
        ({"instructions": [{"type": "startBeforeActivity"}]}, "'activityId' must be set"),
        ({"instructions": [{"type": "jump", "activityId": "check"}]}, "there is no type 'jump'"),
        ({"instructions": [{"type": "startBeforeActivity", "activityId": "none"}]}, "none"),
    ],
    ids=["nobody", "null", "nothing", "no list", "incomplete", "type", "activity"],
)
def test_incomplete_requests(
    rest: httpx.Client, definition: str, ended: list[str], path: str, given: dict[str, Any], said: str
) -> None:
    body = {"processInstanceIds": ended, "instructions": BEFORE_CHECK, **given}
    answer = rest.post(f"/process-definition/{definition}/{path}", json=body)
    assert answer.status_code == 400
    assert said in answer.json()["message"]


def test_the_definition_has_to_exist(rest: httpx.Client, ended: list[str]) -> None:
    body = {"processInstanceIds": ended, "instructions": BEFORE_CHECK}
    assert rest.post("/process-definition/none/restart", json=body).status_code == 404
