"""User tasks: found, claimed, completed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shoal.commands.assign_user_tasks import assign_user_task, claim_user_task
from shoal.commands.complete_user_tasks import complete_user_task
from shoal.commands.context import Context
from shoal.engine.paging import check_page
from shoal.engine.task_work import TaskWork
from shoal.engine.variables import typed
from shoal.store.queries.task_lists import TaskRow, list_open_tasks
from shoal.validation import refuse_unknown

Rows = list[TaskRow]

_CONDITIONS = ("instance_id", "definition_key", "activity_id", "assignee", "business_key")


class Tasks(TaskWork):
    """``engine.tasks``"""

    def __init__(self, context: Context) -> None:
        self._context = context

    def list(self, *, limit: int = 100, after_id: str | None = None, **conditions: str | None) -> Rows:
        """The open tasks, by id: ``instance_id``, ``definition_key``, ``activity_id``, ``assignee``,
        ``business_key``. ``after_id`` is the last id of the page before.

        >>> engine.tasks.list(assignee="mary")
        []
        """
        check_page(limit, after_id=after_id)
        refuse_unknown(conditions, _CONDITIONS, "tasks.list")
        with self._context.database.read() as tx:
            return list_open_tasks(tx, limit=limit, after_id=after_id, **conditions)

    def complete(
        self,
        task_id: str,
        variables: Mapping[str, Any] | None = None,
        local_variables: Mapping[str, Any] | None = None,
    ) -> None:
        """The task is done; the instance moves on.

        NotFoundError: no open task; SuspendedError; ConflictError: it is delegated; ExecutionError: what
        followed failed, and the task is as it was.
        """
        complete_user_task(self._context, task_id, typed(variables), typed(local_variables))

    def claim(self, task_id: str, user_id: str) -> None:
        """Take a task that nobody has. ConflictError: somebody else has it."""
        claim_user_task(self._context, task_id, user_id)

    def assign(self, task_id: str, user_id: str | None) -> None:
        """Give a task to somebody, or to nobody."""
        assign_user_task(self._context, task_id, user_id)
