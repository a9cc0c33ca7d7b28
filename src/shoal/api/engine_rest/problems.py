"""Errors in Camunda 7's shape: ``{"type", "message", "code"}``, with its names of exceptions and its statuses."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError, ResponseValidationError
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from shoal import errors
from shoal.api import problems
from shoal.api.engine_rest.views.migration import instance_report, plan_report
from shoal.api.problems import problem_response
from shoal.camunda.values import UnsupportedTypeError
from shoal.kernel.migration import MigrationRejectedError, PlanRejectedError

FALLBACK = 0
"""The code of the engine's errors that have none of their own. Camunda 7: codes above 20000 are users' own."""
OPTIMISTIC_LOCKING = 1

_TYPES: tuple[tuple[type[errors.ShoalError], str, int, int | None], ...] = (
    (UnsupportedTypeError, "RestException", 400, None),
    (errors.VariableTypeError, "InvalidRequestException", 400, None),
    (errors.FilterRejectedError, "InvalidRequestException", 400, None),
    (errors.ModelRejectedError, "ParseException", 400, FALLBACK),
    (PlanRejectedError, "MigrationPlanValidationException", 400, FALLBACK),
    (MigrationRejectedError, "MigratingProcessInstanceValidationException", 400, FALLBACK),
    (errors.InputError, "BadUserRequestException", 400, FALLBACK),
    (errors.NotFoundError, "InvalidRequestException", 404, None),
    (errors.SuspendedError, "SuspendedEntityInteractionException", 400, FALLBACK),
    (errors.RevisionConflictError, "OptimisticLockingException", 500, OPTIMISTIC_LOCKING),
    (errors.ConflictError, "BadUserRequestException", 400, FALLBACK),
    (errors.NotAuthorizedError, "AuthorizationException", 403, FALLBACK),
    (errors.UnavailableError, "ProcessEngineException", 503, FALLBACK),
    (errors.ShoalError, "ProcessEngineException", 500, FALLBACK),
)
"""The first that fits counts: the error, Camunda's name, status and code."""


class ExceptionDto(BaseModel):
    """Every error has this shape, and some types have more members."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(description="simple name of Camunda's exception", examples=["InvalidRequestException"])
    message: str | None
    code: int | None = Field(description="null where no error of the engine is behind it")


class CamundaError(errors.ShoalError):
    """An error that Camunda 7 says in its own words: its type and its status."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "InvalidRequestException",
        code: int | None = None,
        members: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.members = members or {}
        self.status = status
        self.kind = kind
        self.problem_code = code


@contextlib.contextmanager
def prefixed(prefix: str, *, kind: str | None = None, not_found: int | None = None) -> Iterator[None]:
    """Errors of the block with ``prefix`` before their message.

    ``kind``: under this name instead of their own; ``not_found``: the status of what does not exist.
    """
    try:
        yield
    except errors.NotAuthorizedError:
        raise
    except errors.ShoalError as error:
        status, problem = described(error)
        if not_found is not None and isinstance(error, errors.NotFoundError):
            status = not_found
        said = {name: problem.pop(name) for name in ("type", "message", "code")}
        raise CamundaError(
            f"{prefix}{said['message']}",
            status=status,
            kind=kind or said["type"],
            code=said["code"],
            members=problem,
        ) from error


def described(error: errors.ShoalError) -> tuple[int, dict[str, Any]]:
    """The status and the body of an error."""
    if isinstance(error, CamundaError):
        return error.status, _problem(error.kind, error.message, error.problem_code) | dict(error.members)
    kind, status, code = next(
        (kind, status, code) for known, kind, status, code in _TYPES if isinstance(error, known)
    )
    problem = _problem(kind, error.message, code)
    if isinstance(error, errors.ModelRejectedError):
        problem["message"] = f"ENGINE-09005 Could not parse BPMN process. Errors: {error.message}"
        problem["details"] = _of_model(error)
    elif isinstance(error, errors.NotAuthorizedError):
        return _of_authorization(error, problem)
    elif isinstance(error, PlanRejectedError):
        problem["validationReport"] = plan_report(error.report)
    elif isinstance(error, MigrationRejectedError):
        problem["validationReport"] = instance_report(error.report)
    return status, problem


def install(app: FastAPI) -> None:
    """Make every error that a route or the framework raises leave in Camunda's shape."""

    @app.exception_handler(errors.ShoalError)
    def shoal_error(_request: Request, error: errors.ShoalError) -> Response:
        return problem_response(*described(error))

    @app.exception_handler(RequestValidationError)
    def request_is_wrong(_request: Request, error: RequestValidationError) -> Response:
        said = problems.invalid_fields(error.errors())["message"]
        return problem_response(400, _problem("InvalidRequestException", said, None))

    @app.exception_handler(HTTPException)
    def framework_error(request: Request, error: HTTPException) -> Response:
        headers = dict(error.headers) if error.headers else None
        path = request.scope["path"]
        match error.status_code:
            case HTTPStatus.NOT_FOUND:
                kind, message = "NotFoundException", f"there is no {path}"
            case HTTPStatus.METHOD_NOT_ALLOWED:
                kind, message = "NotAllowedException", f"{path} does not take {request.method}"
            case _:
                kind, message = "RestException", str(error.detail)
        return problem_response(error.status_code, _problem(kind, message, None), headers)

    @app.exception_handler(ResponseValidationError)
    def answer_is_wrong(_request: Request, error: ResponseValidationError) -> Response:
        return unexpected(error)


def unexpected(error: BaseException) -> Response:
    """500 with an id; the log has the same id together with the stack trace."""
    message = problems.went_wrong(problems.logged(error))
    return problem_response(500, _problem("ProcessEngineException", message, FALLBACK))


def _problem(kind: str, message: str | None, code: int | None) -> dict[str, Any]:
    return {"type": kind, "message": message, "code": code}


def _of_model(error: errors.ModelRejectedError) -> dict[str, Any]:
    found = [
        {
            "message": str(fault),
            "line": fault.line or 0,
            "column": 0,
            "mainElementId": fault.element_id,
            "elementIds": [fault.element_id] if fault.element_id else [],
        }
        for fault in error.faults
    ]
    return {error.resource: {"errors": found, "warnings": []}}


def _of_authorization(error: errors.NotAuthorizedError, problem: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    missing = list(error.details.get("missing_authorizations") or ())
    only = missing[0] if len(missing) == 1 else {}
    return 403, problem | {
        "userId": error.details.get("user_id"),
        "missingAuthorizations": missing,
        "permissionName": only.get("permissionName"),
        "resourceName": only.get("resourceName"),
        "resourceId": only.get("resourceId"),
    }
