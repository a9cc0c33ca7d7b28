"""``/task/{id}/identity-links``: who has to do with a task."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from shoal.api.acting import Acting
from shoal.api.engine_rest.problems import CamundaError
from shoal.api.engine_rest.resources.task.finding import existing
from shoal.api.engine_rest.views import Body
from shoal.api.engine_rest.views.task import IdentityLinkView
from shoal.engine import Engine


class LinkBody(Body):
    """A user or a group, and its part."""

    user_id: str | None = None
    group_id: str | None = None
    type: str | None = None


def add_to(routes: APIRouter) -> None:
    """The routes."""

    @routes.get("/{id}/identity-links")
    def get_identity_links(
        id: str,  # noqa: A002 - Camunda's name of the parameter
        engine: Acting,
        kind: Annotated[str | None, Query(alias="type", description="only of this type")] = None,
    ) -> list[IdentityLinkView]:
        """List who has to do with a task."""
        existing(engine, id)
        return [IdentityLinkView.of(each) for each in engine.tasks.links(id) if kind in (None, each.kind)]

    @routes.post("/{id}/identity-links", status_code=204)
    def add_identity_link(id: str, body: LinkBody, engine: Acting) -> None:  # noqa: A002
        """Give a user or a group a part in a task."""
        _change(engine, id, body, add=True)

    @routes.post("/{id}/identity-links/delete", status_code=204)
    def delete_identity_link(id: str, body: LinkBody, engine: Acting) -> None:  # noqa: A002
        """Take that back."""
        _change(engine, id, body, add=False)


def _change(engine: Engine, task_id: str, body: LinkBody, *, add: bool) -> None:
    existing(engine, task_id)
    if body.user_id is not None and body.group_id is not None:
        raise CamundaError("Identity Link requires userId or groupId, but not both.")
    if body.user_id is None and body.group_id is None:
        raise CamundaError("Identity Link requires userId or groupId.")
    if body.type is None:
        raise CamundaError("type is null", kind="BadUserRequestException", code=0)
    act = engine.tasks.add_link if add else engine.tasks.delete_link
    act(task_id, body.type, user_id=body.user_id, group_id=body.group_id)
