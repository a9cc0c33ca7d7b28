"""``OPTIONS`` on users, groups, tenants, authorizations and filters: what who asks may do with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from fastapi import APIRouter, Request

from shoal.api.acting import Acting
from shoal.api.engine_rest.routing import dialect_router
from shoal.api.engine_rest.views import Link, View
from shoal.engine import Engine
from shoal.people.resources import ANY, Resource


class Possibility(NamedTuple):
    """A request, and the permission without which it is not offered."""

    method: str
    path: str
    rel: str
    permission: str | None = None


class ResourceOptionsView(View):
    """Camunda 7: ResourceOptionsDto."""

    links: list[Link]


_OF_ALL = (
    Possibility("GET", "", "list"),
    Possibility("GET", "/count", "count"),
    Possibility("POST", "/create", "create", "CREATE"),
)
_OF_ONE = (
    Possibility("GET", "", "self"),
    Possibility("DELETE", "", "delete", "DELETE"),
    Possibility("PUT", "", "update", "UPDATE"),
)
_OF_A_USER = (
    Possibility("GET", "/profile", "self"),
    Possibility("DELETE", "", "delete", "DELETE"),
    Possibility("PUT", "/profile", "update", "UPDATE"),
)
_OF_A_FILTER = (
    *_OF_ONE[:1],
    *(
        Possibility(method, f"/{what}", what)
        for what in ("singleResult", "list", "count")
        for method in ("GET", "POST")
    ),
    *_OF_ONE[1:],
)
_OF_MEMBERS = (
    Possibility("PUT", "", "create", "CREATE"),
    Possibility("DELETE", "", "delete", "DELETE"),
)
_PATHS = (
    ("/authorization", Resource.AUTHORIZATION, _OF_ALL),
    ("/authorization/{id}", Resource.AUTHORIZATION, _OF_ONE),
    ("/filter", Resource.FILTER, _OF_ALL),
    ("/filter/{id}", Resource.FILTER, _OF_A_FILTER),
    ("/group", Resource.GROUP, _OF_ALL),
    ("/group/{id}", Resource.GROUP, _OF_ONE),
    ("/group/{id}/members", Resource.GROUP_MEMBERSHIP, _OF_MEMBERS),
    ("/tenant", Resource.TENANT, _OF_ALL),
    ("/tenant/{id}", Resource.TENANT, _OF_ONE),
    ("/tenant/{id}/user-members", Resource.TENANT_MEMBERSHIP, _OF_MEMBERS),
    ("/tenant/{id}/group-members", Resource.TENANT_MEMBERSHIP, _OF_MEMBERS),
    ("/user", Resource.USER, _OF_ALL),
    ("/user/{id}", Resource.USER, _OF_A_USER),
)


def router() -> APIRouter:
    """The routes."""
    routes = dialect_router("", "Options")
    for path, resource, possibilities in _PATHS:
        routes.add_api_route(
            path,
            _answering(resource, possibilities),
            methods=["OPTIONS"],
            tags=[path.split("/")[1].capitalize()],
            name=f"options_of_{path.strip('/').translate(_AS_NAME)}",
            summary="Say what can be done here",
            description="The requests that who asks may send.",
            openapi_extra=_ID if "{id}" in path else None,
        )
    return routes


_AS_NAME = str.maketrans({"/": "_", "-": "_", "{": None, "}": None})
_ID = {"parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}]}


def _answering(
    resource: Resource, possibilities: tuple[Possibility, ...]
) -> Callable[[Request, Engine], ResourceOptionsView]:
    def offer(request: Request, engine: Acting) -> ResourceOptionsView:
        base = str(request.url.replace(query="", fragment=""))
        resource_id = request.path_params.get("id", ANY)
        offered = [
            Link(method=each.method, href=f"{base}{each.path}", rel=each.rel)
            for each in possibilities
            if each.permission is None
            or engine.authorizations.check_mine(each.permission, resource.number, resource_id)
        ]
        return ResourceOptionsView(links=offered)

    return offer
