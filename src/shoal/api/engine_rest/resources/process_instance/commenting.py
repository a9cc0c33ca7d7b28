"""``/process-instance/{id}/comment``."""

from __future__ import annotations

from fastapi import APIRouter

from shoal.api.acting import Acting
from shoal.api.engine_rest.problems import CamundaError
from shoal.api.engine_rest.views import Body
from shoal.api.engine_rest.views.comment import CommentView
from shoal.engine import Engine
from shoal.errors import NotFoundError
from shoal.store.queries.instance_filters import InstanceRow


class CommentBody(Body):
    """Another text of a comment."""

    id: str | None = None
    message: str | None = None


def add_to_one(routes: APIRouter) -> None:
    """The routes."""

    @routes.get("/{id}/comment")
    def list_process_instance_comments(id: str, engine: Acting) -> list[CommentView]:  # noqa: A002
        """List the comments on an instance and on its tasks, the newest first."""
        row = _instance(engine, id)
        return [CommentView.of((each, row)) for each in engine.tasks.comments(instance_id=id)]

    @routes.put("/{id}/comment", status_code=204)
    def update_process_instance_comment(id: str, body: CommentBody, engine: Acting) -> None:  # noqa: A002
        """Give a comment another text."""
        if body.id is None:
            raise CamundaError(
                "Comment id cannot be null: commentId is null", kind="BadUserRequestException", code=0
            )
        if not body.message:
            raise CamundaError("Message cannot be null: message is null", kind="BadUserRequestException", code=0)
        _one(engine, id, body.id)
        engine.tasks.change_comment(body.id, body.message)

    @routes.delete("/{id}/comment/{commentId}", status_code=204)
    def delete_process_instance_comment(id: str, commentId: str, engine: Acting) -> None:  # noqa: A002, N803
        """Delete one comment."""
        _one(engine, id, commentId)
        engine.tasks.delete_comment(commentId)

    @routes.delete("/{id}/comment", status_code=204)
    def delete_process_instance_comments(id: str, engine: Acting) -> None:  # noqa: A002
        """Delete all comments on an instance."""
        _instance(engine, id)
        engine.tasks.delete_comments(instance_id=id)


def _instance(engine: Engine, instance_id: str) -> InstanceRow:
    try:
        return engine.instances.get(instance_id)
    except NotFoundError:
        raise CamundaError(f"No process instance found for id {instance_id}", status=404) from None


def _one(engine: Engine, instance_id: str, comment_id: str) -> None:
    _instance(engine, instance_id)
    if all(each.id != comment_id for each in engine.tasks.comments(instance_id=instance_id)):
        raise CamundaError(
            f"No comment exists with commentId: {comment_id} and processInstanceId: {instance_id}", status=404
        )
