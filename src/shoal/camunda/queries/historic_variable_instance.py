"""Which variables, of running and of ended instances."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import model_validator

from shoal.camunda.queries.base import Condition as VariableIs
from shoal.camunda.queries.base import Flag, Names, Only, Query, Text, said
from shoal.errors import FilterRejectedError
from shoal.filters.variables import VariableFilter


class HistoricVariableInstanceQuery(Query):
    """Camunda 7: ``HistoricVariableInstanceQuery``. Variables that were removed are not kept."""

    SORTS: ClassVar[Mapping[str, str]] = {
        "instanceId": "instance_id",
        "variableId": "id",
        "variableName": "name",
        "tenantId": "tenant_id",
    }
    NOTHING: ClassVar[frozenset[str]] = frozenset(
        {"case_instance_id", "case_execution_id_in", "case_activity_id_in"}
    )

    process_instance_id: Text
    process_instance_id_in: Names
    process_definition_id: Text
    process_definition_key: Text
    case_instance_id: Text
    case_execution_id_in: Names
    case_activity_id_in: Names
    variable_name: Text
    variable_name_in: Names
    variable_name_like: Text
    variable_value: Any = None
    variable_names_ignore_case: Flag
    variable_values_ignore_case: Flag
    variable_type_in: Names
    execution_id_in: Names
    task_id_in: Names
    activity_instance_id_in: Names
    tenant_id_in: Names
    without_tenant_id: Only
    include_deleted: Flag
    deserialize_values: Flag

    @model_validator(mode="after")
    def _check_value(self) -> HistoricVariableInstanceQuery:
        if self.variable_value is not None and self.variable_name is None:
            raise FilterRejectedError(
                "Only a single variable value parameter specified: variable name and value are required "
                "to be able to query after a specific variable value."
            )
        return self

    def conditions(self) -> dict[str, Any]:
        """In the words of ``VariableFilter``."""
        scopes = [set(each) for each in (self.execution_id_in, self.activity_instance_id_in) if each]
        wanted = said(
            name=self.variable_name,
            name_in=self.variable_name_in,
            name_like=self.variable_name_like,
            ignore_name_case=self.variable_names_ignore_case or None,
            type_in=tuple(each[:1].upper() + each[1:] for each in self.variable_type_in or ()),
            instance_id=self.process_instance_id,
            instance_id_in=self.process_instance_id_in,
            definition_id=self.process_definition_id,
            definition_key=self.process_definition_key,
            scope_id_in=(tuple(sorted(set.intersection(*scopes))) or ("",)) if scopes else None,
            task_id_in=self.task_id_in,
            tenant_id_in=self.tenant_id_in,
            without_tenant=self.without_tenant_id,
            values=() if self.variable_value is None else (self._value(),),
        )
        return wanted | {"ids": ()} if self.matches_nothing() else wanted

    def _value(self) -> Any:
        condition = VariableIs(name=self.variable_name or "", value=self.variable_value)
        return condition.native(
            ignore_name_case=self.variable_names_ignore_case, ignore_value_case=self.variable_values_ignore_case
        )

    def filter(self) -> VariableFilter:
        """The native filter."""
        return VariableFilter.model_validate(self.conditions())
