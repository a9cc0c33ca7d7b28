"""Batches in Camunda 7's names."""

from __future__ import annotations

from typing import Self

from shoal.api.engine_rest.views import CamundaDate, View
from shoal.batch.view import BatchView as NativeBatch


class BatchView(View):
    """Camunda 7: BatchDto."""

    id: str
    type: str
    total_jobs: int
    jobs_created: int
    batch_jobs_per_seed: int
    invocations_per_batch_job: int
    seed_job_definition_id: str
    monitor_job_definition_id: str
    batch_job_definition_id: str
    suspended: bool
    tenant_id: str | None
    create_user_id: str | None
    start_time: CamundaDate
    execution_start_time: CamundaDate | None

    @classmethod
    def of(cls, row: NativeBatch) -> Self:
        """The view of a batch."""
        return cls(
            id=row.id,
            type=row.camunda_type,
            total_jobs=row.statistics.total_jobs,
            jobs_created=row.jobs_created,
            batch_jobs_per_seed=row.jobs_per_seed,
            invocations_per_batch_job=row.chunk_size,
            seed_job_definition_id=row.seed_job_definition_id,
            monitor_job_definition_id=row.monitor_job_definition_id,
            batch_job_definition_id=row.batch_job_definition_id,
            suspended=row.suspended,
            tenant_id=row.tenant_id,
            create_user_id=row.created_by,
            start_time=row.created_at,
            execution_start_time=row.execution_started_at,
        )
