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

    name: str = Field(min_length=1, description="name of the variable")
    operator: Literal["eq", "neq", "gt", "gteq", "lt", "lteq", "like", "notLike"] = Field(
        default="eq", description="how it is compared"
    )
    value: Any = Field(default=None, description="what it is compared with")
    ignore_name_case: bool = Field(default=False, description="the name in small or capital letters")
    ignore_value_case: bool = Field(default=False, description="a text in small or capital letters")
    anywhere: bool = Field(
        default=False, description="of an instance: in any of its scopes, ended ones included, not only in its own"
    )


class InstanceFilter(BaseModel):
    """Which process instances. All conditions must hold; an empty filter matches everything.

    ``ids`` restricts to these ids. ``like`` patterns use % and _ . Instants are aware.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    ids: tuple[str, ...] | None = Field(default=None, description="one of these ids")
    definition_id: str | None = Field(default=None, description="of this definition")
    definition_id_in: tuple[str, ...] | None = Field(default=None, description="of one of these definitions")
    definition_key: str | None = Field(default=None, description="of this definition, in any version")
    definition_key_in: tuple[str, ...] | None = Field(
        default=None, description="of one of these definitions, in any version"
    )
    definition_key_not_in: tuple[str, ...] | None = Field(
        default=None, description="of none of these definitions, in any version"
    )
    definition_name: str | None = Field(default=None, description="of definitions with this name")
    definition_name_like: str | None = Field(
        default=None, description="of definitions whose name matches, with % and _"
    )
    definition_version: int | None = Field(default=None, description="of this version of the definition")
    definition_without_tenant: bool | None = Field(default=None, description="of a definition of no tenant")
    deployment_id: str | None = Field(default=None, description="of a definition of this deployment")
    ids_not_in: tuple[str, ...] | None = Field(default=None, description="none of these ids")
    business_key: str | None = Field(default=None, description="the business key")
    business_key_in: tuple[str, ...] | None = Field(default=None, description="one of these business keys")
    business_key_like: str | None = Field(default=None, description="the business key matches, with % and _")
    state: InstanceState | None = Field(default=None, description="in this state")
    state_in: tuple[InstanceState, ...] | None = Field(default=None, description="in one of these states")
    running: bool | None = Field(default=None, description="true: active or suspended; false: ended")
    activity_id_in: tuple[str, ...] | None = Field(default=None, description="a token is at one of these elements")
    open_activity_id_in: tuple[str, ...] | None = Field(
        default=None, description="an activity instance of one of these elements is open"
    )
    executed_activity_id_in: tuple[str, ...] | None = Field(
        default=None, description="an activity instance of one of these elements has ended"
    )
    executed_activity_after: AwareDatetime | None = Field(
        default=None, description="an activity instance started or ended then or later"
    )
    executed_activity_before: AwareDatetime | None = Field(
        default=None, description="an activity instance started or ended then or earlier"
    )
    executed_job_after: AwareDatetime | None = Field(
        default=None, description="something happened to a job then or later; needs the log of jobs"
    )
    executed_job_before: AwareDatetime | None = Field(
        default=None, description="something happened to a job then or earlier; needs the log of jobs"
    )
    with_incident: bool | None = Field(default=None, description="has an open incident, or none")
    incident_id: str | None = Field(default=None, description="has this incident, open")
    incident_type: str | None = Field(default=None, description="has an open incident of this type")
    incident_message: str | None = Field(default=None, description="has an open incident with this message")
    incident_message_like: str | None = Field(
        default=None, description="has an open incident whose message matches, with % and _"
    )
    incident_id_in: tuple[str, ...] | None = Field(default=None, description="has one of these incidents, open")
    incident_state: Literal["open", "resolved", "deleted", "ended"] | None = Field(
        default=None,
        description="has an incident in this state; what else is said of incidents is about those in it",
    )
    incident_ever: bool | None = Field(
        default=None, description="what is said of incidents is about all, not only about open ones"
    )
    with_root_incident: bool | None = Field(
        default=None, description="has an incident that no other one caused, or one that was caused"
    )
    with_retrying_job: bool | None = Field(
        default=None, description="has a job that failed and has retries left, or none"
    )
    with_failed_job: bool | None = Field(default=None, description="has a job without retries left")
    started_by: str | None = Field(default=None, description="started by this user")
    started_before: AwareDatetime | None = Field(default=None, description="started before that")
    started_after: AwareDatetime | None = Field(default=None, description="started after that")
    ended_before: AwareDatetime | None = Field(default=None, description="ended before that")
    ended_after: AwareDatetime | None = Field(default=None, description="ended after that")
    super_instance_id: str | None = Field(default=None, description="called by this instance")
    root_instance_id: str | None = Field(
        default=None, description="this instance, and all that it called directly or not"
    )
    sub_instance_id: str | None = Field(default=None, description="called this instance")
    root_only: bool | None = Field(default=None, description="called by no other instance")
    leaf_only: bool | None = Field(default=None, description="calls no instance that runs")
    tenant_id_in: tuple[str, ...] | None = Field(default=None, description="of one of these tenants")
    without_tenant: bool | None = Field(default=None, description="of no tenant")
    variables: tuple[VariableCondition, ...] | None = Field(
        default=None, description="variables of the instance, each with a condition"
    )
    any_of: tuple[InstanceFilter, ...] | None = Field(
        default=None, description="of each of these filters, at least one condition holds"
    )

    def is_empty(self) -> bool:
        """Whether the filter has no condition and so matches everything."""
        return not self.model_dump(exclude_none=True)
