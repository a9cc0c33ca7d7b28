"""Which jobs."""

from __future__ import annotations

from pydantic import AwareDatetime, BaseModel, ConfigDict


class JobFilter(BaseModel):
    """Which jobs of process instances. All conditions must hold; an empty filter matches everything."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ids: tuple[str, ...] | None = None
    instance_id: str | None = None
    instance_id_in: tuple[str, ...] | None = None
    definition_id: str | None = None
    definition_key: str | None = None
    activity_id: str | None = None
    failed_activity_id: str | None = None
    kind: str | None = None
    suspended: bool | None = None
    priority_min: int | None = None
    priority_max: int | None = None
    tenant_id_in: tuple[str, ...] | None = None
    retries_left: bool | None = None
    due_before: AwareDatetime | None = None
    due_after: AwareDatetime | None = None
    error_message_like: str | None = None
    with_exception: bool | None = None

    def is_empty(self) -> bool:
        """Whether the filter has no condition and so matches everything."""
        return not self.model_dump(exclude_none=True)
