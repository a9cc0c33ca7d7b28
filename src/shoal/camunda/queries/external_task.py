"""Which external tasks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from shoal.camunda.queries.base import Conditions, Date, Flag, Names, Only, Query, Text, Whole, said
from shoal.filters.external_tasks import ExternalTaskFilter


class ExternalTaskQuery(Query):
    """Camunda 7: ``ExternalTaskQuery``."""

    SORTS: ClassVar[Mapping[str, str]] = {
        "id": "id",
        "lockExpirationTime": "locked_until",
        "processInstanceId": "instance_id",
        "processDefinitionId": "definition_id",
        "processDefinitionKey": "definition_key",
        "tenantId": "tenant_id",
        "taskPriority": "priority",
        "createTime": "created_at",
    }

    external_task_id: Text
    external_task_id_in: Names
    activity_id: Text
    activity_id_in: Names
    lock_expiration_before: Date
    lock_expiration_after: Date
    topic_name: Text
    locked: Only
    not_locked: Only
    execution_id: Text
    process_instance_id: Text
    process_instance_id_in: Names
    process_definition_id: Text
    process_definition_key: Text
    process_definition_key_in: Names
    process_definition_name: Text
    process_definition_name_like: Text
    active: Only
    suspended: Only
    with_retries_left: Only
    no_retries_left: Only
    worker_id: Text
    tenant_id_in: Names
    priority_higher_than_or_equals: Whole
    priority_lower_than_or_equals: Whole
    process_variables: Conditions
    variable_names_ignore_case: Flag
    variable_values_ignore_case: Flag

    def conditions(self) -> dict[str, Any]:
        """In the words of ``ExternalTaskFilter``. Both of a pair that excludes itself: nothing matches."""
        wanted = said(
            ids=self._ids(),
            topic=self.topic_name,
            worker_id=self.worker_id,
            locked=_either(self.locked, self.not_locked),
            locked_before=self.lock_expiration_before,
            locked_after=self.lock_expiration_after,
            activity_id=self.activity_id,
            activity_id_in=self.activity_id_in,
            node_id=self.execution_id,
            instance_id=self.process_instance_id,
            instance_id_in=self.process_instance_id_in,
            definition_id=self.process_definition_id,
            definition_key=self.process_definition_key,
            definition_key_in=self.process_definition_key_in,
            definition_name=self.process_definition_name,
            definition_name_like=self.process_definition_name_like,
            suspended=_either(self.suspended, self.active),
            retries_left=_either(self.with_retries_left, self.no_retries_left),
            tenant_id_in=self.tenant_id_in,
            priority_min=self.priority_higher_than_or_equals,
            priority_max=self.priority_lower_than_or_equals,
            variables=tuple(
                each.native(
                    ignore_name_case=self.variable_names_ignore_case,
                    ignore_value_case=self.variable_values_ignore_case,
                )
                for each in self.process_variables or ()
            ),
        )
        excluded = (
            (self.locked and self.not_locked)
            or (self.active and self.suspended)
            or (self.with_retries_left and self.no_retries_left)
        )
        return wanted | {"ids": ()} if excluded else wanted

    def _ids(self) -> tuple[str, ...] | None:
        one, many = self.external_task_id, self.external_task_id_in
        if one is None:
            return many or None
        return (one,) if not many or one in many else ("",)

    def filter(self) -> ExternalTaskFilter:
        """The native filter."""
        return ExternalTaskFilter.model_validate(self.conditions())


def _either(yes: bool | None, no: bool | None) -> bool | None:
    return True if yes else False if no else None
