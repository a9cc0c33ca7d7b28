"""The sub-application at ``/engine-rest``: its resources, its errors, its engine prefix."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from fastapi import APIRouter, FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from shoal.api.engine_rest import problems, resources
from shoal.api.engine_rest.problems import CamundaError, ExceptionDto
from shoal.api.engine_rest.resources.engine import NAME
from shoal.api.problems import UnexpectedErrors, problem_response
from shoal.engine import Engine

_MANY = re.compile("//+")
_DESCRIPTIONS = {
    400: "The request is wrong; nothing was changed.",
    401: "Credentials are missing or wrong.",
    403: "The request may not do that, or comes from a host or an origin that is not allowed.",
    404: "What was named does not exist.",
    413: "The body is too large.",
    500: "A process failed where nobody catches it, or something unexpected happened.",
    503: "The database does not answer.",
}


def create_dialect(engine: Engine) -> FastAPI:
    """The application that speaks Camunda 7's REST interface for ``engine``."""
    app = FastAPI(
        title="Camunda 7 REST API",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        responses={status: {"model": ExceptionDto, "description": text} for status, text in _DESCRIPTIONS.items()},
    )
    app.state.engine = engine
    problems.install(app)
    for router in _routers():
        app.include_router(router)
    app.add_middleware(EnginePrefix)
    app.add_middleware(Slashes)
    app.add_middleware(UnexpectedErrors, answer=problems.unexpected)
    return app


def _routers() -> Iterator[APIRouter]:
    """One for every file under ``resources`` that makes one."""
    found = pkgutil.walk_packages(resources.__path__, f"{resources.__name__}.")
    for name in sorted(module.name for module in found):
        module: Any = importlib.import_module(name)
        if hasattr(module, "router"):
            yield module.router()


class Slashes:
    """``//`` is the same as ``/``, and a slash at the end says nothing. Camunda 7: so do its servers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with a path of single slashes."""
        if scope["type"] == "http":
            base = scope.get("root_path", "")
            path = _MANY.sub("/", scope["path"].removeprefix(base))
            scope = {**scope, "path": base + (path.rstrip("/") or "/")}
        await self.app(scope, receive, send)


class EnginePrefix:
    """``/engine/default/...`` is the same as ``/...``; another engine's name is 404."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on without the prefix."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        base = scope.get("root_path", "")
        path = scope["path"].removeprefix(base)
        if not path.startswith("/engine/"):
            await self.app(scope, receive, send)
            return
        name = path.removeprefix("/engine/").partition("/")[0]
        if unquote(name) != NAME:
            refused = CamundaError(
                f"No process engine available with the name '{name}'", status=HTTPStatus.NOT_FOUND
            )
            await problem_response(*problems.described(refused))(scope, receive, send)
            return
        await self.app({**scope, "root_path": f"{base}/engine/{name}"}, receive, send)
