"""Which activity instances, and which executions."""

from __future__ import annotations

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from shoal.filters.history import HistoryFilter
from shoal.filters.instances import InstanceFilter, VariableCondition


class ActivityFilter(HistoryFilter):
    """Which activity instances, open or ended."""

    activity_id: str | None = Field(None, description="at this element")
    activity_id_in: tuple[str, ...] | None = Field(None, description="at one of these elements")
    name: str | None = Field(None, description="at elements of this name")
    name_like: str | None = Field(None, description="at elements whose name matches, with % and _")
    places: tuple[tuple[str, tuple[str, ...]], ...] | None = Field(
        None, description="at one of these elements of one of these definitions"
    )
    type: str | None = Field(None, description="of this type, such as userTask")
    type_in: tuple[str, ...] | None = Field(None, description="of one of these types")
    assignee: str | None = Field(None, description="of user tasks of this assignee")
    ended: bool | None = Field(None, description="ended, or open")
    cancelled: bool | None = Field(None, description="cancelled, or not")
    completes_scope: bool | None = Field(None, description="an end event that was reached, or anything else")
    started_before: AwareDatetime | None = Field(None, description="started before that")
    started_after: AwareDatetime | None = Field(None, description="started after that")
    ended_before: AwareDatetime | None = Field(None, description="ended before that")
    ended_after: AwareDatetime | None = Field(None, description="ended after that")


class ExecutionFilter(BaseModel):
    """Which executions: running instances, and the tokens and scopes in them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ids: tuple[str, ...] | None = Field(default=None, description="one of these ids")
    activity_id: str | None = Field(default=None, description="at this element")
    instances: InstanceFilter = Field(default_factory=InstanceFilter, description="of instances that match")
    message_name: str | None = Field(default=None, description="waits for this message")
    signal_name: str | None = Field(default=None, description="waits for this signal")
    incident_id: str | None = Field(default=None, description="has this incident, open")
    incident_type: str | None = Field(default=None, description="has an open incident of this type")
    incident_message: str | None = Field(default=None, description="has an open incident with this message")
    incident_message_like: str | None = Field(
        default=None, description="has an open incident whose message matches, with % and _"
    )
    variables: tuple[VariableCondition, ...] | None = Field(default=None, description="has these variables itself")
