"""What queries find, with Camunda 7's getters as attributes.

An entity has the attributes of the native row, and Camunda's names where those differ:
``instance.process_definition_id`` is the row's ``definition_id``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

Getter = str | Callable[[Any], Any]
Getters = Mapping[str, Getter]
"""Camunda's name of an attribute, with the native one or what makes it of the row."""

_STATES = {"completed": "COMPLETED", "cancelled": "EXTERNALLY_TERMINATED", "terminated": "INTERNALLY_TERMINATED"}
_PLACE: Getters = {"process_instance_id": "instance_id", "process_definition_id": "definition_id"}
_KEY: Getters = {"process_definition_key": "definition_key"}
_ROOT: Getters = {"root_process_instance_id": "root_id"}
_NODE: Getters = {"execution_id": "node_id"}
_MADE: Getters = {"create_time": "created_at"}


class Entity:
    """One of the things that a query found. ``native`` is the row."""

    __slots__ = ("_getters", "native")

    def __init__(self, native: Any, getters: Getters) -> None:
        self.native = native
        self._getters = getters

    def __repr__(self) -> str:
        return f"<{self.native!r}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Entity) and self.native == other.native

    def __hash__(self) -> int:
        return hash(self.id)

    @property
    def id(self) -> str:
        """The id."""
        found: str = self.native.id
        return found

    def __getattr__(self, name: str) -> Any:
        getter = self._getters.get(name, name)
        return getter(self.native) if callable(getter) else getattr(self.native, getter)


def _milliseconds(row: Any) -> int | None:
    return _lasted(row.started_at, row.ended_at)


def _lasted(began: datetime, ended: datetime | None) -> int | None:
    return None if ended is None else (ended - began) // timedelta(milliseconds=1)


INSTANCE: Getters = {
    "process_instance_id": "id",
    "root_process_instance_id": "root_id",
    "super_process_instance_id": "super_id",
    "process_definition_id": "definition_id",
    "process_definition_key": "definition_key",
    "process_definition_name": "definition_name",
    "process_definition_version": "definition_version",
    "ended": lambda row: row.ended_at is not None,
    "start_time": "started_at",
    "end_time": "ended_at",
    "duration_in_millis": _milliseconds,
    "start_user_id": "started_by",
    "delete_reason": "end_reason",
    "restarted_process_instance_id": "restarted_from_id",
    "state": lambda row: "SUSPENDED" if row.suspended else _STATES.get(row.state, "ACTIVE"),
}
EXECUTION: Getters = {**_PLACE, **_KEY}
JOB: Getters = {
    **_PLACE,
    **_KEY,
    **_NODE,
    **_MADE,
    "duedate": "due_at",
    "exception_message": "error_message",
}
JOB_DEFINITION: Getters = {
    "process_definition_id": "definition_id",
    "process_definition_key": "definition_key",
    "job_configuration": "configuration",
    "overriding_job_priority": "priority",
}
CLEANUP_JOB: Getters = {"duedate": "due_at"}
EXTERNAL_TASK: Getters = {
    **_PLACE,
    **_KEY,
    **_NODE,
    **_MADE,
    "topic_name": "topic",
    "activity_instance_id": "node_id",
    "lock_expiration_time": "locked_until",
    "process_definition_version_tag": "version_tag",
}
TASK: Getters = {
    **_PLACE,
    **_NODE,
    **_MADE,
    "task_definition_key": "activity_id",
    "parent_task_id": "parent_id",
    "due_date": "due_at",
    "follow_up_date": "follow_up_at",
}
HISTORIC_TASK: Getters = {
    **TASK,
    **_KEY,
    "root_process_instance_id": "root_id",
    "activity_instance_id": "node_id",
    "start_time": "created_at",
    "end_time": "ended_at",
    "delete_reason": "end_reason",
    "duration_in_millis": lambda row: _lasted(row.created_at, row.ended_at),
}
DEFINITION: Getters = {"history_time_to_live": "history_ttl_days", "resource": "resource_name"}
DEPLOYMENT: Getters = {"deployment_time": "deployed_at"}
SUBSCRIPTION: Getters = {
    "process_instance_id": "instance_id",
    **_NODE,
    "event_type": "kind",
    "event_name": "name",
    "created": "created_at",
}
INCIDENT: Getters = {
    **_PLACE,
    **_KEY,
    **_ROOT,
    **_NODE,
    **_MADE,
    "incident_type": "kind",
    "incident_message": "message",
    "incident_timestamp": "created_at",
    "cause_incident_id": "cause_id",
    "root_cause_incident_id": "root_cause_id",
    "end_time": "ended_at",
    "open": lambda row: row.state == "open",
    "resolved": lambda row: row.state == "resolved",
    "deleted": lambda row: row.state == "deleted",
}
DECISION: Getters = {
    "decision_definition_id": "definition_id",
    "decision_definition_key": "definition_key",
    "decision_definition_name": "definition_name",
    "decision_requirements_definition_id": "requirements_id",
    "decision_requirements_definition_key": "requirements_key",
    "root_decision_instance_id": "root_decision_id",
    "process_instance_id": "instance_id",
    "root_process_instance_id": "root_instance_id",
    "evaluation_time": "evaluated_at",
    "collect_result_value": "collect_result",
}
_LOG: Getters = {
    **_PLACE,
    **_KEY,
    **_ROOT,
    **_NODE,
    "timestamp": "logged_at",
    "creation_log": lambda row: row.event == "created",
    "failure_log": lambda row: row.event == "failed",
    "success_log": lambda row: row.event == "succeeded",
    "deletion_log": lambda row: row.event == "deleted",
}
JOB_LOG: Getters = {
    **_LOG,
    "job_due_date": "due_at",
    "job_retries": "retries",
    "job_priority": "priority",
    "job_exception_message": "message",
    "hostname": "host",
}
EXTERNAL_TASK_LOG: Getters = {
    **_LOG,
    "external_task_id": "task_id",
    "topic_name": "topic",
    "error_message": "message",
}
VARIABLE: Getters = {
    **_PLACE,
    **_KEY,
    **_ROOT,
    **_MADE,
    "value": lambda row: row.value.value,
    "typed_value": "value",
    "type_name": "type",
    "activity_instance_id": "scope_id",
    "execution_id": "scope_id",
    "state": lambda row: "CREATED" if row.live else "DELETED",
}
BATCH_VARIABLE: Getters = {
    **dict.fromkeys(VARIABLE, lambda _row: None),
    "value": VARIABLE["value"],
    "typed_value": VARIABLE["typed_value"],
    "type_name": lambda row: row.value.type.value,
}
DETAIL: Getters = {
    **_PLACE,
    **_KEY,
    **_ROOT,
    "variable_name": "name",
    "variable_instance_id": "variable_id",
    "variable_type_name": "type",
    "activity_instance_id": "scope_id",
    "time": "written_at",
}
ACTIVITY: Getters = {
    **_PLACE,
    **_KEY,
    **_ROOT,
    "execution_id": "id",
    "start_time": "started_at",
    "end_time": "ended_at",
    "duration_in_millis": _milliseconds,
    "parent_activity_instance_id": "parent_id",
    "called_process_instance_id": "called_instance_id",
}
AUTHORIZATION: Getters = {"authorization_type": "kind", "resource": "resource_type"}
PLAIN: Getters = {}
