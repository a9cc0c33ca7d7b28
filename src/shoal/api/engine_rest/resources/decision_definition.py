"""Definitions of decisions: there are none, as decisions are not executed."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from shoal.api.engine_rest.problems import CamundaError
from shoal.api.engine_rest.routing import dialect_router, page_parameters
from shoal.api.engine_rest.views import Count

_KINDS = (
    ("decision-definition", "decision definition", "Decision Definition"),
    ("decision-requirements-definition", "decision requirements definition", "Decision Requirements Definition"),
)


def router() -> APIRouter:
    """The routes."""
    routes = dialect_router("", "Decision Definition")
    for name, what, tag in _KINDS:
        routes.include_router(_routes(f"/{name}", what, tag))
    return routes


def _routes(prefix: str, what: str, tag: str) -> APIRouter:
    routes = dialect_router(prefix, tag)
    slug = what.replace(" ", "_")

    @routes.get("", name=f"get_{slug}s", openapi_extra={"parameters": page_parameters()})
    def find() -> list[dict[str, Any]]:
        """List them: there are none."""
        return []

    @routes.get("/count", name=f"count_{slug}s")
    def count() -> Count:
        """Count them: there are none."""
        return Count(count=0)

    @routes.get("/{id}", name=f"get_{slug}")
    def get(id: str) -> dict[str, Any]:  # noqa: A002 - Camunda's name of the parameter
        """Show one: there is none."""
        raise CamundaError(f"No matching {what} with id {id}", status=404)

    return routes
