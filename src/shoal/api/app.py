"""The HTTP application: routes over one engine, one error shape, and an OpenAPI document that is right."""

from __future__ import annotations

import importlib
import pkgutil
import re
from importlib.metadata import version
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.routing import Mount

from shoal.api import problems, routes
from shoal.api.access import AccessGuard
from shoal.api.bodies import MAX_BODY_BYTES, BodyLimit
from shoal.api.engine_rest import PATH as DIALECT
from shoal.api.engine_rest.app import create_dialect
from shoal.api.engine_rest.modeler import ModelerOrigin
from shoal.api.openapi import complete
from shoal.api.safe_answers import SafeAnswers
from shoal.engine import Engine


def create_app(engine: Engine, *, max_body_bytes: int = MAX_BODY_BYTES) -> FastAPI:
    """The application for ``engine``; who calls closes the engine.

    There is no interactive documentation page: its scripts would come from another host, with the rights
    of this one. ``/openapi.json`` has the whole interface.
    """
    app = FastAPI(
        title="Shoal",
        version=version("shoal"),
        summary="Run BPMN processes, and change their instances by the hundred thousand.",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.engine = engine
    problems.install(app)
    for router in _routers(engine):
        app.include_router(router)
    dialect = create_dialect(engine)
    app.router.routes.append(_mount(DIALECT, dialect))
    app.add_middleware(BodyLimit, max_bytes=max_body_bytes)
    app.add_middleware(AccessGuard, settings=engine.settings, credentials=engine.credentials)
    app.add_middleware(ModelerOrigin)
    app.add_middleware(problems.UnexpectedErrors)
    app.add_middleware(SafeAnswers)
    complete(app, engine.settings, {DIALECT: dialect})
    return app


def _mount(path: str, part: FastAPI) -> Mount:
    """Everything below the path, also with line breaks, which the framework would answer itself."""
    mount = Mount(path, part)
    mount.path_regex = re.compile(mount.path_regex.pattern, re.DOTALL)
    return mount


def _routers(engine: Engine) -> list[APIRouter]:
    """One for every file of ``routes``."""
    names = sorted(module.name for module in pkgutil.iter_modules(routes.__path__))
    modules: list[Any] = [importlib.import_module(f"{routes.__name__}.{name}") for name in names]
    return [module.router(engine) for module in modules]
