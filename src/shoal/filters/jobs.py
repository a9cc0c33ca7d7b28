"""Which jobs."""

from __future__ import annotations

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field


class JobFilter(BaseModel):
    """Which jobs of process instances. All conditions must hold; an empty filter matches everything."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ids: tuple[str, ...] | None = Field(default=None, description="one of these ids")
    instance_id: str | None = Field(default=None, description="of this process instance")
    instance_id_in: tuple[str, ...] | None = Field(default=None, description="of one of these process instances")
    definition_id: str | None = Field(default=None, description="of this definition")
    definition_key: str | None = Field(default=None, description="of this definition, in any version")
    activity_id: str | None = Field(default=None, description="at this element")
    failed_activity_id: str | None = Field(default=None, description="failed at this element")
    kind: str | None = Field(default=None, description="of this kind, such as timer or async-before")
    suspended: bool | None = Field(default=None, description="suspended, or not")
    priority_min: int | None = Field(default=None, description="this priority or a higher one")
    priority_max: int | None = Field(default=None, description="this priority or a lower one")
    tenant_id_in: tuple[str, ...] | None = Field(default=None, description="of one of these tenants")
    retries_left: bool | None = Field(default=None, description="has tries left, or none")
    due_before: AwareDatetime | None = Field(default=None, description="due before that")
    due_after: AwareDatetime | None = Field(default=None, description="due after that")
    error_message_like: str | None = Field(
        default=None, description="the message of the last failure matches, with % and _"
    )
    with_exception: bool | None = Field(default=None, description="failed at least once, or never")

    def is_empty(self) -> bool:
        """Whether the filter has no condition and so matches everything."""
        return not self.model_dump(exclude_none=True)
