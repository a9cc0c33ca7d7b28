"""What every resource of the dialect has in common: errors, prefixes, bodies, paging."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from shoal.engine import Engine

ERROR = {"type", "message", "code"}


def test_answers_are_json_without_a_charset(rest: httpx.Client) -> None:
    for path in ("/engine", "/version", "/process-definition", "/process-definition/none", "/none"):
        assert rest.get(path).headers["content-type"] == "application/json"


def test_the_engine_has_a_name_and_the_interface_a_version(rest: httpx.Client) -> None:
    assert rest.get("/engine").json() == [{"name": "default"}]
    assert rest.get("/version").json() == {"version": "7.24.0"}


def test_every_path_exists_under_the_name_of_the_engine(rest: httpx.Client) -> None:
    assert rest.get("/engine/default/version").json() == rest.get("/version").json()
    refused = rest.get("/engine/other/version")
    assert refused.status_code == 404
    assert refused.json().keys() == ERROR


@pytest.mark.parametrize(
    "path", ["//version", "/version/", "/engine/default//version/", "//engine//default/version"]
)
def test_more_slashes_than_needed_mean_nothing(rest: httpx.Client, path: str) -> None:
    assert rest.get(f"{rest.base_url}".rstrip("/") + path).json() == {"version": "7.24.0"}


def test_a_slash_more_leads_to_the_same_engine_or_to_none(rest: httpx.Client) -> None:
    assert rest.get(f"{rest.base_url}".rstrip("/") + "//engine//other//version").status_code == 404
    assert rest.post("/external-task/", json={"topicName": "none"}).json() == []


@pytest.mark.parametrize(
    ("method", "path", "status", "kind"),
    [
        ("GET", "/none", 404, "NotFoundException"),
        ("PUT", "/version", 405, "NotAllowedException"),
        ("GET", "/process-definition/none", 404, "InvalidRequestException"),
        ("GET", "/process-definition?active=perhaps", 400, "InvalidRequestException"),
        ("GET", "/process-definition?version=one", 400, "InvalidRequestException"),
        ("GET", "/process-definition?deployedAfter=yesterday", 400, "InvalidRequestException"),
        ("GET", "/process-definition?sortBy=key", 400, "InvalidRequestException"),
        ("GET", "/process-definition?sortBy=size&sortOrder=asc", 400, "InvalidRequestException"),
        ("GET", "/process-definition?sortBy=key&sortOrder=up", 400, "InvalidRequestException"),
        ("GET", "/process-definition?maxResults=many", 400, "InvalidRequestException"),
        ("GET", "/process-definition?firstResult=-1", 400, "InvalidRequestException"),
    ],
)
def test_errors_have_camundas_shape(rest: httpx.Client, method: str, path: str, status: int, kind: str) -> None:
    answer = rest.request(method, path)
    assert answer.status_code == status
    assert answer.json().keys() == ERROR
    assert answer.json()["type"] == kind
    assert answer.json()["message"]


def test_unknown_query_parameters_and_bodies_of_gets_are_ignored(rest: httpx.Client) -> None:
    assert rest.get("/process-definition/count", params={"colour": "red"}).status_code == 200
    assert rest.request("GET", "/process-definition/count", json={}).status_code == 200


def test_pages(rest: httpx.Client, deploy: Callable[..., str]) -> None:
    for number in range(3):
        deploy(f"page{number}")
    order = {"keyLike": "page%", "sortBy": "key", "sortOrder": "desc"}
    assert keys(rest, **order) == ["page2", "page1", "page0"]
    assert keys(rest, **order, firstResult=1) == ["page1", "page0"]
    assert keys(rest, **order, firstResult=1, maxResults=1) == ["page1"]
    assert keys(rest, **order, maxResults=2147483647) == ["page2", "page1", "page0"]
    assert keys(rest, **order, maxResults=0) == []


def keys(rest: httpx.Client, **conditions: str | int) -> list[str]:
    """The keys of the definitions that match."""
    answer = rest.get("/process-definition", params=conditions)
    assert answer.status_code == 200, answer.text
    return [each["key"] for each in answer.json()]


def test_an_answer_without_content_says_no_content_type(
    rest: httpx.Client, engine: Engine, deploy: Callable[..., str]
) -> None:
    """The client for Node parses what calls itself JSON, and fails at nothing."""
    deploy("silent")
    instance_id = engine.instances.start("silent")
    answer = rest.put(f"/process-instance/{instance_id}/suspended", json={"suspended": True})
    assert answer.status_code == 204
    assert "content-type" not in answer.headers
