"""Bodies of requests: how large, of which content type, and JSON read without surprises."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Coroutine
from http import HTTPStatus
from typing import Any, NoReturn

from fastapi import Request
from fastapi.responses import Response
from fastapi.routing import APIRoute
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shoal.errors import InputError
from shoal.validation import listed
from shoal.values.nesting import MOST_LEVELS, is_deep

MAX_BODY_BYTES = 64 * 1024 * 1024
"""A million ids are 39 MB of JSON, and a deployment may carry several models of 20 MiB."""

_ESCAPED_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


class BodyLimit:
    """Answers 413 to a larger body, whether its length was announced or not."""

    def __init__(self, app: ASGIApp, max_bytes: int) -> None:
        self.app = app
        self.max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and count what is received."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "")
        received = 0

        async def counted() -> Message:
            nonlocal received
            if announced.isdigit() and int(announced) > self.max_bytes:
                raise self._too_large()
            message = await receive()
            received += len(message.get("body", b""))
            if received > self.max_bytes:
                raise self._too_large()
            return message

        await self.app(scope, counted, send)

    def _too_large(self) -> HTTPException:
        return HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"the body is larger than {self.max_bytes} bytes")


class JsonRequest(Request):
    """A request whose JSON is strict: no NaN, no lone surrogates, no NUL, no bottomless nesting."""

    async def json(self) -> Any:
        """The parsed body; JSONDecodeError for everything that could not be stored and answered again."""
        if not hasattr(self, "_json"):
            self._json = _parsed(await self.body())
        return self._json


class JsonRoute(APIRoute):
    """Takes only the query parameters that it declares and, unless it takes files, only ``application/json``."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler of the framework behind the check of the content type."""
        handle = super().get_route_handler()
        known = {parameter.alias for parameter in _query_parameters(self.dependant)}
        takes_json = self.body_field is not None and not _takes_files(self)

        async def handle_json(request: Request) -> Response:
            _refuse_unknown(request, known)
            if takes_json and (given := _content_type(request)) not in ("application/json", None):
                raise HTTPException(
                    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
                    f"the body is {given or 'of no content type'}; send it as application/json",
                )
            return await handle(JsonRequest(request.scope, request.receive))

        return handle_json


def _query_parameters(dependant: Any) -> list[Any]:
    nested = [each for inner in dependant.dependencies for each in _query_parameters(inner)]
    return [*dependant.query_params, *nested]


def _refuse_unknown(request: Request, known: Collection[str]) -> None:
    unknown = [name for name in dict.fromkeys(request.query_params) if name not in known]
    if unknown:
        raise InputError(
            f"{request.url.path} takes no query parameter '{unknown[0]}'; allowed: {listed(sorted(known))}",
            fields=[f"query.{name}" for name in unknown],
        )


def _takes_files(route: APIRoute) -> bool:
    return any(type(parameter.field_info).__name__ in ("File", "Form") for parameter in route.dependant.body_params)


def _content_type(request: Request) -> str | None:
    given = request.headers.get("content-type")
    if given is None:
        return None if request.headers.get("content-length", "0") == "0" else ""
    return given.partition(";")[0].strip().lower()


def _parsed(body: bytes) -> Any:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise json.JSONDecodeError("the body is not UTF-8", "", 0) from None
    try:
        parsed = json.loads(text, parse_constant=_refuse_constant)
    except RecursionError:
        raise json.JSONDecodeError("the body is nested too deeply", "", 0) from None
    if is_deep(parsed):
        raise json.JSONDecodeError(f"the body is nested more than {MOST_LEVELS} levels deep", "", 0)
    if "\\u" in text:
        _check_text(parsed)
    return parsed


def _refuse_constant(name: str) -> NoReturn:
    raise json.JSONDecodeError(f"{name} is not a JSON number", "", 0)


def _check_text(parsed: Any) -> None:
    text = json.dumps(parsed, ensure_ascii=False)
    if _ESCAPED_NUL.search(text):
        raise json.JSONDecodeError("the character U+0000 cannot be stored", "", 0)
    try:
        text.encode()
    except UnicodeEncodeError:
        raise json.JSONDecodeError("half of a surrogate pair is not a character", "", 0) from None
