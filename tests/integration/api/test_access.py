"""Who may talk to the server."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest

from shoal.api.access import check_binding
from shoal.api.app import create_app
from shoal.engine import Engine
from shoal.errors import InputError
from shoal.settings import Settings

BATCHES = "/shoal/v1/batches"


@pytest.fixture
def guarded(
    open_engine: Callable[..., Engine], serving: Callable[..., object]
) -> Iterator[Callable[..., httpx.Client]]:
    """Clients of servers with credentials."""
    clients: list[httpx.Client] = []

    def client(**settings: str) -> httpx.Client:
        url = str(serving(create_app(open_engine(**settings))))
        clients.append(httpx.Client(base_url=url, trust_env=False))
        return clients[-1]

    yield client
    for each in clients:
        each.close()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "192.168.1.7", "shoal.example", "localhost.example"])  # noqa: S104
def test_an_open_address_without_credentials_is_refused_with_what_to_set(host: str) -> None:
    with pytest.raises(InputError, match="SHOAL_AUTH_TOKEN") as refused:
        check_binding(Settings(host=host))
    assert refused.value.exit_code == 2


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost", "LOCALHOST"])
def test_loopback_needs_no_credentials(host: str) -> None:
    check_binding(Settings(host=host))


def test_an_open_address_with_credentials_is_fine() -> None:
    check_binding(Settings(host="0.0.0.0", auth_token="t"))  # noqa: S104
    check_binding(Settings(host="::", auth_user="me", auth_password="p"))


def test_half_of_the_credentials_is_refused() -> None:
    with pytest.raises(InputError, match="SHOAL_AUTH_PASSWORD"):
        check_binding(Settings(auth_user="me"))


@pytest.mark.parametrize(
    "header",
    [
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Bearer"},
        {"Authorization": "secret"},
        {"Authorization": "Basic c2VjcmV0"},
        {"Authorization": "Bearer secretx"},
        {"Authorization": b"Bearer \xff\xfe"},
    ],
)
def test_a_missing_or_wrong_token_is_401(guarded: Callable[..., httpx.Client], header: dict[str, str]) -> None:
    answer = guarded(auth_token="secret").get(BATCHES, headers=header)
    assert answer.status_code == 401
    assert answer.json()["code"] == "not-authorized"
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_the_token_opens(guarded: Callable[..., httpx.Client]) -> None:
    answer = guarded(auth_token="secret").get(BATCHES, headers={"Authorization": "bearer secret"})
    assert answer.status_code == 200


def test_basic_credentials_open_and_wrong_ones_do_not(guarded: Callable[..., httpx.Client]) -> None:
    client = guarded(auth_user="jörg", auth_password="päss:word")
    assert client.get(BATCHES, auth=("jörg", "päss:word")).status_code == 200
    refused = client.get(BATCHES, auth=("jörg", "päss"))
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"].startswith("Basic")
    assert client.get(BATCHES, headers={"Authorization": "Basic %%%"}).status_code == 401


def test_health_and_readiness_are_open_and_the_rest_is_not(guarded: Callable[..., httpx.Client]) -> None:
    client = guarded(auth_token="secret")
    assert client.get("/health").status_code == 200
    assert client.get("/ready").status_code == 200
    for path in ("/openapi.json", "/nowhere", "/health/x"):
        assert client.get(path).status_code == 401, path


def test_a_stranger_cannot_make_the_server_read_a_body(guarded: Callable[..., httpx.Client]) -> None:
    answer = guarded(auth_token="secret").post(f"{BATCHES}/suspend-instances", content=b"not json")
    assert answer.status_code == 401


@pytest.mark.parametrize("host", ["localhost:8080", "127.0.0.1", "[::1]:8080", "LocalHost"])
def test_without_credentials_loopback_names_are_answered(client: httpx.Client, host: str) -> None:
    assert client.get(BATCHES, headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8080", "[", ""])
def test_without_credentials_other_names_are_refused(client: httpx.Client, host: str) -> None:
    answer = client.get(BATCHES, headers={"Host": host})
    assert answer.status_code == 403
    assert answer.json()["code"] == "host.not-allowed"


def test_a_page_of_another_origin_may_not_change_anything(client: httpx.Client) -> None:
    foreign = {"Origin": "https://evil.example"}
    answer = client.post("/shoal/v1/deployments", files={"files": ("a.bpmn", b"<x/>")}, headers=foreign)
    assert (answer.status_code, answer.json()["code"]) == (403, "origin.not-allowed")
    answer = client.post("/shoal/v1/deployments", files={"files": ("a.bpmn", b"<x/>")}, headers={"Origin": "null"})
    assert answer.status_code == 403
    assert client.get(BATCHES, headers=foreign).status_code == 200
