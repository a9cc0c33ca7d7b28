"""``/group``: groups and their members."""

from __future__ import annotations

import contextlib

from fastapi import APIRouter

from shoal.api.acting import Acting
from shoal.api.engine_rest.problems import CamundaError, prefixed
from shoal.api.engine_rest.routing import dialect_router, queried
from shoal.api.engine_rest.views import Body
from shoal.api.engine_rest.views.people import GroupView
from shoal.camunda.queries.group import GroupQuery
from shoal.errors import NotFoundError


class GroupBody(Body):
    """Camunda 7: GroupDto."""

    id: str | None = None
    name: str | None = None
    type: str | None = None


def router() -> APIRouter:
    """The routes."""
    routes = dialect_router("/group", "Group")
    queried(
        routes,
        GroupQuery,
        GroupView,
        find=lambda engine, query, page: engine.groups.list(
            sort=query.orders() or "id", offset=page.first, limit=page.most, **query.conditions()
        ),
        count=lambda engine, query: engine.groups.count(**query.conditions()),
        what="groups",
    )

    @routes.post("/create", status_code=204)
    def create_group(body: GroupBody, engine: Acting) -> None:
        """Make a group."""
        if body.id is None:
            raise CamundaError("The id of the group cannot be null.")
        engine.groups.create(body.id, name=body.name, kind=body.type)

    @routes.get("/{group_id}")
    def get_group(group_id: str, engine: Acting) -> GroupView:
        """Show a group."""
        try:
            return GroupView.of(engine.groups.get(group_id))
        except NotFoundError:
            raise _unknown(group_id) from None

    @routes.put("/{group_id}", status_code=204)
    def update_group(group_id: str, body: GroupBody, engine: Acting) -> None:
        """Change a group."""
        try:
            engine.groups.change(group_id, name=body.name, kind=body.type)
        except NotFoundError:
            raise _unknown(group_id) from None

    @routes.delete("/{group_id}", status_code=204)
    def delete_group(group_id: str, engine: Acting) -> None:
        """Remove a group, if there is one."""
        with contextlib.suppress(NotFoundError):
            engine.groups.delete(group_id)

    @routes.put("/{group_id}/members/{user_id}", status_code=204)
    def create_group_member(group_id: str, user_id: str, engine: Acting) -> None:
        """Let a user belong to a group."""
        with prefixed("", not_found=400):
            engine.groups.add(group_id, user_id)

    @routes.delete("/{group_id}/members/{user_id}", status_code=204)
    def delete_group_member(group_id: str, user_id: str, engine: Acting) -> None:
        """Let a user belong to a group no more."""
        with contextlib.suppress(NotFoundError):
            engine.groups.remove(group_id, user_id)

    return routes


def _unknown(group_id: str) -> CamundaError:
    return CamundaError(f"Group with id {group_id} does not exist", status=404)
