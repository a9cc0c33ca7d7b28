"""``engine.runtime_service``: instances that run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from shoal.camunda.queries.event_subscription import EventSubscriptionQuery
from shoal.camunda.queries.execution import ExecutionQuery
from shoal.camunda.queries.incident import IncidentQuery
from shoal.camunda.queries.process_instance import ProcessInstanceQuery
from shoal.camunda.queries.variable_instance import VariableInstanceQuery
from shoal.camunda.selecting import Filtering
from shoal.camunda.services import queries_of_processes as queries
from shoal.camunda.services.activity_instance import ActivityInstances
from shoal.camunda.services.batch import Batch
from shoal.camunda.services.choice import Choice, Ids
from shoal.camunda.services.entity import Entity
from shoal.camunda.services.instantiation import ProcessInstantiation
from shoal.camunda.services.message_correlation import MessageCorrelation, SignalEvent
from shoal.camunda.services.message_correlation_async import MessageCorrelationAsync
from shoal.camunda.services.migration import MigrationExecution, MigrationPlanBuilder
from shoal.camunda.services.modification import ModificationBuilder, ProcessInstanceModification
from shoal.camunda.services.overloads import sorted_out, united
from shoal.camunda.services.query import QueryBuilder
from shoal.camunda.services.restart import RestartBuilder
from shoal.camunda.services.runtime_variables import RuntimeVariables
from shoal.camunda.services.starting import StartingInstances
from shoal.camunda.services.suspension import UpdateSuspensionState
from shoal.commands.outcome import ChunkOutcome
from shoal.errors import NotFoundError
from shoal.kernel.migration import MigrationPlan

Variables = Mapping[str, Any] | None
_QUERIES = ("process_instance_query", "historic_process_instance_query")


class RuntimeService(StartingInstances, RuntimeVariables, ActivityInstances):
    """Camunda 7: ``RuntimeService``."""

    def delete_process_instance(
        self,
        process_instance_id: str,
        delete_reason: str | None = None,
        skip_custom_listeners: bool = False,
        externally_terminated: bool = True,  # noqa: ARG002 - it always is
        skip_io_mappings: bool = False,
        skip_subprocesses: bool = False,
    ) -> None:
        """Cancel one. NotFoundError; ConflictError: it has ended; ExecutionError: a listener failed."""
        self._engine.instances.cancel(
            process_instance_id,
            delete_reason,
            skip_custom_listeners=skip_custom_listeners,
            skip_io_mappings=skip_io_mappings,
            skip_subprocesses=skip_subprocesses,
        )

    def delete_process_instances(
        self,
        process_instance_ids: Iterable[str],
        delete_reason: str | None = None,
        skip_custom_listeners: bool = False,
        externally_terminated: bool = True,
        skip_io_mappings: bool = False,
        skip_subprocesses: bool = False,
    ) -> ChunkOutcome:
        """Cancel instances now. NotFoundError: one of them does not run; nothing was done then."""
        ids = list(process_instance_ids)
        running = {each.id for each in self._engine.instances.list(ids=tuple(ids), running=True, limit=1_000_000)}
        if missing := [each for each in ids if each.strip().lower() not in running]:
            raise NotFoundError(f"No process instance found for id '{missing[0]}'", missing=missing)
        return self.delete_process_instances_if_exists(
            ids, delete_reason, skip_custom_listeners, externally_terminated, skip_io_mappings, skip_subprocesses
        )

    def delete_process_instances_if_exists(
        self,
        process_instance_ids: Iterable[str],
        delete_reason: str | None = None,
        skip_custom_listeners: bool = False,
        externally_terminated: bool = True,  # noqa: ARG002 - they always are
        skip_io_mappings: bool = False,
        skip_subprocesses: bool = False,
    ) -> ChunkOutcome:
        """Cancel those of the instances that run, now."""
        return Choice(self._engine, process_instance_ids).carry_out(
            "cancel-instances",
            {
                "reason": delete_reason,
                "skip_custom_listeners": skip_custom_listeners,
                "skip_io_mappings": skip_io_mappings,
                "skip_subprocesses": skip_subprocesses,
            },
        )

    def delete_process_instances_async(
        self,
        *given: Ids | Filtering | str | bool,
        process_instance_ids: Ids = None,
        process_instance_query: Filtering | None = None,
        historic_process_instance_query: Filtering | None = None,
        delete_reason: str | None = None,
        skip_custom_listeners: bool = False,
        skip_subprocesses: bool = False,
        skip_io_mappings: bool = False,
    ) -> Batch:
        """A batch that cancels instances. By position, as in Java: ids, queries, the reason, then the flags
        ``skip_custom_listeners``, ``skip_subprocesses``, ``skip_io_mappings``; None for what is left out.
        """
        said = united(
            "delete_process_instances_async",
            sorted_out(
                "delete_process_instances_async",
                given,
                ids=["process_instance_ids"],
                queries=_QUERIES,
                text=["delete_reason"],
                flag=["skip_custom_listeners", "skip_subprocesses", "skip_io_mappings"],
            ),
            process_instance_ids=process_instance_ids,
            process_instance_query=process_instance_query,
            historic_process_instance_query=historic_process_instance_query,
            delete_reason=delete_reason,
            skip_custom_listeners=skip_custom_listeners,
            skip_subprocesses=skip_subprocesses,
            skip_io_mappings=skip_io_mappings,
        )
        choice = self._chosen(said)
        return choice.create("cancel-instances", {"reason": said.pop("delete_reason", None), **said})

    def set_variables_async(
        self,
        *given: Ids | Filtering | Mapping[str, Any],
        process_instance_ids: Ids = None,
        process_instance_query: Filtering | None = None,
        historic_process_instance_query: Filtering | None = None,
        variables: Variables = None,
    ) -> Batch:
        """A batch that sets variables of instances. By position: ids, queries, and the variables.

        Transient ones (``TypedValue(..., transient=True)``) are allowed, which they are not in Camunda 7.
        """
        said = united(
            "set_variables_async",
            sorted_out(
                "set_variables_async",
                given,
                ids=["process_instance_ids"],
                queries=_QUERIES,
                mapping=["variables"],
            ),
            process_instance_ids=process_instance_ids,
            process_instance_query=process_instance_query,
            historic_process_instance_query=historic_process_instance_query,
            variables=variables,
        )
        return self._chosen(said).create("set-variables", said)

    def suspend_process_instance_by_id(self, process_instance_id: str) -> None:
        """Let nothing of it be worked on. NotFoundError; ConflictError: it has ended."""
        self._engine.instances.suspend(process_instance_id)

    def activate_process_instance_by_id(self, process_instance_id: str) -> None:
        """Let it go on. NotFoundError; ConflictError: it has ended."""
        self._engine.instances.resume(process_instance_id)

    def suspend_process_instance_by_process_definition_id(self, process_definition_id: str) -> None:
        """Suspend all instances of a definition."""
        self.update_process_instance_suspension_state().by_process_definition_id(process_definition_id).suspend()

    def activate_process_instance_by_process_definition_id(self, process_definition_id: str) -> None:
        """Let all instances of a definition go on."""
        self.update_process_instance_suspension_state().by_process_definition_id(process_definition_id).activate()

    def suspend_process_instance_by_process_definition_key(self, process_definition_key: str) -> None:
        """Suspend all instances of all versions."""
        self.update_process_instance_suspension_state().by_process_definition_key(process_definition_key).suspend()

    def activate_process_instance_by_process_definition_key(self, process_definition_key: str) -> None:
        """Let all instances of all versions go on."""
        self.update_process_instance_suspension_state().by_process_definition_key(process_definition_key).activate()

    def update_process_instance_suspension_state(self) -> UpdateSuspensionState:
        """Suspend or activate many."""
        return UpdateSuspensionState(self._engine)

    def create_message_correlation(self, message_name: str | None) -> MessageCorrelation:
        """Correlate a message now."""
        return MessageCorrelation(self._engine, message_name)

    def create_message_correlation_async(self, message_name: str | None) -> MessageCorrelationAsync:
        """Correlate a message with many instances."""
        return MessageCorrelationAsync(self._engine, message_name)

    def correlate_message(self, message_name: str, *given: str | Mapping[str, Any] | None) -> None:
        """Java: ``(name, businessKey)``, ``(name, correlationKeys)``, with variables behind the keys, or all of it.

        ConflictError: none or several match.
        """
        said = sorted_out(
            "correlate_message", given, text=["business_key"], mapping=["correlation_variables", "variables"]
        )
        self._engine.messages.correlate(message_name, **said)

    def message_event_received(
        self, message_name: str, execution_id: str, process_variables: Variables = None
    ) -> None:
        """Hand a message to one that waits for it. ConflictError: it does not."""
        self._engine.messages.correlate(
            message_name, node_id=execution_id, wait_only=True, variables=process_variables
        )

    def signal_event_received(self, signal_name: str, *given: str | Mapping[str, Any] | None) -> None:
        """Send a signal; Java: ``(name)``, ``(name, executionId)``, both with variables behind."""
        said = sorted_out("signal_event_received", given, text=["node_id"], mapping=["variables"])
        self._engine.signals.send(signal_name, **said)

    def create_signal_event(self, signal_name: str) -> SignalEvent:
        """Send a signal."""
        return SignalEvent(self._engine, signal_name)

    def signal(self, execution_id: str, process_variables: Variables = None) -> None:
        """Let a receive task go on. NotFoundError; ConflictError: it does not wait for that."""
        self._engine.instances.trigger(execution_id, process_variables)

    def create_migration_plan(
        self, source_process_definition_id: str, target_process_definition_id: str
    ) -> MigrationPlanBuilder:
        """A plan from one definition to another."""
        return MigrationPlanBuilder(self._engine, source_process_definition_id, target_process_definition_id)

    def new_migration(self, migration_plan: MigrationPlan) -> MigrationExecution:
        """Migrate instances by a plan."""
        return MigrationExecution(self._engine, migration_plan)

    def create_modification(self, process_definition_id: str) -> ModificationBuilder:
        """Put and take tokens of many instances."""
        return ModificationBuilder(self._engine, process_definition_id)

    def create_process_instance_modification(self, process_instance_id: str) -> ProcessInstanceModification:
        """Put and take tokens of one instance."""
        return ProcessInstanceModification(self._engine, process_instance_id)

    def restart_process_instances(self, process_definition_id: str) -> RestartBuilder:
        """Start ended instances again."""
        return RestartBuilder(self._engine, process_definition_id)

    def create_process_instance_by_key(self, process_definition_key: str) -> ProcessInstantiation:
        """Start the newest version somewhere."""
        return ProcessInstantiation(self._engine, key=process_definition_key)

    def create_process_instance_by_id(self, process_definition_id: str) -> ProcessInstantiation:
        """Start a definition somewhere."""
        return ProcessInstantiation(self._engine, definition_id=process_definition_id)

    def create_process_instance_query(self) -> QueryBuilder[ProcessInstanceQuery, Entity]:
        """Running instances."""
        return queries.process_instances(self._engine)

    def create_execution_query(self) -> QueryBuilder[ExecutionQuery, Entity]:
        """What is active in running instances."""
        return queries.executions(self._engine)

    def create_variable_instance_query(self) -> QueryBuilder[VariableInstanceQuery, Entity]:
        """Variables of running instances."""
        return queries.variables(self._engine)

    def create_incident_query(self) -> QueryBuilder[IncidentQuery, Entity]:
        """Open incidents."""
        return queries.incidents(self._engine)

    def create_event_subscription_query(self) -> QueryBuilder[EventSubscriptionQuery, Entity]:
        """Who waits for messages, signals and conditions."""
        return queries.subscriptions(self._engine)

    def create_incident(
        self, incident_type: str, execution_id: str, configuration: str | None = None, message: str | None = None
    ) -> str:
        """Say that work has stopped; the id of the incident. NotFoundError; ConflictError."""
        return self._engine.executions.create_incident(
            execution_id, incident_type, configuration=configuration, message=message
        )

    def _chosen(self, said: dict[str, Any]) -> Choice:
        return Choice(
            self._engine, said.pop("process_instance_ids", None), *(said.pop(each, None) for each in _QUERIES)
        )
