"""Which user tasks, open or ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from shoal.camunda.queries.base import Conditions, Date, Flag, Names, Only, Query, Text, Whole, said
from shoal.filters.tasks import TaskFilter


class HistoricTaskInstanceQuery(Query):
    """Camunda 7: ``HistoricTaskInstanceQuery``."""

    SORTS: ClassVar[Mapping[str, str]] = {
        "taskId": "id",
        "activityInstanceId": "node_id",
        "processDefinitionId": "definition_id",
        "processInstanceId": "instance_id",
        "executionId": "node_id",
        "endTime": "ended_at",
        "startTime": "created_at",
        "taskName": "name",
        "taskDescription": "description",
        "assignee": "assignee",
        "owner": "owner",
        "dueDate": "due_at",
        "followUpDate": "follow_up_at",
        "deleteReason": "end_reason",
        "taskDefinitionKey": "activity_id",
        "priority": "priority",
        "tenantId": "tenant_id",
    }
    NOTHING: ClassVar[frozenset[str]] = frozenset(
        {
            "case_instance_id",
            "case_definition_id",
            "case_definition_key",
            "case_definition_name",
            "case_execution_id",
        }
    )

    task_id: Text
    task_parent_task_id: Text
    process_instance_id: Text
    process_instance_business_key: Text
    process_instance_business_key_in: Names
    process_instance_business_key_like: Text
    execution_id: Text
    activity_instance_id_in: Names
    process_definition_id: Text
    process_definition_key: Text
    process_definition_name: Text
    task_name: Text
    task_name_like: Text
    task_description: Text
    task_description_like: Text
    task_definition_key: Text
    task_definition_key_in: Names
    task_delete_reason: Text
    task_delete_reason_like: Text
    task_assignee: Text
    task_assignee_like: Text
    task_owner: Text
    task_priority: Whole
    assigned: Only
    unassigned: Only
    finished: Only
    unfinished: Only
    task_due_date: Date
    task_due_date_before: Date
    task_due_date_after: Date
    without_task_due_date: Only
    task_follow_up_date: Date
    task_follow_up_date_before: Date
    task_follow_up_date_after: Date
    started_before: Date
    started_after: Date
    finished_before: Date
    finished_after: Date
    tenant_id_in: Names
    without_tenant_id: Only
    task_variables: Conditions
    process_variables: Conditions
    variable_names_ignore_case: Flag
    variable_values_ignore_case: Flag
    task_involved_user: Text
    case_instance_id: Text
    case_definition_id: Text
    case_definition_key: Text
    case_definition_name: Text
    case_execution_id: Text

    def conditions(self) -> dict[str, Any]:
        """In the words of ``TaskFilter``. Both of a pair that excludes itself: nothing matches."""
        wanted = said(
            ids=None if self.task_id is None else (self.task_id,),
            parent_id=self.task_parent_task_id,
            instance_id=self.process_instance_id,
            business_key=self.process_instance_business_key,
            business_key_in=self.process_instance_business_key_in,
            business_key_like=self.process_instance_business_key_like,
            node_id=self.execution_id,
            node_id_in=self.activity_instance_id_in,
            definition_id=self.process_definition_id,
            definition_key=self.process_definition_key,
            definition_name=self.process_definition_name,
            name=self.task_name,
            name_like=self.task_name_like,
            description=self.task_description,
            description_like=self.task_description_like,
            activity_id=self.task_definition_key,
            activity_id_in=self.task_definition_key_in,
            end_reason=self.task_delete_reason,
            end_reason_like=self.task_delete_reason_like,
            assignee=self.task_assignee,
            assignee_like=self.task_assignee_like,
            owner=self.task_owner,
            priority=self.task_priority,
            assigned=True if self.assigned else False if self.unassigned else None,
            open=False if self.finished else True if self.unfinished else None,
            due_at=self.task_due_date,
            due_before=self.task_due_date_before,
            due_after=self.task_due_date_after,
            with_due_date=False if self.without_task_due_date else None,
            follow_up_at=self.task_follow_up_date,
            follow_up_before=self.task_follow_up_date_before,
            follow_up_after=self.task_follow_up_date_after,
            created_before=self.started_before,
            created_after=self.started_after,
            ended_before=self.finished_before,
            ended_after=self.finished_after,
            tenant_id_in=self.tenant_id_in,
            without_tenant=self.without_tenant_id,
            involved_user=self.task_involved_user,
            variables=self._native(self.process_variables),
            local_variables=self._native(self.task_variables),
        )
        excluded = (self.finished and self.unfinished) or (self.assigned and self.unassigned)
        return wanted | {"ids": ()} if excluded or self.matches_nothing() else wanted

    def filter(self) -> TaskFilter:
        """The native filter."""
        return TaskFilter.model_validate(self.conditions())

    def _native(self, conditions: Any) -> tuple[Any, ...]:
        return tuple(
            each.native(
                ignore_name_case=self.variable_names_ignore_case,
                ignore_value_case=self.variable_values_ignore_case,
            )
            for each in conditions or ()
        )
