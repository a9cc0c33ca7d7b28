"""The log of jobs, kept at history level full."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from shoal import ids
from shoal.store.database import Tx
from shoal.store.queries.jobs import Job
from shoal.store.tables.history import job_log

_COLUMNS = (
    "id",
    "job_id",
    "event",
    "kind",
    "instance_id",
    "activity_id",
    "definition_id",
    "deployment_id",
    "batch_id",
    "priority",
    "retries",
    "due_at",
    "message",
    "details",
    "failed_activity_id",
    "host",
    "logged_at",
)


@dataclass(frozen=True, slots=True)
class JobEvent:
    """What happened to a job: created, failed, succeeded or deleted."""

    event: str
    job: Job
    retries: int
    message: str | None = None
    details: str | None = None
    failed_activity_id: str | None = None


def insert_job_events(tx: Tx, events: Iterable[JobEvent], host: str | None, now: datetime) -> None:
    """Add entries to the log."""
    rows: list[tuple[Any, ...]] = [
        (
            ids.new_id(),
            each.job.id,
            each.event,
            each.job.kind,
            each.job.instance_id,
            each.job.activity_id,
            each.job.definition_id,
            each.job.deployment_id,
            each.job.batch_id,
            each.job.priority,
            each.retries,
            each.job.due_at,
            each.message,
            each.details,
            each.failed_activity_id,
            host,
            now,
        )
        for each in events
    ]
    tx.dialect.insert_many(tx.connection, job_log, _COLUMNS, rows)


def list_job_events(tx: Tx, *, batch_id: str | None = None, job_id: str | None = None) -> list[dict[str, Any]]:
    """The entries of a batch or of a job, oldest first."""
    statement = select(job_log).order_by(job_log.c.id)
    if batch_id is not None:
        statement = statement.where(job_log.c.batch_id == batch_id)
    if job_id is not None:
        statement = statement.where(job_log.c.job_id == job_id)
    return [dict(row._mapping) for row in tx.execute(statement)]
