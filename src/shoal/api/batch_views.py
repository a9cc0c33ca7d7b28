"""Batches as HTTP shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from shoal.batch.states import BatchState, ElementState


class _View(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class StatisticsView(_View):
    """How far a batch is. `total` is the sum of succeeded, skipped, failed, cancelled and remaining."""

    total: int
    succeeded: int
    skipped: int
    failed: int
    cancelled: int
    remaining: int
    rate: float | None = Field(description="elements per second since the first chunk began")
    seconds: float | None = Field(description="how long it has been working, or worked")
    estimated_end: datetime | None
    total_jobs: int = Field(description="execution jobs, those included that are not made yet")
    jobs_created: int = Field(description="execution jobs that were made")
    remaining_jobs: int = Field(description="execution jobs that are there, or not made yet")
    completed_jobs: int = Field(description="execution jobs that did their work, or were deleted")
    failed_jobs: int = Field(description="execution jobs without tries; they are among the remaining ones")


class BatchStatisticsView(StatisticsView):
    """How far a batch is, together with its state."""

    state: BatchState
    suspended: bool


class BatchView(_View):
    """One requested change of many elements. It stays after it ended."""

    id: str
    operation: str
    title: str
    camunda_type: str = Field(description="the batch type that clients of Camunda 7 know")
    state: BatchState
    suspended: bool
    params: dict[str, Any]
    selection: dict[str, Any]
    statistics: StatisticsView
    chunk_size: int
    jobs_per_seed: int
    jobs_created: int
    priority: int
    max_parallel: int | None
    rate_per_second: float | None
    idempotency_key: str | None
    tenant_id: str | None
    created_by: str | None
    created_at: datetime
    seeded_at: datetime | None
    execution_started_at: datetime | None
    ended_at: datetime | None
    removal_time: datetime | None
    error_message: str | None


class BatchPage(BaseModel):
    """Batches, the newest first."""

    items: list[BatchView]
    next: str | None = Field(description="`before_id` of the next page; null: this was the last")


class ElementView(_View):
    """The outcome of one element."""

    target_id: str
    state: ElementState
    reason: str | None = Field(description="code of the cause")
    message: str | None
    details: str | None = Field(None, description="more for people, such as a stack trace of the model's code")
    at: datetime | None


class ElementPage(BaseModel):
    """Elements by id."""

    items: list[ElementView]
    next: str | None = Field(description="`after_id` of the next page; null: this was the last")


class FailureGroupView(_View):
    """Elements that failed, or were skipped, for the same reason."""

    state: ElementState
    reason: str
    count: int
    example_id: str
    example_message: str | None
    last_at: datetime


class ExclusionView(_View):
    """Elements that would be skipped for the same reason."""

    reason: str
    message: str
    count: int
    example_id: str


class PreviewView(_View):
    """What a batch would do if it ran now."""

    operation: str
    count: int = Field(description="elements of the batch, skipped ones included")
    applicable: int = Field(description="elements that the operation would be applied to")
    sample: list[str]
    exclusions: list[ExclusionView]
    examined: int = Field(description="elements that were asked about")
