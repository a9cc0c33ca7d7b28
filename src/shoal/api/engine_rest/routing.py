"""Routes that take requests as Camunda 7 does: empty bodies, unknown members, lists by GET and by POST."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from http import HTTPStatus
from typing import Any, TypeVar

from fastapi import APIRouter, Request
from fastapi.responses import Response
from fastapi.routing import APIRoute
from starlette.types import Scope

from shoal.api.acting import Acting
from shoal.api.bodies import JsonRequest
from shoal.api.engine_rest.views import Count, View
from shoal.camunda.queries.base import Page, Query
from shoal.engine import Engine
from shoal.errors import FilterRejectedError

Q = TypeVar("Q", bound=Query)

_JSON = (b"content-type", b"application/json")
_PAGE = {
    "firstResult": "how many are left out at the beginning",
    "maxResults": "how many are answered at most",
}


class DialectRequest(JsonRequest):
    """An empty body is an empty object."""

    async def body(self) -> bytes:
        """The body; ``{}`` if there is none."""
        return await super().body() or b"{}"


class DialectRoute(APIRoute):
    """Takes bodies of any content type as JSON, unless it takes files; many clients forget the header."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler of the framework behind the reading of the body."""
        handle = super().get_route_handler()
        takes_json = self.body_field is not None and type(self.body_field.field_info).__name__ == "Body"

        async def handle_leniently(request: Request) -> Response:
            if takes_json:
                request = DialectRequest(_as_json(request.scope), request.receive)
            response = await handle(request)
            if response.status_code == HTTPStatus.NO_CONTENT:
                # clients would parse the nothing as what it says it is
                del response.headers["content-type"]
            return response

        return handle_leniently


def _as_json(scope: Scope) -> Scope:
    headers = [each for each in scope["headers"] if each[0] != b"content-type"]
    return {**scope, "headers": [*headers, _JSON]}


def dialect_router(prefix: str, tag: str) -> APIRouter:
    """A router of the dialect: ``dialect_router("/process-definition", "Process Definition")``."""
    return APIRouter(prefix=prefix, tags=[tag], route_class=DialectRoute)


def page_of(request: Request) -> Page:
    """The part of a list that the query string asks for. FilterRejectedError."""
    return Page.of(*(_whole(request, name) for name in _PAGE))


def _whole(request: Request, name: str) -> int | None:
    given = request.query_params.get(name)
    if given is None or given == "":
        return None
    try:
        return int(given)
    except ValueError:
        raise FilterRejectedError(f"{name}: '{given[:40]}' is not a whole number", field=name) from None


def query_of(model: type[Q]) -> Callable[[Request], Q]:
    """The reader of a query string: what the query does not know is ignored, of several values the first counts."""

    def read(request: Request) -> Q:
        given: dict[str, str] = {}
        for name, value in request.query_params.multi_items():
            given.setdefault(name, value)
        return model.read(given)

    return read


def queried(
    routes: APIRouter,
    model: type[Q],
    view: type[View],
    *,
    find: Callable[[Engine, Q, Page], Sequence[Any]],
    count: Callable[[Engine, Q], int],
    what: str,
    path: str = "",
    by_post: bool = True,
) -> None:
    """``GET path`` and ``GET path/count``; with ``by_post`` also both by POST.

    ``what`` is the plural that the documentation says. ``find`` gets the query and the page, and gives rows for
    ``view.of``. Register them before routes with a parameter in place of ``/count``.
    """
    read = query_of(model)

    def listed(request: Request, engine: Acting) -> Any:
        return [view.of(row) for row in find(engine, read(request), page_of(request))]

    def counted(request: Request, engine: Acting) -> Any:
        return Count(count=count(engine, read(request)))

    def listed_by_post(body: Any, request: Request, engine: Acting) -> Any:
        return [view.of(row) for row in find(engine, body, page_of(request))]

    def counted_by_post(body: Any, engine: Acting) -> Any:
        return Count(count=count(engine, body))

    many: Any = list[view]  # type: ignore[valid-type]
    name = what.replace(" ", "_")
    routes.get(
        path or "/" * (not routes.prefix),
        name=f"get_{name}",
        summary=f"List {what}",
        description=f"The {what} that meet all conditions.",
        response_model=many,
        openapi_extra={"parameters": [*query_parameters(model), *page_parameters()]},
    )(listed)
    routes.get(
        f"{path}/count",
        name=f"count_{name}",
        summary=f"Count {what}",
        description=f"How many {what} meet all conditions.",
        response_model=Count,
        openapi_extra={"parameters": query_parameters(model)},
    )(counted)
    if not by_post:
        return
    listed_by_post.__annotations__["body"] = model
    counted_by_post.__annotations__["body"] = model
    routes.post(
        path,
        name=f"query_{name}",
        summary=f"List {what}",
        description=f"The {what} that meet all conditions of the body.",
        response_model=many,
        openapi_extra={"parameters": page_parameters()},
    )(listed_by_post)
    routes.post(
        f"{path}/count",
        name=f"query_{name}_count",
        summary=f"Count {what}",
        description=f"How many {what} meet all conditions of the body.",
        response_model=Count,
    )(counted_by_post)


def page_parameters() -> list[dict[str, Any]]:
    """The page, for an OpenAPI document."""
    return [
        {
            "name": name,
            "in": "query",
            "required": False,
            "description": text,
            "schema": {"type": "integer", "minimum": 0},
        }
        for name, text in _PAGE.items()
    ]


def query_parameters(model: type[Query]) -> list[dict[str, Any]]:
    """The fields of a query as parameters of a query string, for an OpenAPI document."""
    schema = model.model_json_schema(by_alias=True)
    if "$ref" in schema:
        # a query that may contain others of its kind
        schema = schema["$defs"][schema["$ref"].rpartition("/")[2]]
    properties = schema["properties"]
    return [
        {"name": field.alias, "in": "query", "required": False, **_described(properties[str(field.alias)])}
        for name, field in model.model_fields.items()
        if name not in model.POST_ONLY
    ]


def _described(schema: dict[str, Any]) -> dict[str, Any]:
    kinds = schema.get("anyOf", [schema])
    kind = next((each.get("type", "string") for each in kinds if each.get("type") != "null"), "string")
    found: dict[str, Any] = {"schema": {"type": "string" if kind in ("array", "object") else kind}}
    text = schema.get("description", "")
    if kind == "array":
        text = f"{text}, separated by commas" if text else "separated by commas"
    return found | ({"description": text} if text else {})
