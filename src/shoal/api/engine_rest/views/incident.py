"""Open incidents in Camunda 7's names."""

from __future__ import annotations

from typing import Self

from shoal.api.engine_rest.views import CamundaDate, View
from shoal.api.engine_rest.views.historic_incident import job_definition_of_incident
from shoal.store.queries.history.incidents import HistoricIncidentRow


class IncidentView(View):
    """Camunda 7: IncidentDto."""

    id: str
    process_definition_id: str | None
    process_instance_id: str | None
    execution_id: str | None
    incident_timestamp: CamundaDate
    incident_type: str
    activity_id: str | None
    failed_activity_id: str | None
    cause_incident_id: str
    root_cause_incident_id: str
    configuration: str | None
    incident_message: str | None
    tenant_id: str | None
    job_definition_id: str | None
    annotation: str | None

    @classmethod
    def of(cls, row: HistoricIncidentRow) -> Self:
        """The view of an incident."""
        return cls(
            id=row.id,
            process_definition_id=row.definition_id,
            process_instance_id=row.instance_id,
            execution_id=row.node_id,
            incident_timestamp=row.created_at,
            incident_type=row.kind,
            activity_id=row.activity_id,
            failed_activity_id=row.failed_activity_id,
            cause_incident_id=row.cause_id or row.id,
            root_cause_incident_id=row.root_cause_id or row.id,
            configuration=row.configuration,
            incident_message=row.message,
            tenant_id=row.tenant_id,
            job_definition_id=job_definition_of_incident(row),
            annotation=row.annotation,
        )
