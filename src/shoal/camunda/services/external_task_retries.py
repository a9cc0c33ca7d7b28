"""``external_task_service.update_retries()``."""

from __future__ import annotations

from typing import Self

from shoal.camunda.selecting import Filtering
from shoal.camunda.services.batch import Batch
from shoal.camunda.services.choice import Choice, Ids
from shoal.commands.outcome import ChunkOutcome
from shoal.engine import Engine
from shoal.filters import InstanceFilter
from shoal.filters.external_tasks import ExternalTaskFilter


class _OfInstances:
    """The external tasks of instances, as a query."""

    def __init__(self, instances: object) -> None:
        self._instances = instances

    def filter(self) -> ExternalTaskFilter:
        return ExternalTaskFilter.model_validate({"instance": self._instances})


class UpdateExternalTaskRetries:
    """Camunda 7: ``UpdateExternalTaskRetriesBuilder``. What is said more than once is united."""

    def __init__(self, engine: Engine) -> None:
        self._choice = Choice(engine)

    def external_task_ids(self, *external_task_ids: str | Ids) -> Self:
        """These tasks; ids, or lists of ids."""
        self._choice.add(*external_task_ids)
        return self

    def external_task_query(self, query: Filtering | None) -> Self:
        """What an ``ExternalTaskQuery`` finds."""
        self._choice.add_query(query)
        return self

    def process_instance_ids(self, *process_instance_ids: str | Ids) -> Self:
        """All tasks of these instances; ids, or lists of ids."""
        named = Choice(self._choice.engine)
        named.add(*process_instance_ids)
        self._choice.add_query(_OfInstances(InstanceFilter.model_validate({"ids": named.ids})))
        return self

    def process_instance_query(self, query: Filtering | None) -> Self:
        """All tasks of what a ``ProcessInstanceQuery`` finds."""
        if query is not None:
            self._choice.add_query(_OfInstances(query.filter()))
        return self

    def historic_process_instance_query(self, query: Filtering | None) -> Self:
        """All tasks of what a ``HistoricProcessInstanceQuery`` finds."""
        return self.process_instance_query(query)

    def set(self, retries: int) -> ChunkOutcome:
        """Give them that many tries, now."""
        return self._choice.carry_out("set-external-task-retries", {"retries": retries})

    def set_async(self, retries: int) -> Batch:
        """A batch that gives them that many tries."""
        return self._choice.create("set-external-task-retries", {"retries": retries})
