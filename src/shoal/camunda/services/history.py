"""``engine.history_service``: what was, and how long it is kept."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from shoal.camunda.queries.batch import HistoricBatchQuery
from shoal.camunda.queries.historic_activity_instance import HistoricActivityInstanceQuery
from shoal.camunda.queries.historic_decision_instance import HistoricDecisionInstanceQuery
from shoal.camunda.queries.historic_detail import HistoricDetailQuery
from shoal.camunda.queries.historic_incident import HistoricIncidentQuery
from shoal.camunda.queries.historic_process_instance import HistoricProcessInstanceQuery
from shoal.camunda.queries.historic_task import HistoricTaskInstanceQuery
from shoal.camunda.queries.historic_variable_instance import HistoricVariableInstanceQuery
from shoal.camunda.queries.history_logs import (
    HistoricExternalTaskLogQuery,
    HistoricIdentityLinkLogQuery,
    HistoricJobLogQuery,
)
from shoal.camunda.queries.user_operation import UserOperationLogQuery
from shoal.camunda.selecting import Filtering
from shoal.camunda.services import queries_of_history as queries
from shoal.camunda.services.batch import Batch
from shoal.camunda.services.choice import Choice, Ids
from shoal.camunda.services.entity import CLEANUP_JOB, Entity
from shoal.camunda.services.overloads import sorted_out, united
from shoal.camunda.services.query import QueryBuilder
from shoal.camunda.services.removal_time import (
    SetRemovalTimeToBatches,
    SetRemovalTimeToDecisions,
    SetRemovalTimeToInstances,
)
from shoal.commands.outcome import ChunkOutcome
from shoal.engine import Engine
from shoal.errors import NotFoundError


class HistoryService:
    """Camunda 7: ``HistoryService``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def delete_historic_process_instance(self, process_instance_id: str) -> None:
        """Remove an ended instance for good. NotFoundError; ConflictError: it runs."""
        self._engine.instances.delete_history(process_instance_id)

    def delete_historic_process_instance_if_exists(self, process_instance_id: str) -> None:
        """The same; an unknown one is none. ConflictError: it runs."""
        self.delete_historic_process_instances_if_exists([process_instance_id])

    def delete_historic_process_instances(self, process_instance_ids: Iterable[str]) -> ChunkOutcome:
        """Remove ended instances for good, now. NotFoundError: one is not there; nothing was done then."""
        ids = list(process_instance_ids)
        there = {each.id for each in self._engine.instances.list(ids=tuple(ids), limit=1_000_000)}
        if missing := [each for each in ids if each.strip().lower() not in there]:
            raise NotFoundError(f"No historic process instance found with id: {missing[0]}", missing=missing)
        return self.delete_historic_process_instances_if_exists(ids)

    def delete_historic_process_instances_if_exists(self, process_instance_ids: Iterable[str]) -> ChunkOutcome:
        """Remove those of the instances that are there, now. ExecutionError: some run; they stay."""
        return Choice(self._engine, process_instance_ids).carry_out("delete-history")

    def delete_historic_process_instances_bulk(self, process_instance_ids: Iterable[str]) -> ChunkOutcome:
        """The same as ``delete_historic_process_instances``: removal is by lists anyway."""
        return self.delete_historic_process_instances(process_instance_ids)

    def delete_historic_process_instances_async(
        self,
        *given: Ids | Filtering | str,
        process_instance_ids: Ids = None,
        historic_process_instance_query: Filtering | None = None,
        delete_reason: str | None = None,
    ) -> Batch:
        """A batch that removes ended instances. By position: ids, the query, the reason; nothing keeps it."""
        method = "delete_historic_process_instances_async"
        said = united(
            method,
            sorted_out(
                method,
                given,
                ids=["process_instance_ids"],
                queries=["historic_process_instance_query"],
                text=["delete_reason"],
            ),
            process_instance_ids=process_instance_ids,
            historic_process_instance_query=historic_process_instance_query,
            delete_reason=delete_reason,
        )
        return self._chosen(said, "process_instance").create("delete-history")

    def delete_historic_decision_instance_by_instance_id(self, historic_decision_instance_id: str) -> None:
        """Remove an evaluated decision with inputs and outputs. NotFoundError."""
        self._engine.history.delete_decision(historic_decision_instance_id)

    def delete_historic_decision_instances_bulk(self, decision_instance_ids: Iterable[str]) -> ChunkOutcome:
        """Remove those of the decisions that are there, now."""
        return Choice(self._engine, decision_instance_ids).carry_out("delete-decision-history")

    def delete_historic_decision_instances_async(
        self,
        *given: Ids | Filtering | str,
        decision_instance_ids: Ids = None,
        historic_decision_instance_query: Filtering | None = None,
        delete_reason: str | None = None,
    ) -> Batch:
        """A batch that removes evaluated decisions. By position: ids, the query, the reason; nothing keeps it."""
        method = "delete_historic_decision_instances_async"
        said = united(
            method,
            sorted_out(
                method,
                given,
                ids=["decision_instance_ids"],
                queries=["historic_decision_instance_query"],
                text=["delete_reason"],
            ),
            decision_instance_ids=decision_instance_ids,
            historic_decision_instance_query=historic_decision_instance_query,
            delete_reason=delete_reason,
        )
        return self._chosen(said, "decision_instance").create("delete-decision-history")

    def set_removal_time_to_historic_process_instances(self) -> SetRemovalTimeToInstances:
        """When the history of instances may be removed."""
        return SetRemovalTimeToInstances(self._engine)

    def set_removal_time_to_historic_decision_instances(self) -> SetRemovalTimeToDecisions:
        """When evaluated decisions may be removed."""
        return SetRemovalTimeToDecisions(self._engine)

    def set_removal_time_to_historic_batches(self) -> SetRemovalTimeToBatches:
        """When batches may be removed."""
        return SetRemovalTimeToBatches(self._engine)

    def delete_historic_batch(self, batch_id: str) -> None:
        """Remove a batch with its outcomes; one that runs is cancelled. NotFoundError."""
        self._engine.batches.delete(batch_id)

    def delete_historic_task_instance(self, task_id: str) -> None:
        """Remove a task that belongs to no instance. NotFoundError; ConflictError: it belongs to one."""
        self._engine.tasks.delete(task_id, cascade=True)

    def delete_historic_variable_instance(self, variable_instance_id: str) -> None:
        """Forget a variable with its updates. NotFoundError."""
        self._engine.history.delete_variable(variable_instance_id)

    def delete_historic_variable_instances_by_process_instance_id(self, process_instance_id: str) -> None:
        """Forget all variables of an instance. NotFoundError."""
        self._engine.history.delete_variables(process_instance_id)

    def get_historic_job_log_exception_stacktrace(self, historic_job_log_id: str) -> str | None:
        """What is known of the failure. NotFoundError."""
        return self._engine.history.job_stack_trace(historic_job_log_id)

    def get_historic_external_task_log_error_details(self, historic_external_task_log_id: str) -> str | None:
        """What the worker said at length. NotFoundError."""
        return self._engine.history.external_task_error_details(historic_external_task_log_id)

    def clean_up_history_async(self, immediately_due: bool = False) -> Entity | None:
        """Let history cleanup run now, or in its next window; the first of its jobs. ConflictError."""
        jobs = self._engine.history.clean_up(immediately_due=immediately_due)
        return Entity(jobs[0], CLEANUP_JOB) if jobs else None

    def find_history_cleanup_jobs(self) -> list[Entity]:
        """The jobs of history cleanup."""
        return [Entity(each, CLEANUP_JOB) for each in self._engine.history.cleanup_jobs()]

    def create_historic_process_instance_query(self) -> QueryBuilder[HistoricProcessInstanceQuery, Entity]:
        """Instances, running or ended."""
        return queries.process_instances(self._engine)

    def create_historic_activity_instance_query(self) -> QueryBuilder[HistoricActivityInstanceQuery, Entity]:
        """Activity instances, open or ended."""
        return queries.activities(self._engine)

    def create_historic_task_instance_query(self) -> QueryBuilder[HistoricTaskInstanceQuery, Entity]:
        """User tasks, open or ended."""
        return queries.tasks(self._engine)

    def create_historic_variable_instance_query(self) -> QueryBuilder[HistoricVariableInstanceQuery, Entity]:
        """Variables of running and of ended instances."""
        return queries.variables(self._engine)

    def create_historic_decision_instance_query(self) -> QueryBuilder[HistoricDecisionInstanceQuery, Entity]:
        """Evaluated decisions."""
        return queries.decisions(self._engine)

    def create_historic_detail_query(self) -> QueryBuilder[HistoricDetailQuery, Entity]:
        """Updates of variables."""
        return queries.details(self._engine)

    def create_historic_incident_query(self) -> QueryBuilder[HistoricIncidentQuery, Entity]:
        """Incidents, open or ended."""
        return queries.incidents(self._engine)

    def create_historic_job_log_query(self) -> QueryBuilder[HistoricJobLogQuery, Entity]:
        """What happened to jobs."""
        return queries.job_log(self._engine)

    def create_historic_external_task_log_query(self) -> QueryBuilder[HistoricExternalTaskLogQuery, Entity]:
        """What happened to external tasks."""
        return queries.external_task_log(self._engine)

    def create_historic_identity_link_log_query(self) -> QueryBuilder[HistoricIdentityLinkLogQuery, Entity]:
        """Who had to do with tasks."""
        return queries.identity_links(self._engine)

    def create_user_operation_log_query(self) -> QueryBuilder[UserOperationLogQuery, Entity]:
        """What users did."""
        return queries.user_operations(self._engine)

    def create_historic_batch_query(self) -> QueryBuilder[HistoricBatchQuery, Batch]:
        """Batches, running or ended."""
        return queries.batches(self._engine)

    def _chosen(self, said: dict[str, Any], what: str) -> Choice:
        return Choice(self._engine, said.get(f"{what}_ids"), said.get(f"historic_{what}_query"))
