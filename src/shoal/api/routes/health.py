"""``/health`` and ``/ready``: is the process alive, and can it work."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from shoal.api.bodies import JsonRoute
from shoal.api.openapi import errors
from shoal.engine import Engine


class Health(BaseModel):
    """The process answers."""

    status: Literal["alive"]
    version: str


class Readiness(BaseModel):
    """The database answers and has the schema of this version."""

    status: Literal["ready"]


def router(engine: Engine) -> APIRouter:
    """The routes."""
    routes = APIRouter(tags=["health"], route_class=JsonRoute)

    @routes.get("/health", responses=errors())
    def health() -> Health:
        """Answer as long as the process lives; needs no credentials and no database."""
        return Health(status="alive", version=engine.version)

    @routes.get("/ready", responses=errors())
    def ready() -> Readiness:
        """Answer 200 when the database answers and is upgraded, otherwise 503; needs no credentials."""
        engine.schema.check()
        return Readiness(status="ready")

    return routes
