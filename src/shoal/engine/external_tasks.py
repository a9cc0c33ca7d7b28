"""External tasks: work that a remote worker takes by topic, and reports on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from shoal.commands.complete_external_tasks import complete_external_task, throw_external_task_error
from shoal.commands.context import Context
from shoal.commands.fail_external_tasks import WorkFailed, fail_external_task
from shoal.commands.fetch_external_tasks import CreateTime, LockedTask, Topic, fetch_and_lock_external_tasks
from shoal.commands.lock_external_tasks import extend_external_task_lock, unlock_external_task
from shoal.engine import log_words
from shoal.engine.access import allowed
from shoal.engine.external_work import ExternalWork
from shoal.engine.variables import typed
from shoal.people.permissions import Permission


class ExternalTasks(ExternalWork):
    """``engine.external_tasks``"""

    def __init__(self, context: Context) -> None:
        self._context = context

    @allowed(Permission.UPDATE_INSTANCES)
    def fetch_and_lock(
        self,
        worker_id: str,
        topics: Iterable[Topic | str],
        *,
        max_tasks: int = 10,
        lock_seconds: float = 60.0,
        use_priority: bool = True,
        create_time: CreateTime = None,
    ) -> list[LockedTask]:
        """Take up to ``max_tasks`` tasks that nobody holds; each goes to exactly one worker.

        Topics given as text are locked for ``lock_seconds``. Higher priorities go first unless
        ``use_priority`` is False; then the older ones ("asc") or the newer ones ("desc") of ``create_time``.

        >>> engine.external_tasks.fetch_and_lock("me", ["ship-order"], max_tasks=5)
        []
        """
        wanted = [
            Topic(topic, timedelta(seconds=lock_seconds)) if isinstance(topic, str) else topic for topic in topics
        ]
        return fetch_and_lock_external_tasks(
            self._context,
            worker_id,
            wanted,
            max_tasks=max_tasks,
            use_priority=use_priority,
            create_time=create_time,
        )

    @allowed(Permission.UPDATE_INSTANCES)
    def complete(
        self,
        task_id: str,
        worker_id: str,
        variables: Mapping[str, Any] | None = None,
        local_variables: Mapping[str, Any] | None = None,
    ) -> None:
        """The work is done; the instance moves on.

        NotFoundError; InputError: another worker holds it; SuspendedError; ExecutionError: what followed
        failed, and the task is as it was.
        """
        complete_external_task(self._context, task_id, worker_id, typed(variables), typed(local_variables))

    @allowed(Permission.UPDATE_INSTANCES)
    def fail(
        self,
        task_id: str,
        worker_id: str,
        error_message: str | None = None,
        *,
        error_details: str | None = None,
        retries: int = 0,
        retry_seconds: float = 0.0,
        variables: Mapping[str, Any] | None = None,
        local_variables: Mapping[str, Any] | None = None,
    ) -> None:
        """The work could not be done. ``retries`` are left; with none it becomes an incident."""
        report = WorkFailed(
            task_id,
            worker_id,
            error_message,
            error_details,
            retries,
            typed(variables),
            typed(local_variables),
            retry_timeout=timedelta(seconds=retry_seconds),
        )
        fail_external_task(self._context, report)

    @allowed(Permission.UPDATE_INSTANCES)
    def throw_error(
        self,
        task_id: str,
        worker_id: str,
        error_code: str,
        error_message: str | None = None,
        variables: Mapping[str, Any] | None = None,
    ) -> None:
        """End the task with a BPMN error, which the model may catch."""
        throw_external_task_error(self._context, task_id, worker_id, error_code, error_message, typed(variables))

    @allowed(Permission.UPDATE_INSTANCES)
    def extend_lock(self, task_id: str, worker_id: str, lock_seconds: float) -> None:
        """Hold the task for ``lock_seconds`` from now on."""
        extend_external_task_lock(self._context, task_id, worker_id, timedelta(seconds=lock_seconds))

    @allowed(Permission.UPDATE_INSTANCES, log_words.UNLOCK)
    def unlock(self, task_id: str) -> None:
        """Give the task back, whoever holds it."""
        unlock_external_task(self._context, task_id)
