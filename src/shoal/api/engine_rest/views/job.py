"""Jobs in Camunda 7's names."""

from __future__ import annotations

from typing import Self

from shoal.api.engine_rest.views import CamundaDate, View
from shoal.engine.job_origins import job_definition_of
from shoal.store.queries.job_filters import JobRow


class JobView(View):
    """Camunda 7: JobDto."""

    id: str
    job_definition_id: str | None
    process_instance_id: str | None
    process_definition_id: str | None
    process_definition_key: str | None
    execution_id: str | None
    exception_message: str | None
    failed_activity_id: str | None
    retries: int
    due_date: CamundaDate | None
    suspended: bool
    priority: int
    tenant_id: str | None
    create_time: CamundaDate
    batch_id: str | None

    @classmethod
    def of(cls, row: JobRow) -> Self:
        """The view of a job."""
        return cls(
            id=row.id,
            job_definition_id=job_definition_of(row),
            process_instance_id=row.instance_id,
            process_definition_id=row.definition_id,
            process_definition_key=row.definition_key,
            execution_id=row.node_id,
            exception_message=row.error_message,
            failed_activity_id=row.failed_activity_id,
            retries=row.retries,
            due_date=row.due_at,
            suspended=row.suspended,
            priority=row.priority,
            tenant_id=row.tenant_id,
            create_time=row.created_at,
            batch_id=row.batch_id,
        )
