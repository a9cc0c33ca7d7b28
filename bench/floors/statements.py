"""Per operation: the statements over one chunk. ``{ids}`` is the condition in the database's own way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Floor:
    """What one chunk costs at least: set-based statements, and rows that are inserted."""

    statements: tuple[str, ...] = ()
    upserts_variables: int = 0


_LOG_DELETED_JOBS = (
    "INSERT INTO job_log (id, job_id, event, kind, instance_id, activity_id, definition_id, deployment_id, "
    "priority, retries, due_at, logged_at) SELECT id, id, 'deleted', kind, instance_id, activity_id, "
    "definition_id, deployment_id, priority, retries, due_at, {now} FROM job WHERE instance_id {ids}"
)

_CANCEL = (
    _LOG_DELETED_JOBS,
    "DELETE FROM event_subscription WHERE instance_id {ids}",
    "DELETE FROM external_task WHERE instance_id {ids}",
    "DELETE FROM job WHERE instance_id {ids}",
    "UPDATE user_task SET ended_at = {now}, end_reason = 'deleted' WHERE instance_id {ids} AND ended_at IS NULL",
    (
        "UPDATE activity_instance SET ended_at = {now}, cancelled = {true} "
        "WHERE instance_id {ids} AND ended_at IS NULL"
    ),
    "UPDATE incident SET state = 'deleted', ended_at = {now} WHERE instance_id {ids} AND state = 'open'",
    "DELETE FROM instance_state WHERE instance_id {ids}",
    (
        "UPDATE process_instance SET state = 'cancelled', suspended = {false}, ended_at = {now}, "
        "end_reason = 'bench', revision = revision + 1 WHERE id {ids}"
    ),
)

_DELETE_HISTORY = (
    *(
        f"DELETE FROM {table} WHERE instance_id {{ids}}"
        for table in (
            "identity_link",
            "user_task",
            "incident",
            "job_log",
            "variable_update",
            "variable",
            "activity_instance",
        )
    ),
    "DELETE FROM process_instance WHERE id {ids}",
)

FLOORS: dict[str, Floor] = {
    "suspend-instances": Floor(
        ("UPDATE process_instance SET suspended = {true}, revision = revision + 1 WHERE id {ids}",)
    ),
    "resume-instances": Floor(
        ("UPDATE process_instance SET suspended = {false}, revision = revision + 1 WHERE id {ids}",)
    ),
    "set-variables": Floor(
        ("UPDATE process_instance SET revision = revision + 1 WHERE id {ids}",), upserts_variables=2
    ),
    "set-job-retries": Floor(("UPDATE job SET retries = 5 WHERE instance_id {ids}",)),
    "cancel-instances": Floor(_CANCEL),
    "delete-history": Floor(_DELETE_HISTORY),
}


def chunks(ids: Sequence[object], size: int) -> list[Sequence[object]]:
    """``ids`` in pieces of ``size``."""
    return [ids[start : start + size] for start in range(0, len(ids), size)]
