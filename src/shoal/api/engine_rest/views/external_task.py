"""External tasks in Camunda 7's names."""

from __future__ import annotations

from typing import Any, Self

from shoal.api.engine_rest.views import CamundaDate, View
from shoal.camunda.values import write_values
from shoal.commands.fetch_external_tasks import LockedTask
from shoal.store.queries.external_task_filters import ExternalTaskRow


class ExternalTaskView(View):
    """Camunda 7: ExternalTaskDto."""

    activity_id: str
    activity_instance_id: str
    error_message: str | None
    execution_id: str
    id: str
    lock_expiration_time: CamundaDate | None
    create_time: CamundaDate
    process_definition_id: str
    process_definition_key: str
    process_definition_version_tag: str | None
    process_instance_id: str
    retries: int | None
    suspended: bool
    worker_id: str | None
    topic_name: str
    tenant_id: str | None
    priority: int
    business_key: str | None

    @classmethod
    def of(cls, row: ExternalTaskRow) -> Self:
        """The view of a task."""
        return cls(
            activity_id=row.activity_id,
            activity_instance_id=row.node_id,
            error_message=row.error_message,
            execution_id=row.node_id,
            id=row.id,
            lock_expiration_time=row.locked_until,
            create_time=row.created_at,
            process_definition_id=row.definition_id,
            process_definition_key=row.definition_key,
            process_definition_version_tag=row.version_tag,
            process_instance_id=row.instance_id,
            retries=row.retries,
            suspended=row.suspended,
            worker_id=row.worker_id,
            topic_name=row.topic,
            tenant_id=row.tenant_id,
            priority=row.priority,
            business_key=row.business_key,
        )


class LockedExternalTaskView(ExternalTaskView):
    """Camunda 7: LockedExternalTaskDto."""

    error_details: str | None
    variables: dict[str, dict[str, Any]]
    extension_properties: dict[str, str] | None

    @classmethod
    def of_locked(cls, locked: LockedTask, *, deserialize: bool, with_properties: bool) -> Self:
        """The view of a task that now belongs to a worker."""
        task = locked.task
        return cls(
            activity_id=task.activity_id,
            activity_instance_id=task.node_id,
            error_message=task.error_message,
            error_details=task.error_details,
            execution_id=task.node_id,
            id=task.id,
            lock_expiration_time=locked.locked_until,
            create_time=task.created_at,
            process_definition_id=locked.definition_id,
            process_definition_key=locked.definition_key,
            process_definition_version_tag=locked.version_tag,
            process_instance_id=task.instance_id,
            retries=task.retries,
            suspended=False,
            worker_id=locked.worker_id,
            topic_name=task.topic,
            tenant_id=locked.tenant_id,
            priority=task.priority,
            business_key=locked.business_key,
            variables=write_values(locked.variables, deserialize=deserialize),
            extension_properties=dict(locked.properties) if with_properties else None,
        )
