"""Which job definitions."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class JobDefinitionFilter(BaseModel):
    """Which job definitions, of process definitions and of batches that run. All conditions must hold."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str | None = Field(default=None, description="this id")
    definition_id: str | None = Field(default=None, description="of this definition")
    definition_key: str | None = Field(default=None, description="of this definition, in any version")
    activity_id_in: tuple[str, ...] | None = Field(default=None, description="of one of these elements")
    job_type: str | None = Field(default=None, description="of this type, such as async-continuation")
    configuration: str | None = Field(
        default=None, description="when a timer is due, before or after what, or which batch"
    )
    batch_id: str | None = Field(default=None, description="of this batch")
    suspended: bool | None = Field(default=None, description="suspended, or not")
    with_priority: bool | None = Field(default=None, description="overrides the priority of the model, or does not")
    tenant_id_in: tuple[str, ...] | None = Field(default=None, description="of one of these tenants")
    without_tenant: bool | None = Field(default=None, description="of no tenant")
    include_without_tenant: bool | None = Field(
        default=None, description="with tenant_id_in: also those of no tenant"
    )
