"""Which variable instances."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from shoal.filters.instances import VariableCondition


class VariableFilter(BaseModel):
    """Which variable instances. All conditions must hold; an empty filter matches everything."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ids: tuple[str, ...] | None = None
    name: str | None = None
    name_in: tuple[str, ...] | None = None
    name_like: str | None = None
    type_in: tuple[str, ...] | None = None
    instance_id: str | None = None
    instance_id_in: tuple[str, ...] | None = None
    scope_id: str | None = None
    scope_id_in: tuple[str, ...] | None = None
    definition_id: str | None = None
    definition_key: str | None = None
    task_id_in: tuple[str, ...] | None = Field(None, description="local to one of these user tasks")
    ignore_name_case: bool | None = Field(None, description="name in small or capital letters")
    live: bool | None = Field(None, description="its scope is still there; false: history")
    running: bool | None = Field(None, description="its process instance runs, or has ended")
    values: tuple[VariableCondition, ...] | None = Field(None, description="it has that name and value")
    tenant_id_in: tuple[str, ...] | None = None
    without_tenant: bool | None = None

    def is_empty(self) -> bool:
        """Whether the filter has no condition and so matches everything."""
        return not self.model_dump(exclude_none=True)
