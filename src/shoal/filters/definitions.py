"""Which process definitions."""

from __future__ import annotations

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field


class DefinitionFilter(BaseModel):
    """Which process definitions. All conditions must hold; an empty filter matches everything."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str | None = Field(default=None, description="this id")
    ids: tuple[str, ...] | None = Field(default=None, description="one of these ids")
    key: str | None = Field(default=None, description="the key")
    key_in: tuple[str, ...] | None = Field(default=None, description="one of these keys")
    key_like: str | None = Field(default=None, description="the key matches, with % and _")
    name: str | None = Field(default=None, description="the name")
    name_like: str | None = Field(default=None, description="the name matches, with % and _")
    category: str | None = Field(default=None, description="the target namespace of the model")
    category_like: str | None = Field(default=None, description="the target namespace matches, with % and _")
    starter: str | None = Field(default=None, description="this user is a candidate starter (by the model)")
    version: int | None = Field(default=None, description="this version")
    latest_only: bool | None = Field(default=None, description="only the newest version of each key and tenant")
    version_tag: str | None = Field(default=None, description="the version tag")
    version_tag_like: str | None = Field(default=None, description="the version tag matches, with % and _")
    without_version_tag: bool | None = Field(default=None, description="has no version tag")
    deployment_id: str | None = Field(default=None, description="of this deployment")
    deployed_at: AwareDatetime | None = Field(default=None, description="deployed in that millisecond")
    deployed_after: AwareDatetime | None = Field(default=None, description="deployed after that")
    deployed_before: AwareDatetime | None = Field(default=None, description="deployed before that")
    resource_name: str | None = Field(default=None, description="from the file of this name")
    resource_name_like: str | None = Field(default=None, description="from a file whose name matches, with % and _")
    suspended: bool | None = Field(default=None, description="suspended, or not")
    startable: bool | None = Field(
        default=None, description="may be started by people (camunda:isStartableInTasklist)"
    )
    with_open_incident: bool | None = Field(
        default=None, description="an instance has an open incident, or none has"
    )
    incident_id: str | None = Field(default=None, description="an instance has this incident, open")
    incident_type: str | None = Field(default=None, description="an instance has an open incident of this type")
    incident_message: str | None = Field(
        default=None, description="an instance has an open incident with this message"
    )
    incident_message_like: str | None = Field(
        default=None, description="an instance has an open incident whose message matches, with % and _"
    )
    tenant_id_in: tuple[str, ...] | None = Field(default=None, description="of one of these tenants")
    without_tenant: bool | None = Field(default=None, description="of no tenant")
    include_without_tenant: bool | None = Field(
        default=None, description="with tenant_id_in: also those of no tenant"
    )

    def is_empty(self) -> bool:
        """Whether the filter has no condition and so matches everything."""
        return not self.model_dump(exclude_none=True)
