"""Which event subscriptions."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class SubscriptionFilter(BaseModel):
    """Which event subscriptions. All conditions must hold; an empty filter matches everything."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ids: tuple[str, ...] | None = None
    name: str | None = Field(None, description="of the message or the signal")
    kind: str | None = Field(None, description="message, signal, conditional; with instance_id also compensate")
    node_id: str | None = Field(None, description="of this waiting activity instance")
    instance_id: str | None = None
    activity_id: str | None = None
    tenant_id_in: tuple[str, ...] | None = None
    without_tenant: bool | None = None
    include_without_tenant: bool | None = Field(None, description="with tenant_id_in: also those of no tenant")
