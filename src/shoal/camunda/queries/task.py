"""Which open user tasks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import Field, model_validator

from shoal.camunda.queries.base import (
    Condition,
    Conditions,
    Date,
    Flag,
    Names,
    Only,
    Query,
    Sorting,
    Text,
    Whole,
    said,
)
from shoal.camunda.queries.evaluation import Asker, evaluated
from shoal.errors import FilterRejectedError
from shoal.filters.tasks import TaskFilter
from shoal.store.queries.task_filters import TaskOrder, VariableOrder
from shoal.values import ValueType

_EXPRESSION = "_expression"
_TYPES = {each.value.lower(): each.value for each in ValueType}
_BY_VARIABLE = {"processVariable": False, "executionVariable": True, "taskVariable": True}
"""Whether it is the variable of the task itself."""
_BY_CASES = ("caseInstanceId", "caseExecutionId", "caseInstanceVariable", "caseExecutionVariable")


class TaskQuery(Query):
    """Camunda 7: ``TaskQuery``. Matches tasks that have not ended.

    A field with ``Expression`` is an expression, such as ``${now()}``, that stands for a value of the field.
    """

    SORTS: ClassVar[Mapping[str, str]] = {
        "instanceId": "instance_id",
        "dueDate": "due_at",
        "followUpDate": "follow_up_at",
        "executionId": "node_id",
        "assignee": "assignee",
        "created": "created_at",
        "lastUpdated": "updated_at",
        "description": "description",
        "id": "id",
        "name": "name",
        "nameCaseInsensitive": "name_in_any_case",
        "priority": "priority",
        "tenantId": "tenant_id",
        **dict.fromkeys((*_BY_VARIABLE, *_BY_CASES), ""),
    }
    NOTHING: ClassVar[frozenset[str]] = frozenset(
        {
            "case_instance_id",
            "case_instance_business_key",
            "case_instance_business_key_like",
            "case_definition_id",
            "case_definition_key",
            "case_definition_name",
            "case_definition_name_like",
            "case_execution_id",
            "case_instance_variables",
        }
    )

    task_id: Text
    task_id_in: Names
    process_instance_id: Text
    process_instance_id_in: Names
    process_instance_business_key: Text
    process_instance_business_key_expression: Text
    process_instance_business_key_in: Names
    process_instance_business_key_like: Text
    process_instance_business_key_like_expression: Text
    process_definition_id: Text
    process_definition_key: Text
    process_definition_key_in: Names
    process_definition_name: Text
    process_definition_name_like: Text
    execution_id: Text
    activity_instance_id_in: Names
    tenant_id_in: Names
    without_tenant_id: Only
    assignee: Text
    assignee_expression: Text
    assignee_like: Text
    assignee_like_expression: Text
    assignee_in: Names
    assignee_not_in: Names
    owner: Text
    owner_expression: Text
    candidate_user: Text
    candidate_user_expression: Text
    candidate_group: Text
    candidate_group_expression: Text
    candidate_group_like: Text
    candidate_groups: Names
    candidate_groups_expression: Text
    with_candidate_groups: Only
    without_candidate_groups: Only
    with_candidate_users: Only
    without_candidate_users: Only
    include_assigned_tasks: Only
    involved_user: Text
    involved_user_expression: Text
    assigned: Only
    unassigned: Only
    task_definition_key: Text
    task_definition_key_in: Names
    task_definition_key_not_in: Names
    task_definition_key_like: Text
    name: Text
    name_not_equal: Text
    name_like: Text
    name_not_like: Text
    description: Text
    description_like: Text
    priority: Whole
    max_priority: Whole
    min_priority: Whole
    due_date: Date
    due_date_expression: Text
    due_after: Date
    due_after_expression: Text
    due_before: Date
    due_before_expression: Text
    without_due_date: Only
    follow_up_date: Date
    follow_up_date_expression: Text
    follow_up_after: Date
    follow_up_after_expression: Text
    follow_up_before: Date
    follow_up_before_expression: Text
    follow_up_before_or_not_existent: Date
    follow_up_before_or_not_existent_expression: Text
    created_on: Date
    created_on_expression: Text
    created_after: Date
    created_after_expression: Text
    created_before: Date
    created_before_expression: Text
    updated_after: Date
    updated_after_expression: Text
    delegation_state: Text
    parent_task_id: Text
    active: Only
    suspended: Only
    task_variables: Conditions
    process_variables: Conditions
    case_instance_variables: Conditions
    variable_names_ignore_case: Flag
    variable_values_ignore_case: Flag
    case_instance_id: Text
    case_instance_business_key: Text
    case_instance_business_key_like: Text
    case_definition_id: Text
    case_definition_key: Text
    case_definition_name: Text
    case_definition_name_like: Text
    case_execution_id: Text
    with_comment_attachment_info: Only
    with_task_variables_in_return: Only
    with_task_local_variables_in_return: Only
    or_queries: Annotated[
        tuple[TaskQuery, ...] | None, Field(None, description="of each, one condition has to hold")
    ]

    @model_validator(mode="after")
    def _check(self) -> TaskQuery:
        if self.delegation_state is not None and self.delegation_state.upper() not in ("PENDING", "RESOLVED"):
            allowed = "Valid values for property 'delegationState' are 'PENDING' or 'RESOLVED'"
            raise FilterRejectedError(f"{allowed}, but was '{self.delegation_state}'", field="delegationState")
        for each in self._sortings():
            if each.sort_by in _BY_VARIABLE:
                _by_variable(each)
        for one in self.or_queries or ():
            if one.or_queries or one.orders():
                what = "its own" if one.or_queries else "an order"
                raise FilterRejectedError(f"orQueries: a query in orQueries cannot have {what}", field="orQueries")
        return self

    def task_orders(self) -> tuple[TaskOrder, ...]:
        """By what the native list is to be sorted, variables among it; what is of cases sorts nothing."""
        return tuple(
            _by_variable(each)
            if each.sort_by in _BY_VARIABLE
            else (self.SORTS[each.sort_by], each.sort_order == "desc")
            for each in self._sortings()
            if each.sort_by is not None and each.sort_by not in _BY_CASES
        )

    def resolved(self, asker: Asker) -> TaskQuery:
        """The same with values in place of expressions. FilterRejectedError: one has none that fits."""
        found: dict[str, Any] = {}
        for name in type(self).model_fields:
            text = getattr(self, name) if name.endswith(_EXPRESSION) else None
            if text is not None:
                found[name.removesuffix(_EXPRESSION)] = evaluated(name, text, asker)
                found[name] = None
        if self.or_queries:
            found["or_queries"] = [each.resolved(asker) for each in self.or_queries]
        return type(self).read({**dict(self), **found}) if found else self

    def conditions(self) -> dict[str, Any]:
        """In the words of ``TaskFilter``, without ``orQueries``. Both of a pair that excludes itself: nothing."""
        wanted = said(
            ids=self._ids(),
            instance_id=self.process_instance_id,
            instance_id_in=self.process_instance_id_in,
            business_key=self.process_instance_business_key,
            business_key_in=self.process_instance_business_key_in,
            business_key_like=self.process_instance_business_key_like,
            definition_id=self.process_definition_id,
            definition_key=self.process_definition_key,
            definition_key_in=self.process_definition_key_in,
            definition_name=self.process_definition_name,
            definition_name_like=self.process_definition_name_like,
            node_id=self.execution_id,
            node_id_in=self.activity_instance_id_in,
            tenant_id_in=self.tenant_id_in,
            without_tenant=self.without_tenant_id,
            assignee=self.assignee,
            assignee_like=self.assignee_like,
            assignee_in=self.assignee_in,
            assignee_not_in=self.assignee_not_in,
            owner=self.owner,
            candidate_user=self.candidate_user,
            candidate_group=self.candidate_group,
            candidate_group_like=self.candidate_group_like,
            candidate_group_in=self.candidate_groups,
            with_candidate_groups=_either(self.with_candidate_groups, self.without_candidate_groups),
            with_candidate_users=_either(self.with_candidate_users, self.without_candidate_users),
            include_assigned=self.include_assigned_tasks,
            involved_user=self.involved_user,
            assigned=_either(self.assigned, self.unassigned),
            activity_id=self.task_definition_key,
            activity_id_in=self.task_definition_key_in,
            activity_id_not_in=self.task_definition_key_not_in,
            activity_id_like=self.task_definition_key_like,
            name=self.name,
            name_not=self.name_not_equal,
            name_like=self.name_like,
            name_not_like=self.name_not_like,
            description=self.description,
            description_like=self.description_like,
            priority=self.priority,
            priority_max=self.max_priority,
            priority_min=self.min_priority,
            due_at=self.due_date,
            due_after=self.due_after,
            due_before=self.due_before,
            with_due_date=False if self.without_due_date else None,
            follow_up_at=self.follow_up_date,
            follow_up_after=self.follow_up_after,
            follow_up_before=self.follow_up_before,
            follow_up_before_or_none=self.follow_up_before_or_not_existent,
            created_at=self.created_on,
            created_after=self.created_after,
            created_before=self.created_before,
            updated_after=self.updated_after,
            delegation_state=None if self.delegation_state is None else self.delegation_state.upper(),
            parent_id=self.parent_task_id,
            suspended=_either(self.suspended, self.active),
            variables=self._native(self.process_variables),
            local_variables=self._native(self.task_variables),
        )
        if any(name in wanted for name in ("name", "name_not", "name_like", "name_not_like", *_DESCRIBED)):
            # Camunda 7: names and descriptions are compared without case
            wanted["ignore_case"] = True
        pairs = (
            (self.assigned, self.unassigned),
            (self.active, self.suspended),
            (self.with_candidate_groups, self.without_candidate_groups),
            (self.with_candidate_users, self.without_candidate_users),
        )
        nothing = self.matches_nothing() or any(one and other for one, other in pairs)
        return wanted | {"ids": ()} if nothing else wanted

    def filter(self) -> TaskFilter:
        """The native filter. Expressions have to be resolved before."""
        alternatives = [each.conditions() for each in self.or_queries or ()]
        return TaskFilter.model_validate(self.conditions() | {"open": True} | said(any_of=alternatives or None))

    def _ids(self) -> tuple[str, ...] | None:
        one, many = self.task_id, self.task_id_in
        if one is None:
            return many or None
        return (one,) if not many or one in many else ("",)

    def _native(self, conditions: tuple[Condition, ...] | None) -> tuple[Any, ...]:
        return tuple(
            each.native(
                ignore_name_case=self.variable_names_ignore_case,
                ignore_value_case=self.variable_values_ignore_case,
            )
            for each in conditions or ()
        )


_DESCRIBED = ("description", "description_like")


def _either(yes: bool | None, no: bool | None) -> bool | None:
    return True if yes else False if no else None


def _by_variable(sorting: Sorting) -> VariableOrder:
    parameters = sorting.parameters or {}
    name, type_ = parameters.get("variable"), parameters.get("type")
    if not isinstance(name, str) or not name or not isinstance(type_, str):
        raise FilterRejectedError(
            f"sortBy {sorting.sort_by} needs the parameters variable and type", field="sortBy"
        )
    known = _TYPES.get(type_.lower(), type_)
    return VariableOrder(name, known, _BY_VARIABLE[sorting.sort_by or ""], sorting.sort_order == "desc")
