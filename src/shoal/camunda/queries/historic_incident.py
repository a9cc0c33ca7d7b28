"""Incidents, open and ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from shoal.camunda.queries.base import Date, Names, Only, Query, Text, said
from shoal.engine import Engine
from shoal.engine.job_origins import conditions_of
from shoal.filters.history import IncidentFilter


class HistoricIncidentQuery(Query):
    """Camunda 7: ``HistoricIncidentQuery``."""

    SORTS: ClassVar[Mapping[str, str]] = {
        "incidentId": "id",
        "incidentMessage": "message",
        "createTime": "created_at",
        "endTime": "ended_at",
        "incidentType": "kind",
        "executionId": "node_id",
        "activityId": "activity_id",
        "processInstanceId": "instance_id",
        "processDefinitionId": "definition_id",
        "processDefinitionKey": "definition_key",
        "causeIncidentId": "cause_id",
        "rootCauseIncidentId": "root_cause_id",
        "configuration": "configuration",
        "historyConfiguration": "configuration",
        "tenantId": "tenant_id",
        "incidentState": "state",
    }

    incident_id: Text
    incident_type: Text
    incident_message: Text
    incident_message_like: Text
    process_definition_id: Text
    process_definition_key: Text
    process_definition_key_in: Names
    process_instance_id: Text
    execution_id: Text
    create_time_before: Date
    create_time_after: Date
    end_time_before: Date
    end_time_after: Date
    activity_id: Text
    failed_activity_id: Text
    cause_incident_id: Text
    root_cause_incident_id: Text
    configuration: Text
    history_configuration: Text
    open: Only
    resolved: Only
    deleted: Only
    tenant_id_in: Names
    without_tenant_id: Only
    job_definition_id_in: Names

    def conditions(self) -> dict[str, Any]:
        """In the words of ``IncidentFilter``. ``history_configuration`` is looked up before."""
        states = [name for name in ("open", "resolved", "deleted") if getattr(self, name)]
        wanted = said(
            ids=None if self.incident_id is None else (self.incident_id,),
            cause_id=self.cause_incident_id,
            root_cause_id=self.root_cause_incident_id,
            kind=self.incident_type,
            message=self.incident_message,
            message_like=self.incident_message_like,
            definition_id=self.process_definition_id,
            definition_key=self.process_definition_key,
            definition_key_in=self.process_definition_key_in,
            instance_id=self.process_instance_id,
            node_id=self.execution_id,
            created_before=self.create_time_before,
            created_after=self.create_time_after,
            ended_before=self.end_time_before,
            ended_after=self.end_time_after,
            activity_id=self.activity_id,
            failed_activity_id=self.failed_activity_id,
            configuration=self.configuration,
            state=states[0] if states else None,
            tenant_id_in=self.tenant_id_in,
            without_tenant=self.without_tenant_id,
            job_source_in=tuple(job_source_of(each) for each in self.job_definition_id_in or ()),
        )
        return wanted | {"ids": ()} if len(states) > 1 else wanted

    def looked_up(self, engine: Engine) -> HistoricIncidentQuery:
        """The same with a job or an external task in place of ``history_configuration``.

        Camunda 7: that is the entry of a log that says why there is an incident. Unknown ones match nothing.
        """
        entry_id = self.history_configuration
        if entry_id is None:
            return self
        jobs = [each.job_id for each in engine.history.job_log(ids=(entry_id,))]
        tasks = [each.task_id for each in engine.history.external_task_log(ids=(entry_id,))]
        named = next(iter([*jobs, *tasks]), "")
        if self.configuration not in (None, named):
            named = ""
        return self.model_copy(update={"history_configuration": None, "configuration": named})

    def filter(self) -> IncidentFilter:
        """The native filter."""
        return IncidentFilter.model_validate(self.conditions())


def job_source_of(job_definition_id: str) -> dict[str, Any]:
    """What a job definition says of the incidents of its jobs, in the words of ``JobSource``."""
    (found,) = conditions_of(job_definition_id, None, None)
    return {name: value for name, value in found.items() if name != "ids"}
