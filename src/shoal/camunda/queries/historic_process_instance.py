"""Which process instances, running or ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

from shoal.camunda.queries.base import Conditions, Date, Flag, Names, Only, Query, Text, said
from shoal.camunda.queries.inclusive import since, until
from shoal.errors import FilterRejectedError
from shoal.filters import InstanceFilter, InstanceState

_STATES = {
    "active": InstanceState.ACTIVE,
    "suspended": InstanceState.SUSPENDED,
    "completed": InstanceState.COMPLETED,
    "externally_terminated": InstanceState.CANCELLED,
    "internally_terminated": InstanceState.TERMINATED,
}
_INCIDENTS = (
    "with_incidents",
    "with_root_incidents",
    "incident_type",
    "incident_message",
    "incident_message_like",
    "incident_id_in",
)


class HistoricProcessInstanceQuery(Query):
    """Camunda 7: ``HistoricProcessInstanceQuery``. Incidents count whether open or not; variables of any scope."""

    SORTS: ClassVar[Mapping[str, str]] = {
        "instanceId": "id",
        "definitionId": "definition_id",
        "definitionKey": "definition_key",
        "definitionName": "definition_name",
        "definitionVersion": "definition_version",
        "businessKey": "business_key",
        "startTime": "started_at",
        "endTime": "ended_at",
        "duration": "duration",
        "tenantId": "tenant_id",
    }
    NOTHING: ClassVar[frozenset[str]] = frozenset(
        {"case_instance_id", "super_case_instance_id", "sub_case_instance_id"}
    )

    process_instance_id: Text
    process_instance_ids: Names
    process_instance_id_not_in: Names
    root_process_instance_id: Text
    process_definition_id: Text
    process_definition_key: Text
    process_definition_key_in: Names
    process_definition_key_not_in: Names
    process_definition_name: Text
    process_definition_name_like: Text
    process_instance_business_key: Text
    process_instance_business_key_in: Names
    process_instance_business_key_like: Text
    root_process_instances: Only
    finished: Only
    unfinished: Only
    with_jobs_retrying: Only
    with_incidents: Only
    with_root_incidents: Only
    incident_type: Text
    incident_status: Annotated[Literal["open", "resolved"] | None, Field(None)]
    incident_message: Text
    incident_message_like: Text
    incident_id_in: Names
    started_before: Date
    started_after: Date
    finished_before: Date
    finished_after: Date
    started_by: Text
    super_process_instance_id: Text
    sub_process_instance_id: Text
    super_case_instance_id: Text
    sub_case_instance_id: Text
    case_instance_id: Text
    tenant_id_in: Names
    without_tenant_id: Only
    executed_activity_before: Date
    executed_activity_after: Date
    executed_activity_id_in: Names
    active_activity_id_in: Names
    activity_id_in: Names
    executed_job_before: Date
    executed_job_after: Date
    active: Only
    suspended: Only
    completed: Only
    externally_terminated: Only
    internally_terminated: Only
    variables: Conditions
    variable_names_ignore_case: Flag
    variable_values_ignore_case: Flag
    or_queries: Annotated[
        tuple[HistoricProcessInstanceQuery, ...] | None,
        Field(None, description="of each, one condition has to hold"),
    ]

    @model_validator(mode="after")
    def _check_or_queries(self) -> HistoricProcessInstanceQuery:
        for each in self.or_queries or ():
            if each.or_queries:
                raise FilterRejectedError("orQueries: a query in orQueries cannot have its own", field="orQueries")
            if each.orders():
                raise FilterRejectedError("orQueries: a query in orQueries cannot be sorted", field="orQueries")
        return self

    def conditions(self) -> dict[str, Any]:
        """In the words of ``InstanceFilter``, without ``orQueries``."""
        about_incidents = any(getattr(self, name) is not None for name in _INCIDENTS)
        wanted = said(
            ids=self._ids(),
            ids_not_in=self.process_instance_id_not_in,
            root_instance_id=self.root_process_instance_id,
            definition_id=self.process_definition_id,
            definition_key=self.process_definition_key,
            definition_key_in=self.process_definition_key_in,
            definition_key_not_in=self.process_definition_key_not_in,
            definition_name=self.process_definition_name,
            definition_name_like=self.process_definition_name_like,
            business_key=self.process_instance_business_key,
            business_key_in=self.process_instance_business_key_in,
            business_key_like=self.process_instance_business_key_like,
            root_only=self.root_process_instances,
            running=False if self.finished else True if self.unfinished else None,
            state=self._state(),
            with_retrying_job=self.with_jobs_retrying,
            with_incident=self.with_incidents,
            with_root_incident=self.with_root_incidents,
            incident_type=self.incident_type,
            incident_message=self.incident_message,
            incident_message_like=self.incident_message_like,
            incident_id_in=self.incident_id_in,
            incident_state={"open": "open", "resolved": "ended", None: None}[self.incident_status],
            incident_ever=True if about_incidents and self.incident_status is None else None,
            started_before=until(self.started_before),
            started_after=since(self.started_after),
            ended_before=until(self.finished_before),
            ended_after=since(self.finished_after),
            started_by=self.started_by,
            super_instance_id=self.super_process_instance_id,
            sub_instance_id=self.sub_process_instance_id,
            tenant_id_in=self.tenant_id_in,
            without_tenant=self.without_tenant_id,
            executed_activity_before=until(self.executed_activity_before),
            executed_activity_after=self.executed_activity_after,
            executed_activity_id_in=self.executed_activity_id_in,
            open_activity_id_in=self.active_activity_id_in,
            activity_id_in=self.activity_id_in,
            executed_job_before=until(self.executed_job_before),
            executed_job_after=self.executed_job_after,
            variables=tuple(
                each.native(
                    ignore_name_case=self.variable_names_ignore_case,
                    ignore_value_case=self.variable_values_ignore_case,
                ).model_copy(update={"anywhere": True})
                for each in self.variables or ()
            ),
        )
        return wanted | {"ids": ()} if self.matches_nothing() else wanted

    def matches_nothing(self) -> bool:
        """Also if ended instances are wanted that have not ended."""
        return super().matches_nothing() or bool(self.finished and self.unfinished)

    def _ids(self) -> tuple[str, ...] | None:
        one, many = self.process_instance_id, self.process_instance_ids
        if one is None:
            return many
        return (one,) if not many or one in many else ("",)

    def _state(self) -> InstanceState | None:
        found = [state for name, state in _STATES.items() if getattr(self, name)]
        if len(found) > 1:
            raise FilterRejectedError("Already querying for historic process instance with another state")
        return found[0] if found else None

    def filter(self) -> InstanceFilter:
        """The native filter."""
        alternatives = [each.conditions() for each in self.or_queries or ()]
        return InstanceFilter.model_validate(self.conditions() | said(any_of=alternatives or None))
