"""Updates of variables. Camunda 7 has forms there too, which Shoal does not log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from shoal.camunda.queries.base import Date, Flag, Names, Only, Query, Text, said
from shoal.filters.history import DetailFilter


class HistoricDetailQuery(Query):
    """Camunda 7: ``HistoricDetailQuery``."""

    SORTS: ClassVar[Mapping[str, str]] = {
        "processInstanceId": "instance_id",
        "time": "written_at",
        "variableName": "name",
        "variableType": "type",
        "variableRevision": "revision",
        "formPropertyId": "id",
        "tenantId": "tenant_id",
    }
    NOTHING: ClassVar[frozenset[str]] = frozenset(
        {"form_fields", "case_instance_id", "case_execution_id", "user_operation_id"}
    )

    detail_id: Text
    process_instance_id: Text
    process_instance_id_in: Names
    execution_id: Text
    case_instance_id: Text
    case_execution_id: Text
    activity_instance_id: Text
    task_id: Text
    variable_instance_id: Text
    variable_name_like: Text
    variable_type_in: Names
    tenant_id_in: Names
    without_tenant_id: Only
    user_operation_id: Text
    form_fields: Only
    variable_updates: Only
    exclude_task_details: Only
    initial: Only
    occurred_before: Date
    occurred_after: Date
    deserialize_values: Flag

    def conditions(self) -> dict[str, Any]:
        """In the words of ``DetailFilter``."""
        wanted = said(
            ids=None if self.detail_id is None else (self.detail_id,),
            instance_id=self.process_instance_id,
            instance_id_in=self.process_instance_id_in,
            scope_id=self.execution_id,
            node_id=self.activity_instance_id,
            task_id=self.task_id,
            variable_id=self.variable_instance_id,
            name_like=self.variable_name_like,
            type_in=None if self.variable_type_in is None else tuple(map(_capital, self.variable_type_in)),
            tenant_id_in=self.tenant_id_in,
            without_tenant=self.without_tenant_id,
            of_tasks=False if self.exclude_task_details else None,
            initial=self.initial,
            written_before=self.occurred_before,
            written_after=self.occurred_after,
        )
        return wanted | {"ids": ()} if self.matches_nothing() else wanted

    def filter(self) -> DetailFilter:
        """The native filter."""
        return DetailFilter.model_validate(self.conditions())


def _capital(name: str) -> str:
    """Types begin with a small or a capital letter."""
    return name[:1].upper() + name[1:]
