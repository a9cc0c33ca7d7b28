"""Which job definitions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from shoal.camunda.queries.base import Names, Only, Query, Text, said
from shoal.filters.job_definitions import JobDefinitionFilter


class JobDefinitionQuery(Query):
    """Camunda 7: ``JobDefinitionQuery``."""

    SORTS: ClassVar[Mapping[str, str]] = {
        "jobDefinitionId": "id",
        "activityId": "activity_id",
        "processDefinitionId": "definition_id",
        "processDefinitionKey": "definition_key",
        "jobType": "job_type",
        "jobConfiguration": "configuration",
        "tenantId": "tenant_id",
    }

    job_definition_id: Text
    activity_id_in: Names
    process_definition_id: Text
    process_definition_key: Text
    job_type: Text
    job_configuration: Text
    active: Only
    suspended: Only
    with_overriding_job_priority: Only
    tenant_id_in: Names
    without_tenant_id: Only
    include_job_definitions_without_tenant_id: Only

    def conditions(self) -> dict[str, Any]:
        """In the words of ``JobDefinitionFilter``. Active and suspended at once: nothing matches."""
        wanted = said(
            id=self.job_definition_id,
            activity_id_in=self.activity_id_in,
            definition_id=self.process_definition_id,
            definition_key=self.process_definition_key,
            job_type=self.job_type,
            configuration=self.job_configuration,
            suspended=True if self.suspended else False if self.active else None,
            with_priority=self.with_overriding_job_priority,
            tenant_id_in=self.tenant_id_in,
            without_tenant=self.without_tenant_id,
            include_without_tenant=self.include_job_definitions_without_tenant_id,
        )
        return wanted | {"id": ""} if self.active and self.suspended else wanted

    def filter(self) -> JobDefinitionFilter:
        """The native filter."""
        return JobDefinitionFilter.model_validate(self.conditions())
