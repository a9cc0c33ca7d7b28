"""Definitions of decisions: there are none, as decisions are not executed."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from shoal.api.engine_rest.problems import CamundaError
from shoal.api.engine_rest.routing import dialect_router, page_parameters
from shoal.api.engine_rest.views import Count

_KINDS = (
    ("decision-definition", "decision definition", "Decision Definition"),
    ("decision-requirements-definition", "decision requirements definition", "Decision Requirements Definition"),
)
_NAMED = ("/{id}", "/key/{key}", "/key/{key}/tenant-id/{tenantId}")
_SHOWING = (("GET", ""), ("GET", "/xml"), ("GET", "/diagram"))
_DOING = (("POST", "/evaluate"), ("PUT", "/history-time-to-live"))


def router() -> APIRouter:
    """The routes."""
    routes = dialect_router("", "Decision Definition")
    for name, what, tag in _KINDS:
        doing = _DOING if name == "decision-definition" else ()
        routes.include_router(_routes(f"/{name}", what, tag, (*_SHOWING, *doing)))

    @routes.get("/history/decision-requirements-definition/{id}/statistics")
    def get_decision_statistics(id: str) -> list[dict[str, Any]]:  # noqa: A002, ARG001 - Camunda's name of the parameter
        """Count evaluated decisions of requirements: there are none."""
        return []

    return routes


def _routes(prefix: str, what: str, tag: str, of_one: tuple[tuple[str, str], ...]) -> APIRouter:
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

    def missing(request: Request) -> dict[str, Any]:
        """There are no definitions of decisions."""
        said = " and ".join(f"{name} {value}" for name, value in request.path_params.items())
        raise CamundaError(f"No matching {what} with {said}", status=404)

    for how in _NAMED:
        names = [part.strip("{}") for part in how.split("/") if part.startswith("{")]
        for method, path in of_one:
            routes.add_api_route(
                f"{how}{path}",
                missing,
                methods=[method],
                name=f"{method}_{slug}_{path}_by_{'_and_'.join(names)}".lower().replace("/", "").replace("-", "_"),
                summary="Say that there is none",
                openapi_extra={
                    "parameters": [
                        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
                        for name in names
                    ]
                },
            )
    return routes
