"""``/process-definition``: lists, and the three ways of naming one."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from shoal.engine import Engine

MEMBERS = {
    "id",
    "key",
    "category",
    "description",
    "name",
    "version",
    "resource",
    "deploymentId",
    "diagram",
    "suspended",
    "tenantId",
    "versionTag",
    "historyTimeToLive",
    "startableInTasklist",
}


@pytest.fixture(scope="module")
def definitions(engine: Engine, deploy: Callable[..., str]) -> dict[str, str]:
    """Ids by a name: two versions of one key, one of a tenant, one that is suspended, one with everything said."""
    found = {
        "first": deploy("pack"),
        "second": deploy("pack", name="Pack it"),
        "tenant": deploy("pack", tenant_id="north"),
        "suspended": deploy("send", name="Send_it"),
        "tagged": deploy(
            "sort", camunda_versionTag="v_1", camunda_historyTimeToLive="7", camunda_isStartableInTasklist="false"
        ),
    }
    engine.definitions.suspend(definition_id=found["suspended"])
    return found


def test_all_members_are_there(rest: httpx.Client, definitions: dict[str, str]) -> None:
    shown = rest.get(f"/process-definition/{definitions['tagged']}").json()
    assert shown.keys() == MEMBERS
    assert shown["key"] == "sort"
    assert shown["version"] == 1
    assert shown["resource"] == "sort.bpmn"
    assert shown["versionTag"] == "v_1"
    assert shown["historyTimeToLive"] == 7
    assert shown["startableInTasklist"] is False
    assert shown["suspended"] is False
    assert shown["tenantId"] is None


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ({}, ["first", "second", "tenant", "suspended", "tagged"]),
        ({"key": "pack"}, ["first", "second", "tenant"]),
        ({"key": "pack", "latestVersion": "true"}, ["second", "tenant"]),
        ({"key": "pack", "latestVersion": "false"}, ["first", "second", "tenant"]),
        ({"key": "pack", "latest": "true", "withoutTenantId": "true"}, ["second"]),
        ({"keysIn": "sort,send"}, ["suspended", "tagged"]),
        ({"keyLike": "s%"}, ["suspended", "tagged"]),
        ({"version": "2"}, ["second"]),
        ({"name": "Pack it"}, ["second"]),
        ({"nameLike": "%\\_it"}, ["suspended"]),
        ({"tenantIdIn": "north,south"}, ["tenant"]),
        (
            {"tenantIdIn": "north", "includeProcessDefinitionsWithoutTenantId": "true", "key": "pack"},
            ["first", "second", "tenant"],
        ),
        ({"suspended": "true"}, ["suspended"]),
        ({"active": "true", "keyLike": "s%"}, ["tagged"]),
        ({"versionTag": "v_1"}, ["tagged"]),
        ({"versionTagLike": "v%"}, ["tagged"]),
        ({"withoutVersionTag": "true", "keyLike": "s%"}, ["suspended"]),
        ({"notStartableInTasklist": "true"}, ["tagged"]),
        ({"startableInTasklist": "true", "keyLike": "s%"}, ["suspended"]),
        ({"resourceName": "sort.bpmn"}, ["tagged"]),
        ({"resourceNameLike": "s%.bpmn"}, ["suspended", "tagged"]),
        ({"deployedAfter": "2999-01-01T00:00:00.000+0100"}, []),
        ({"deployedAfter": "2019-01-01T00:00:00.000+0100", "keyLike": "s%"}, ["suspended", "tagged"]),
        ({"incidentType": "failedJob"}, []),
        ({"processDefinitionId": "none"}, []),
        ({"startableBy": "mary"}, []),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, dict) else "",
)
def test_conditions(
    rest: httpx.Client, definitions: dict[str, str], conditions: dict[str, str], expected: list[str]
) -> None:
    listed = rest.get("/process-definition", params=conditions)
    assert listed.status_code == 200, listed.text
    assert [each["id"] for each in listed.json()] == [definitions[name] for name in expected]
    assert rest.get("/process-definition/count", params=conditions).json() == {"count": len(expected)}


def test_ids_of_the_query_string(rest: httpx.Client, definitions: dict[str, str]) -> None:
    wanted = [definitions["tenant"], definitions["first"]]
    params = {"processDefinitionIdIn": ",".join(wanted), "sortBy": "version", "sortOrder": "asc"}
    listed = rest.get("/process-definition", params=params).json()
    assert {each["id"] for each in listed} == set(wanted)


def test_order_by_several_properties(rest: httpx.Client, definitions: dict[str, str]) -> None:
    by_tenant = rest.get("/process-definition", params={"key": "pack", "sortBy": "tenantId", "sortOrder": "desc"})
    assert by_tenant.json()[0]["tenantId"] == "north"
    by_version = rest.get("/process-definition", params={"key": "pack", "sortBy": "version", "sortOrder": "desc"})
    assert by_version.json()[0]["id"] == definitions["second"]


def test_one_is_named_by_id_by_key_and_by_key_and_tenant(rest: httpx.Client, definitions: dict[str, str]) -> None:
    assert rest.get("/process-definition/key/pack").json()["id"] == definitions["second"]
    assert rest.get("/process-definition/key/pack/tenant-id/north").json()["id"] == definitions["tenant"]
    assert rest.get(f"/process-definition/{definitions['first']}").json()["version"] == 1


@pytest.mark.parametrize(
    ("path", "kind", "message"),
    [
        ("/none", "InvalidRequestException", "No matching definition with id none"),
        ("/key/none", "RestException", "No matching process definition with key: none and no tenant-id"),
        (
            "/key/pack/tenant-id/south",
            "RestException",
            "No matching process definition with key: pack and tenant-id: south",
        ),
    ],
    ids=["id", "key", "tenant"],
)
def test_who_is_not_there(
    rest: httpx.Client, definitions: dict[str, str], path: str, kind: str, message: str
) -> None:
    answer = rest.get(f"/process-definition{path}")
    assert answer.status_code == 404
    assert answer.json() == {"type": kind, "message": message, "code": None}
