"""Incidents, open and ended, in Camunda 7's names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from shoal.api.engine_rest.views import CamundaDate, View
from shoal.batch.job_definitions import BatchJobKind, job_definition_id
from shoal.commands.job_definitions import id_of
from shoal.store.queries.history.incidents import HistoricIncidentRow
from shoal.store.queries.job_definitions import JobPlace


class HistoricIncidentView(View):
    """Camunda 7: HistoricIncidentDto."""

    id: str
    process_definition_key: str | None
    process_definition_id: str | None
    process_instance_id: str | None
    execution_id: str | None
    root_process_instance_id: str | None
    create_time: CamundaDate
    end_time: CamundaDate | None
    removal_time: CamundaDate | None
    incident_type: str
    activity_id: str | None
    failed_activity_id: str | None
    cause_incident_id: str
    root_cause_incident_id: str
    configuration: str | None
    history_configuration: str | None
    incident_message: str | None
    tenant_id: str | None
    job_definition_id: str | None
    open: bool
    deleted: bool
    resolved: bool
    annotation: str | None

    @classmethod
    def of(cls, row: tuple[HistoricIncidentRow, Mapping[str, str]]) -> Self:
        """The view of an incident, with the last failures of jobs and external tasks."""
        incident, failures = row
        return cls(
            id=incident.id,
            process_definition_key=incident.definition_key,
            process_definition_id=incident.definition_id,
            process_instance_id=incident.instance_id,
            execution_id=incident.node_id,
            root_process_instance_id=incident.root_id,
            create_time=incident.created_at,
            end_time=incident.ended_at,
            removal_time=incident.removal_time,
            incident_type=incident.kind,
            activity_id=incident.activity_id,
            failed_activity_id=incident.failed_activity_id,
            cause_incident_id=incident.cause_id or incident.id,
            root_cause_incident_id=incident.root_cause_id or incident.id,
            configuration=incident.configuration,
            history_configuration=failures.get(incident.configuration or ""),
            incident_message=incident.message,
            tenant_id=incident.tenant_id,
            job_definition_id=job_definition_of_incident(incident),
            open=incident.state == "open",
            deleted=incident.state == "deleted",
            resolved=incident.state == "resolved",
            annotation=incident.annotation,
        )


def job_definition_of_incident(incident: HistoricIncidentRow) -> str | None:
    """The job definition of the job that failed; None: no job did."""
    if incident.job_kind is None:
        return None
    if incident.batch_id is not None:
        return job_definition_id(incident.batch_id, BatchJobKind(incident.job_kind))
    if incident.definition_id is None or incident.activity_id is None:
        return None
    return id_of(JobPlace(incident.definition_id, incident.activity_id, incident.job_kind))
