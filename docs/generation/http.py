"""The page of the HTTP routes, made from the OpenAPI document."""

from __future__ import annotations

from typing import Any

from docs.generation.markdown import anchor, cell, code, page, prose, table

METHODS = ("get", "post", "put", "patch", "delete")


def content() -> str:
    """Every route with its parameters, body and answers; then every shape."""
    document = openapi()
    routes = [
        (method, path, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    ]
    overview = table(
        ("Route", "What it does"),
        [
            (f"[{code(f'{method.upper()} {path}')}](#{anchor(f'{method} {path}')})", cell(_first(operation)))
            for method, path, operation in routes
        ],
    )
    shapes = document.get("components", {}).get("schemas", {})
    return page(
        "HTTP",
        "The server's own description is at `/openapi.json`; this page is made from it. Errors have one shape: "
        "[Errors](errors.md). Instants are ISO 8601 with a time zone. An unknown field of a body or of a filter "
        "is an "
        "error. [Credentials](../how-to/credentials-and-binding.md).",
        overview,
        *(_route(method, path, operation) for method, path, operation in routes),
        "## Shapes",
        *(_shape(name, shape) for name, shape in sorted(shapes.items())),
    )


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
