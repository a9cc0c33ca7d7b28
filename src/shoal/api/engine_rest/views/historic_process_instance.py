"""Process instances of history in Camunda 7's names."""

from __future__ import annotations

from datetime import timedelta
from typing import Self

from shoal.api.engine_rest.views import CamundaDate, View
from shoal.store.queries.instance_filters import InstanceRow

_STATES = {"completed": "COMPLETED", "cancelled": "EXTERNALLY_TERMINATED", "terminated": "INTERNALLY_TERMINATED"}
_MILLISECOND = timedelta(milliseconds=1)


class HistoricProcessInstanceView(View):
    """Camunda 7: HistoricProcessInstanceDto."""

    id: str
    business_key: str | None
    process_definition_id: str
    process_definition_key: str
    process_definition_name: str | None
    process_definition_version: int
    start_time: CamundaDate
    end_time: CamundaDate | None
    removal_time: CamundaDate | None
    duration_in_millis: int | None
    start_user_id: str | None
    start_activity_id: str | None
    delete_reason: str | None
    root_process_instance_id: str
    super_process_instance_id: str | None
    super_case_instance_id: str | None = None
    case_instance_id: str | None = None
    tenant_id: str | None
    state: str
    restarted_process_instance_id: str | None

    @classmethod
    def of(cls, row: InstanceRow) -> Self:
        """The view of an instance, running or ended."""
        return cls(
            id=row.id,
            business_key=row.business_key,
            process_definition_id=row.definition_id,
            process_definition_key=row.definition_key,
            process_definition_name=row.definition_name,
            process_definition_version=row.definition_version,
            start_time=row.started_at,
            end_time=row.ended_at,
            removal_time=row.removal_time,
            duration_in_millis=None if row.ended_at is None else (row.ended_at - row.started_at) // _MILLISECOND,
            start_user_id=row.started_by,
            start_activity_id=row.start_activity_id,
            delete_reason=row.end_reason,
            root_process_instance_id=row.root_id,
            super_process_instance_id=row.super_id,
            tenant_id=row.tenant_id,
            state="SUSPENDED" if row.suspended else _STATES.get(row.state, "ACTIVE"),
            restarted_process_instance_id=row.restarted_from_id,
        )
