"""Which jobs."""

from __future__ import annotations

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field


class JobFilter(BaseModel):
    """Which jobs: of process instances, of definitions, of batches. All conditions must hold; an empty filter
    matches everything.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    ids: tuple[str, ...] | None = Field(default=None, description="one of these ids")
    instance_id: str | None = Field(default=None, description="of this process instance")
    instance_id_in: tuple[str, ...] | None = Field(default=None, description="of one of these process instances")
    node_id: str | None = Field(default=None, description="of this activity instance, or token before or after one")
    definition_id: str | None = Field(default=None, description="of this definition")
    definition_id_in: tuple[str, ...] | None = Field(default=None, description="of one of these definitions")
    definition_key: str | None = Field(default=None, description="of this definition, in any version")
    definition_key_in: tuple[str, ...] | None = Field(
        default=None, description="of one of these definitions, in any version"
    )
    batch_id: str | None = Field(default=None, description="of this batch")
    activity_id: str | None = Field(default=None, description="at this element")
    activity_id_in: tuple[str, ...] | None = Field(default=None, description="at one of these elements")
    failed_activity_id: str | None = Field(default=None, description="failed at this element")
    kind: str | None = Field(default=None, description="of this kind, such as timer or async-before")
    kind_in: tuple[str, ...] | None = Field(default=None, description="of one of these kinds")
    kind_not_in: tuple[str, ...] | None = Field(default=None, description="of none of these kinds")
    suspended: bool | None = Field(default=None, description="suspended, or not")
    priority: int | None = Field(default=None, description="this priority")
    priority_min: int | None = Field(default=None, description="this priority or a higher one")
    priority_max: int | None = Field(default=None, description="this priority or a lower one")
    tenant_id_in: tuple[str, ...] | None = Field(default=None, description="of one of these tenants")
    without_tenant: bool | None = Field(default=None, description="of no tenant")
    include_without_tenant: bool | None = Field(
        default=None, description="with tenant_id_in: also those of no tenant"
    )
    executable: bool | None = Field(default=None, description="has tries left and is due, or not")
    held: bool | None = Field(default=None, description="somebody works on it now, or nobody")
    retries_left: bool | None = Field(default=None, description="has tries left, or none")
    due_before: AwareDatetime | None = Field(default=None, description="due before that")
    due_after: AwareDatetime | None = Field(default=None, description="due after that")
    with_due_date: bool | None = Field(default=None, description="has a due date, or none")
    created_before: AwareDatetime | None = Field(default=None, description="made before that")
    created_after: AwareDatetime | None = Field(default=None, description="made after that")
    error_message: str | None = Field(default=None, description="the message of the last failure")
    error_message_like: str | None = Field(
        default=None, description="the message of the last failure matches, with % and _"
    )
    with_exception: bool | None = Field(default=None, description="failed at least once, or never")

    def is_empty(self) -> bool:
        """Whether the filter has no condition and so matches everything."""
        return not self.model_dump(exclude_none=True)
