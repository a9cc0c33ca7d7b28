"""``/version``: the version whose interface this is."""

from __future__ import annotations

from fastapi import APIRouter

from shoal.api.engine_rest.routing import dialect_router
from shoal.api.engine_rest.views import View

INTERFACE = "7.24.0"
"""Clients choose what they send by this number, so it is that of the interface and not of Shoal."""


class VersionView(View):
    """Camunda 7: VersionDto."""

    version: str


def router() -> APIRouter:
    """The routes."""
    routes = dialect_router("/version", "Version")

    @routes.get("")
    def get_version() -> VersionView:
        """Show which version of Camunda's interface is spoken."""
        return VersionView(version=INTERFACE)

    return routes
