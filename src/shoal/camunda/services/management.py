"""``engine.management_service``: jobs and batches."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import overload

from shoal.camunda.queries.batch import BatchQuery, BatchStatisticsQuery
from shoal.camunda.queries.job import JobQuery
from shoal.camunda.queries.job_definition import JobDefinitionQuery
from shoal.camunda.selecting import Filtering
from shoal.camunda.services import queries_of_processes as queries
from shoal.camunda.services.batch import Batch
from shoal.camunda.services.choice import Ids
from shoal.camunda.services.entity import Entity
from shoal.camunda.services.job_retries import SetRetriesOfJobs, SetRetriesOfProcesses
from shoal.camunda.services.overloads import sorted_out, united
from shoal.camunda.services.query import QueryBuilder
from shoal.engine import Engine
from shoal.errors import InputError


class ManagementService:
    """Camunda 7: ``ManagementService``. Everything about one job or batch raises NotFoundError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def set_job_retries_by_jobs_async(self, retries: int) -> SetRetriesOfJobs:
        """Tries of jobs, by their ids and by queries."""
        return SetRetriesOfJobs(self._engine, retries)

    def set_job_retries_by_process_async(self, retries: int) -> SetRetriesOfProcesses:
        """Tries of all jobs of instances."""
        return SetRetriesOfProcesses(self._engine, retries)

    def set_job_retries_async(
        self,
        *given: Ids | Filtering | int,
        job_ids: Ids = None,
        job_query: Filtering | None = None,
        process_instance_ids: Ids = None,
        process_instance_query: Filtering | None = None,
        historic_process_instance_query: Filtering | None = None,
        retries: int | None = None,
    ) -> Batch:
        """A batch that sets the tries of jobs.

        By position, as Java's overloads: ``(ids, retries)``, ``(job_query, retries)`` and ``(ids, job_query,
        retries)`` are about jobs. ``(ids, process_instance_query, retries)``, also with None for the query, and
        with a ``historic_process_instance_query`` behind it, are about all jobs of process instances.
        """
        method = "set_job_retries_async"
        said = sorted_out(
            method,
            given,
            ids=["ids"],
            queries=["job_query", "process_instance_query", "historic_process_instance_query"],
            number=["retries"],
        )
        of_processes = len(given) > 2 and "job_query" not in said
        if "ids" in said:
            said["process_instance_ids" if of_processes else "job_ids"] = said.pop("ids")
        said = united(
            method,
            said,
            job_ids=job_ids,
            job_query=job_query,
            process_instance_ids=process_instance_ids,
            process_instance_query=process_instance_query,
            historic_process_instance_query=historic_process_instance_query,
        )
        count = said.pop("retries", retries)
        if count is None:
            raise InputError(f"{method}: retries is null", field="retries")
        if not said.keys() & {"job_ids", "job_query"}:
            return (
                self.set_job_retries_by_process_async(count)
                .process_instance_ids(said.get("process_instance_ids"))
                .process_instance_query(said.get("process_instance_query"))
                .historic_process_instance_query(said.get("historic_process_instance_query"))
                .execute_async()
            )
        if others := sorted(said.keys() - {"job_ids", "job_query"}):
            raise InputError(f"{method}: {others[0]} does not go together with jobs", field=others[0])
        builder = self.set_job_retries_by_jobs_async(count).job_ids(said.get("job_ids"))
        return builder.job_query(said.get("job_query")).execute_async()

    @overload
    def set_job_retries(self, job: int) -> SetRetriesOfJobs: ...
    @overload
    def set_job_retries(self, job: str | Iterable[str], retries: int) -> None: ...
    def set_job_retries(
        self, job: int | str | Iterable[str], retries: int | None = None
    ) -> SetRetriesOfJobs | None:
        """Set tries now: ``(job_id, retries)``, ``(job_ids, retries)``, or ``(retries)`` for a builder."""
        if isinstance(job, int):
            return SetRetriesOfJobs(self._engine, job)
        if retries is None:
            raise InputError("set_job_retries: retries is null", field="retries")
        if isinstance(job, str):
            self._engine.jobs.set_retries(job, retries)
        else:
            SetRetriesOfJobs(self._engine, retries).job_ids(job).execute()
        return None

    def set_job_retries_by_job_definition_id(self, job_definition_id: str, retries: int) -> None:
        """Give new tries to the jobs of a job definition that have none left."""
        self._engine.jobs.set_definition_retries(job_definition_id, retries)

    def execute_job(self, job_id: str) -> None:
        """Run it now; its error is raised. ConflictError, SuspendedError, ExecutionError."""
        self._engine.jobs.execute(job_id)

    def delete_job(self, job_id: str) -> None:
        """Delete it: what waits for it waits for ever."""
        self._engine.jobs.delete(job_id)

    def set_job_duedate(self, job_id: str, new_duedate: datetime | None, cascade: bool = False) -> None:
        """Let it be due at that time; None: at once."""
        self._engine.jobs.set_due_date(job_id, new_duedate, cascade=cascade)

    def recalculate_job_duedate(self, job_id: str, creation_date_based: bool) -> None:
        """Evaluate a timer again."""
        self._engine.jobs.recalculate_due_date(job_id, creation_based=creation_date_based)

    def set_job_priority(self, job_id: str, priority: int) -> None:
        """Jobs with a higher priority go first."""
        self._engine.jobs.set_priority(job_id, priority)

    def get_job_exception_stacktrace(self, job_id: str) -> str | None:
        """What is known of its last failure."""
        return self._engine.jobs.stack_trace(job_id)

    def suspend_job_by_id(self, job_id: str) -> None:
        """Work on it no more."""
        self._engine.jobs.suspend(job_id)

    def activate_job_by_id(self, job_id: str) -> None:
        """Work on it again."""
        self._engine.jobs.resume(job_id)

    def suspend_job_definition_by_id(
        self, job_definition_id: str, suspend_jobs: bool = False, suspension_date: datetime | None = None
    ) -> None:
        """Suspend what makes jobs, and its jobs; now, or then."""
        self._engine.jobs.suspend_definition(job_definition_id, include_jobs=suspend_jobs, at=suspension_date)

    def activate_job_definition_by_id(
        self, job_definition_id: str, activate_jobs: bool = False, activation_date: datetime | None = None
    ) -> None:
        """Let it go on."""
        self._engine.jobs.resume_definition(job_definition_id, include_jobs=activate_jobs, at=activation_date)

    def set_overriding_job_priority_for_job_definition(
        self, job_definition_id: str, priority: int, cascade: bool = False
    ) -> None:
        """Another priority than that of the model; ``cascade``: also for jobs that are there."""
        self._engine.jobs.set_definition_priority(job_definition_id, priority, include_jobs=cascade)

    def clear_overriding_job_priority_for_job_definition(self, job_definition_id: str) -> None:
        """The priority of the model again."""
        self._engine.jobs.set_definition_priority(job_definition_id, None)

    def suspend_batch_by_id(self, batch_id: str) -> None:
        """Work on it no more. ConflictError: it ended."""
        self._engine.batches.suspend(batch_id)

    def activate_batch_by_id(self, batch_id: str) -> None:
        """Work on it again. ConflictError: it ended."""
        self._engine.batches.resume(batch_id)

    def delete_batch(self, batch_id: str, cascade: bool) -> None:
        """Do the rest of it no more; ``cascade``: remove it from history, too."""
        self._engine.batches.delete(batch_id, cascade=cascade)

    def register_deployment_for_job_executor(self, deployment_id: str) -> None:
        """Work on the jobs of a deployment."""
        self._engine.deployments.register(deployment_id)

    def unregister_deployment_for_job_executor(self, deployment_id: str) -> None:
        """Leave them to other engines."""
        self._engine.deployments.unregister(deployment_id)

    def get_registered_deployments(self) -> set[str]:
        """The deployments whose jobs are worked on."""
        return set(self._engine.deployments.registered)

    def create_job_query(self) -> QueryBuilder[JobQuery, Entity]:
        """Jobs."""
        return queries.jobs(self._engine)

    def create_job_definition_query(self) -> QueryBuilder[JobDefinitionQuery, Entity]:
        """What makes jobs."""
        return queries.job_definitions(self._engine)

    def create_batch_query(self) -> QueryBuilder[BatchQuery, Batch]:
        """Batches of which something is left to do."""
        return queries.batches(self._engine)

    def create_batch_statistics_query(self) -> QueryBuilder[BatchStatisticsQuery, Batch]:
        """The same with more conditions; how many jobs are done and failed is on every batch."""
        return queries.batch_statistics(self._engine)
