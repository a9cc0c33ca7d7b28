"""Which activity instances, open or ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from shoal.camunda.queries.base import Date, Names, Only, Query, Text, said
from shoal.camunda.queries.inclusive import since, until
from shoal.filters.activities import ActivityFilter


class HistoricActivityInstanceQuery(Query):
    """Camunda 7: ``HistoricActivityInstanceQuery``. Sorted by ``activityName`` they are in the order of the ids
    of their activities; the names stand in the models.
    """

    SORTS: ClassVar[Mapping[str, str]] = {
        "activityInstanceId": "id",
        "instanceId": "instance_id",
        "executionId": "id",
        "activityId": "activity_id",
        "activityName": "activity_id",
        "activityType": "activity_type",
        "startTime": "started_at",
        "endTime": "ended_at",
        "duration": "duration",
        "definitionId": "definition_id",
        "occurrence": "id",
        "tenantId": "tenant_id",
    }

    activity_instance_id: Text
    process_instance_id: Text
    process_instance_id_in: Names
    process_definition_id: Text
    execution_id: Text
    activity_id: Text
    activity_name: Text
    activity_name_like: Text
    activity_type: Text
    task_assignee: Text
    finished: Only
    unfinished: Only
    canceled: Only
    complete_scope: Only
    started_before: Date
    started_after: Date
    finished_before: Date
    finished_after: Date
    tenant_id_in: Names
    without_tenant_id: Only

    def conditions(self) -> dict[str, Any]:
        """In the words of ``ActivityFilter``."""
        ids = {each for each in (self.activity_instance_id, self.execution_id) if each is not None}
        wanted = said(
            ids=tuple(ids) or None,
            instance_id=self.process_instance_id,
            instance_id_in=self.process_instance_id_in,
            definition_id=self.process_definition_id,
            activity_id=self.activity_id,
            name=self.activity_name,
            name_like=self.activity_name_like,
            type=self.activity_type,
            assignee=self.task_assignee,
            ended=True if self.finished else False if self.unfinished else None,
            cancelled=self.canceled,
            completes_scope=self.complete_scope,
            started_before=until(self.started_before),
            started_after=since(self.started_after),
            ended_before=until(self.finished_before),
            ended_after=since(self.finished_after),
            tenant_id_in=self.tenant_id_in,
            without_tenant=self.without_tenant_id,
        )
        excluded = len(ids) > 1 or (self.finished and self.unfinished) or (self.canceled and self.complete_scope)
        return wanted | {"ids": ()} if excluded else wanted

    def filter(self) -> ActivityFilter:
        """The native filter."""
        return ActivityFilter.model_validate(self.conditions())
