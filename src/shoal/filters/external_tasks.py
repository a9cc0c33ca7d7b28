"""Which external tasks."""

from __future__ import annotations

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from shoal.filters.instances import InstanceFilter, VariableCondition


class ExternalTaskFilter(BaseModel):
    """Which external tasks. All conditions must hold; an empty filter matches everything."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ids: tuple[str, ...] | None = Field(None, description="one of these ids")
    topic: str | None = Field(None, description="of this topic")
    worker_id: str | None = Field(None, description="this worker has it, or had it last")
    locked: bool | None = Field(None, description="a worker holds it now, or nobody does")
    locked_before: AwareDatetime | None = Field(None, description="the lock ends before that")
    locked_after: AwareDatetime | None = Field(None, description="the lock ends after that")
    activity_id: str | None = Field(None, description="at this element")
    activity_id_in: tuple[str, ...] | None = Field(None, description="at one of these elements")
    node_id: str | None = Field(None, description="of this activity instance")
    instance_id: str | None = Field(None, description="of this process instance")
    instance_id_in: tuple[str, ...] | None = Field(None, description="of one of these process instances")
    instance: InstanceFilter | None = Field(None, description="of process instances that match this filter")
    definition_id: str | None = Field(None, description="of this definition")
    definition_key: str | None = Field(None, description="of this definition, in any version")
    definition_key_in: tuple[str, ...] | None = Field(
        None, description="of one of these definitions, in any version"
    )
    definition_name: str | None = Field(None, description="of definitions with this name")
    definition_name_like: str | None = Field(None, description="of definitions whose name matches, with % and _")
    business_key: str | None = Field(None, description="the business key")
    suspended: bool | None = Field(None, description="suspended, or not")
    retries_left: bool | None = Field(None, description="true: also where nothing was reported yet")
    priority_min: int | None = Field(None, description="this priority or a higher one")
    priority_max: int | None = Field(None, description="this priority or a lower one")
    tenant_id_in: tuple[str, ...] | None = Field(None, description="of one of these tenants")
    without_tenant: bool | None = Field(None, description="of no tenant")
    variables: tuple[VariableCondition, ...] | None = Field(None, description="of the process instance")
    local_variables: tuple[VariableCondition, ...] | None = Field(None, description="of the task itself")

    def is_empty(self) -> bool:
        """Whether the filter has no condition and so matches everything."""
        return not self.model_dump(exclude_none=True)
