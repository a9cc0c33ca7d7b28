"""The logs of jobs, external tasks and identity links."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from shoal.camunda.queries.base import Date, Names, Only, Query, Text, Whole, said
from shoal.engine.job_origins import conditions_of
from shoal.filters.history import ExternalTaskLogFilter, IdentityLinkLogFilter, JobLogFilter

_EVENTS = ("creation_log", "failure_log", "success_log", "deletion_log")
_WORDS = dict(zip(_EVENTS, ("created", "failed", "succeeded", "deleted"), strict=True))


def _event(query: Any) -> tuple[str | None, bool]:
    """The one event that is asked for, and whether several are: nothing is two of them at once."""
    wanted = [word for name, word in _WORDS.items() if getattr(query, name)]
    return (wanted[0] if wanted else None), len(wanted) > 1


class HistoricJobLogQuery(Query):
    """Camunda 7: ``HistoricJobLogQuery``."""

    SORTS: ClassVar[Mapping[str, str]] = {
        "timestamp": "logged_at",
        "jobId": "job_id",
        "jobDueDate": "due_at",
        "jobRetries": "retries",
        "jobPriority": "priority",
        "jobDefinitionId": "kind",
        "activityId": "activity_id",
        "executionId": "node_id",
        "processInstanceId": "instance_id",
        "processDefinitionId": "definition_id",
        "processDefinitionKey": "definition_key",
        "deploymentId": "deployment_id",
        "tenantId": "tenant_id",
        "hostname": "host",
    }

    log_id: Text
    job_id: Text
    job_exception_message: Text
    job_definition_id: Text
    job_definition_type: Text
    job_definition_configuration: Text
    activity_id_in: Names
    failed_activity_id_in: Names
    execution_id_in: Names
    process_instance_id: Text
    process_definition_id: Text
    process_definition_key: Text
    deployment_id: Text
    creation_log: Only
    failure_log: Only
    success_log: Only
    deletion_log: Only
    job_priority_higher_than_or_equals: Whole
    job_priority_lower_than_or_equals: Whole
    tenant_id_in: Names
    without_tenant_id: Only
    hostname: Text

    def conditions(self) -> dict[str, Any]:
        """In the words of ``JobLogFilter``."""
        event, impossible = _event(self)
        wanted = said(
            ids=None if self.log_id is None else (self.log_id,),
            job_id=self.job_id,
            message=self.job_exception_message,
            activity_id_in=self.activity_id_in,
            failed_activity_id_in=self.failed_activity_id_in,
            node_id_in=self.execution_id_in,
            instance_id=self.process_instance_id,
            definition_id=self.process_definition_id,
            definition_key=self.process_definition_key,
            deployment_id=self.deployment_id,
            event=event,
            priority_min=self.job_priority_higher_than_or_equals,
            priority_max=self.job_priority_lower_than_or_equals,
            tenant_id_in=self.tenant_id_in,
            without_tenant=self.without_tenant_id,
            host=self.hostname,
        )
        origins = conditions_of(self.job_definition_id, self.job_definition_type, self.job_definition_configuration)
        for each in origins:
            # two conditions on one field that differ match nothing
            impossible |= any(wanted.get(name, value) != value for name, value in each.items())
            wanted |= each
        return wanted | {"ids": ()} if impossible else wanted

    def filter(self) -> JobLogFilter:
        """The native filter."""
        return JobLogFilter.model_validate(self.conditions())


class HistoricExternalTaskLogQuery(Query):
    """Camunda 7: ``HistoricExternalTaskLogQuery``."""

    SORTS: ClassVar[Mapping[str, str]] = {
        "timestamp": "logged_at",
        "externalTaskId": "task_id",
        "topicName": "topic",
        "workerId": "worker_id",
        "retries": "retries",
        "priority": "priority",
        "activityId": "activity_id",
        "activityInstanceId": "node_id",
        "executionId": "node_id",
        "processInstanceId": "instance_id",
        "processDefinitionId": "definition_id",
        "processDefinitionKey": "definition_key",
        "tenantId": "tenant_id",
    }

    log_id: Text
    external_task_id: Text
    topic_name: Text
    worker_id: Text
    error_message: Text
    activity_id_in: Names
    activity_instance_id_in: Names
    execution_id_in: Names
    process_instance_id: Text
    process_definition_id: Text
    process_definition_key: Text
    tenant_id_in: Names
    without_tenant_id: Only
    priority_higher_than_or_equals: Whole
    priority_lower_than_or_equals: Whole
    creation_log: Only
    failure_log: Only
    success_log: Only
    deletion_log: Only

    def conditions(self) -> dict[str, Any]:
        """In the words of ``ExternalTaskLogFilter``."""
        event, impossible = _event(self)
        nodes = self.activity_instance_id_in or self.execution_id_in
        if self.activity_instance_id_in and self.execution_id_in:
            nodes = tuple({*self.activity_instance_id_in} & {*self.execution_id_in}) or ("",)
        wanted = said(
            ids=None if self.log_id is None else (self.log_id,),
            task_id=self.external_task_id,
            topic=self.topic_name,
            worker_id=self.worker_id,
            message=self.error_message,
            activity_id_in=self.activity_id_in,
            node_id_in=nodes,
            instance_id=self.process_instance_id,
            definition_id=self.process_definition_id,
            definition_key=self.process_definition_key,
            tenant_id_in=self.tenant_id_in,
            without_tenant=self.without_tenant_id,
            priority_min=self.priority_higher_than_or_equals,
            priority_max=self.priority_lower_than_or_equals,
            event=event,
        )
        return wanted | {"ids": ()} if impossible else wanted

    def filter(self) -> ExternalTaskLogFilter:
        """The native filter."""
        return ExternalTaskLogFilter.model_validate(self.conditions())


class HistoricIdentityLinkLogQuery(Query):
    """Camunda 7: ``HistoricIdentityLinkLogQuery``."""

    SORTS: ClassVar[Mapping[str, str]] = {
        "time": "logged_at",
        "type": "kind",
        "userId": "user_id",
        "groupId": "group_id",
        "taskId": "task_id",
        "processDefinitionId": "definition_id",
        "processDefinitionKey": "definition_key",
        "operationType": "operation",
        "assignerId": "assigner_id",
        "tenantId": "tenant_id",
    }

    date_before: Date
    date_after: Date
    type: Text
    user_id: Text
    group_id: Text
    task_id: Text
    process_definition_id: Text
    process_definition_key: Text
    operation_type: Text
    assigner_id: Text
    tenant_id_in: Names
    without_tenant_id: Only

    def conditions(self) -> dict[str, Any]:
        """In the words of ``IdentityLinkLogFilter``; there are two operations, any other matches nothing."""
        known = self.operation_type in (None, "add", "delete")
        wanted = said(
            logged_before=self.date_before,
            logged_after=self.date_after,
            kind=self.type,
            user_id=self.user_id,
            group_id=self.group_id,
            task_id=self.task_id,
            definition_id=self.process_definition_id,
            definition_key=self.process_definition_key,
            operation=self.operation_type if known else None,
            assigner_id=self.assigner_id,
            tenant_id_in=self.tenant_id_in,
            without_tenant=self.without_tenant_id,
        )
        return wanted if known else wanted | {"ids": ()}

    def filter(self) -> IdentityLinkLogFilter:
        """The native filter."""
        return IdentityLinkLogFilter.model_validate(self.conditions())
