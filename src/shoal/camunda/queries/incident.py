"""Which open incidents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from shoal.camunda.queries.base import Date, Names, Query, Text, said
from shoal.camunda.queries.historic_incident import job_source_of
from shoal.filters.history import IncidentFilter


class IncidentQuery(Query):
    """Camunda 7: ``IncidentQuery``."""

    SORTS: ClassVar[Mapping[str, str]] = {
        "incidentId": "id",
        "incidentMessage": "message",
        "incidentTimestamp": "created_at",
        "incidentType": "kind",
        "executionId": "node_id",
        "activityId": "activity_id",
        "processInstanceId": "instance_id",
        "processDefinitionId": "definition_id",
        "causeIncidentId": "cause_id",
        "rootCauseIncidentId": "root_cause_id",
        "configuration": "configuration",
        "tenantId": "tenant_id",
    }

    incident_id: Text
    incident_type: Text
    incident_message: Text
    incident_message_like: Text
    process_definition_id: Text
    process_definition_key_in: Names
    process_instance_id: Text
    execution_id: Text
    incident_timestamp_before: Date
    incident_timestamp_after: Date
    activity_id: Text
    failed_activity_id: Text
    cause_incident_id: Text
    root_cause_incident_id: Text
    configuration: Text
    tenant_id_in: Names
    job_definition_id_in: Names

    def conditions(self) -> dict[str, Any]:
        """In the words of ``IncidentFilter``, without the state."""
        return said(
            ids=None if self.incident_id is None else (self.incident_id,),
            kind=self.incident_type,
            message=self.incident_message,
            message_like=self.incident_message_like,
            definition_id=self.process_definition_id,
            definition_key_in=self.process_definition_key_in,
            instance_id=self.process_instance_id,
            node_id=self.execution_id,
            created_before=self.incident_timestamp_before,
            created_after=self.incident_timestamp_after,
            activity_id=self.activity_id,
            failed_activity_id=self.failed_activity_id,
            cause_id=self.cause_incident_id,
            root_cause_id=self.root_cause_incident_id,
            configuration=self.configuration,
            tenant_id_in=self.tenant_id_in,
            job_source_in=tuple(job_source_of(each) for each in self.job_definition_id_in or ()),
        )

    def filter(self) -> IncidentFilter:
        """The native filter."""
        return IncidentFilter.model_validate(self.conditions())
