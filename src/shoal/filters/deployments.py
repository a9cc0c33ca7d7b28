"""Which deployments."""

from __future__ import annotations

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field


class DeploymentFilter(BaseModel):
    """Which deployments. All conditions must hold; an empty filter matches everything."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ids: tuple[str, ...] | None = Field(default=None, description="one of these ids")
    name: str | None = Field(default=None, description="the name")
    name_like: str | None = Field(default=None, description="the name matches, with % and _")
    source: str | None = Field(default=None, description="where it came from")
    without_source: bool | None = Field(default=None, description="it is not said where it came from")
    deployed_after: AwareDatetime | None = Field(default=None, description="deployed after that")
    deployed_before: AwareDatetime | None = Field(default=None, description="deployed before that")
    tenant_id_in: tuple[str, ...] | None = Field(default=None, description="of one of these tenants")
    without_tenant: bool | None = Field(default=None, description="of no tenant")
    include_without_tenant: bool | None = Field(
        default=None, description="with tenant_id_in: also those of no tenant"
    )
