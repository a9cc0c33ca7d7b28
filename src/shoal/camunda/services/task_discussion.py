"""The part of ``engine.task_service`` that is about comments and attachments."""

from __future__ import annotations

from shoal.engine import Engine
from shoal.errors import NotFoundError
from shoal.store.queries.discussions import Attachment, Comment


class TaskDiscussion:
    """Comments and attachments, of user tasks and of instances as a whole."""

    _engine: Engine

    def create_comment(self, task_id: str | None, process_instance_id: str | None, message: str) -> Comment:
        """Comment on a task, or on an instance."""
        return self._engine.tasks.comment(message, task_id=task_id, instance_id=process_instance_id)

    def update_task_comment(self, task_id: str, comment_id: str, message: str) -> None:
        """Give a comment on the task another text. NotFoundError: there is no such one."""
        self._engine.tasks.change_comment(self._comment(comment_id, task_id=task_id), message)

    def update_process_instance_comment(self, process_instance_id: str, comment_id: str, message: str) -> None:
        """Give a comment of the instance another text. NotFoundError: there is no such one."""
        self._engine.tasks.change_comment(self._comment(comment_id, instance_id=process_instance_id), message)

    def delete_task_comment(self, task_id: str, comment_id: str) -> None:
        """Remove a comment on the task. NotFoundError: there is no such one."""
        self._engine.tasks.delete_comment(self._comment(comment_id, task_id=task_id))

    def delete_task_comments(self, task_id: str) -> None:
        """Remove all comments on the task."""
        self._engine.tasks.delete_comments(task_id=task_id)

    def delete_process_instance_comment(self, process_instance_id: str, comment_id: str) -> None:
        """Remove a comment of the instance. NotFoundError: there is no such one."""
        self._engine.tasks.delete_comment(self._comment(comment_id, instance_id=process_instance_id))

    def delete_process_instance_comments(self, process_instance_id: str) -> None:
        """Remove all comments of the instance."""
        self._engine.tasks.delete_comments(instance_id=process_instance_id)

    def get_task_comment(self, task_id: str, comment_id: str) -> Comment | None:
        """One comment on the task; None if there is none."""
        found = (each for each in self.get_task_comments(task_id) if each.id == comment_id)
        return next(found, None)

    def get_task_comments(self, task_id: str) -> list[Comment]:
        """The comments on a task, the newest first."""
        return self._engine.tasks.comments(task_id=task_id)

    def get_process_instance_comments(self, process_instance_id: str) -> list[Comment]:
        """All comments of an instance, the newest first."""
        return self._engine.tasks.comments(instance_id=process_instance_id)

    def create_attachment(
        self,
        attachment_type: str | None,
        task_id: str | None,
        process_instance_id: str | None,
        attachment_name: str | None,
        attachment_description: str | None,
        content: bytes | str,
    ) -> Attachment:
        """Attach a file, which is bytes, or an address, which is a text, to a task or to an instance."""
        said = {"url": content} if isinstance(content, str) else {"content": content}
        return self._engine.tasks.attach(
            task_id=task_id,
            instance_id=process_instance_id,
            kind=attachment_type,
            name=attachment_name,
            description=attachment_description,
            **said,
        )

    def get_task_attachments(self, task_id: str) -> list[Attachment]:
        """The attachments of a task, the oldest first."""
        return self._engine.tasks.attachments(task_id=task_id)

    def get_process_instance_attachments(self, process_instance_id: str) -> list[Attachment]:
        """All attachments of an instance, the oldest first."""
        return self._engine.tasks.attachments(instance_id=process_instance_id)

    def get_task_attachment(self, task_id: str, attachment_id: str) -> Attachment | None:
        """One attachment of the task; None if there is none."""
        found = (each for each in self.get_task_attachments(task_id) if each.id == attachment_id)
        return next(found, None)

    def get_attachment_content(self, attachment_id: str) -> bytes | None:
        """The attached file; None if it is an address. NotFoundError."""
        return self._engine.tasks.attachment_content(attachment_id)

    def delete_attachment(self, attachment_id: str) -> None:
        """Remove an attachment with its content. NotFoundError."""
        self._engine.tasks.delete_attachment(attachment_id)

    def delete_task_attachment(self, task_id: str, attachment_id: str) -> None:
        """Remove an attachment of the task. NotFoundError: there is no such one."""
        found = self.get_task_attachment(task_id, attachment_id)
        if found is None:
            raise NotFoundError(f"the task has no attachment '{attachment_id}'", attachment_id=attachment_id)
        self._engine.tasks.delete_attachment(found.id)

    def _comment(self, comment_id: str, *, task_id: str | None = None, instance_id: str | None = None) -> str:
        found = self._engine.tasks.comments(task_id=task_id, instance_id=instance_id)
        if all(each.id != comment_id for each in found):
            raise NotFoundError(f"there is no comment '{comment_id}' there", comment_id=comment_id)
        return comment_id
