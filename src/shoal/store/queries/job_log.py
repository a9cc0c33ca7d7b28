"""The log of jobs, kept at history level full."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Text, literal, select

from shoal import ids
from shoal.store.database import Tx
from shoal.store.queries.jobs import Job
from shoal.store.tables.columns import Instant
from shoal.store.tables.history import job_log
from shoal.store.tables.jobs import job
from shoal.store.within import within

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
    "node_id",
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
            each.job.node_id,
        )
        for each in events
    ]
    tx.dialect.insert_many(tx.connection, job_log, _COLUMNS, rows)


def log_deleted_jobs(tx: Tx, instance_ids: Sequence[str], host: str | None, now: datetime) -> None:
    """Log that all jobs of the instances are deleted, before they are.

    An entry that says the last about a job has the id of the job, so that the database can make it itself.
    """
    from_job = [
        "instance_id",
        "node_id",
        "activity_id",
        "definition_id",
        "deployment_id",
        "batch_id",
        "priority",
        "retries",
        "due_at",
    ]
    source = select(
        job.c.id,
        job.c.id.label("job_id"),
        literal("deleted"),
        job.c.kind,
        *(job.c[name] for name in from_job),
        literal(host, Text),
        literal(now, Instant),
    ).where(within(job.c.instance_id, instance_ids))
    columns = ["id", "job_id", "event", "kind", *from_job, "host", "logged_at"]
    tx.execute(job_log.insert().from_select(columns, source, include_defaults=False))


def list_job_events(tx: Tx, *, batch_id: str | None = None, job_id: str | None = None) -> list[dict[str, Any]]:
    """The entries of a batch or of a job, oldest first."""
    statement = select(job_log).order_by(job_log.c.logged_at, job_log.c.id)
    if batch_id is not None:
        statement = statement.where(job_log.c.batch_id == batch_id)
    if job_id is not None:
        statement = statement.where(job_log.c.job_id == job_id)
    return [dict(row._mapping) for row in tx.execute(statement)]
