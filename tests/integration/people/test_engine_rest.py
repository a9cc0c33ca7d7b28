"""Camunda's resources of people: user, group, tenant, authorization, identity, and the log."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest
from tests.integration.api.engine_rest.conftest import served
from tests.integration.people.scene import Scene


@pytest.fixture(scope="module")
def root(scene: Scene) -> Iterator[httpx.Client]:
    """A client of an admin."""
    with served(scene.engine) as url:
        base = f"{url}/engine-rest"
        with httpx.Client(base_url=base, timeout=30, trust_env=False, auth=("root", "pass of root")) as made:
            yield made


def _like(root: httpx.Client, user: str, password: str) -> httpx.Client:
    return httpx.Client(base_url=root.base_url, timeout=30, trust_env=False, auth=(user, password))


def test_users(root: httpx.Client) -> None:
    profile = {"id": "jonny1", "firstName": "John", "lastName": "Doe", "email": "anEmail"}
    created = root.post("/user/create", json={"profile": profile, "credentials": {"password": "s3cret"}})
    assert (created.status_code, created.content) == (204, b"")
    assert root.get("/user/jonny1/profile").json() == profile
    assert root.get("/user", params={"firstNameLike": "Jo%", "sortBy": "userId", "sortOrder": "asc"}).json() == [
        profile
    ]
    assert root.get("/user/count", params={"idIn": "jonny1,nobody"}).json() == {"count": 1}
    assert root.put("/user/jonny1/profile", json=profile | {"firstName": "Jane"}).status_code == 204
    assert root.get("/user/jonny1/profile").json()["firstName"] == "Jane"
    assert root.get("/user/nobody/profile").status_code == 404
    assert root.get("/user/nobody/profile").json()["message"] == "User with id nobody does not exist"
    again = root.post("/user/create", json={"profile": profile})
    assert (again.status_code, again.json()["message"]) == (400, "there is a user 'jonny1' already")
    assert root.delete("/user/jonny1").status_code == 204
    assert root.delete("/user/jonny1").status_code == 204
    assert root.get("/user/jonny1/profile").status_code == 404


def test_passwords(scene: Scene, root: httpx.Client) -> None:
    root.post("/user/create", json={"profile": {"id": "pia"}, "credentials": {"password": "first"}})
    with _like(root, "pia", "first") as pia:
        assert pia.get("/user/pia/profile").json()["id"] == "pia"
        assert pia.get("/user/root/profile").status_code == 403
        wrong = pia.put("/user/pia/credentials", json={"password": "x", "authenticatedUserPassword": "?"})
        assert wrong.status_code == 400
        scene.engine.users.unlock("pia")
        right = pia.put("/user/pia/credentials", json={"password": "second", "authenticatedUserPassword": "first"})
        assert right.status_code == 204
        # the old one was right a moment ago
        assert pia.get("/version").status_code == 401
    scene.engine.users.unlock("pia")
    with _like(root, "pia", "second") as pia:
        assert pia.get("/version").status_code == 200
    reset = {"password": "third", "authenticatedUserPassword": "pass of root"}
    assert root.put("/user/pia/credentials", json=reset).status_code == 204
    assert root.put("/user/nobody/credentials", json=reset).status_code == 404
    with _like(root, "pia", "third") as pia:
        assert pia.get("/version").status_code == 200


def test_wrong_passwords_make_the_next_try_wait(scene: Scene, root: httpx.Client) -> None:
    """Camunda 7: 3 seconds after the first, and an admin can end it."""
    root.post("/user/create", json={"profile": {"id": "max"}, "credentials": {"password": "right"}})
    with _like(root, "max", "wrong") as wrong, _like(root, "max", "right") as right:
        assert right.get("/version").status_code == 200
        assert wrong.get("/version").status_code == 401
        assert right.get("/version").status_code == 401
        assert scene.engine.users.get("max").failed_logins == 1
        assert root.post("/user/max/unlock").status_code == 204
        assert right.get("/version").status_code == 200
    assert root.post("/user/nobody/unlock").status_code == 404


def test_bearer_tokens(scene: Scene, root: httpx.Client) -> None:
    root.post("/user/create", json={"profile": {"id": "robot"}})
    issued = scene.engine.users.issue_token("robot", "ci")
    short = scene.engine.users.issue_token("robot", "short", lifetime=timedelta(microseconds=1))

    def status(token: str) -> int:
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.get(f"{root.base_url}user/robot/profile", headers=headers, trust_env=False).status_code

    assert status(issued.secret) == 200
    assert status(short.secret) == 401
    assert status(issued.secret + "x") == 401
    scene.engine.users.revoke_token("robot", "ci")
    assert status(issued.secret) == 401
    assert [each.name for each in scene.engine.users.tokens("robot")] == ["short"]
    everything = repr(scene.dump())
    assert issued.secret not in everything


def test_groups(root: httpx.Client) -> None:
    root.post("/user/create", json={"profile": {"id": "gina", "firstName": "Gina"}})
    root.post("/user/create", json={"profile": {"id": "gus", "firstName": "Gus", "lastName": "Gray"}})
    group = {"id": "sales", "name": "Sales", "type": "Organizational Unit"}
    assert root.post("/group/create", json=group).status_code == 204
    assert root.get("/group/sales").json() == group
    assert root.get("/group/nothing").json()["message"] == "Group with id nothing does not exist"
    for user in ("gina", "gus"):
        assert root.put(f"/group/sales/members/{user}").status_code == 204
    assert root.put("/group/sales/members/gina").status_code == 204
    assert root.get("/group", params={"member": "gina"}).json() == [group]
    assert root.post("/group", json={"member": "gina", "nameLike": "Sal%"}).json() == [group]
    assert root.get("/group/count", params={"type": "nothing"}).json() == {"count": 0}
    assert [each["id"] for each in root.get("/user", params={"memberOfGroup": "sales"}).json()] == ["gina", "gus"]
    assert root.get("/identity/groups", params={"userId": "gina"}).json() == {
        "groups": [{"id": "sales", "name": "Sales"}],
        "groupUsers": [{"id": "gus", "firstName": "Gus", "lastName": "Gray", "displayName": "Gus Gray"}],
    }
    assert root.put("/group/sales", json={"id": "sales", "name": "Selling", "type": None}).status_code == 204
    assert root.get("/group/sales").json() == {"id": "sales", "name": "Selling", "type": None}
    assert root.delete("/group/sales/members/gina").status_code == 204
    assert root.get("/group", params={"member": "gina"}).json() == []
    assert root.delete("/group/sales").status_code == 204


def test_tenants(root: httpx.Client) -> None:
    root.post("/user/create", json={"profile": {"id": "tina"}})
    root.post("/group/create", json={"id": "easterners"})
    root.put("/group/easterners/members/tina")
    tenant = {"id": "east", "name": "The east"}
    assert root.post("/tenant/create", json=tenant).status_code == 204
    assert root.get("/tenant/east").json() == tenant
    assert root.get("/tenant/nothing").status_code == 404
    assert root.put("/tenant/east/group-members/easterners").status_code == 204
    assert root.get("/tenant", params={"userMember": "tina"}).json() == []
    assert root.get("/tenant", params={"userMember": "tina", "includingGroupsOfUser": "true"}).json() == [tenant]
    assert root.put("/tenant/east/user-members/tina").status_code == 204
    assert root.get("/tenant/count", params={"userMember": "tina"}).json() == {"count": 1}
    assert root.get("/group", params={"memberOfTenant": "east"}).json()[0]["id"] == "easterners"
    assert root.get("/user", params={"memberOfTenant": "east"}).json()[0]["id"] == "tina"
    assert root.delete("/tenant/east/user-members/tina").status_code == 204
    assert root.delete("/tenant/east/group-members/easterners").status_code == 204
    assert root.put("/tenant/east", json={"name": "East"}).status_code == 204
    assert root.get("/tenant", params={"nameLike": "Eas%"}).json() == [{"id": "east", "name": "East"}]
    assert root.delete("/tenant/east").status_code == 204


def test_authorizations(root: httpx.Client) -> None:
    root.post("/user/create", json={"profile": {"id": "alma"}, "credentials": {"password": "pw"}})
    body = {
        "type": 1,
        "permissions": ["READ", "UPDATE"],
        "userId": "alma",
        "groupId": None,
        "resourceType": 8,
        "resourceId": "*",
    }
    created = root.post("/authorization/create", json=body)
    assert created.status_code == 200
    made = created.json()
    assert made == body | {"id": made["id"], "removalTime": None, "rootProcessInstanceId": None}
    assert root.get(f"/authorization/{made['id']}").json() == made
    assert root.get("/authorization", params={"userIdIn": "alma", "type": 1}).json() == [made]
    assert root.get("/authorization/count", params={"resourceType": 8, "userIdIn": "alma"}).json() == {"count": 1}
    question = {"permissionName": "UPDATE", "resourceName": "ProcessInstance", "resourceType": 8}
    with _like(root, "alma", "pw") as alma:
        answer = alma.get("/authorization/check", params=question).json()
        assert answer == {
            "permissionName": "UPDATE",
            "resourceName": "ProcessInstance",
            "resourceId": None,
            "authorized": True,
        }
        assert not alma.get("/authorization/check", params=question | {"permissionName": "DELETE"}).json()[
            "authorized"
        ]
        assert alma.get("/authorization/check", params=question | {"userId": "root"}).status_code == 403
    assert root.get("/authorization/check", params=question | {"userId": "alma"}).json()["authorized"]
    changed = {"permissions": ["READ"], "userId": "alma", "resourceType": 8, "resourceId": "*"}
    assert root.put(f"/authorization/{made['id']}", json=changed).status_code == 204
    assert not root.get("/authorization/check", params=question | {"userId": "alma"}).json()["authorized"]
    assert root.delete(f"/authorization/{made['id']}").status_code == 204
    for act in (root.get, root.delete):
        gone = act(f"/authorization/{made['id']}")
        assert gone.status_code == 404
        assert gone.json()["message"] == f"Authorization with id {made['id']} does not exist."


def test_identity(root: httpx.Client) -> None:
    root.post("/user/create", json={"profile": {"id": "ida"}, "credentials": {"password": "pw"}})
    for password, right in (("pw", True), ("no", False)):
        answer = root.post("/identity/verify", json={"username": "ida", "password": password})
        said = {"authenticatedUser": "ida", "authenticated": right, "groups": None, "tenants": None}
        assert answer.json() == said
    assert root.get("/user/count", params={"potentialStarter": "some-definition"}).json() == {"count": 0}
    assert root.post("/identity/verify", json={"username": "ida"}).status_code == 400
    assert root.get("/identity/groups").status_code == 400
    assert root.get("/identity/password-policy").status_code == 404
    assert root.post("/identity/password-policy", json={"password": "x"}).status_code == 404


def test_the_log(scene: Scene, root: httpx.Client) -> None:
    definition = scene.definitions["north"]["review"]
    started = root.post(f"/process-definition/{definition}/start", json={}).json()["id"]
    path, wanted = "/history/user-operation", {"processInstanceId": started}
    (entry,) = root.get(path, params=wanted).json()
    assert entry == {
        "id": entry["id"],
        "deploymentId": scene.deployments["north"],
        "processDefinitionId": definition,
        "processDefinitionKey": "review",
        "processInstanceId": started,
        "executionId": None,
        "caseDefinitionId": None,
        "caseInstanceId": None,
        "caseExecutionId": None,
        "taskId": None,
        "externalTaskId": None,
        "jobId": None,
        "jobDefinitionId": None,
        "batchId": None,
        "userId": "root",
        "timestamp": entry["timestamp"],
        "operationId": entry["operationId"],
        "operationType": "Create",
        "entityType": "ProcessInstance",
        "property": None,
        "orgValue": None,
        "newValue": None,
        "removalTime": None,
        "rootProcessInstanceId": started,
        "category": "Operator",
        "annotation": None,
        "tenantId": "north",
    }
    assert root.get(f"{path}/count", params=wanted).json() == {"count": 1}
    for more, count in (
        ({"userId": "root", "entityTypeIn": "Task,ProcessInstance", "categoryIn": "Operator"}, 1),
        ({"entityType": "Task"}, 0),
        ({"caseInstanceId": "x"}, 0),
        ({"afterTimestamp": "2100-01-01T00:00:00.000+0000"}, 0),
        ({"beforeTimestamp": "2100-01-01T00:00:00.000+0000", "sortBy": "timestamp", "sortOrder": "desc"}, 1),
    ):
        assert len(root.get(path, params=wanted | more).json()) == count, more
    operation = entry["operationId"]
    assert root.put(f"{path}/{operation}/set-annotation", json={"annotation": "why"}).status_code == 204
    assert root.get(path, params=wanted).json()[0]["annotation"] == "why"
    assert root.put(f"{path}/{operation}/clear-annotation").status_code == 204
    assert root.get(path, params=wanted).json()[0]["annotation"] is None
    assert root.put(f"{path}/{started}/set-annotation", json={"annotation": "why"}).status_code in (400, 404)
