"""Which process definitions."""

from __future__ import annotations

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field


class DefinitionFilter(BaseModel):
    """Which process definitions. All conditions must hold; an empty filter matches everything."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ids: tuple[str, ...] | None = None
    key: str | None = None
    key_in: tuple[str, ...] | None = None
    key_like: str | None = None
    name: str | None = None
    name_like: str | None = None
    version: int | None = None
    latest_only: bool | None = Field(None, description="only the newest version of each key and tenant")
    version_tag: str | None = None
    version_tag_like: str | None = None
    without_version_tag: bool | None = None
    deployment_id: str | None = None
    deployed_after: AwareDatetime | None = None
    deployed_before: AwareDatetime | None = None
    resource_name: str | None = None
    resource_name_like: str | None = None
    suspended: bool | None = None
    startable: bool | None = Field(None, description="may be started by people (camunda:isStartableInTasklist)")
    with_open_incident: bool | None = None
    tenant_id_in: tuple[str, ...] | None = None
    without_tenant: bool | None = None
    include_without_tenant: bool | None = Field(None, description="with tenant_id_in: also those of no tenant")

    def is_empty(self) -> bool:
        """Whether the filter has no condition and so matches everything."""
        return not self.model_dump(exclude_none=True)
