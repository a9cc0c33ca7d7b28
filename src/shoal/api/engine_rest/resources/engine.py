"""``/engine``: the one engine that there is."""

from __future__ import annotations

from fastapi import APIRouter

from shoal.api.engine_rest.routing import dialect_router
from shoal.api.engine_rest.views import View

NAME = "default"


class EngineView(View):
    """Camunda 7: ProcessEngineDto."""

    name: str


def router() -> APIRouter:
    """The routes."""
    routes = dialect_router("/engine", "Engine")

    @routes.get("")
    def list_engines() -> list[EngineView]:
        """List the engines: there is one."""
        return [EngineView(name=NAME)]

    return routes
