"""Activity instances of history in Camunda 7's names."""

from __future__ import annotations

from datetime import timedelta
from typing import Self

from shoal.api.engine_rest.views import CamundaDate, View
from shoal.engine.history_activities import NamedActivity

_MILLISECOND = timedelta(milliseconds=1)


class HistoricActivityInstanceView(View):
    """Camunda 7: HistoricActivityInstanceDto."""

    id: str
    parent_activity_instance_id: str
    activity_id: str
    activity_name: str | None
    activity_type: str
    process_definition_key: str
    process_definition_id: str
    process_instance_id: str
    execution_id: str
    task_id: str | None
    assignee: str | None
    called_process_instance_id: str | None
    called_case_instance_id: str | None = None
    start_time: CamundaDate
    end_time: CamundaDate | None
    duration_in_millis: int | None
    canceled: bool
    complete_scope: bool
    tenant_id: str | None
    removal_time: CamundaDate | None
    root_process_instance_id: str

    @classmethod
    def of(cls, shown: NamedActivity) -> Self:
        """The view of an activity instance."""
        row = shown.row
        return cls(
            id=row.id,
            parent_activity_instance_id=row.parent_id,
            activity_id=row.activity_id,
            activity_name=shown.name,
            activity_type=row.activity_type,
            process_definition_key=row.definition_key,
            process_definition_id=row.definition_id,
            process_instance_id=row.instance_id,
            execution_id=row.id,
            task_id=row.task_id,
            assignee=row.assignee,
            called_process_instance_id=row.called_instance_id,
            start_time=row.started_at,
            end_time=row.ended_at,
            duration_in_millis=None if row.ended_at is None else (row.ended_at - row.started_at) // _MILLISECOND,
            canceled=row.cancelled,
            complete_scope=row.completes_scope,
            tenant_id=row.tenant_id,
            removal_time=row.removal_time,
            root_process_instance_id=row.root_id,
        )
