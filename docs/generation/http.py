"""The page of the HTTP routes, made from the OpenAPI document."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from docs.generation.markdown import anchor, cell, code, page, prose, table

METHODS = ("get", "post", "put", "patch", "delete")


DIALECT = "/engine-rest"


def content() -> str:
    """The native routes with their parameters, bodies and answers; then their shapes."""
    return _page(
        "HTTP",
        "The server's own description is at `/openapi.json`; this page is made from it. Errors have one shape: "
        "[Errors](errors.md). Instants are ISO 8601 with a time zone. An unknown field of a body or of a filter "
        "is an error. [Credentials](../how-to/credentials-and-binding.md). For clients of Camunda 7 there is "
        "[another interface](engine-rest.md).",
        is_native,
    )


def dialect() -> str:
    """The routes that speak Camunda 7's REST interface."""
    return _page(
        "Camunda 7's REST interface",
        "What clients of Camunda 7 find under `/engine-rest`, and under `/engine-rest/engine/default`. It is part "
        "of `/openapi.json`, which this page is made from. Errors have Camunda's shape: `type`, `message`, `code`. "
        "Dates look like `2013-01-23T14:42:45.000+0200`; seconds, fraction and zone may be missing in requests. "
        "Unknown fields and query parameters are ignored. New clients use the [native interface](http.md).",
        lambda path: not is_native(path),
    )


def is_native(path: str) -> bool:
    """Whether a path belongs to the native interface."""
    return not path.startswith(DIALECT)


def _page(title: str, introduction: str, wanted: Callable[[str], bool]) -> str:
    document = openapi()
    routes = [
        (method, path, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in METHODS and wanted(path)
    ]
    overview = table(
        ("Route", "What it does"),
        [
            (f"[{code(f'{method.upper()} {path}')}](#{anchor(f'{method} {path}')})", cell(_first(operation)))
            for method, path, operation in routes
        ],
    )
    shapes = document.get("components", {}).get("schemas", {})
    named = reachable([operation for _, _, operation in routes], shapes)
    return page(
        title,
        introduction,
        overview,
        *(_route(method, path, operation) for method, path, operation in routes),
        "## Shapes",
        *(_shape(name, shapes[name]) for name in sorted(named)),
    )


def reachable(roots: Iterable[Any], shapes: Mapping[str, Any]) -> set[str]:
    """The names of the shapes that are mentioned, directly or by others that are."""
    found: set[str] = set()
    left = list(roots)
    while left:
        names = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(left.pop()))) - found
        found |= names
        left += [shapes[name] for name in sorted(names)]
    return found


@cache
def openapi() -> dict[str, Any]:
    """The OpenAPI document of a server with default settings."""
    from shoal.api.app import create_app
    from shoal.engine import Engine
    from shoal.settings import Settings

    with Engine(Settings(database_url="sqlite://")) as engine:
        document: dict[str, Any] = create_app(engine).openapi()
    return document


def _first(operation: dict[str, Any]) -> str:
    text = operation.get("description") or operation.get("summary", "")
    return str(text).strip().partition("\n\n")[0]


def _route(method: str, path: str, operation: dict[str, Any]) -> str:
    blocks = [f"### {method.upper()} {path}", prose(operation.get("description") or operation.get("summary", ""))]
    parameters = operation.get("parameters", [])
    if parameters:
        rows = [
            (
                code(each["name"]),
                each["in"],
                _type(each.get("schema", {})),
                "yes" if each.get("required") else "",
                cell(each.get("description") or each.get("schema", {}).get("description", "")),
            )
            for each in parameters
        ]
        blocks.append(table(("Parameter", "In", "Type", "Required", "Meaning"), rows))
    body = operation.get("requestBody", {}).get("content", {})
    if body:
        kinds = "; ".join(f"{code(kind)}: {_type(each.get('schema', {}))}" for kind, each in body.items())
        blocks.append(f"Body: {kinds}.")
    answers = [
        f"{status}{_answer(answer)}" for status, answer in operation["responses"].items() if status.startswith("2")
    ]
    wrong = [status for status in operation["responses"] if not status.startswith("2")]
    blocks.append(
        f"Answers {' or '.join(answers)}" + (f"; errors {', '.join(sorted(wrong))}" if wrong else "") + "."
    )
    return "\n\n".join(each for each in blocks if each)


def _answer(answer: dict[str, Any]) -> str:
    kinds = [_type(each.get("schema", {})) for each in answer.get("content", {}).values()]
    return f" with {' or '.join(kinds)}" if kinds and any(kinds) else ""


def _shape(name: str, shape: dict[str, Any]) -> str:
    blocks = [f"### {name}", prose(shape.get("description"))]
    if "enum" in shape:
        blocks.append("One of " + ", ".join(code(each) for each in shape["enum"]) + ".")
    required = shape.get("required", [])
    rows = [
        (code(field), _type(each), "yes" if field in required else "", cell(each.get("description")))
        for field, each in shape.get("properties", {}).items()
    ]
    if rows:
        blocks.append(table(("Field", "Type", "Always there", "Meaning"), rows))
    return "\n\n".join(each for each in blocks if each)


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{anchor(name)})"
    if "const" in schema:
        return code(schema["const"])
    if "enum" in schema:
        return " or ".join(code(each) for each in schema["enum"])
    for many in ("anyOf", "oneOf", "allOf"):
        if many in schema:
            return " or ".join(dict.fromkeys(_type(each) for each in schema[many]))
    kind = schema.get("type", "any")
    if kind == "array":
        return f"list of {_type(schema.get('items') or schema.get('prefixItems', [{}])[0])}"
    if schema.get("format") in ("date-time", "duration", "binary"):
        return str({"date-time": "instant", "duration": "duration", "binary": "file"}[schema["format"]])
    return {"string": "text", "integer": "whole number", "boolean": "true or false"}.get(kind, str(kind))
