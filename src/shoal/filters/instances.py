"""Which process instances."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field


class InstanceState(StrEnum):
    """What a process instance can be. Suspended is a running instance on which nothing is worked."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    TERMINATED = "terminated"


class VariableCondition(BaseModel):
    """A condition on a variable of the process instance scope."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1)
    operator: Literal["eq", "neq", "gt", "gteq", "lt", "lteq", "like", "notLike"] = "eq"
    value: Any = None


class InstanceFilter(BaseModel):
    """Which process instances. All conditions must hold; an empty filter matches everything.

    ``ids`` restricts to these ids. ``like`` patterns use % and _ . Instants are aware.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    ids: tuple[str, ...] | None = None
    definition_id: str | None = None
    definition_id_in: tuple[str, ...] | None = None
    definition_key: str | None = None
    definition_key_in: tuple[str, ...] | None = None
    definition_version: int | None = None
    business_key: str | None = None
    business_key_in: tuple[str, ...] | None = None
    business_key_like: str | None = None
    state: InstanceState | None = None
    state_in: tuple[InstanceState, ...] | None = None
    running: bool | None = Field(None, description="true: active or suspended; false: ended")
    activity_id_in: tuple[str, ...] | None = Field(None, description="a token is at one of these elements")
    with_incident: bool | None = None
    incident_message_like: str | None = None
    with_failed_job: bool | None = Field(None, description="has a job without retries left")
    started_before: AwareDatetime | None = None
    started_after: AwareDatetime | None = None
    ended_before: AwareDatetime | None = None
    ended_after: AwareDatetime | None = None
    super_instance_id: str | None = None
    root_instance_id: str | None = None
    root_only: bool | None = None
    tenant_id_in: tuple[str, ...] | None = None
    without_tenant: bool | None = None
    variables: tuple[VariableCondition, ...] | None = None

    def is_empty(self) -> bool:
        """Whether the filter has no condition and so matches everything."""
        return not self.model_dump(exclude_none=True)
