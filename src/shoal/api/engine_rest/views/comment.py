"""Comments in Camunda 7's names."""

from __future__ import annotations

from typing import Self

from shoal.api.engine_rest.views import CamundaDate, Link, View
from shoal.store.queries.discussions import Comment
from shoal.store.queries.instance_filters import InstanceRow


class CommentView(View):
    """Camunda 7: CommentDto."""

    links: list[Link]
    id: str
    user_id: str | None
    task_id: str | None
    process_instance_id: str | None
    time: CamundaDate
    message: str
    removal_time: CamundaDate | None
    root_process_instance_id: str | None

    @classmethod
    def of(cls, row: tuple[Comment, InstanceRow | None]) -> Self:
        """The view of a comment, and of the instance that it belongs to."""
        comment, instance = row
        return cls(
            links=[],
            id=comment.id,
            user_id=comment.author,
            task_id=comment.task_id,
            process_instance_id=None if instance is None else instance.id,
            time=comment.written_at,
            message=comment.message,
            removal_time=None if instance is None else instance.removal_time,
            root_process_instance_id=None if instance is None else instance.root_id,
        )
