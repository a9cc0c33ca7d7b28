"""Stand-ins for what the kernel implements."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

NOW = datetime(2024, 1, 31, 12, 0, tzinfo=UTC)


class FakeScope:
    """Variables, one scope, with the writes recorded in order."""

    def __init__(self, variables: dict[str, Any]) -> None:
        self.variables = variables
        self.writes: list[tuple[str, Any]] = []

    def get_variable(self, name: str) -> Any:
        return self.variables.get(name)

    def get_variables(self) -> dict[str, Any]:
        return dict(self.variables)

    get_variable_local = get_variable
    get_variables_local = get_variables

    def has_variable(self, name: str) -> bool:
        return name in self.variables

    has_variable_local = has_variable

    def get_variable_names(self) -> list[str]:
        return list(self.variables)

    def set_variable(self, name: str, value: Any) -> None:
        self.writes.append((name, value))
        self.variables[name] = value

    set_variable_local = set_variable

    def set_variables(self, variables: dict[str, Any]) -> None:
        for name, value in variables.items():
            self.set_variable(name, value)

    def remove_variable(self, name: str) -> None:
        self.variables.pop(name, None)

    remove_variable_local = remove_variable


class FakeExecution(FakeScope):
    id = "execution-1"
    process_instance_id = "instance-1"
    root_process_instance_id = "instance-1"
    super_execution_id = None
    parent_id = None
    business_key = "order-7"
    process_definition_id = "order:1"
    process_definition_key = "order"
    current_activity_id = "check"
    current_activity_name = "Check the order"
    activity_instance_id = "check:1"
    parent_activity_instance_id = "order:0"
    current_transition_id = None
    event_name = "start"
    tenant_id = "acme"


class FakeTask(FakeScope):
    id = "task-1"
    name = "Approve"
    assignee: str | None = None
    owner = None
    priority = 50
    description = None
    due_date: datetime | None = None
    follow_up_date = None
    task_definition_key = "approve"
    event_name = "create"
    tenant_id = "acme"
    process_instance_id = "instance-1"
    process_definition_id = "order:1"
    execution_id = "execution-1"
    create_time = NOW

    def __init__(self, variables: dict[str, Any], execution: FakeExecution) -> None:
        super().__init__(variables)
        self.execution = execution
        self.groups: list[str] = []

    def add_candidate_group(self, group: str) -> None:
        self.groups.append(group)


class FakeContext:
    def __init__(self, variables: dict[str, Any]) -> None:
        self.variables = variables
        self.execution = FakeExecution(variables)
        self.task = FakeTask(variables, self.execution)

    def resolve(self, name: str) -> Any:
        if name in self.variables:
            return self.variables[name]
        return {"execution": self.execution, "task": self.task}[name]

    def now(self) -> datetime:
        return NOW


@pytest.fixture
def context_of() -> Callable[..., FakeContext]:
    """Build a context from process variables."""

    def build(**variables: Any) -> FakeContext:
        return FakeContext(variables)

    return build
