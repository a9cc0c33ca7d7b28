"""A row of the log of what users did, as it is answered."""

from __future__ import annotations

from typing import Self

from shoal.api.engine_rest.views import CamundaDate, View
from shoal.store.queries.user_operations import Operation


class UserOperationView(View):
    """Camunda 7: UserOperationLogEntryDto."""

    id: str
    deployment_id: str | None
    process_definition_id: str | None
    process_definition_key: str | None
    process_instance_id: str | None
    execution_id: str | None
    case_definition_id: None = None
    case_instance_id: None = None
    case_execution_id: None = None
    task_id: str | None
    external_task_id: str | None
    job_id: str | None
    job_definition_id: str | None
    batch_id: str | None
    user_id: str | None
    timestamp: CamundaDate
    operation_id: str
    operation_type: str
    entity_type: str
    property: str | None
    org_value: str | None
    new_value: str | None
    removal_time: CamundaDate | None = None
    root_process_instance_id: str | None
    category: str
    annotation: str | None
    tenant_id: str | None

    @classmethod
    def of(cls, row: Operation) -> Self:
        """The view of a row."""
        return cls(
            id=row.id,
            deployment_id=row.deployment_id,
            process_definition_id=row.definition_id,
            process_definition_key=row.definition_key,
            process_instance_id=row.instance_id,
            execution_id=row.node_id,
            task_id=row.task_id,
            external_task_id=row.external_task_id,
            job_id=row.job_id,
            job_definition_id=row.job_definition_id,
            batch_id=row.batch_id,
            user_id=row.user_id,
            timestamp=row.at,
            operation_id=row.operation_id,
            operation_type=row.operation_type,
            entity_type=row.entity_type,
            property=row.property,
            org_value=row.org_value,
            new_value=row.new_value,
            root_process_instance_id=row.root_id,
            category=row.category,
            annotation=row.annotation,
            tenant_id=row.tenant_id,
        )
