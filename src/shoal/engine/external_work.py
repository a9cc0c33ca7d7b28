"""External tasks seen from outside of their workers: found, waited for, given tries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from shoal import clock
from shoal.commands.await_external_tasks import any_free_external_task, await_external_tasks
from shoal.commands.context import Context
from shoal.commands.external_work import ArrivalSignal, arrivals_of
from shoal.commands.fetch_external_tasks import CreateTime, LockedTask, Topic
from shoal.commands.lock_external_tasks import lock_external_task
from shoal.commands.set_external_task_retries import set_external_task_priority, set_external_task_retries
from shoal.engine import log_words
from shoal.engine.access import allowed
from shoal.engine.filters import parsed
from shoal.errors import NotFoundError
from shoal.filters.external_tasks import ExternalTaskFilter
from shoal.ids import is_id
from shoal.people.permissions import Permission
from shoal.store.queries.external_task_filters import (
    ExternalTaskRow,
    count_external_tasks,
    error_details_of,
    list_external_tasks,
    topics_of_external_tasks,
)
from shoal.store.queries.ordering import Order

Filter = ExternalTaskFilter | Mapping[str, Any] | None


class ExternalWork:
    """The part of ``engine.external_tasks`` that is not about a single worker."""

    _context: Context

    @allowed(Permission.UPDATE_INSTANCES)
    def wait_and_lock(
        self,
        worker_id: str,
        topics: Iterable[Topic | str],
        *,
        timeout_seconds: float,
        max_tasks: int = 10,
        lock_seconds: float = 60.0,
        use_priority: bool = True,
        create_time: CreateTime = None,
    ) -> list[LockedTask]:
        """As ``fetch_and_lock``, but wait for tasks up to ``timeout_seconds`` when there are none.

        ``create_time``: the older first ("asc"), or the newer ("desc"). UnavailableError: too many wait already.
        """
        wanted = [
            Topic(topic, timedelta(seconds=lock_seconds)) if isinstance(topic, str) else topic for topic in topics
        ]
        return await_external_tasks(
            self._context,
            worker_id,
            wanted,
            max_tasks=max_tasks,
            timeout=timedelta(seconds=timeout_seconds),
            use_priority=use_priority,
            create_time=create_time,
        )

    @property
    @allowed(Permission.UPDATE_INSTANCES)
    def arrivals(self) -> ArrivalSignal:
        """Says that there may be tasks to fetch, for those who wait without a thread."""
        return arrivals_of(self._context.database)

    @allowed(Permission.UPDATE_INSTANCES)
    def any_free(self, topics: Iterable[str]) -> bool:
        """Whether there may be a task of these topics that a worker could take."""
        return any_free_external_task(self._context, list(topics))

    @allowed(Permission.ADMINISTER)
    def stop_waiting(self) -> None:
        """Send away all who wait for tasks: the process is about to end."""
        arrivals_of(self._context.database).close()

    @allowed(Permission.READ_INSTANCES)
    def find(
        self,
        filter: Filter = None,  # noqa: A002 - the word that users of filters know
        *,
        sort: str | Sequence[Order] = "id",
        descending: bool = False,
        offset: int = 0,
        limit: int = 100,
        **conditions: Any,
    ) -> list[ExternalTaskRow]:
        """The tasks that match: ``find(topic="ship-order", retries_left=False)``."""
        wanted = parsed(ExternalTaskFilter, filter, conditions)
        with self._context.database.read() as tx:
            return list_external_tasks(
                tx, wanted, clock.now(), sort=sort, descending=descending, offset=offset, limit=limit
            )

    @allowed(Permission.READ_INSTANCES)
    def count(self, filter: Filter = None, **conditions: Any) -> int:  # noqa: A002
        """How many tasks match; all, if nothing is said."""
        wanted = parsed(ExternalTaskFilter, filter, conditions)
        with self._context.database.read() as tx:
            return count_external_tasks(tx, wanted, clock.now())

    @allowed(Permission.READ_INSTANCES)
    def get(self, task_id: str) -> ExternalTaskRow:
        """One task. NotFoundError."""
        found = self.find(ids=(task_id,))
        if not found:
            raise _unknown(task_id)
        return found[0]

    @allowed(Permission.READ_INSTANCES)
    def error_details(self, task_id: str) -> str | None:
        """What its worker said of the last failure; None if nothing. NotFoundError."""
        with self._context.database.read() as tx:
            found = error_details_of(tx, task_id) if is_id(task_id) else None
        if found is None:
            raise _unknown(task_id)
        return found[0]

    @allowed(Permission.READ_INSTANCES)
    def topics(self, filter: Filter = None, **conditions: Any) -> list[str]:  # noqa: A002
        """The topics of the tasks that match; of all, if nothing is said."""
        wanted = parsed(ExternalTaskFilter, filter, conditions)
        with self._context.database.read() as tx:
            return topics_of_external_tasks(tx, wanted, clock.now())

    @allowed(Permission.UPDATE_INSTANCES)
    def lock(self, task_id: str, worker_id: str, lock_seconds: float) -> None:
        """Take one task that nobody holds. NotFoundError; InputError: somebody holds it."""
        lock_external_task(self._context, task_id, worker_id, timedelta(seconds=lock_seconds))

    @allowed(Permission.UPDATE_INSTANCES, log_words.SET_EXTERNAL_RETRIES)
    def set_retries(self, task_id: str, retries: int) -> None:
        """Give it that many tries; some resolve its incident, none make one. NotFoundError."""
        with self._context.database.write() as tx:
            outcome = set_external_task_retries(self._context, tx, [task_id], retries, clock.now(), wait=True)
            if not outcome.succeeded:
                raise _unknown(task_id)

    @allowed(Permission.UPDATE_INSTANCES, log_words.SET_EXTERNAL_PRIORITY)
    def set_priority(self, task_id: str, priority: int) -> None:
        """Tasks with a higher priority are fetched first. NotFoundError."""
        set_external_task_priority(self._context, task_id, priority)


def _unknown(task_id: str) -> NotFoundError:
    return NotFoundError(f"External task with id {task_id} does not exist", task_id=task_id)
