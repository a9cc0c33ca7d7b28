"""Which executions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from shoal.camunda.queries.base import Conditions, Flag, Names, Only, Query, Text, said
from shoal.filters import InstanceState
from shoal.filters.activities import ExecutionFilter


class ExecutionQuery(Query):
    """Camunda 7: ``ExecutionQuery``. Each activity has an execution of its own here."""

    SORTS: ClassVar[Mapping[str, str]] = {
        "instanceId": "instance_id",
        "definitionKey": "definition_key",
        "definitionId": "definition_id",
        "tenantId": "tenant_id",
    }

    process_definition_id: Text
    process_definition_key: Text
    business_key: Text
    process_instance_id: Text
    activity_id: Text
    signal_event_subscription_name: Text
    message_event_subscription_name: Text
    active: Only
    suspended: Only
    incident_id: Text
    incident_type: Text
    incident_message: Text
    incident_message_like: Text
    tenant_id_in: Names
    without_tenant_id: Only
    variables: Conditions
    process_variables: Conditions
    variable_names_ignore_case: Flag
    variable_values_ignore_case: Flag

    def conditions(self) -> dict[str, Any]:
        """In the words of ``ExecutionFilter``."""
        instances = said(
            ids=None if self.process_instance_id is None else (self.process_instance_id,),
            definition_id=self.process_definition_id,
            definition_key=self.process_definition_key,
            business_key=self.business_key,
            state=InstanceState.SUSPENDED if self.suspended else InstanceState.ACTIVE if self.active else None,
            tenant_id_in=self.tenant_id_in,
            without_tenant=self.without_tenant_id,
            variables=self._native(self.process_variables),
        )
        wanted = said(
            instances=instances or None,
            activity_id=self.activity_id,
            signal_name=self.signal_event_subscription_name,
            message_name=self.message_event_subscription_name,
            incident_id=self.incident_id,
            incident_type=self.incident_type,
            incident_message=self.incident_message,
            incident_message_like=self.incident_message_like,
            variables=self._native(self.variables),
        )
        return wanted | {"ids": ()} if self.active and self.suspended else wanted

    def _native(self, conditions: Any) -> tuple[Any, ...]:
        return tuple(
            each.native(
                ignore_name_case=self.variable_names_ignore_case,
                ignore_value_case=self.variable_values_ignore_case,
            )
            for each in conditions or ()
        )

    def filter(self) -> ExecutionFilter:
        """The native filter."""
        return ExecutionFilter.model_validate(self.conditions())
