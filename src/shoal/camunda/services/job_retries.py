"""``set_job_retries_by_jobs_async``, ``set_job_retries_by_process_async`` and ``set_job_retries``, as builders."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

from shoal.camunda.selecting import Filtering
from shoal.camunda.services.batch import Batch
from shoal.camunda.services.choice import Choice, Ids
from shoal.commands.outcome import ChunkOutcome
from shoal.engine import Engine


class _SetJobRetries:
    """What both have in common."""

    _of: str

    def __init__(self, engine: Engine, retries: int) -> None:
        self._choice = Choice(engine)
        self._params: dict[str, Any] = {"retries": retries, "of": self._of}

    def due_date(self, due_date: datetime | None) -> Self:
        """The new due date; None takes it away. Not called, due dates stay."""
        self._params["due_at"] = due_date
        return self

    def execute_async(self) -> Batch:
        """A batch that does it."""
        return self._choice.create("set-job-retries", self._params)

    def execute(self) -> ChunkOutcome:
        """Do it now."""
        return self._choice.carry_out("set-job-retries", self._params)


class SetRetriesOfJobs(_SetJobRetries):
    """Camunda 7: ``SetJobRetriesByJobsAsyncBuilder``."""

    _of = "jobs"

    def job_ids(self, *job_ids: str | Ids) -> Self:
        """These jobs; ids, or lists of ids."""
        self._choice.add(*job_ids)
        return self

    job_id = job_ids

    def job_query(self, query: Filtering | None) -> Self:
        """What a ``JobQuery`` finds."""
        self._choice.add_query(query)
        return self


class SetRetriesOfProcesses(_SetJobRetries):
    """Camunda 7: ``SetJobRetriesByProcessAsyncBuilder``."""

    _of = "instances"

    def process_instance_ids(self, *process_instance_ids: str | Ids) -> Self:
        """All jobs of these instances; ids, or lists of ids."""
        self._choice.add(*process_instance_ids)
        return self

    def process_instance_query(self, query: Filtering | None) -> Self:
        """All jobs of what a ``ProcessInstanceQuery`` finds."""
        self._choice.add_query(query)
        return self

    def historic_process_instance_query(self, query: Filtering | None) -> Self:
        """All jobs of those that run of what a ``HistoricProcessInstanceQuery`` finds."""
        self._choice.add_query(query)
        return self
