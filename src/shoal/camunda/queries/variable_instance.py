"""Which variables of running instances."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from shoal.camunda.queries.base import Conditions, Flag, Names, Query, Text, said
from shoal.filters.variables import VariableFilter


class VariableInstanceQuery(Query):
    """Camunda 7: ``VariableInstanceQuery``. ``batch_id_in`` finds what ``batch_variable`` has."""

    SORTS: ClassVar[Mapping[str, str]] = {
        "variableName": "name",
        "variableType": "type",
        "activityInstanceId": "scope_id",
        "tenantId": "tenant_id",
    }
    NOTHING: ClassVar[frozenset[str]] = frozenset({"case_instance_id_in", "case_execution_id_in"})

    variable_name: Text
    variable_name_like: Text
    process_instance_id_in: Names
    execution_id_in: Names
    case_instance_id_in: Names
    case_execution_id_in: Names
    task_id_in: Names
    batch_id_in: Names
    activity_instance_id_in: Names
    variable_scope_id_in: Names
    tenant_id_in: Names
    variable_values: Conditions
    variable_names_ignore_case: Flag
    variable_values_ignore_case: Flag
    deserialize_values: Flag

    def conditions(self) -> dict[str, Any]:
        """In the words of ``VariableFilter``; without ``batch_id_in``."""
        wanted = said(
            name=self.variable_name,
            name_like=self.variable_name_like,
            ignore_name_case=self.variable_names_ignore_case or None,
            instance_id_in=self.process_instance_id_in,
            scope_id_in=self._scopes(),
            task_id_in=self.task_id_in,
            tenant_id_in=self.tenant_id_in,
            values=tuple(
                each.native(
                    ignore_name_case=self.variable_names_ignore_case,
                    ignore_value_case=self.variable_values_ignore_case,
                )
                for each in self.variable_values or ()
            ),
        )
        return wanted | {"ids": ()} if self.matches_nothing() else wanted

    def _scopes(self) -> tuple[str, ...] | None:
        """The scopes of executions and of activity instances are the same."""
        given = (self.execution_id_in, self.activity_instance_id_in, self.variable_scope_id_in)
        found = [set(each) for each in given if each]
        return (tuple(sorted(set.intersection(*found))) or ("",)) if found else None

    def filter(self) -> VariableFilter:
        """The native filter."""
        return VariableFilter.model_validate(self.conditions() | {"running": True, "live": True})
