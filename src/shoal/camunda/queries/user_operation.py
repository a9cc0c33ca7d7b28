"""Which rows of the log of what users did."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from shoal.camunda.queries.base import Date, Names, Query, Text, said


class UserOperationLogQuery(Query):
    """Camunda 7: ``UserOperationLogQuery``."""

    SORTS: ClassVar[Mapping[str, str]] = {"timestamp": "at"}
    NOTHING: ClassVar[frozenset[str]] = frozenset({"case_definition_id", "case_instance_id", "case_execution_id"})

    deployment_id: Text
    process_definition_id: Text
    process_definition_key: Text
    process_instance_id: Text
    execution_id: Text
    case_definition_id: Text
    case_instance_id: Text
    case_execution_id: Text
    task_id: Text
    external_task_id: Text
    job_id: Text
    job_definition_id: Text
    batch_id: Text
    user_id: Text
    operation_id: Text
    operation_type: Text
    entity_type: Text
    entity_type_in: Names
    category: Text
    category_in: Names
    property: Text
    after_timestamp: Date
    before_timestamp: Date

    def conditions(self) -> dict[str, Any]:
        """In the words of ``engine.audit.list``."""
        wanted = said(
            deployment_id=self.deployment_id,
            definition_id=self.process_definition_id,
            definition_key=self.process_definition_key,
            instance_id=self.process_instance_id,
            node_id=self.execution_id,
            task_id=self.task_id,
            external_task_id=self.external_task_id,
            job_id=self.job_id,
            job_definition_id=self.job_definition_id,
            batch_id=self.batch_id,
            user_id=self.user_id,
            operation_id=self.operation_id,
            operation_type=self.operation_type,
            entity_type=_either(self.entity_type, self.entity_type_in),
            category=_either(self.category, self.category_in),
            property=self.property,
            after=self.after_timestamp,
            before=self.before_timestamp,
        )
        return wanted | {"operation_id": ""} if self.matches_nothing() else wanted


def _either(one: str | None, many: tuple[str, ...] | None) -> str | tuple[str, ...] | None:
    if one is None or not many:
        return one if one is not None else many or None
    return one if one in many else ("",)
