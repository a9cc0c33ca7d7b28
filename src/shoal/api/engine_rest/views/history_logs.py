"""The logs of jobs, external tasks and identity links in Camunda 7's names."""

from __future__ import annotations

from typing import Self

from shoal.api.engine_rest.views import CamundaDate, View
from shoal.engine.job_origins import JobOrigin
from shoal.store.queries.history.external_task_log import ExternalTaskLogRow
from shoal.store.queries.history.identity_links import IdentityLinkLogRow
from shoal.store.queries.history.job_log import JobLogRow


class HistoricJobLogView(View):
    """Camunda 7: HistoricJobLogDto."""

    id: str
    timestamp: CamundaDate
    removal_time: CamundaDate | None
    job_id: str
    job_due_date: CamundaDate | None
    job_retries: int
    job_priority: int
    job_exception_message: str | None
    job_definition_id: str | None
    job_definition_type: str | None
    job_definition_configuration: str | None
    activity_id: str | None
    failed_activity_id: str | None
    execution_id: str | None
    process_instance_id: str | None
    process_definition_id: str | None
    process_definition_key: str | None
    deployment_id: str | None
    tenant_id: str | None
    hostname: str | None
    root_process_instance_id: str | None
    batch_id: str | None
    creation_log: bool
    failure_log: bool
    success_log: bool
    deletion_log: bool

    @classmethod
    def of(cls, row: tuple[JobLogRow, JobOrigin]) -> Self:
        """The view of an entry and of where its job came from."""
        entry, origin = row
        return cls(
            id=entry.id,
            timestamp=entry.logged_at,
            removal_time=entry.removal_time,
            job_id=entry.job_id,
            job_due_date=entry.due_at,
            job_retries=entry.retries or 0,
            job_priority=entry.priority or 0,
            job_exception_message=entry.message,
            job_definition_id=origin.id,
            job_definition_type=origin.type,
            job_definition_configuration=origin.configuration,
            activity_id=entry.activity_id,
            failed_activity_id=entry.failed_activity_id,
            execution_id=entry.node_id,
            process_instance_id=entry.instance_id,
            process_definition_id=entry.definition_id,
            process_definition_key=entry.definition_key,
            deployment_id=entry.deployment_id,
            tenant_id=entry.tenant_id,
            hostname=entry.host,
            root_process_instance_id=entry.root_id,
            batch_id=entry.batch_id,
            creation_log=entry.event == "created",
            failure_log=entry.event == "failed",
            success_log=entry.event == "succeeded",
            deletion_log=entry.event == "deleted",
        )


class HistoricExternalTaskLogView(View):
    """Camunda 7: HistoricExternalTaskLogDto."""

    id: str
    timestamp: CamundaDate
    removal_time: CamundaDate | None
    external_task_id: str
    topic_name: str
    worker_id: str | None
    priority: int
    retries: int | None
    error_message: str | None
    activity_id: str
    activity_instance_id: str
    execution_id: str
    process_instance_id: str
    process_definition_id: str
    process_definition_key: str | None
    tenant_id: str | None
    root_process_instance_id: str | None
    creation_log: bool
    failure_log: bool
    success_log: bool
    deletion_log: bool

    @classmethod
    def of(cls, row: ExternalTaskLogRow) -> Self:
        """The view of an entry."""
        return cls(
            id=row.id,
            timestamp=row.logged_at,
            removal_time=row.removal_time,
            external_task_id=row.task_id,
            topic_name=row.topic,
            worker_id=row.worker_id,
            priority=row.priority,
            retries=row.retries,
            error_message=row.message,
            activity_id=row.activity_id,
            activity_instance_id=row.node_id,
            execution_id=row.node_id,
            process_instance_id=row.instance_id,
            process_definition_id=row.definition_id,
            process_definition_key=row.definition_key,
            tenant_id=row.tenant_id,
            root_process_instance_id=row.root_id,
            creation_log=row.event == "created",
            failure_log=row.event == "failed",
            success_log=row.event == "succeeded",
            deletion_log=row.event == "deleted",
        )


class HistoricIdentityLinkLogView(View):
    """Camunda 7: HistoricIdentityLinkLogDto."""

    id: str
    time: CamundaDate
    type: str
    user_id: str | None
    group_id: str | None
    task_id: str | None
    process_definition_id: str | None
    process_definition_key: str | None
    operation_type: str
    assigner_id: str | None
    tenant_id: str | None
    removal_time: CamundaDate | None
    root_process_instance_id: str | None

    @classmethod
    def of(cls, row: IdentityLinkLogRow) -> Self:
        """The view of an entry."""
        return cls(
            id=row.id,
            time=row.logged_at,
            type=row.kind,
            user_id=row.user_id,
            group_id=row.group_id,
            task_id=row.task_id,
            process_definition_id=row.definition_id,
            process_definition_key=row.definition_key,
            operation_type=row.operation,
            assigner_id=row.assigner_id,
            tenant_id=row.tenant_id,
            removal_time=row.removal_time,
            root_process_instance_id=row.root_id,
        )
