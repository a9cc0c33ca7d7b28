"""User tasks: found, claimed, completed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shoal.commands.assign_user_tasks import assign_user_task, claim_user_task
from shoal.commands.complete_user_tasks import complete_user_task
from shoal.commands.context import Context
from shoal.engine import log_words
from shoal.engine.access import allowed
from shoal.engine.task_work import TaskWork
from shoal.engine.variables import typed
from shoal.people.permissions import Permission


class Tasks(TaskWork):
    """``engine.tasks``"""

    def __init__(self, context: Context) -> None:
        self._context = context

    @allowed(Permission.WORK_ON_TASKS, log_words.COMPLETE_TASK)
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

    @allowed(Permission.WORK_ON_TASKS, log_words.CLAIM)
    def claim(self, task_id: str, user_id: str) -> None:
        """Take a task that nobody has. ConflictError: somebody else has it."""
        claim_user_task(self._context, task_id, user_id)

    @allowed(Permission.ASSIGN_TASKS, log_words.ASSIGN)
    def assign(self, task_id: str, user_id: str | None) -> None:
        """Give a task to somebody, or to nobody."""
        assign_user_task(self._context, task_id, user_id)
