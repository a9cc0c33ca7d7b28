"""Variables as things of their own, in Camunda 7's names."""

from __future__ import annotations

from typing import Any, NamedTuple, Self

from shoal.api.engine_rest.views import CamundaDate, View
from shoal.camunda.queries.batch_variable import BatchVariable
from shoal.camunda.values import write_value
from shoal.store.queries.variable_filters import VariableInstance


class ShownVariable(NamedTuple):
    """A variable, and whether its value is shown as JSON."""

    row: VariableInstance
    deserialize: bool = True


class ShownBatchVariable(NamedTuple):
    """A variable that a batch is to set, and whether its value is shown as JSON."""

    row: BatchVariable
    deserialize: bool = True


class VariableInstanceView(View):
    """Camunda 7: VariableInstanceDto."""

    id: str
    name: str
    type: str
    value: Any
    value_info: dict[str, Any]
    process_definition_id: str | None = None
    process_definition_key: str | None = None
    process_instance_id: str | None = None
    execution_id: str | None = None
    case_instance_id: str | None = None
    case_execution_id: str | None = None
    task_id: str | None = None
    batch_id: str | None = None
    activity_instance_id: str | None = None
    tenant_id: str | None = None
    error_message: str | None = None

    @classmethod
    def of(cls, shown: ShownVariable | ShownBatchVariable) -> Self:
        """The view of a variable."""
        written = write_value(shown.row.value, deserialize=shown.deserialize)
        if isinstance(shown, ShownBatchVariable):
            return cls(
                id=shown.row.id,
                name=shown.row.name,
                type=written["type"],
                value=written["value"],
                value_info=written["valueInfo"],
                batch_id=shown.row.batch_id,
                tenant_id=shown.row.tenant_id,
            )
        row = shown.row
        return cls(
            id=row.id,
            name=row.name,
            type=written["type"],
            value=written["value"],
            value_info=written["valueInfo"],
            process_definition_id=row.definition_id,
            process_definition_key=row.definition_key,
            process_instance_id=row.instance_id,
            execution_id=row.scope_id,
            task_id=row.task_id,
            activity_instance_id=row.scope_id,
            tenant_id=row.tenant_id,
        )


class HistoricVariableInstanceView(View):
    """Camunda 7: HistoricVariableInstanceDto."""

    id: str
    name: str
    type: str
    value: Any
    value_info: dict[str, Any]
    process_definition_key: str
    process_definition_id: str
    process_instance_id: str
    execution_id: str
    activity_instance_id: str
    case_definition_key: str | None = None
    case_definition_id: str | None = None
    case_instance_id: str | None = None
    case_execution_id: str | None = None
    task_id: str | None
    error_message: str | None = None
    tenant_id: str | None
    state: str = "CREATED"
    create_time: CamundaDate
    removal_time: CamundaDate | None
    root_process_instance_id: str

    @classmethod
    def of(cls, shown: ShownVariable) -> Self:
        """The view of a variable."""
        row = shown.row
        written = write_value(row.value, deserialize=shown.deserialize)
        return cls(
            id=row.id,
            name=row.name,
            type=written["type"],
            value=written["value"],
            value_info=written["valueInfo"],
            process_definition_key=row.definition_key,
            process_definition_id=row.definition_id,
            process_instance_id=row.instance_id,
            execution_id=row.scope_id,
            activity_instance_id=row.scope_id,
            task_id=row.task_id,
            tenant_id=row.tenant_id,
            create_time=row.created_at,
            removal_time=row.removal_time,
            root_process_instance_id=row.root_id,
        )
