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

    ids: tuple[str, ...] | None = Field(default=None, description="one of these ids")
    open: bool | None = Field(default=None, description="true: not ended yet; false: history")
    instance_id: str | None = Field(default=None, description="of this process instance")
    instance_id_in: tuple[str, ...] | None = Field(default=None, description="of one of these process instances")
    standalone: bool | None = Field(default=None, description="of no process instance, or of one")
    parent_id: str | None = Field(default=None, description="a sub-task of this task")
    business_key: str | None = Field(default=None, description="the business key")
    business_key_like: str | None = Field(default=None, description="the business key matches, with % and _")
    definition_id: str | None = Field(default=None, description="of this definition")
    definition_key: str | None = Field(default=None, description="of this definition, in any version")
    definition_key_in: tuple[str, ...] | None = Field(
        default=None, description="of one of these definitions, in any version"
    )
    definition_name: str | None = Field(default=None, description="of definitions with this name")
    definition_name_like: str | None = Field(
        default=None, description="of definitions whose name matches, with % and _"
    )
    business_key_in: tuple[str, ...] | None = Field(default=None, description="one of these business keys")
    node_id: str | None = Field(default=None, description="of this activity instance")
    node_id_in: tuple[str, ...] | None = Field(default=None, description="of one of these activity instances")
    activity_id: str | None = Field(default=None, description="at this element")
    activity_id_in: tuple[str, ...] | None = Field(default=None, description="at one of these elements")
    activity_id_not_in: tuple[str, ...] | None = Field(default=None, description="at none of these elements")
    activity_id_like: str | None = Field(default=None, description="at an element whose id matches, with % and _")
    name: str | None = Field(default=None, description="the name")
    name_like: str | None = Field(default=None, description="the name matches, with % and _")
    name_not: str | None = Field(default=None, description="any other name, or none")
    name_not_like: str | None = Field(default=None, description="the name does not match, with % and _")
    description: str | None = Field(default=None, description="the description")
    description_like: str | None = Field(default=None, description="the description matches, with % and _")
    ignore_case: bool | None = Field(default=None, description="name and description in small or capital letters")
    assignee: str | None = Field(default=None, description="this user has it")
    assignee_in: tuple[str, ...] | None = Field(default=None, description="one of these users has it")
    assignee_like: str | None = Field(default=None, description="who has it matches, with % and _")
    assignee_not_in: tuple[str, ...] | None = Field(default=None, description="none of these users has it")
    assigned: bool | None = Field(default=None, description="somebody has it, or nobody")
    owner: str | None = Field(default=None, description="this user owns it")
    candidate_user: str | None = Field(default=None, description="this user, or one of its groups, may take it")
    candidate_group: str | None = Field(default=None, description="this group may take it")
    candidate_group_in: tuple[str, ...] | None = Field(default=None, description="one of these groups may take it")
    candidate_group_like: str | None = Field(
        default=None, description="a group that may take it matches, with % and _"
    )
    with_candidate_users: bool | None = Field(default=None, description="users may take it, or none")
    with_candidate_groups: bool | None = Field(default=None, description="groups may take it, or none")
    include_assigned: bool | None = Field(default=None, description="with candidates: also tasks that somebody has")
    involved_user: str | None = Field(default=None, description="assignee, owner, or linked in any other way")
    delegation_state: Literal["PENDING", "RESOLVED"] | None = Field(
        default=None, description="delegated and not resolved yet, or resolved"
    )
    priority: int | None = Field(default=None, description="this priority")
    priority_min: int | None = Field(default=None, description="this priority or a higher one")
    priority_max: int | None = Field(default=None, description="this priority or a lower one")
    due_before: AwareDatetime | None = Field(default=None, description="due before that")
    due_after: AwareDatetime | None = Field(default=None, description="due after that")
    due_at: AwareDatetime | None = Field(default=None, description="due in that millisecond")
    with_due_date: bool | None = Field(default=None, description="has a due date, or none")
    follow_up_before: AwareDatetime | None = Field(default=None, description="follow-up before that")
    follow_up_after: AwareDatetime | None = Field(default=None, description="follow-up after that")
    follow_up_at: AwareDatetime | None = Field(default=None, description="follow-up in that millisecond")
    follow_up_before_or_none: AwareDatetime | None = Field(
        default=None, description="follow-up before that, or no follow-up"
    )
    with_follow_up_date: bool | None = Field(default=None, description="has a follow-up date, or none")
    created_before: AwareDatetime | None = Field(default=None, description="created before that")
    created_after: AwareDatetime | None = Field(default=None, description="created after that")
    created_at: AwareDatetime | None = Field(default=None, description="created in that millisecond")
    updated_after: AwareDatetime | None = Field(default=None, description="changed, or made, after that")
    ended_before: AwareDatetime | None = Field(default=None, description="ended before that")
    ended_after: AwareDatetime | None = Field(default=None, description="ended after that")
    end_reason: str | None = Field(default=None, description="ended for this reason")
    end_reason_like: str | None = Field(default=None, description="the reason for its end matches, with % and _")
    suspended: bool | None = Field(default=None, description="suspended, or not")
    tenant_id_in: tuple[str, ...] | None = Field(default=None, description="of one of these tenants")
    without_tenant: bool | None = Field(default=None, description="of no tenant")
    variables: tuple[VariableCondition, ...] | None = Field(default=None, description="of the process instance")
    local_variables: tuple[VariableCondition, ...] | None = Field(default=None, description="of the task itself")
    any_of: tuple[TaskFilter, ...] | None = Field(
        default=None, description="of each of these filters, at least one condition holds"
    )

    def is_empty(self) -> bool:
        """Whether the filter has no condition and so matches everything."""
        return not self.model_dump(exclude_none=True)
