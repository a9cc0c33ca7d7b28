"""Every way in which an error can reach a client, and the one shape that it has."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from shoal import errors, ids
from shoal.api.app import create_app
from shoal.engine import Engine

SUSPEND = "/shoal/v1/batches/suspend-instances"
BROKEN = b"<definitions><process id='p' isExecutable='true'>"


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The body of an answer that must be an error of this status and code."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    body: dict[str, Any] = answer.json()
    assert body["code"] == code, body
    assert body["type"]
    assert body["message"]
    assert "Traceback" not in answer.text
    assert 'File "' not in answer.text
    return body


def test_unknown_route(client: httpx.Client) -> None:
    assert problem(client.get("/nowhere"), 404, "route.not-found")["message"] == "there is no /nowhere"


def test_trailing_slash_is_another_route(client: httpx.Client) -> None:
    problem(client.get("/health/"), 404, "route.not-found")


def test_wrong_method(client: httpx.Client) -> None:
    answer = client.delete("/health")
    problem(answer, 405, "method.not-allowed")
    assert answer.headers["allow"] == "GET"
    answer = client.put("/shoal/v1/batches/x")
    problem(answer, 405, "method.not-allowed")
    assert answer.headers["allow"] == "DELETE, GET"


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"",
        b"\xff\xfe",
        b'{"params": NaN}',
        b'{"params": Infinity}',
        b'{"idempotency_key": "\\ud800"}',
        b'{"idempotency_key": "\\u0000"}',
        b"[" * 100_000,
    ],
    ids=["open", "empty", "not-utf-8", "nan", "infinity", "surrogate", "nul", "nested"],
)
def test_malformed_json(client: httpx.Client, body: bytes) -> None:
    problem(client.post(SUSPEND, content=body, headers={"Content-Type": "application/json"}), 400, "input.invalid")


def test_an_escaped_backslash_is_not_a_nul(client: httpx.Client) -> None:
    body = b'{"idempotency_key": "\\\\u0000", "ids": []}'
    problem(
        client.post(SUSPEND, content=body, headers={"Content-Type": "application/json"}), 400, "selection.empty"
    )


def test_a_body_that_is_no_object(client: httpx.Client) -> None:
    body = problem(client.post(SUSPEND, json=[1, 2]), 400, "input.invalid")
    assert body["fields"] == ["body"]


def test_a_wrong_field_is_named(client: httpx.Client) -> None:
    body = problem(client.post(SUSPEND, json={"chunk_size": "many", "colour": "red"}), 400, "input.invalid")
    assert set(body["fields"]) == {"body.chunk_size", "body.colour"}
    assert "body.chunk_size" in body["message"]


def test_a_wrong_query_parameter_is_named(client: httpx.Client) -> None:
    body = problem(client.get("/shoal/v1/batches", params={"limit": "ten"}), 400, "input.invalid")
    assert body["fields"] == ["query.limit"]


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "application/x-www-form-urlencoded"])
def test_another_content_type(client: httpx.Client, content_type: str) -> None:
    answer = client.post(SUSPEND, content=b'{"everything": true}', headers={"Content-Type": content_type})
    problem(answer, 415, "content-type")


def test_a_charset_is_no_other_content_type(client: httpx.Client) -> None:
    answer = client.post(SUSPEND, content=b"{}", headers={"Content-Type": "application/json; charset=utf-8"})
    problem(answer, 400, "selection.empty")


def test_a_body_of_no_content_type(client: httpx.Client) -> None:
    problem(client.post(SUSPEND, content=b'{"everything": true}'), 415, "content-type")


def test_an_oversized_body(engine: Engine, serving: Callable[[FastAPI], str]) -> None:
    url = serving(create_app(engine, max_body_bytes=1000))
    with httpx.Client(base_url=url, trust_env=False) as client:
        problem(client.post(SUSPEND, json={"idempotency_key": "x" * 2000}), 413, "body.too-large")
        streamed = client.post(
            SUSPEND, content=iter([b"x" * 600, b"x" * 600]), headers={"Content-Type": "application/json"}
        )
        problem(streamed, 413, "body.too-large")
        problem(client.post("/shoal/v1/deployments", files={"files": ("a", b"x" * 2000)}), 413, "body.too-large")


def test_a_rejected_model_lists_its_faults(client: httpx.Client) -> None:
    answer = client.post("/shoal/v1/deployments", files={"files": ("broken.bpmn", BROKEN)})
    body = problem(answer, 400, "model.rejected")
    assert body["resource"] == "broken.bpmn"
    assert body["faults"][0].keys() >= {"element_id", "what", "supported"}


def test_what_does_not_exist(client: httpx.Client) -> None:
    problem(client.get(f"/shoal/v1/batches/{ids.new_id()}"), 404, "not-found")
    problem(client.get("/shoal/v1/batches/no-id-at-all"), 404, "not-found")
    problem(client.post("/shoal/v1/process-definitions/none/instances", json={}), 404, "not-found")


def test_an_operation_that_does_not_exist(client: httpx.Client) -> None:
    body = problem(client.post("/shoal/v1/batches/explode-instances", json={}), 404, "not-found")
    assert "suspend-instances" in body["message"]


def test_an_empty_selection(client: httpx.Client) -> None:
    problem(client.post(SUSPEND, json={}), 400, "selection.empty")


def test_another_number_than_expected(client: httpx.Client) -> None:
    answer = client.post(SUSPEND, json={"ids": [ids.new_id()], "expected_count": 7})
    problem(answer, 409, "selection.count")


RAISED = {
    "input": (errors.InputError("wrong", field="x"), 400, "input.invalid"),
    "missing": (errors.NotFoundError("gone"), 404, "not-found"),
    "conflict": (errors.SuspendedError("suspended"), 409, "suspended"),
    "execution": (errors.ExecutionError("broke", "task_1", cause=ValueError("x")), 500, "execution.failed"),
    "unavailable": (errors.UnavailableError("no database"), 503, "unavailable"),
}


@pytest.mark.parametrize("name", RAISED)
def test_an_error_of_the_tree(engine: Engine, serving: Callable[[FastAPI], str], name: str) -> None:
    error, status, code = RAISED[name]
    app = create_app(engine)

    @app.get("/raise")
    def raise_it() -> None:
        raise error

    answer = httpx.get(f"{serving(app)}/raise", trust_env=False)
    body = problem(answer, status, code)
    assert body["type"] == type(error).__name__
    assert body.items() >= {k: v for k, v in error.details.items() if isinstance(v, str)}.items()
    assert ("retry-after" in answer.headers) == (status == 503)


def test_an_unexpected_error_has_an_id_that_the_log_has_too(
    engine: Engine, serving: Callable[[FastAPI], str], caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(engine)

    @app.get("/raise")
    def raise_it() -> None:
        raise RuntimeError("the password is 1234")

    with caplog.at_level(logging.ERROR, "shoal.api"):
        answer = httpx.get(f"{serving(app)}/raise", trust_env=False)
    body = problem(answer, 500, "unexpected")
    assert "1234" not in answer.text
    assert body["error_id"] in caplog.text
    assert "the password is 1234" in caplog.text


@pytest.mark.parametrize("path", ["/health", "/shoal/v1/tasks", "/shoal/v1/batches"])
def test_an_unknown_query_parameter_is_named_together_with_the_known_ones(client: httpx.Client, path: str) -> None:
    body = problem(
        client.get(path, params={"limitt": 1, "limit": 2} if path != "/health" else {"limitt": 1}),
        400,
        "input.invalid",
    )
    assert body["fields"] == ["query.limitt"]
    allowed = "allowed: none" if path == "/health" else "limit"
    assert "takes no query parameter 'limitt'" in body["message"]
    assert allowed in body["message"]


def test_an_unknown_field_is_named_together_with_the_known_ones(client: httpx.Client) -> None:
    body = problem(client.post("/shoal/v1/process-instances/count", json={"colour": 1}), 400, "input.invalid")
    assert body["fields"] == ["body.colour"]
    assert "body.colour: there is no such field; allowed: ids, " in body["message"]
    path = "/shoal/v1/batches/cancel-instances"
    body = problem(client.post(path, json={"params": {"colour": 1}, "filter": {"size": 1}}), 400, "input.invalid")
    assert "body.params.colour: there is no such field; allowed: reason" in body["message"]
    assert "body.filter.size: there is no such field; allowed: ids" in body["message"]


@pytest.mark.parametrize("limit", [-1, 0, 10**30])
def test_limits_are_checked(client: httpx.Client, limit: int) -> None:
    for path in ("tasks", "batches", "process-definitions"):
        assert problem(client.get(f"/shoal/v1/{path}", params={"limit": limit}), 400, "input.invalid")[
            "fields"
        ] == ["query.limit"]
    body = problem(client.post("/shoal/v1/process-instances/query", json={"limit": limit}), 400, "input.invalid")
    assert body["fields"] == ["body.limit"]
