"""``/filter``: saved queries of task lists. None are kept; lists of them are empty."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from shoal.api.engine_rest.problems import CamundaError
from shoal.api.engine_rest.routing import dialect_router, page_parameters
from shoal.api.engine_rest.views import Count

_OF_ONE = (
    ("GET", ""),
    ("PUT", ""),
    ("DELETE", ""),
    ("GET", "/singleResult"),
    ("POST", "/singleResult"),
    ("GET", "/list"),
    ("POST", "/list"),
    ("GET", "/count"),
    ("POST", "/count"),
)


def router() -> APIRouter:
    """The routes."""
    routes = dialect_router("/filter", "Filter")

    @routes.get("", openapi_extra={"parameters": page_parameters()})
    def get_filter_list() -> list[dict[str, Any]]:
        """List the filters: there are none."""
        return []

    @routes.get("/count")
    def get_filter_count() -> Count:
        """Count the filters: there are none."""
        return Count(count=0)

    @routes.post("/create")
    def create_filter() -> dict[str, Any]:
        """Refuse to keep a filter."""
        raise CamundaError("filters are not kept: send the query to /task instead")

    for method, path in _OF_ONE:
        what = path.removeprefix("/") or "itself"
        routes.add_api_route(
            f"/{{id}}{path}",
            _missing,
            methods=[method],
            name=f"{method.lower()}_filter_{what}",
            summary="Say that there is no such filter",
        )
    return routes


def _missing(id: str) -> dict[str, Any]:  # noqa: A002 - Camunda's name of the parameter
    """There are no filters, so none has this id."""
    raise CamundaError(f"Filter with id {id} does not exist", status=404)
