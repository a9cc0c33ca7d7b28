"""Which user tasks."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from shoal.filters.instances import VariableCondition


class TaskFilter(BaseModel):
    """Which user tasks. All conditions must hold; an empty filter matches everything, ended tasks included.

    ``like`` patterns use % and _ . Camunda 7: candidates are asked only of tasks that nobody has, unless
    ``include_assigned``.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    ids: tuple[str, ...] | None = None
    open: bool | None = Field(None, description="true: not ended yet; false: history")
    instance_id: str | None = None
    instance_id_in: tuple[str, ...] | None = None
    business_key: str | None = None
    business_key_like: str | None = None
    definition_id: str | None = None
    definition_key: str | None = None
    definition_key_in: tuple[str, ...] | None = None
    definition_name: str | None = None
    definition_name_like: str | None = None
    activity_id: str | None = None
    activity_id_in: tuple[str, ...] | None = None
    name: str | None = None
    name_like: str | None = None
    description: str | None = None
    description_like: str | None = None
    assignee: str | None = None
    assignee_in: tuple[str, ...] | None = None
    assignee_like: str | None = None
    assigned: bool | None = Field(None, description="somebody has it, or nobody")
    owner: str | None = None
    candidate_user: str | None = None
    candidate_group: str | None = None
    candidate_group_in: tuple[str, ...] | None = None
    with_candidate_users: bool | None = None
    with_candidate_groups: bool | None = None
    include_assigned: bool | None = None
    involved_user: str | None = Field(None, description="assignee, owner, or linked in any other way")
    delegation_state: Literal["PENDING", "RESOLVED"] | None = None
    priority: int | None = None
    priority_min: int | None = None
    priority_max: int | None = None
    due_before: AwareDatetime | None = None
    due_after: AwareDatetime | None = None
    with_due_date: bool | None = None
    follow_up_before: AwareDatetime | None = None
    follow_up_after: AwareDatetime | None = None
    with_follow_up_date: bool | None = None
    created_before: AwareDatetime | None = None
    created_after: AwareDatetime | None = None
    updated_after: AwareDatetime | None = Field(None, description="changed, or made, after that")
    ended_before: AwareDatetime | None = None
    ended_after: AwareDatetime | None = None
    end_reason: str | None = None
    suspended: bool | None = None
    tenant_id_in: tuple[str, ...] | None = None
    without_tenant: bool | None = None
    variables: tuple[VariableCondition, ...] | None = Field(None, description="of the process instance")
    local_variables: tuple[VariableCondition, ...] | None = Field(None, description="of the task itself")

    def is_empty(self) -> bool:
        """Whether the filter has no condition and so matches everything."""
        return not self.model_dump(exclude_none=True)
