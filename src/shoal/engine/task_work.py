"""User tasks in the hands of people: found, given away, changed, discussed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shoal.commands.assign_user_tasks import delegate_user_task, resolve_user_task, unclaim_user_task
from shoal.commands.attach import attach, content_of_attachment, delete_attachment
from shoal.commands.change_identity_links import add_identity_link, delete_identity_link
from shoal.commands.context import Context
from shoal.commands.set_task_properties import set_task_properties
from shoal.commands.standalone_tasks import create_standalone_task, delete_standalone_tasks
from shoal.commands.throw_from_user_tasks import throw_user_task_error, throw_user_task_escalation
from shoal.commands.write_comments import change_comment, delete_comment, delete_comments_of, write_comment
from shoal.engine import log_words
from shoal.engine.access import allowed
from shoal.engine.filters import parsed
from shoal.engine.paging import check_page
from shoal.engine.variables import typed
from shoal.errors import InputError, NotFoundError
from shoal.filters.tasks import TaskFilter
from shoal.ids import is_id
from shoal.people.permissions import Permission
from shoal.store.queries.discussions import Attachment, Comment, discussed_tasks, list_attachments, list_comments
from shoal.store.queries.identity_links import IdentityLink, links_of_task
from shoal.store.queries.task_filters import (
    TaskDetails,
    TaskOrder,
    count_by_candidate_group,
    count_tasks,
    list_tasks,
)

Filter = TaskFilter | Mapping[str, Any] | None


class TaskWork:
    """The part of ``engine.tasks`` that is about people."""

    _context: Context

    @allowed(Permission.READ_TASKS)
    def find(
        self,
        filter: Filter = None,  # noqa: A002 - the word that users of filters know
        *,
        sort: str | Sequence[TaskOrder] = "id",
        descending: bool = False,
        offset: int = 0,
        limit: int = 100,
        after_id: str | None = None,
        **conditions: Any,
    ) -> list[TaskDetails]:
        """The tasks that match, ended ones included; ``after_id``, the last id of the page before, walks by id.

        >>> engine.tasks.find(open=True, candidate_group="sales")
        []
        """
        check_page(limit, offset=offset, after_id=after_id)
        if after_id is not None and (sort != "id" or descending or offset):
            raise InputError("after_id walks by id; it does not go together with sort or offset", field="after_id")
        wanted = parsed(TaskFilter, filter, conditions)
        with self._context.database.read() as tx:
            return list_tasks(
                tx, wanted, sort=sort or "id", descending=descending, offset=offset, limit=limit, after_id=after_id
            )

    @allowed(Permission.READ_TASKS)
    def count(self, filter: Filter = None, **conditions: Any) -> int:  # noqa: A002
        """How many tasks match; all, if nothing is said."""
        wanted = parsed(TaskFilter, filter, conditions)
        with self._context.database.read() as tx:
            return count_tasks(tx, wanted)

    @allowed(Permission.READ_TASKS)
    def get(self, task_id: str) -> TaskDetails:
        """One task, open or ended. NotFoundError."""
        found = self.find(ids=(task_id,))
        if not found:
            raise NotFoundError(f"there is no task '{task_id}'", task_id=task_id)
        return found[0]

    @allowed(Permission.READ_TASKS)
    def count_by_group(self) -> list[tuple[str | None, int]]:
        """How many open tasks each group may take; with None, those that no group may take."""
        with self._context.database.read() as tx:
            return count_by_candidate_group(tx)

    @allowed(Permission.READ_TASKS)
    def discussed(self, task_ids: Sequence[str]) -> tuple[set[str], set[str]]:
        """Which of the tasks have comments, and which have attachments."""
        with self._context.database.read() as tx:
            return discussed_tasks(tx, [each for each in task_ids if is_id(each)])

    @allowed(Permission.CREATE_TASKS, log_words.CREATE_TASK)
    def create(self, *, task_id: str | None = None, parent_id: str | None = None, **properties: Any) -> str:
        """Make a task that belongs to no process instance, or a sub-task of ``parent_id``; its id.

        ``properties`` are those of ``change``. InputError; NotFoundError: the parent is no open task.
        """
        return create_standalone_task(self._context, properties, task_id=task_id, parent_id=parent_id)

    @allowed(Permission.DELETE_TASKS, log_words.DELETE_TASK)
    def delete(self, task_id: str, *, reason: str = "deleted", cascade: bool = False) -> None:
        """End a task that belongs to no process instance; ``cascade``: remove it with its history.

        NotFoundError; ConflictError: it belongs to a process instance.
        """
        delete_standalone_tasks(self._context, [task_id], reason=reason, cascade=cascade)

    @allowed(Permission.WORK_ON_TASKS, log_words.UNCLAIM)
    def unclaim(self, task_id: str) -> None:
        """Give a task back: nobody has it."""
        unclaim_user_task(self._context, task_id)

    @allowed(Permission.ASSIGN_TASKS, log_words.DELEGATE)
    def delegate(self, task_id: str, user_id: str) -> None:
        """Let somebody else do a task; whoever had it owns it until it is resolved."""
        delegate_user_task(self._context, task_id, user_id)

    @allowed(Permission.WORK_ON_TASKS, log_words.RESOLVE)
    def resolve(self, task_id: str, variables: Mapping[str, Any] | None = None) -> None:
        """A delegated task is done: it goes back to its owner. ``variables``: as in ``complete``."""
        resolve_user_task(self._context, task_id, typed(variables))

    @allowed(Permission.ASSIGN_TASKS, log_words.UPDATE_TASK)
    def change(self, task_id: str, **changes: Any) -> None:
        """Change name, description, assignee, owner, priority, due_at, follow_up_at or delegation_state.

        InputError names what cannot be set; NotFoundError; SuspendedError; ExecutionError: a listener failed.
        """
        set_task_properties(self._context, task_id, changes)

    @allowed(Permission.WORK_ON_TASKS, log_words.THROW_ERROR)
    def throw_error(
        self, task_id: str, code: str, message: str | None = None, variables: Mapping[str, Any] | None = None
    ) -> None:
        """End the task with a BPMN error, which the model may catch."""
        throw_user_task_error(self._context, task_id, code, message, typed(variables))

    @allowed(Permission.WORK_ON_TASKS, log_words.THROW_ESCALATION)
    def throw_escalation(self, task_id: str, code: str, variables: Mapping[str, Any] | None = None) -> None:
        """Say an escalation, which the model may catch."""
        throw_user_task_escalation(self._context, task_id, code, typed(variables))

    @allowed(Permission.READ_TASKS)
    def links(self, task_id: str) -> list[IdentityLink]:
        """Who has to do with the task: assignee, owner, candidates and others. NotFoundError."""
        task = self.get(task_id)
        single = {"assignee": task.assignee, "owner": task.owner}
        with self._context.database.read() as tx:
            others = links_of_task(tx, task_id)
        return [IdentityLink(task_id, kind, user, None) for kind, user in single.items() if user] + others

    @allowed(Permission.ASSIGN_TASKS, log_words.add_link)
    def add_link(
        self, task_id: str, kind: str = "candidate", *, user_id: str | None = None, group_id: str | None = None
    ) -> None:
        """Let a user or a group be a candidate, or anything else."""
        add_identity_link(self._context, task_id, kind, user_id=user_id, group_id=group_id)

    @allowed(Permission.ASSIGN_TASKS, log_words.delete_link)
    def delete_link(
        self, task_id: str, kind: str = "candidate", *, user_id: str | None = None, group_id: str | None = None
    ) -> None:
        """Take that back."""
        delete_identity_link(self._context, task_id, kind, user_id=user_id, group_id=group_id)

    @allowed(Permission.WORK_ON_TASKS, log_words.COMMENT)
    def comment(
        self,
        message: str,
        *,
        task_id: str | None = None,
        instance_id: str | None = None,
        author: str | None = None,
    ) -> Comment:
        """Comment on an open task, or on an instance."""
        return write_comment(self._context, message, task_id=task_id, instance_id=instance_id, author=author)

    @allowed(Permission.WORK_ON_TASKS, log_words.CHANGE_COMMENT)
    def change_comment(self, comment_id: str, message: str) -> None:
        """Give a comment another text."""
        change_comment(self._context, comment_id, message)

    @allowed(Permission.WORK_ON_TASKS, log_words.DELETE_COMMENT)
    def delete_comment(self, comment_id: str) -> None:
        """Remove a comment."""
        delete_comment(self._context, comment_id)

    @allowed(Permission.WORK_ON_TASKS, log_words.DELETE_COMMENTS)
    def delete_comments(self, *, task_id: str | None = None, instance_id: str | None = None) -> int:
        """Remove all comments on a task, or on an instance and its tasks; how many there were."""
        return delete_comments_of(self._context, task_id=task_id, instance_id=instance_id)

    @allowed(Permission.READ_TASKS)
    def comments(self, *, task_id: str | None = None, instance_id: str | None = None) -> list[Comment]:
        """The comments on a task, or all of an instance, the newest first."""
        if not is_id(task_id or instance_id or ""):
            return []
        with self._context.database.read() as tx:
            return list_comments(tx, task_id=task_id, instance_id=instance_id)

    @allowed(Permission.WORK_ON_TASKS, log_words.ATTACH)
    def attach(self, **said: Any) -> Attachment:
        """Attach a file or an address: ``attach(task_id=..., name="offer.pdf", content=data)``.

        ``task_id`` or ``instance_id``; ``content`` or ``url``; ``name``, ``kind``, ``description``, ``author``.
        """
        return attach(self._context, **said)

    @allowed(Permission.READ_TASKS)
    def attachments(self, *, task_id: str | None = None, instance_id: str | None = None) -> list[Attachment]:
        """The attachments of a task, or all of an instance, the oldest first."""
        if not is_id(task_id or instance_id or ""):
            return []
        with self._context.database.read() as tx:
            return list_attachments(tx, task_id=task_id, instance_id=instance_id)

    @allowed(Permission.READ_TASKS)
    def attachment_content(self, attachment_id: str) -> bytes | None:
        """The attached file; None if it is an address."""
        return content_of_attachment(self._context, attachment_id)

    @allowed(Permission.WORK_ON_TASKS, log_words.DELETE_ATTACHMENT)
    def delete_attachment(self, attachment_id: str) -> None:
        """Remove an attachment with its content."""
        delete_attachment(self._context, attachment_id)
