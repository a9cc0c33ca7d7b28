"""``/task/{id}/comment``."""

from __future__ import annotations

from fastapi import APIRouter

from shoal.api.acting import Acting
from shoal.api.engine_rest.problems import CamundaError
from shoal.api.engine_rest.resources.task.finding import existing
from shoal.api.engine_rest.views import Body
from shoal.api.engine_rest.views.comment import CommentView
from shoal.engine import Engine
from shoal.store.queries.discussions import Comment
from shoal.store.queries.instance_filters import InstanceRow
from shoal.store.queries.task_filters import TaskDetails


class CommentBody(Body):
    """What somebody writes; ``id`` of a comment that gets another text."""

    id: str | None = None
    message: str | None = None
    process_instance_id: str | None = None


def add_to(routes: APIRouter) -> None:
    """The routes."""

    @routes.get("/{id}/comment")
    def get_comments(id: str, engine: Acting) -> list[CommentView]:  # noqa: A002 - Camunda's name of the parameter
        """List the comments on a task, the newest first."""
        instance = instance_of(engine, existing(engine, id))
        return [CommentView.of((each, instance)) for each in engine.tasks.comments(task_id=id)]

    @routes.post("/{id}/comment/create")
    def create_comment(id: str, body: CommentBody, engine: Acting) -> CommentView:  # noqa: A002
        """Comment on a task."""
        task = existing(engine, id)
        if not body.message:
            raise CamundaError("Not enough parameters submitted", kind="InvalidRequestException")
        made = engine.tasks.comment(body.message, task_id=id, instance_id=body.process_instance_id)
        return CommentView.of((made, instance_of(engine, task)))

    @routes.put("/{id}/comment", status_code=204)
    def update_comment(id: str, body: CommentBody, engine: Acting) -> None:  # noqa: A002
        """Give a comment another text."""
        if body.id is None:
            raise CamundaError("Comment id is null", kind="BadUserRequestException", code=0)
        if not body.message:
            raise CamundaError("Comment message is null", kind="BadUserRequestException", code=0)
        _one(engine, id, body.id)
        engine.tasks.change_comment(body.id, body.message)

    @routes.delete("/{id}/comment", status_code=204)
    def delete_comments(id: str, engine: Acting) -> None:  # noqa: A002
        """Delete all comments on a task."""
        existing(engine, id)
        engine.tasks.delete_comments(task_id=id)

    @routes.get("/{id}/comment/{commentId}")
    def get_comment(id: str, commentId: str, engine: Acting) -> CommentView:  # noqa: A002, N803
        """Show one comment."""
        found = _one(engine, id, commentId)
        return CommentView.of((found, instance_of(engine, existing(engine, id))))

    @routes.delete("/{id}/comment/{commentId}", status_code=204)
    def delete_comment(id: str, commentId: str, engine: Acting) -> None:  # noqa: A002, N803
        """Delete one comment."""
        _one(engine, id, commentId)
        engine.tasks.delete_comment(commentId)


def instance_of(engine: Engine, task: TaskDetails) -> InstanceRow | None:
    """The instance that the task belongs to; None: to none."""
    return None if task.instance_id is None else engine.instances.get(task.instance_id)


def _one(engine: Engine, task_id: str, comment_id: str) -> Comment:
    existing(engine, task_id)
    for each in engine.tasks.comments(task_id=task_id):
        if each.id == comment_id:
            return each
    raise CamundaError(f"Task comment with id {comment_id} does not exist for task id '{task_id}'.", status=404)
