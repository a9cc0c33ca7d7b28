"""The OpenAPI document: complete, consistent, and true of the errors."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from shoal.api.app import create_app
from shoal.engine import Engine


@pytest.fixture
def document(engine: Engine) -> dict[str, Any]:
    """The document."""
    return create_app(engine).openapi()


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every route with its description."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_every_operation_has_its_own_route(engine: Engine, document: dict[str, Any]) -> None:
    for name, operation in engine.batches.operations.items():
        described = document["paths"][f"/shoal/v1/batches/{name}"]["post"]
        assert described["summary"] == operation.title
        body = described["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        fields = document["components"]["schemas"][body]["properties"]
        assert fields.keys() >= {"params", "ids", "filter", "everything", "expected_count", "dry_run"}


def test_errors_have_the_shape_of_their_interface_and_nothing_else_is_promised(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        is_dialect = "/engine-rest" in name
        shape = "ExceptionDto" if is_dialect else "Problem"
        problem = {"application/json": {"schema": {"$ref": f"#/components/schemas/{shape}"}}}
        responses = operation["responses"]
        assert "422" not in responses, name
        assert {"400", "401", "403", "500", "503"} <= responses.keys(), name
        for status, response in responses.items():
            if int(status) >= 400:
                assert response["content"] == problem, (name, status)
            elif status != "204" and not is_dialect:
                assert response["content"].keys() == {"application/json"}, (name, status)
        if "{" in name:
            assert "404" in responses, name
        if "requestBody" in operation:
            assert "413" in responses, name
            assert is_dialect or "415" in responses, name


def test_names_are_unique_and_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, operation in operations(document)]
    assert len(names) == len(set(names))
    schemas = document["components"]["schemas"]
    text = json.dumps(document)
    for part in text.split('"$ref": "#/components/schemas/')[1:]:
        assert part.partition('"')[0] in schemas
    for _, operation in operations(document):
        assert operation["summary"]
        assert operation["description"]


def test_files_are_sent_as_multipart(document: dict[str, Any]) -> None:
    body = document["paths"]["/shoal/v1/deployments"]["post"]["requestBody"]
    assert body["content"].keys() == {"multipart/form-data"}


def test_credentials_are_described_where_they_are_needed(open_engine: Callable[..., Engine]) -> None:
    engine = open_engine(auth_token="t", auth_user="u", auth_password="p")
    document = create_app(engine).openapi()
    assert document["components"]["securitySchemes"].keys() == {"basic", "bearer"}
    assert document["security"] == [{"basic": []}, {"bearer": []}]
    assert document["paths"]["/health"]["get"]["security"] == []


def test_the_document_is_served(client: httpx.Client) -> None:
    served = client.get("/openapi.json").json()
    assert served["openapi"].startswith("3.1")
    # there may be users at any time
    assert served["security"] == [{}, {"basic": []}, {"bearer": []}]
