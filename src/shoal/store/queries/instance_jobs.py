"""Jobs as part of their instances: made and withdrawn by steps. Acquisition is in ``jobs``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from shoal.store.database import Tx
from shoal.store.queries.jobs import JOB_COLUMNS, Job
from shoal.store.tables.definitions import process_definition
from shoal.store.tables.history import job_log
from shoal.store.tables.jobs import job
from shoal.store.within import within

_t = job.c

NEW_COLUMNS = (
    "id",
    "kind",
    "lane",
    "instance_id",
    "node_id",
    "definition_id",
    "deployment_id",
    "activity_id",
    "due_at",
    "priority",
    "retries",
    "exclusive",
    "suspended",
    "repeat",
    "payload",
    "created_at",
)
LOG_COLUMNS = (
    "id",
    "job_id",
    "event",
    "kind",
    "instance_id",
    "activity_id",
    "definition_id",
    "deployment_id",
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


def insert_jobs(tx: Tx, rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows of ``NEW_COLUMNS``."""
    tx.dialect.insert_many(tx.connection, job, NEW_COLUMNS, rows)


def jobs_of_instances(tx: Tx, instance_ids: Sequence[str]) -> list[Job]:
    """All jobs of the instances."""
    rows = tx.execute(select(*JOB_COLUMNS).where(within(_t.instance_id, instance_ids)).order_by(_t.id))
    return [Job(*row) for row in rows]


def lock_jobs(tx: Tx, ids: Sequence[str], *, skip: bool) -> dict[str, Job]:
    """Lock jobs and read them; ``skip`` leaves out those that somebody else holds."""
    statement = select(*JOB_COLUMNS).where(within(_t.id, ids)).order_by(_t.id)
    return {row[0]: Job(*row) for row in tx.execute(tx.dialect.locked(statement, of=job, skip=skip))}


def count_of_instances(tx: Tx, instance_ids: Sequence[str]) -> tuple[int, int]:
    """How many jobs the instances have, and how many of the instances have any."""
    counts = select(func.count(), func.count(_t.instance_id.distinct()))
    row = tx.execute(counts.where(within(_t.instance_id, instance_ids))).one()
    return int(row[0]), int(row[1])


def lock_of_instances(tx: Tx, instance_ids: Sequence[str]) -> int:
    """Lock the jobs of the instances that nobody else holds; how many these are."""
    statement = select(_t.id).where(within(_t.instance_id, instance_ids)).order_by(_t.id)
    locked = tx.dialect.locked(statement, of=job, skip=True).subquery()
    return int(tx.execute(select(func.count()).select_from(locked)).scalar_one())


def change_jobs(tx: Tx, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Change columns of jobs: rows of the id and ``columns``."""
    tx.dialect.update_many(tx.connection, job, "id", columns, rows)


def set_definition(tx: Tx, instance_ids: Sequence[str], definition_id: str) -> None:
    """The jobs of the instances belong to another definition now, and to its deployment."""
    d = process_definition.c
    deployment_id = select(d.deployment_id).where(d.id == definition_id).scalar_subquery()
    tx.execute(
        update(job)
        .where(within(_t.instance_id, instance_ids))
        .values(definition_id=definition_id, deployment_id=deployment_id)
    )


def delete_jobs(tx: Tx, ids: Sequence[str]) -> None:
    """Remove jobs by id."""
    if ids:
        tx.execute(job.delete().where(within(_t.id, ids)))


def delete_of_instances(tx: Tx, instance_ids: Sequence[str]) -> None:
    """Remove all jobs of instances."""
    if instance_ids:
        tx.execute(job.delete().where(within(_t.instance_id, instance_ids)))


def set_retries(tx: Tx, ids: Sequence[str], retries: int, *, change_due: bool, due_at: datetime | None) -> None:
    """Give jobs that many tries; ``change_due`` also sets when they are due (None: at once)."""
    if not ids:
        return
    values: dict[str, Any] = {"retries": retries}
    if change_due:
        values["due_at"] = due_at
    tx.execute(update(job).where(within(_t.id, ids)).values(**values))


def set_retries_of(
    tx: Tx, instance_ids: Sequence[str], retries: int, *, change_due: bool, due_at: datetime | None
) -> None:
    """Give all jobs of the instances that many tries; ``change_due`` as above."""
    values: dict[str, Any] = {"retries": retries}
    if change_due:
        values["due_at"] = due_at
    tx.execute(update(job).where(within(_t.instance_id, instance_ids)).values(**values))


def delete_of_definitions(tx: Tx, definition_ids: Sequence[str], kind: str) -> None:
    """Remove the jobs of that kind that belong to definitions, not to instances."""
    if definition_ids:
        own = (_t.instance_id.is_(None), _t.kind == kind)
        tx.execute(job.delete().where(*own, within(_t.definition_id, definition_ids)))


def set_payload(tx: Tx, job_id: str, payload: Any) -> None:
    """What is left of a job."""
    tx.dialect.update_many(tx.connection, job, "id", ("payload",), [(job_id, payload)])


def log_jobs(tx: Tx, rows: Sequence[Sequence[Any]]) -> None:
    """Add to the log of jobs: rows of ``LOG_COLUMNS``."""
    tx.dialect.insert_many(tx.connection, job_log, LOG_COLUMNS, rows)
