"""Which batches."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

State = Literal["seeding", "running", "completed", "completed-with-failures", "cancelled", "failed"]


class BatchFilter(BaseModel):
    """Which batches. All conditions must hold; an empty filter matches everything."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ids: tuple[str, ...] | None = Field(default=None, description="one of these ids")
    operation: str | None = Field(default=None, description="of this operation")
    operation_in: tuple[str, ...] | None = Field(default=None, description="of one of these operations")
    state_in: tuple[State, ...] | None = Field(default=None, description="in one of these states")
    suspended: bool | None = Field(default=None, description="suspended, or not")
    finished: bool | None = Field(
        default=None, description="ended without a failed job that waits for somebody to act, or not"
    )
    with_failures: bool | None = Field(default=None, description="has a job without tries left, or none")
    created_by: str | None = Field(default=None, description="who asked for it")
    created_from: AwareDatetime | None = Field(default=None, description="made then or later")
    created_until: AwareDatetime | None = Field(default=None, description="made then or earlier")
    ended_before: AwareDatetime | None = Field(default=None, description="ended before that")
    ended_after: AwareDatetime | None = Field(default=None, description="ended after that")
    tenant_id_in: tuple[str, ...] | None = Field(default=None, description="of one of these tenants")
    without_tenant: bool | None = Field(default=None, description="of no tenant")

    def is_empty(self) -> bool:
        """Whether the filter has no condition and so matches everything."""
        return not self.model_dump(exclude_none=True)
