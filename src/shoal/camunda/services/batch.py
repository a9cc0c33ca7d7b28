"""A batch with Camunda 7's names."""

from __future__ import annotations

from datetime import datetime

from shoal.engine import Batch as NativeBatch


class Batch:
    """Camunda 7: ``Batch``, ``BatchStatistics`` and ``HistoricBatch`` in one, as it was when it was looked at.

    ``native`` is the same batch with everything that there is beside: outcomes, ``wait()``, ``refresh()``.
    """

    def __init__(self, native: NativeBatch) -> None:
        self.native = native

    def __repr__(self) -> str:
        return f"<Batch {self.id} {self.type} {self.completed_jobs}/{self.total_jobs}>"

    @property
    def id(self) -> str:
        """The id."""
        return self.native.id

    @property
    def type(self) -> str:
        """One of Camunda 7's types of batches: ``instance-deletion``, ..."""
        return self.native.view.camunda_type

    @property
    def total_jobs(self) -> int:
        """Execution jobs, those included that are still to be made."""
        return self.native.statistics.total_jobs

    @property
    def jobs_created(self) -> int:
        """Execution jobs that the seed job has made."""
        return self.native.statistics.jobs_created

    @property
    def remaining_jobs(self) -> int:
        """Execution jobs that are there, or still to be made."""
        return self.native.statistics.remaining_jobs

    @property
    def completed_jobs(self) -> int:
        """Execution jobs that are done, or were deleted."""
        return self.native.statistics.completed_jobs

    @property
    def failed_jobs(self) -> int:
        """Remaining ones without tries."""
        return self.native.statistics.failed_jobs

    @property
    def batch_jobs_per_seed(self) -> int:
        """Execution jobs that one run of the seed job makes."""
        return self.native.view.jobs_per_seed

    @property
    def invocations_per_batch_job(self) -> int:
        """Elements of one execution job."""
        return self.native.view.chunk_size

    @property
    def seed_job_definition_id(self) -> str:
        """What makes its seed jobs."""
        return self.native.view.seed_job_definition_id

    @property
    def monitor_job_definition_id(self) -> str:
        """What makes its monitor jobs."""
        return self.native.view.monitor_job_definition_id

    @property
    def batch_job_definition_id(self) -> str:
        """What makes its execution jobs."""
        return self.native.view.batch_job_definition_id

    @property
    def suspended(self) -> bool:
        """Nothing is done until it is activated. Java: ``isSuspended()``."""
        return self.native.view.suspended

    @property
    def tenant_id(self) -> str | None:
        """To whom it belongs."""
        return self.native.view.tenant_id

    @property
    def create_user_id(self) -> str | None:
        """Who made it."""
        return self.native.view.created_by

    @property
    def start_time(self) -> datetime:
        """When it was made."""
        return self.native.view.created_at

    @property
    def execution_start_time(self) -> datetime | None:
        """When its first execution job began."""
        return self.native.view.execution_started_at

    @property
    def end_time(self) -> datetime | None:
        """When it was done; None as long as a failed job is there (Camunda 7)."""
        return self.native.view.ended_at if self.native.view.is_finished else None

    @property
    def removal_time(self) -> datetime | None:
        """When history cleanup may remove it."""
        return self.native.view.removal_time
