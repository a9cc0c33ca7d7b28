"""Over HTTP, native and Camunda's: who is nobody, may not, belongs elsewhere or talks nonsense changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.integration.api.engine_rest.conftest import served
from tests.integration.people.scene import Scene, opened

from shoal.ids import new_id

ID = "{instance}"


@pytest.fixture(scope="module")
def url(scene: Scene) -> Iterator[str]:
    """A server on the scene."""
    for each in ("viewer", "deployer"):
        scene.user(f"north-{each}", each, "north")
    scene.user("north-nobody", None, "north")
    with served(scene.engine) as found:
        yield found


@pytest.fixture
def client(url: str) -> Iterator[httpx.Client]:
    """A client without credentials."""
    with httpx.Client(base_url=url, timeout=30, trust_env=False) as made:
        yield made


def _auth(user_id: str) -> tuple[str, str]:
    return user_id, f"pass of {user_id}"


def _requests(scene: Scene, tenant: str) -> list[tuple[str, str, Any]]:
    """Changes of what belongs to a tenant: method, path and JSON body."""
    instances = scene.instances[tenant]
    review, ship, defer = instances["review"], instances["ship"], instances["defer"]
    engine = scene.engine
    (task,) = engine.tasks.find(instance_id=review, open=True)
    (job,) = engine.jobs.list(instance_id=defer)
    (work,) = [each for each in engine.external_tasks.find() if each.instance_id == ship]
    definition = scene.definitions[tenant]["review"]
    native, rest = "/shoal/v1", "/engine-rest"
    found: list[tuple[str, str, Any]] = [
        ("POST", f"{native}/batches/cancel-instances", {"filter": {"definition_id": definition}}),
        ("POST", f"{native}/tasks/{task.id}/complete", {}),
        ("POST", f"{native}/messages", {"name": "go", "instance_ids": [instances["hold"]]}),
        ("POST", f"{rest}/process-definition/{definition}/start", {}),
        ("PUT", f"{rest}/process-definition/{definition}/suspended", {"suspended": True}),
        ("DELETE", f"{rest}/process-definition/{definition}?cascade=true", None),
        ("PUT", f"{rest}/external-task/{work.id}/retries", {"retries": 9}),
        ("POST", f"{rest}/external-task/{work.id}/unlock", {}),
        ("POST", f"{rest}/message", {"messageName": "go", "processInstanceId": instances["hold"]}),
        ("POST", f"{rest}/task/{task.id}/complete", {}),
        ("POST", f"{rest}/task/{task.id}/claim", {"userId": "me"}),
        ("PUT", f"{rest}/job/{job.id}/retries", {"retries": 9}),
        ("DELETE", f"{rest}/process-instance/{review}", None),
        ("PUT", f"{rest}/process-instance/{review}/suspended", {"suspended": True}),
        ("PUT", f"{rest}/process-instance/{review}/variables/x", {"value": 1}),
    ]
    return found


PEOPLE: list[tuple[str, str, Any]] = [
    ("POST", "/user/create", {"profile": {"id": "intruder"}, "credentials": {"password": "x"}}),
    ("PUT", "/user/root/profile", {"firstName": "x"}),
    ("PUT", "/user/root/credentials", {"password": "x", "authenticatedUserPassword": "{own}"}),
    ("DELETE", "/user/root", None),
    ("POST", "/user/root/unlock", None),
    ("POST", "/group/create", {"id": "intruders"}),
    ("PUT", "/group/camunda-admin/members/{me}", None),
    ("DELETE", "/group/camunda-admin", None),
    ("POST", "/tenant/create", {"id": "west"}),
    ("PUT", "/tenant/south/user-members/{me}", None),
    ("DELETE", "/tenant/south", None),
    (
        "POST",
        "/authorization/create",
        {"type": 1, "permissions": ["ALL"], "userId": "{me}", "resourceType": 8, "resourceId": "*"},
    ),
    ("PUT", "/history/user-operation/{id}/set-annotation", {"annotation": "x"}),
]


def _as(user: str, text: str) -> str:
    return text.replace("{me}", user).replace("{id}", new_id()).replace("{own}", f"pass of {user}")


def _filled(user: str, body: Any) -> Any:
    if isinstance(body, dict):
        return {name: _as(user, value) if isinstance(value, str) else value for name, value in body.items()}
    return body


def test_strangers_change_nothing(scene: Scene, client: httpx.Client) -> None:
    before = scene.dump()
    wrong = [
        None,
        ("root", "wrong"),
        ("nobody-at-all", "x"),
        ("", ""),
        ("ro\0ot", "x"),
    ]
    for auth in wrong:
        for method, path, body in _requests(scene, "north"):
            answer = client.request(method, path, json=body, auth=auth or httpx.USE_CLIENT_DEFAULT)
            assert answer.status_code == 401, (path, answer.text)
        if auth == ("root", "wrong"):
            scene.engine.users.unlock("root")
    for header in ("Bearer x", "Bearer", "Basic ÿ".encode("latin-1"), "Digest x"):
        assert client.get("/engine-rest/version", headers={"Authorization": header}).status_code == 401
    assert scene.dump() == before


@pytest.mark.parametrize("user", ["north-viewer", "north-nobody"])
def test_a_wrong_role_changes_nothing(scene: Scene, client: httpx.Client, user: str) -> None:
    before = scene.dump()
    for method, path, body in _requests(scene, "north"):
        answer = client.request(method, path, json=body, auth=_auth(user))
        assert answer.status_code in (403, 404), (path, answer.text)
        if answer.status_code == 404:  # a resource that is not there at all
            assert "there is no /" in answer.json()["message"], (path, answer.text)
        elif path.startswith("/engine-rest"):
            said = answer.json()
            assert said["type"] == "AuthorizationException"
            assert said["userId"] == user
            assert {"permissionName", "resourceName", "resourceId"} <= said["missingAuthorizations"][0].keys()
        else:
            assert answer.json()["code"] == "forbidden"
    assert scene.dump() == before


@pytest.mark.parametrize("user", ["north-viewer", "north-operator", "north-deployer", "north-nobody"])
def test_only_admins_manage_people(scene: Scene, client: httpx.Client, user: str) -> None:
    before = scene.dump()
    for method, path, body in PEOPLE:
        answer = client.request(
            method, f"/engine-rest{_as(user, path)}", json=_filled(user, body), auth=_auth(user)
        )
        assert answer.status_code == 403, (path, answer.text)
    for path in ("user", "group", "tenant", "authorization", "history/user-operation"):
        for each in (path, f"{path}/count"):
            assert client.get(f"/engine-rest/{each}", auth=_auth(user)).status_code == 403, each
    assert scene.dump() == before


def test_what_belongs_to_others_is_like_unknown(scene: Scene, client: httpx.Client) -> None:
    scene.user("north-everything", "operator", "north")
    scene.engine.users.give_role("deployer", user_id="north-everything")
    before = scene.dump()
    for method, path, body in _requests(scene, "south"):
        answer = client.request(method, path, json=body, auth=_auth("north-everything"))
        assert answer.status_code in (400, 404, 409), (path, answer.text)
    assert scene.dump() == before
    shown = client.get("/engine-rest/process-definition", auth=_auth("north-everything")).json()
    assert {each["tenantId"] for each in shown} == {"north", None}
    page = client.post("/shoal/v1/process-instances/query", json={}, auth=_auth("north-everything")).json()
    assert {each["tenant_id"] for each in page["items"]} == {"north", None}


@pytest.mark.parametrize(
    ("method", "path", "content"),
    [
        ("POST", "/engine-rest/user/create", b"{"),
        ("POST", "/engine-rest/user/create", b"{}"),
        ("POST", "/engine-rest/user/create", b'{"profile": {"id": ""}}'),
        ("POST", "/engine-rest/user/create", b'{"profile": {"id": "a/b"}}'),
        ("POST", "/engine-rest/user/create", b'{"profile": {"id": "a\\u0000b"}}'),
        ("POST", "/engine-rest/user/create", b'{"profile": {"id": "x"}, "credentials": {"password": ""}}'),
        ("POST", "/engine-rest/user/create", b'{"profile": {"id": "root"}}'),
        ("PUT", "/engine-rest/user/root/credentials", b'{"password": "new", "authenticatedUserPassword": "no"}'),
        ("POST", "/engine-rest/group/create", b'{"name": "x"}'),
        ("PUT", "/engine-rest/group/nothing/members/root", b""),
        ("PUT", "/engine-rest/tenant/north/user-members/nobody-at-all", b""),
        ("POST", "/engine-rest/authorization/create", b'{"type": 7, "resourceType": 8, "resourceId": "*"}'),
        (
            "POST",
            "/engine-rest/authorization/create",
            b'{"type": 1, "permissions": ["FLY"], "userId": "root", "resourceType": 8, "resourceId": "*"}',
        ),
        (
            "POST",
            "/engine-rest/authorization/create",
            b'{"type": 2, "permissions": ["READ"], "userId": "root", "resourceType": 8, "resourceId": "one"}',
        ),
        (
            "POST",
            "/engine-rest/authorization/create",
            b'{"type": 1, "permissions": [], "userId": "a", "groupId": "b", "resourceType": 8, "resourceId": "*"}',
        ),
        ("GET", "/engine-rest/user?sortBy=shoeSize&sortOrder=asc", b""),
        ("GET", "/engine-rest/user?sortBy=userId", b""),
        ("GET", "/engine-rest/user?firstNameLike=%5C", b""),
        ("GET", "/engine-rest/history/user-operation?afterTimestamp=soon", b""),
        ("GET", "/engine-rest/authorization/check?permissionName=READ", b""),
        (
            "GET",
            "/engine-rest/authorization/check?permissionName=FLY&resourceName=x&resourceType=8",
            b"",
        ),
    ],
    ids=lambda each: str(each)[:70],
)
def test_nonsense_changes_nothing(
    scene: Scene, client: httpx.Client, method: str, path: str, content: bytes
) -> None:
    before = scene.dump()
    answer = client.request(method, path, content=content, auth=_auth("root"))
    if path.endswith("root/credentials"):
        scene.engine.users.unlock("root")
    assert answer.status_code == 400, answer.text
    assert set(answer.json()) >= {"type", "message", "code"}
    assert scene.dump() == before


def test_users_are_managed_by_admins(scene: Scene, client: httpx.Client) -> None:
    path, root = "/shoal/v1/users", _auth("root")
    made = client.post(path, json={"id": "nat", "password": "pw", "roles": ["viewer"]}, auth=root)
    assert (made.status_code, made.json()["has_password"]) == (201, True)
    assert "nat" in {each["id"] for each in client.get(path, auth=root).json()}
    assert client.get(f"{path}/nat/roles", auth=root).json() == ["viewer"]
    assert client.put(f"{path}/nat/roles/operator", auth=root).status_code == 204
    assert client.delete(f"{path}/nat/roles/viewer", auth=root).status_code == 204
    issued = client.post(f"{path}/nat/tokens", json={"name": "ci", "days": 1}, auth=root).json()
    bearer = {"Authorization": f"Bearer {issued['secret']}"}
    assert client.post("/shoal/v1/process-instances/count", json={}, headers=bearer).status_code == 200
    assert [each["name"] for each in client.get(f"{path}/nat/tokens", auth=root).json()] == ["ci"]
    assert client.get(path, headers=bearer).status_code == 403
    assert client.delete(f"{path}/nat/tokens/ci", auth=root).status_code == 204
    assert client.get("/shoal/v1/batches", headers=bearer).status_code == 401
    assert client.put(f"{path}/nat/password", json={"password": "new"}, auth=root).status_code == 204
    assert client.get("/shoal/v1/batches", auth=("nat", "new")).status_code == 200
    assert client.delete(f"{path}/nat", auth=root).status_code == 204
    assert client.get(f"{path}/nat", auth=root).status_code == 404
    log = client.get("/shoal/v1/audit", params={"user_id": "root", "entity_type": "User"}, auth=root).json()
    assert log[0]["operation_type"] == "Delete"
    assert client.get("/shoal/v1/audit", auth=_auth("north-operator")).status_code == 403


def test_a_server_without_users_asks_nobody_and_with_the_first_one_everybody(
    tmp_path: Path,
) -> None:
    with ExitStack() as stack:
        engine = stack.enter_context(opened(f"sqlite:///{tmp_path / 'shoal.db'}", tmp_path / "blobs"))
        client = stack.enter_context(httpx.Client(base_url=stack.enter_context(served(engine)), trust_env=False))
        assert client.get("/shoal/v1/batches").status_code == 200
        made = client.post("/shoal/v1/users", json={"id": "first", "password": "pw", "roles": ["admin"]})
        assert made.status_code == 201
        assert client.get("/shoal/v1/batches").status_code == 401
        assert client.get("/engine-rest/version").status_code == 401
        assert client.get("/health").status_code == 200
        assert client.get("/shoal/v1/batches", auth=("first", "pw")).status_code == 200
        engine.users.delete("first")
        assert client.get("/shoal/v1/batches").status_code == 401


def test_the_credentials_of_the_settings_may_do_everything(tmp_path: Path) -> None:
    settings = {"auth_user": "boot", "auth_password": "strap", "auth_token": "t0ken"}
    url = f"sqlite:///{tmp_path / 'shoal.db'}"
    with ExitStack() as stack:
        engine = stack.enter_context(opened(url, tmp_path / "blobs", **settings))
        client = stack.enter_context(httpx.Client(base_url=stack.enter_context(served(engine)), trust_env=False))
        for said in ({"auth": ("boot", "strap")}, {"headers": {"Authorization": "Bearer t0ken"}}):
            assert client.get("/engine-rest/user", **said).json() == []
        body = {"profile": {"id": "mary"}, "credentials": {"password": "pw"}}
        assert client.post("/engine-rest/user/create", json=body, auth=("boot", "strap")).status_code == 204
        changed = {"password": "other", "authenticatedUserPassword": "strap"}
        path = "/engine-rest/user/mary/credentials"
        assert client.put(path, json=changed, auth=("boot", "strap")).status_code == 204
        assert client.get("/engine-rest/version", auth=("mary", "other")).status_code == 200
        assert {each.user_id for each in engine.audit.list()} == {"boot"}
