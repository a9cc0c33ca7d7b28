"""Java's queries for history: instances, activities, variables, decisions, incidents, logs, batches."""

from __future__ import annotations

from typing import Any

from shoal.camunda.queries.base import Page
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
from shoal.camunda.services.batch import Batch
from shoal.camunda.services.entity import (
    ACTIVITY,
    DECISION,
    DETAIL,
    EXTERNAL_TASK_LOG,
    HISTORIC_TASK,
    INCIDENT,
    INSTANCE,
    JOB_LOG,
    PLAIN,
    VARIABLE,
    Entity,
)
from shoal.camunda.services.finding import by_filter
from shoal.camunda.services.queries_of_processes import found_batches
from shoal.camunda.services.query import QueryBuilder
from shoal.engine import Engine


def process_instances(engine: Engine) -> QueryBuilder[HistoricProcessInstanceQuery, Entity]:
    """Process instances, running or ended."""
    return by_filter(
        HistoricProcessInstanceQuery,
        INSTANCE,
        engine.instances.list,
        engine.instances.count,
        {
            "super_process_instance": "super_process_instance_id",
            "active_activity_ids": "active_activity_id_in",
            "tenant_ids": "tenant_id_in",
        },
    )


def activities(engine: Engine) -> QueryBuilder[HistoricActivityInstanceQuery, Entity]:
    """Activity instances, open or ended."""

    def found(query: HistoricActivityInstanceQuery, page: Page) -> list[Entity]:
        rows = engine.history.activities(
            query.filter(), sort=query.orders() or "id", offset=page.first, limit=page.most
        )
        return [Entity(each.row, {**ACTIVITY, "activity_name": _constant(each.name)}) for each in rows]

    return QueryBuilder(
        HistoricActivityInstanceQuery, found, lambda query: engine.history.count_activities(query.filter())
    )


def tasks(engine: Engine) -> QueryBuilder[HistoricTaskInstanceQuery, Entity]:
    """User tasks, open or ended."""
    return by_filter(
        HistoricTaskInstanceQuery,
        HISTORIC_TASK,
        engine.tasks.find,
        engine.tasks.count,
        {
            "task_due_before": "task_due_date_before",
            "task_due_after": "task_due_date_after",
            "task_follow_up_before": "task_follow_up_date_before",
            "task_follow_up_after": "task_follow_up_date_after",
        },
        {
            "historic_activity_instance_start_time": "startTime",
        },
    )


def variables(engine: Engine) -> QueryBuilder[HistoricVariableInstanceQuery, Entity]:
    """Variables of running and of ended instances."""
    return by_filter(HistoricVariableInstanceQuery, VARIABLE, engine.variables.find, engine.variables.count)


def decisions(engine: Engine) -> QueryBuilder[HistoricDecisionInstanceQuery, Entity]:
    """Evaluated decisions."""
    return by_filter(
        HistoricDecisionInstanceQuery, DECISION, engine.history.decisions, engine.history.count_decisions
    )


def details(engine: Engine) -> QueryBuilder[HistoricDetailQuery, Entity]:
    """Updates of variables."""
    return by_filter(HistoricDetailQuery, DETAIL, engine.history.details, engine.history.count_details)


def incidents(engine: Engine) -> QueryBuilder[HistoricIncidentQuery, Entity]:
    """Incidents, open or ended."""

    def found(query: HistoricIncidentQuery, page: Page) -> list[Entity]:
        wanted = query.looked_up(engine).filter()
        rows = engine.history.incidents(wanted, sort=query.orders() or "id", offset=page.first, limit=page.most)
        failures = engine.history.last_failures(rows)
        return [
            Entity(each, {**INCIDENT, "history_configuration": _constant(failures.get(each.configuration or ""))})
            for each in rows
        ]

    return QueryBuilder(
        HistoricIncidentQuery,
        found,
        lambda query: engine.history.count_incidents(query.looked_up(engine).filter()),
        names={"id": "incident_id"},
    )


def job_log(engine: Engine) -> QueryBuilder[HistoricJobLogQuery, Entity]:
    """What happened to jobs."""
    return by_filter(HistoricJobLogQuery, JOB_LOG, engine.history.job_log, engine.history.count_job_log)


def external_task_log(engine: Engine) -> QueryBuilder[HistoricExternalTaskLogQuery, Entity]:
    """What happened to external tasks."""
    return by_filter(
        HistoricExternalTaskLogQuery,
        EXTERNAL_TASK_LOG,
        engine.history.external_task_log,
        engine.history.count_external_task_log,
    )


def identity_links(engine: Engine) -> QueryBuilder[HistoricIdentityLinkLogQuery, Entity]:
    """Who had to do with tasks."""
    return by_filter(
        HistoricIdentityLinkLogQuery, PLAIN, engine.history.identity_links, engine.history.count_identity_links
    )


def user_operations(engine: Engine) -> QueryBuilder[UserOperationLogQuery, Entity]:
    """What users did."""

    def found(query: UserOperationLogQuery, page: Page) -> list[Entity]:
        rows = engine.audit.list(
            sort=query.orders() or "at", offset=page.first, limit=page.most, **query.conditions()
        )
        return [Entity(each, PLAIN) for each in rows]

    return QueryBuilder(UserOperationLogQuery, found, lambda query: engine.audit.count(**query.conditions()))


def batches(engine: Engine) -> QueryBuilder[HistoricBatchQuery, Batch]:
    """Batches, running or ended."""
    return QueryBuilder(
        HistoricBatchQuery,
        lambda query, page: found_batches(engine, query, page),
        lambda query: engine.batches.count(query.filter()),
        names={"id": "batch_id"},
    )


def _constant(value: Any) -> Any:
    return lambda _row: value
