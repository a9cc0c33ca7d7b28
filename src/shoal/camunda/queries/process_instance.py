"""Which running process instances."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import Field, model_validator

from shoal.camunda.queries.base import Conditions, Flag, Names, Only, Query, Text, said
from shoal.errors import FilterRejectedError
from shoal.filters import InstanceFilter, InstanceState


class ProcessInstanceQuery(Query):
    """Camunda 7: ``ProcessInstanceQuery``. Matches running instances only, suspended ones included."""

    SORTS: ClassVar[Mapping[str, str]] = {
        "instanceId": "id",
        "definitionKey": "definition_key",
        "definitionId": "definition_id",
        "tenantId": "tenant_id",
        "businessKey": "business_key",
    }
    NOTHING: ClassVar[frozenset[str]] = frozenset({"case_instance_id", "super_case_instance", "sub_case_instance"})

    process_instance_ids: Names
    deployment_id: Text
    process_definition_id: Text
    process_definition_key: Text
    process_definition_key_in: Names
    process_definition_key_not_in: Names
    process_definition_without_tenant_id: Only
    business_key: Text
    business_key_like: Text
    case_instance_id: Text
    super_process_instance: Text
    sub_process_instance: Text
    super_case_instance: Text
    sub_case_instance: Text
    root_process_instance_id: Text
    root_process_instances: Only
    leaf_process_instances: Only
    active: Only
    suspended: Only
    with_incident: Only
    incident_id: Text
    incident_type: Text
    incident_message: Text
    incident_message_like: Text
    tenant_id_in: Names
    without_tenant_id: Only
    activity_id_in: Names
    variables: Conditions
    variable_names_ignore_case: Flag
    variable_values_ignore_case: Flag
    or_queries: Annotated[
        tuple[ProcessInstanceQuery, ...] | None, Field(None, description="of each, one condition has to hold")
    ]

    @model_validator(mode="after")
    def _check_or_queries(self) -> ProcessInstanceQuery:
        for each in self.or_queries or ():
            if each.or_queries:
                raise FilterRejectedError("orQueries: a query in orQueries cannot have its own", field="orQueries")
            if each.orders():
                raise FilterRejectedError("orQueries: a query in orQueries cannot be sorted", field="orQueries")
        return self

    def conditions(self) -> dict[str, Any]:
        """In the words of ``InstanceFilter``, without ``orQueries``."""
        wanted = said(
            ids=self.process_instance_ids,
            deployment_id=self.deployment_id,
            definition_id=self.process_definition_id,
            definition_key=self.process_definition_key,
            definition_key_in=self.process_definition_key_in,
            definition_key_not_in=self.process_definition_key_not_in,
            definition_without_tenant=self.process_definition_without_tenant_id,
            business_key=self.business_key,
            business_key_like=self.business_key_like,
            super_instance_id=self.super_process_instance,
            sub_instance_id=self.sub_process_instance,
            root_instance_id=self.root_process_instance_id,
            root_only=self.root_process_instances,
            leaf_only=self.leaf_process_instances,
            state=InstanceState.SUSPENDED if self.suspended else InstanceState.ACTIVE if self.active else None,
            with_incident=self.with_incident,
            incident_id=self.incident_id,
            incident_type=self.incident_type,
            incident_message=self.incident_message,
            incident_message_like=self.incident_message_like,
            tenant_id_in=self.tenant_id_in,
            without_tenant=self.without_tenant_id,
            activity_id_in=self.activity_id_in,
            variables=tuple(
                each.native(
                    ignore_name_case=self.variable_names_ignore_case,
                    ignore_value_case=self.variable_values_ignore_case,
                )
                for each in self.variables or ()
            ),
        )
        return wanted | {"ids": ()} if self.matches_nothing() else wanted

    def filter(self) -> InstanceFilter:
        """The native filter."""
        alternatives = [each.conditions() for each in self.or_queries or ()]
        return InstanceFilter.model_validate(
            self.conditions() | {"running": True} | said(any_of=alternatives or None)
        )
