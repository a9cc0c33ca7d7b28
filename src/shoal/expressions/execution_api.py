"""The `execution` and `task` objects as expressions and scripts see them.

Responsible for the protocols the kernel implements and for the one table that leads from the
Java names of Camunda 7's DelegateExecution and DelegateTask to their members. What the members
do is the kernel's business.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from types import MappingProxyType
from typing import Any, Protocol

from shoal.expressions.errors import EvaluationFailure


class VariableScopeView(Protocol):
    """Reading and writing variables. Camunda 7: VariableScope."""

    def get_variable(self, name: str) -> Any: ...
    def get_variables(self) -> dict[str, Any]: ...
    def get_variable_local(self, name: str) -> Any: ...
    def get_variables_local(self) -> dict[str, Any]: ...
    def has_variable(self, name: str) -> bool: ...
    def has_variable_local(self, name: str) -> bool: ...
    def get_variable_names(self) -> Collection[str]: ...
    def get_variable_names_local(self) -> Collection[str]: ...
    def has_variables(self) -> bool: ...
    def has_variables_local(self) -> bool: ...
    def set_variable(self, name: str, value: Any) -> None: ...
    def set_variable_local(self, name: str, value: Any) -> None: ...
    def set_variables(self, variables: Mapping[str, Any]) -> None: ...
    def set_variables_local(self, variables: Mapping[str, Any]) -> None: ...
    def remove_variable(self, name: str) -> None: ...
    def remove_variable_local(self, name: str) -> None: ...
    def remove_variables(self, names: Iterable[str]) -> None: ...
    def remove_variables_local(self, names: Iterable[str] | None = None) -> None: ...


class ExecutionView(VariableScopeView, Protocol):
    """Camunda 7: DelegateExecution. `get_variable` of a variable that is not there is None."""

    @property
    def id(self) -> str: ...
    @property
    def process_instance_id(self) -> str: ...
    @property
    def root_process_instance_id(self) -> str: ...
    @property
    def super_execution_id(self) -> str | None: ...
    @property
    def parent_id(self) -> str | None: ...
    @property
    def business_key(self) -> str | None: ...
    @property
    def process_definition_id(self) -> str: ...
    @property
    def process_definition_key(self) -> str: ...
    @property
    def current_activity_id(self) -> str | None: ...
    @property
    def current_activity_name(self) -> str | None: ...
    @property
    def activity_instance_id(self) -> str | None: ...
    @property
    def parent_activity_instance_id(self) -> str | None: ...
    @property
    def current_transition_id(self) -> str | None: ...
    @property
    def event_name(self) -> str | None: ...
    @property
    def is_canceled(self) -> bool: ...
    @property
    def tenant_id(self) -> str | None: ...


class TaskView(VariableScopeView, Protocol):
    """Camunda 7: DelegateTask, for the listeners of user tasks."""

    name: str | None
    assignee: str | None
    owner: str | None
    priority: int
    description: str | None
    due_date: datetime | None
    follow_up_date: datetime | None

    @property
    def id(self) -> str: ...
    @property
    def task_definition_key(self) -> str: ...
    @property
    def event_name(self) -> str | None: ...
    @property
    def delete_reason(self) -> str | None: ...
    @property
    def tenant_id(self) -> str | None: ...
    @property
    def process_instance_id(self) -> str: ...
    @property
    def process_definition_id(self) -> str: ...
    @property
    def execution_id(self) -> str: ...
    @property
    def create_time(self) -> datetime: ...
    @property
    def execution(self) -> ExecutionView: ...
    def add_candidate_user(self, user_id: str) -> None: ...
    def add_candidate_users(self, user_ids: Iterable[str]) -> None: ...
    def add_candidate_group(self, group_id: str) -> None: ...
    def add_candidate_groups(self, group_ids: Iterable[str]) -> None: ...
    def delete_candidate_user(self, user_id: str) -> None: ...
    def delete_candidate_group(self, group_id: str) -> None: ...
    def complete(self) -> None: ...


class Access(Enum):
    """How a Java method reaches its member."""

    READ = "read"
    WRITE = "write"
    CALL = "call"


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a view; `arguments` are the numbers of arguments it takes."""

    name: str
    access: Access
    arguments: tuple[int, ...] = (0,)


def _reads(**members: str) -> dict[str, Member]:
    return {java: Member(name, Access.READ) for java, name in members.items()}


def _writes(**members: str) -> dict[str, Member]:
    return {java: Member(name, Access.WRITE, (1,)) for java, name in members.items()}


def _calls(arguments: int, **members: str) -> dict[str, Member]:
    return {java: Member(name, Access.CALL, (arguments,)) for java, name in members.items()}


_VARIABLES: dict[str, Member] = {
    **_calls(
        0,
        getVariables="get_variables",
        getVariablesLocal="get_variables_local",
        getVariableNames="get_variable_names",
        getVariableNamesLocal="get_variable_names_local",
        hasVariables="has_variables",
        hasVariablesLocal="has_variables_local",
    ),
    **_calls(
        1,
        getVariable="get_variable",
        getVariableLocal="get_variable_local",
        hasVariable="has_variable",
        hasVariableLocal="has_variable_local",
        setVariables="set_variables",
        setVariablesLocal="set_variables_local",
        removeVariable="remove_variable",
        removeVariableLocal="remove_variable_local",
        removeVariables="remove_variables",
    ),
    **_calls(2, setVariable="set_variable", setVariableLocal="set_variable_local"),
    "removeVariablesLocal": Member("remove_variables_local", Access.CALL, (0, 1)),
}

EXECUTION_METHODS: Mapping[str, Member] = MappingProxyType(
    {
        **_VARIABLES,
        **_reads(
            getId="id",
            getProcessInstanceId="process_instance_id",
            getRootProcessInstanceId="root_process_instance_id",
            getSuperExecutionId="super_execution_id",
            getParentId="parent_id",
            getBusinessKey="business_key",
            getProcessBusinessKey="business_key",
            getProcessDefinitionId="process_definition_id",
            getProcessDefinitionKey="process_definition_key",
            getCurrentActivityId="current_activity_id",
            getCurrentActivityName="current_activity_name",
            getActivityInstanceId="activity_instance_id",
            getParentActivityInstanceId="parent_activity_instance_id",
            getCurrentTransitionId="current_transition_id",
            getEventName="event_name",
            isCanceled="is_canceled",
            getTenantId="tenant_id",
        ),
    }
)

TASK_METHODS: Mapping[str, Member] = MappingProxyType(
    {
        **_VARIABLES,
        **_reads(
            getId="id",
            getName="name",
            getAssignee="assignee",
            getOwner="owner",
            getPriority="priority",
            getDescription="description",
            getDueDate="due_date",
            getFollowUpDate="follow_up_date",
            getTaskDefinitionKey="task_definition_key",
            getEventName="event_name",
            getDeleteReason="delete_reason",
            getTenantId="tenant_id",
            getProcessInstanceId="process_instance_id",
            getProcessDefinitionId="process_definition_id",
            getExecutionId="execution_id",
            getCreateTime="create_time",
            getExecution="execution",
        ),
        **_writes(
            setName="name",
            setAssignee="assignee",
            setOwner="owner",
            setPriority="priority",
            setDescription="description",
            setDueDate="due_date",
            setFollowUpDate="follow_up_date",
        ),
        **_calls(0, complete="complete"),
        **_calls(
            1,
            addCandidateUser="add_candidate_user",
            addCandidateUsers="add_candidate_users",
            addCandidateGroup="add_candidate_group",
            addCandidateGroups="add_candidate_groups",
            deleteCandidateUser="delete_candidate_user",
            deleteCandidateGroup="delete_candidate_group",
        ),
    }
)

VIEW_METHODS: Mapping[str, Mapping[str, Member]] = MappingProxyType(
    {"execution": EXECUTION_METHODS, "task": TASK_METHODS}
)
"""The Java methods of each implicit object: name of the object, then name of the method."""


def property_member(target: str, name: str) -> Member | None:
    """Return what `target.name` reads: `businessKey` is `getBusinessKey()`, `canceled` is `isCanceled()`."""
    methods = VIEW_METHODS[target]
    end = f"{name[:1].upper()}{name[1:]}"
    member = methods.get(f"get{end}") or methods.get(f"is{end}")
    return member if member is not None and member.arguments == (0,) else None


def invoke(view: Any, java_name: str, member: Member, arguments: tuple[Any, ...]) -> Any:
    """Call the member of a view. Raises EvaluationFailure for a wrong number of arguments."""
    if len(arguments) not in member.arguments:
        numbers = " or ".join(map(str, member.arguments))
        raise EvaluationFailure(f"{java_name}() takes {numbers} argument(s)")
    if member.access is Access.READ:
        return getattr(view, member.name)
    if member.access is Access.WRITE:
        setattr(view, member.name, arguments[0])
        return None
    return getattr(view, member.name)(*arguments)
