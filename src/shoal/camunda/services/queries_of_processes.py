"""Java's queries for what runs: instances, variables, jobs and what makes them, external tasks, batches."""

from __future__ import annotations

from shoal.camunda.queries.base import Page
from shoal.camunda.queries.batch import BatchQuery, BatchStatisticsQuery, HistoricBatchQuery
from shoal.camunda.queries.batch_variable import batch_variables
from shoal.camunda.queries.event_subscription import EventSubscriptionQuery
from shoal.camunda.queries.execution import ExecutionQuery
from shoal.camunda.queries.external_task import ExternalTaskQuery
from shoal.camunda.queries.incident import IncidentQuery
from shoal.camunda.queries.job import JobQuery
from shoal.camunda.queries.job_definition import JobDefinitionQuery
from shoal.camunda.queries.process_instance import ProcessInstanceQuery
from shoal.camunda.queries.variable_instance import VariableInstanceQuery
from shoal.camunda.services.batch import Batch
from shoal.camunda.services.entity import (
    BATCH_VARIABLE,
    EXECUTION,
    EXTERNAL_TASK,
    INCIDENT,
    INSTANCE,
    JOB,
    JOB_DEFINITION,
    SUBSCRIPTION,
    VARIABLE,
    Entity,
)
from shoal.camunda.services.finding import by_filter
from shoal.camunda.services.query import QueryBuilder
from shoal.engine import Engine

BATCH_NAMES = {"active": ("suspended", False)}


def process_instances(engine: Engine) -> QueryBuilder[ProcessInstanceQuery, Entity]:
    """Running process instances."""
    return by_filter(
        ProcessInstanceQuery,
        INSTANCE,
        engine.instances.list,
        engine.instances.count,
        {
            "process_instance_id": "process_instance_ids",
            "super_process_instance_id": "super_process_instance",
            "sub_process_instance_id": "sub_process_instance",
        },
    )


def executions(engine: Engine) -> QueryBuilder[ExecutionQuery, Entity]:
    """What is active in running instances."""
    return by_filter(
        ExecutionQuery,
        EXECUTION,
        engine.executions.find,
        engine.executions.count,
        {"process_instance_business_key": "business_key"},
    )


def variables(engine: Engine) -> QueryBuilder[VariableInstanceQuery, Entity]:
    """Variables of running instances, and those that batches are to set."""

    def found(query: VariableInstanceQuery, page: Page) -> list[Entity]:
        if query.batch_id_in:
            set_soon = batch_variables(engine, query)[page.first : page.first + page.most]
            return [Entity(each, BATCH_VARIABLE) for each in set_soon]
        rows = engine.variables.find(
            query.filter(), sort=query.orders() or "id", offset=page.first, limit=page.most
        )
        return [Entity(each, VARIABLE) for each in rows]

    def count(query: VariableInstanceQuery) -> int:
        return len(batch_variables(engine, query)) if query.batch_id_in else engine.variables.count(query.filter())

    return QueryBuilder(VariableInstanceQuery, found, count)


def jobs(engine: Engine) -> QueryBuilder[JobQuery, Entity]:
    """Timers, asynchronous steps, jobs of batches."""
    return by_filter(
        JobQuery,
        JOB,
        engine.jobs.list,
        engine.jobs.count,
        {
            "duedate_lower_than": ("due_dates", {"operator": "lt"}),
            "duedate_higher_than": ("due_dates", {"operator": "gt"}),
            "created_before": ("create_times", {"operator": "lt"}),
            "created_after": ("create_times", {"operator": "gt"}),
            "priority_higher_than_or_equal_to": "priority_higher_than_or_equals",
            "priority_lower_than_or_equal_to": "priority_lower_than_or_equals",
        },
    )


def job_definitions(engine: Engine) -> QueryBuilder[JobDefinitionQuery, Entity]:
    """What makes jobs: an element of a process definition, or a batch."""
    return by_filter(
        JobDefinitionQuery, JOB_DEFINITION, engine.jobs.find_definitions, engine.jobs.count_definitions
    )


def external_tasks(engine: Engine) -> QueryBuilder[ExternalTaskQuery, Entity]:
    """Work for remote workers."""
    return by_filter(
        ExternalTaskQuery,
        EXTERNAL_TASK,
        engine.external_tasks.find,
        engine.external_tasks.count,
        {
            "priority_higher_than_or_equal_to": "priority_higher_than_or_equals",
            "priority_lower_than_or_equal_to": "priority_lower_than_or_equals",
        },
    )


def incidents(engine: Engine) -> QueryBuilder[IncidentQuery, Entity]:
    """Open incidents."""
    return by_filter(
        IncidentQuery,
        INCIDENT,
        engine.history.incidents,
        engine.history.count_incidents,
        {"id": "incident_id"},
        state="open",
    )


def subscriptions(engine: Engine) -> QueryBuilder[EventSubscriptionQuery, Entity]:
    """Who waits for messages, signals and conditions."""
    return by_filter(EventSubscriptionQuery, SUBSCRIPTION, engine.subscriptions.find, engine.subscriptions.count)


def batches(engine: Engine) -> QueryBuilder[BatchQuery, Batch]:
    """Batches of which something is left to do."""
    return QueryBuilder(
        BatchQuery,
        lambda query, page: found_batches(engine, query, page),
        lambda query: engine.batches.count(query.filter()),
        names=BATCH_NAMES | {"id": "batch_id"},
    )


def batch_statistics(engine: Engine) -> QueryBuilder[BatchStatisticsQuery, Batch]:
    """The same, with more conditions. The numbers are on every batch."""
    return QueryBuilder(
        BatchStatisticsQuery,
        lambda query, page: found_batches(engine, query, page),
        lambda query: engine.batches.count(query.filter()),
        names=BATCH_NAMES | {"id": "batch_id"},
    )


def found_batches(engine: Engine, query: BatchQuery | HistoricBatchQuery, page: Page) -> list[Batch]:
    """The batches that a query finds."""
    rows = engine.batches.list(
        query.filter(),
        sort=query.orders() or "id",
        descending=False,
        offset=page.first,
        limit=page.most,
    )
    return [Batch(each) for each in rows]
