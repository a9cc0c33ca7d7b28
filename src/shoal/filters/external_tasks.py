"""Which external tasks."""

from __future__ import annotations

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from shoal.filters.instances import InstanceFilter, VariableCondition


class ExternalTaskFilter(BaseModel):
    """Which external tasks. All conditions must hold; an empty filter matches everything."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ids: tuple[str, ...] | None = None
    topic: str | None = None
    worker_id: str | None = None
    locked: bool | None = Field(None, description="a worker holds it now, or nobody does")
    locked_before: AwareDatetime | None = Field(None, description="the lock ends before that")
    locked_after: AwareDatetime | None = None
    activity_id: str | None = None
    activity_id_in: tuple[str, ...] | None = None
    node_id: str | None = None
    instance_id: str | None = None
    instance_id_in: tuple[str, ...] | None = None
    instance: InstanceFilter | None = Field(None, description="of process instances that match this filter")
    definition_id: str | None = None
    definition_key: str | None = None
    definition_key_in: tuple[str, ...] | None = None
    definition_name: str | None = None
    definition_name_like: str | None = None
    business_key: str | None = None
    suspended: bool | None = None
    retries_left: bool | None = Field(None, description="true: also where nothing was reported yet")
    priority_min: int | None = None
    priority_max: int | None = None
    tenant_id_in: tuple[str, ...] | None = None
    without_tenant: bool | None = None
    variables: tuple[VariableCondition, ...] | None = Field(None, description="of the process instance")
    local_variables: tuple[VariableCondition, ...] | None = Field(None, description="of the task itself")

    def is_empty(self) -> bool:
        """Whether the filter has no condition and so matches everything."""
        return not self.model_dump(exclude_none=True)
