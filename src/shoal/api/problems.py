"""Errors on their way to a client: one shape for all of them, never a stack trace."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError, ResponseValidationError
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shoal import ids
from shoal.engine.problem import describe
from shoal.errors import ShoalError
from shoal.validation import place_of, what

log = logging.getLogger("shoal.api")

_SAID_FIELDS = 10


class FaultProblem(BaseModel):
    """One thing in a model that keeps it from being deployed."""

    element_id: str | None = Field(None, description="id of the BPMN element; null for the document itself")
    what: str = Field(description="what was found")
    supported: str = Field("", description="what could stand there instead")
    line: int | None = None


class Problem(BaseModel):
    """Every error has this shape. `code` is stable and meant for programs, `message` is for people."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(description="name of the error, as in Python", examples=["NotFoundError"])
    message: str
    code: str = Field(examples=["not-found"])
    faults: list[FaultProblem] | None = Field(None, description="everything wrong with a rejected model")
    fields: list[str] | None = Field(
        None, description="every wrong field of the request", examples=[["body.chunk_size"]]
    )
    error_id: str | None = Field(None, description="of an unexpected error: the id that the log has too")


def problem_response(status: int, problem: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    """An answer of content type application/json."""
    return Response(orjson.dumps(problem), status, headers=headers, media_type="application/json")


def install(app: FastAPI) -> None:
    """Make every error that a route or the framework raises leave in the one shape."""

    @app.exception_handler(ShoalError)
    def shoal_error(_request: Request, error: ShoalError) -> Response:
        headers = {"Retry-After": "1"} if error.http_status == HTTPStatus.SERVICE_UNAVAILABLE else None
        return problem_response(error.http_status, describe(error), headers)

    @app.exception_handler(RequestValidationError)
    def request_is_wrong(request: Request, error: RequestValidationError) -> Response:
        return problem_response(HTTPStatus.BAD_REQUEST, invalid_fields(error.errors(), _body_of(request)))

    @app.exception_handler(HTTPException)
    def framework_error(request: Request, error: HTTPException) -> Response:
        headers = dict(error.headers) if error.headers else None
        if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            headers = {"Allow": ", ".join(_methods(app, request.url.path))}
        return problem_response(error.status_code, _of_http(request, error), headers)

    @app.exception_handler(ResponseValidationError)
    def answer_is_wrong(_request: Request, error: ResponseValidationError) -> Response:
        return unexpected(error)


def invalid_fields(errors: Sequence[Any], body: Any = None) -> dict[str, Any]:
    """The problem that names every wrong field, made from pydantic's list; ``body`` is the type of the body."""
    said = [f"{_place(error['loc'])}: {_what(error, body)}" for error in errors]
    message = "; ".join(said[:_SAID_FIELDS])
    if len(said) > _SAID_FIELDS:
        message += f"; and {len(said) - _SAID_FIELDS} more"
    fields = list(dict.fromkeys(_place(error["loc"]) for error in errors))
    return {"type": "InputError", "message": message, "code": "input.invalid", "fields": fields}


def unexpected(error: BaseException) -> Response:
    """500 with an id; the log has the same id together with the stack trace."""
    error_id = logged(error)
    return problem_response(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        {"type": "UnexpectedError", "message": went_wrong(error_id), "code": "unexpected", "error_id": error_id},
    )


def logged(error: BaseException) -> str:
    """The id under which the log has the error with its stack trace."""
    error_id = ids.new_id()
    log.error("unexpected error %s", error_id, exc_info=error)
    return error_id


def went_wrong(error_id: str) -> str:
    """What a client is told about an unexpected error."""
    return f"something went wrong inside Shoal; the log has it under {error_id}"


class UnexpectedErrors:
    """Outermost: turns what nobody handled into a 500 of the one shape."""

    def __init__(self, app: ASGIApp, answer: Callable[[BaseException], Response] = unexpected) -> None:
        self.app = app
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; answer in its place when it ends in an error before it answered."""
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception as error:
            if scope["type"] != "http" or started:
                raise
            await self._answer(error)(scope, receive, send)


def _of_http(request: Request, error: HTTPException) -> dict[str, Any]:
    match error.status_code:
        case HTTPStatus.NOT_FOUND:
            kind, code, message = "NotFoundError", "route.not-found", f"there is no {request.url.path}"
        case HTTPStatus.METHOD_NOT_ALLOWED:
            kind, code = "InputError", "method.not-allowed"
            message = f"{request.url.path} does not take {request.method}"
        case HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            kind, code, message = "InputError", "body.too-large", str(error.detail)
        case HTTPStatus.UNSUPPORTED_MEDIA_TYPE:
            kind, code, message = "InputError", "content-type", str(error.detail)
        case _:
            kind, code, message = "InputError", "input.invalid", str(error.detail)
    return {"type": kind, "message": message, "code": code}


def _methods(app: FastAPI, path: str) -> list[str]:
    """Every method that the path takes; the framework knows only those of one route."""
    found: set[str] = set()
    for template, operations in app.openapi()["paths"].items():
        if re.fullmatch(re.sub(r"\{[^}]*\}", "[^/]+", template), path):
            found |= {method.upper() for method in operations}
    return sorted(found)


def _place(location: Sequence[Any]) -> str:
    return place_of(location) or "body"


def _what(error: Any, body: Any) -> str:
    if error["type"] == "json_invalid":
        return f"not JSON: {error.get('ctx', {}).get('error', error['msg'])}"
    # the first part of a place says where in the request; the rest is within the body
    return what({**error, "loc": error["loc"][1:]}, body)


def _body_of(request: Request) -> Any:
    field = getattr(request.scope.get("route"), "body_field", None)
    return None if field is None else field.field_info.annotation
