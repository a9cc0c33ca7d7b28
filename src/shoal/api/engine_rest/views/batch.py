"""Batches in Camunda 7's names."""

from __future__ import annotations

from typing import Any, Self

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
        return cls(**_said(row), jobs_created=row.jobs_created, suspended=row.suspended)


class BatchStatisticsView(BatchView):
    """Camunda 7: BatchStatisticsDto."""

    remaining_jobs: int
    completed_jobs: int
    failed_jobs: int

    @classmethod
    def of(cls, row: NativeBatch) -> Self:
        """The view of a batch with its numbers of jobs."""
        return cls(
            **_said(row),
            jobs_created=row.jobs_created,
            suspended=row.suspended,
            remaining_jobs=row.statistics.remaining_jobs,
            completed_jobs=row.statistics.completed_jobs,
            failed_jobs=row.statistics.failed_jobs,
        )


class HistoricBatchView(View):
    """Camunda 7: HistoricBatchDto."""

    id: str
    type: str
    total_jobs: int
    batch_jobs_per_seed: int
    invocations_per_batch_job: int
    seed_job_definition_id: str
    monitor_job_definition_id: str
    batch_job_definition_id: str
    tenant_id: str | None
    create_user_id: str | None
    start_time: CamundaDate
    end_time: CamundaDate | None
    removal_time: CamundaDate | None
    execution_start_time: CamundaDate | None

    @classmethod
    def of(cls, row: NativeBatch) -> Self:
        """The view of a batch. Camunda 7: while a failed job is left it has not ended."""
        return cls(**_said(row), end_time=row.ended_at if row.is_finished else None, removal_time=row.removal_time)


def _said(row: NativeBatch) -> dict[str, Any]:
    return {
        "id": row.id,
        "type": row.camunda_type,
        "total_jobs": row.statistics.total_jobs,
        "batch_jobs_per_seed": row.jobs_per_seed,
        "invocations_per_batch_job": row.chunk_size,
        "seed_job_definition_id": row.seed_job_definition_id,
        "monitor_job_definition_id": row.monitor_job_definition_id,
        "batch_job_definition_id": row.batch_job_definition_id,
        "tenant_id": row.tenant_id,
        "create_user_id": row.created_by,
        "start_time": row.created_at,
        "execution_start_time": row.execution_started_at,
    }
