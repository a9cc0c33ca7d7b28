"""Updates of variables in Camunda 7's names."""

from __future__ import annotations

from typing import Any, Self

from shoal.api.engine_rest.views import CamundaDate, View
from shoal.camunda.values import write_value
from shoal.store.queries.history.details import DetailRow
from shoal.values import TypedValue


class HistoricVariableUpdateView(View):
    """Camunda 7: HistoricVariableUpdateDto."""

    id: str
    type: str
    process_definition_key: str | None
    process_definition_id: str | None
    process_instance_id: str | None
    activity_instance_id: str | None
    execution_id: str | None
    case_definition_key: str | None
    case_definition_id: str | None
    case_instance_id: str | None
    case_execution_id: str | None
    task_id: str | None
    tenant_id: str | None
    user_operation_id: str | None
    time: CamundaDate
    removal_time: CamundaDate | None
    root_process_instance_id: str | None
    variable_name: str
    variable_instance_id: str | None
    variable_type: str
    value: Any
    value_info: dict[str, Any]
    initial: bool
    revision: int
    error_message: str | None

    @classmethod
    def of(cls, row: tuple[DetailRow, TypedValue, bool]) -> Self:
        """The view of an update, of its value, and of whether that is shown as JSON."""
        update, value, deserialize = row
        written = write_value(value, deserialize=deserialize)
        return cls(
            id=update.id,
            type="variableUpdate",
            process_definition_key=update.definition_key,
            process_definition_id=update.definition_id,
            process_instance_id=update.instance_id,
            activity_instance_id=update.node_id,
            execution_id=update.scope_id,
            case_definition_key=None,
            case_definition_id=None,
            case_instance_id=None,
            case_execution_id=None,
            task_id=update.task_id,
            tenant_id=update.tenant_id,
            user_operation_id=None,
            time=update.written_at,
            removal_time=update.removal_time,
            root_process_instance_id=update.root_id,
            variable_name=update.name,
            variable_instance_id=update.variable_id,
            variable_type=written["type"],
            value=written["value"],
            value_info=written["valueInfo"],
            initial=update.initial,
            revision=update.revision,
            error_message=None,
        )
