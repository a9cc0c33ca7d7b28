"""What the framework does not say by itself in the OpenAPI document: our errors and our credentials."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI

from shoal.api.access import OPEN_PATHS
from shoal.api.problems import Problem
from shoal.settings import Settings

_DESCRIPTIONS = {
    400: "The request is wrong; nothing was changed.",
    401: "Credentials are missing or wrong.",
    403: "The user may not do that, or the request comes from a host or an origin that is not allowed.",
    404: "What was named does not exist.",
    409: "The state of what was named does not allow the request.",
    413: "The body is too large.",
    415: "The body is not of the content type that the route takes.",
    500: "A process failed where nobody catches it, or something unexpected happened.",
    503: "The database does not answer.",
}


def errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The ``responses`` of a route that can end in these errors, besides those that every route has."""
    return {
        status: {"model": Problem, "description": _DESCRIPTIONS[status]}
        for status in sorted({400, 401, 403, 500, 503, *statuses})
    }


BODY = (413, 415)
"""The errors that a route with a body has besides."""


def complete(app: FastAPI, settings: Settings, mounted: Mapping[str, FastAPI]) -> None:
    """Make ``app.openapi()`` name the ways to authenticate, and drop answers that never come.

    What is ``mounted`` at a path is in the document, too: one describes the whole server.
    """
    original = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = original()
            for path, part in mounted.items():
                _merge(document, part.openapi(), path)
            _without_422(document)
            _with_json_errors(document)
            _with_security(document, settings)
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _merge(document: dict[str, Any], part: dict[str, Any], path: str) -> None:
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    added = part.get("components", {}).get("schemas", {})
    taken = {name for name, schema in added.items() if schemas.get(name, schema) != schema}
    name_of = path.strip("/").title().replace("-", "")
    text = json.dumps(part)
    for name in taken:
        text = text.replace(f'"#/components/schemas/{name}"', f'"#/components/schemas/{name_of}{name}"')
    part = json.loads(text)
    for name, schema in part.get("components", {}).get("schemas", {}).items():
        schemas[f"{name_of}{name}" if name in taken else name] = schema
    for each, operations in part["paths"].items():
        document["paths"][f"{path}{each}"] = operations


def _without_422(document: dict[str, Any]) -> None:
    for path in document["paths"].values():
        for operation in path.values():
            operation["responses"].pop("422", None)
    schemas = document.get("components", {}).get("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)


def _with_json_errors(document: dict[str, Any]) -> None:
    """Whatever an operation answers otherwise, its errors are JSON."""
    for path in document["paths"].values():
        for operation in path.values():
            for status, answer in operation["responses"].items():
                if status.isdigit() and int(status) >= 400 and len(answer.get("content", {})) == 1:
                    answer["content"] = {"application/json": next(iter(answer["content"].values()))}


def _with_security(document: dict[str, Any], settings: Settings) -> None:
    """Users may have passwords and tokens; a server without users and without settings for it asks for nothing."""
    schemes = {name: {"type": "http", "scheme": name} for name in ("basic", "bearer")}
    document.setdefault("components", {})["securitySchemes"] = schemes
    nothing: list[dict[str, Any]] = [] if settings.has_credentials else [{}]
    document["security"] = [*nothing, *({name: []} for name in schemes)]
    for path in OPEN_PATHS:
        for operation in document["paths"].get(path, {}).values():
            operation["security"] = []
