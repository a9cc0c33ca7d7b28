"""Process instances as HTTP shows them, and what requests about them may say."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from shoal.engine import InstanceRow
from shoal.filters import InstanceFilter, InstanceState


class InstanceView(BaseModel):
    """One run of a definition, running or ended."""

    id: str
    definition_id: str
    definition_key: str
    definition_name: str | None
    definition_version: int
    business_key: str | None
    state: InstanceState
    tenant_id: str | None
    root_instance_id: str
    super_instance_id: str | None
    start_activity_id: str | None
    end_activity_id: str | None
    started_at: datetime
    ended_at: datetime | None
    started_by: str | None
    end_reason: str | None
    removal_time: datetime | None

    @classmethod
    def of(cls, row: InstanceRow) -> InstanceView:
        """The view of a row: suspended is a state here."""
        state = "suspended" if row.suspended else row.state
        names = row._asdict() | {
            "state": state,
            "root_instance_id": row.root_id,
            "super_instance_id": row.super_id,
        }
        return cls.model_validate({name: names[name] for name in cls.model_fields})


class InstancePage(BaseModel):
    """Instances in the order of the request."""

    items: list[InstanceView]
    next: str | None = Field(
        description="`after_id` of the next page; null: this was the last, or sorted otherwise"
    )


class InstanceQuery(InstanceFilter):
    """A filter together with order and page."""

    sort: Literal["id", "business_key", "definition_key", "started_at", "ended_at", "state"] = "id"
    descending: bool = False
    offset: int = Field(0, ge=0, lt=2**31)
    limit: int = Field(100, ge=1, le=10_000)
    after_id: str | None = Field(None, description="`next` of the page before; only without sort and offset")

    @property
    def conditions(self) -> dict[str, Any]:
        """The filter alone."""
        return self.model_dump(exclude_unset=True, include=set(InstanceFilter.model_fields))


class Count(BaseModel):
    """A number."""

    count: int


class StartRequest(BaseModel):
    """One instance, or many that are alike."""

    model_config = ConfigDict(extra="forbid")

    count: int = Field(1, ge=1, le=100_000, description="how many")
    business_key: str | None = None
    variables: dict[str, Any] = Field(default_factory=dict, description="JSON values by name")
    version: int | None = Field(None, ge=1, lt=2**31, description="the newest, if nothing is said")
    tenant_id: str | None = None
    start_event_id: str | None = None
    with_ids: bool = Field(True, description="false: the answer carries only the count")


class Started(BaseModel):
    """What was started."""

    count: int
    ids: list[str] = Field(description="in the order of their start; empty when they were not asked for")
