"""``engine.external_task_service``: work for remote workers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, Self

from shoal.camunda.queries.external_task import ExternalTaskQuery
from shoal.camunda.selecting import Filtering
from shoal.camunda.services import queries_of_processes as queries
from shoal.camunda.services.batch import Batch
from shoal.camunda.services.choice import Ids
from shoal.camunda.services.entity import Entity
from shoal.camunda.services.external_task_retries import UpdateExternalTaskRetries
from shoal.camunda.services.overloads import sorted_out, united
from shoal.camunda.services.query import QueryBuilder
from shoal.commands.fetch_external_tasks import LockedTask, Topic
from shoal.engine import Engine
from shoal.errors import InputError

Variables = Mapping[str, Any] | None


class FetchAndLock:
    """Camunda 7: ``ExternalTaskQueryBuilder``."""

    def __init__(self, engine: Engine, max_tasks: int, worker_id: str, use_priority: bool) -> None:
        self._engine = engine
        self._max_tasks = max_tasks
        self._worker_id = worker_id
        self._use_priority = use_priority
        self._topics: list[Topic] = []

    def topic(self, topic_name: str, lock_duration: int, *variables: str) -> Self:
        """Tasks of a topic, locked for that many milliseconds; with all variables, or those that are named."""
        self._topics.append(Topic(topic_name, timedelta(milliseconds=lock_duration), variables or None))
        return self

    def execute(self) -> list[LockedTask]:
        """The tasks that the worker has now."""
        return self._engine.external_tasks.fetch_and_lock(
            self._worker_id, self._topics, max_tasks=self._max_tasks, use_priority=self._use_priority
        )


class ExternalTaskService:
    """Camunda 7: ``ExternalTaskService``. Durations are milliseconds. Everything about one task: NotFoundError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def set_retries_async(
        self,
        *given: Ids | Filtering | str | int,
        external_task_ids: Ids = None,
        external_task_query: Filtering | None = None,
        retries: int | None = None,
    ) -> Batch:
        """A batch that sets the tries of tasks. By position: ids, the query, the tries."""
        method = "set_retries_async"
        said = united(
            method,
            sorted_out(
                method,
                given,
                ids=["external_task_ids"],
                queries=["external_task_query"],
                number=["retries"],
            ),
            external_task_ids=external_task_ids,
            external_task_query=external_task_query,
        )
        count = said.get("retries", retries)
        if count is None:
            raise InputError("The number of retries cannot be null.", field="retries")
        builder = self.update_retries().external_task_ids(said.get("external_task_ids"))
        return builder.external_task_query(said.get("external_task_query")).set_async(count)

    def update_retries(self) -> UpdateExternalTaskRetries:
        """Tries of tasks, by ids and queries of tasks and of process instances."""
        return UpdateExternalTaskRetries(self._engine)

    def set_retries(self, external_task: str | Iterable[str], retries: int) -> None:
        """Set the tries of a task, or of a list of tasks, now."""
        if isinstance(external_task, str):
            self._engine.external_tasks.set_retries(external_task, retries)
        else:
            self.update_retries().external_task_ids(external_task).set(retries)

    def set_priority(self, external_task_id: str, priority: int) -> None:
        """Tasks with a higher priority are fetched first."""
        self._engine.external_tasks.set_priority(external_task_id, priority)

    def fetch_and_lock(self, max_tasks: int, worker_id: str, use_priority: bool = False) -> FetchAndLock:
        """Take tasks."""
        return FetchAndLock(self._engine, max_tasks, worker_id, use_priority)

    def lock(self, external_task_id: str, worker_id: str, lock_duration: int) -> None:
        """Take one task that nobody holds. InputError: somebody does."""
        self._engine.external_tasks.lock(external_task_id, worker_id, lock_duration / 1000)

    def extend_lock(self, external_task_id: str, worker_id: str, new_lock_duration: int) -> None:
        """Hold it that long from now on. InputError: another worker holds it."""
        self._engine.external_tasks.extend_lock(external_task_id, worker_id, new_lock_duration / 1000)

    def unlock(self, external_task_id: str) -> None:
        """Give it back."""
        self._engine.external_tasks.unlock(external_task_id)

    def complete(
        self, external_task_id: str, worker_id: str, variables: Variables = None, local_variables: Variables = None
    ) -> None:
        """It is done. InputError: another worker holds it; SuspendedError; ExecutionError."""
        self._engine.external_tasks.complete(external_task_id, worker_id, variables, local_variables)

    def handle_failure(
        self,
        external_task_id: str,
        worker_id: str,
        error_message: str | None,
        *given: str | int | Mapping[str, Any] | None,
    ) -> None:
        """It could not be done. Behind the message: error details, retries, milliseconds until the next try,
        variables, local variables.
        """
        said = sorted_out(
            "handle_failure",
            given,
            text=["error_details"],
            number=["retries", "retry_timeout"],
            mapping=["variables", "local_variables"],
        )
        pause = said.pop("retry_timeout", 0) / 1000
        self._engine.external_tasks.fail(external_task_id, worker_id, error_message, retry_seconds=pause, **said)

    def handle_bpmn_error(
        self,
        external_task_id: str,
        worker_id: str,
        error_code: str,
        error_message: str | None = None,
        variables: Variables = None,
    ) -> None:
        """End it with a BPMN error."""
        self._engine.external_tasks.throw_error(external_task_id, worker_id, error_code, error_message, variables)

    def get_external_task_error_details(self, external_task_id: str) -> str | None:
        """What its worker said at length of the last failure."""
        return self._engine.external_tasks.error_details(external_task_id)

    def get_topic_names(self) -> list[str]:
        """The topics of all tasks."""
        return self._engine.external_tasks.topics()

    def create_external_task_query(self) -> QueryBuilder[ExternalTaskQuery, Entity]:
        """External tasks."""
        return queries.external_tasks(self._engine)
