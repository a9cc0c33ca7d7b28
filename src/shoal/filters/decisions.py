"""Which evaluated decisions."""

from __future__ import annotations

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field


class DecisionFilter(BaseModel):
    """Which decision instances. All conditions must hold; an empty filter matches everything."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ids: tuple[str, ...] | None = Field(default=None, description="one of these ids")
    definition_id: str | None = Field(default=None, description="of this decision definition")
    definition_id_in: tuple[str, ...] | None = Field(default=None, description="of one of these definitions")
    definition_key: str | None = Field(default=None, description="of this definition, in any version")
    definition_key_in: tuple[str, ...] | None = Field(
        default=None, description="of one of these definitions, in any version"
    )
    definition_name: str | None = Field(default=None, description="of definitions with this name")
    definition_name_like: str | None = Field(
        default=None, description="of definitions whose name matches, with % and _"
    )
    requirements_id: str | None = Field(default=None, description="of this requirements graph")
    requirements_key: str | None = Field(default=None, description="of this requirements graph, in any version")
    root_decision_id: str | None = Field(
        default=None, description="this decision, and all that it required directly or not"
    )
    root_only: bool | None = Field(default=None, description="asked for itself, and not required by another one")
    instance_id: str | None = Field(default=None, description="asked by this process instance")
    instance_id_in: tuple[str, ...] | None = Field(
        default=None, description="asked by one of these process instances"
    )
    process_definition_id: str | None = Field(default=None, description="asked by an instance of this definition")
    process_definition_key: str | None = Field(
        default=None, description="asked by an instance of this definition, in any version"
    )
    activity_id: str | None = Field(default=None, description="asked at this element")
    activity_id_in: tuple[str, ...] | None = Field(default=None, description="asked at one of these elements")
    activity_instance_id: str | None = Field(default=None, description="asked by this activity instance")
    activity_instance_id_in: tuple[str, ...] | None = Field(
        default=None, description="asked by one of these activity instances"
    )
    evaluated_from: AwareDatetime | None = Field(default=None, description="evaluated then or later")
    evaluated_until: AwareDatetime | None = Field(default=None, description="evaluated then or earlier")
    user_id: str | None = Field(default=None, description="asked by this user")
    tenant_id_in: tuple[str, ...] | None = Field(default=None, description="of one of these tenants")
    without_tenant: bool | None = Field(default=None, description="of no tenant")

    def is_empty(self) -> bool:
        """Whether the filter has no condition and so matches everything."""
        return not self.model_dump(exclude_none=True)
