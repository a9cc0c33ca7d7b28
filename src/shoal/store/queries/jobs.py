"""Jobs: made, held by their lease, given back, deleted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from shoal.store.database import Tx
from shoal.store.tables.jobs import job
from shoal.store.within import within


@dataclass(frozen=True, slots=True)
class Job:
    """One row of ``job``, as it was when it was read."""

    id: str
    kind: str
    lane: int
    instance_id: str | None
    node_id: str | None
    definition_id: str | None
    deployment_id: str | None
    activity_id: str | None
    batch_id: str | None
    chunk_id: str | None
    due_at: datetime | None
    priority: int
    retries: int
    exclusive: bool
    suspended: bool
    leased_by: str | None
    leased_until: datetime | None
    repeat: str | None
    payload: Any
    error_message: str | None
    failed_activity_id: str | None
    created_at: datetime
    sole_instance_id: str | None = None


@dataclass(frozen=True, slots=True)
class FailedTry:
    """What a job looks like after a try that failed."""

    job_id: str
    retries: int
    due_at: datetime | None
    error_message: str
    error_details: str | None
    failed_activity_id: str | None


JOB_COLUMNS = tuple(job.c[field.name] for field in fields(Job))
_NEW_COLUMNS = (
    "id",
    "kind",
    "lane",
    "deployment_id",
    "batch_id",
    "chunk_id",
    "due_at",
    "priority",
    "retries",
    "exclusive",
    "suspended",
    "error_message",
    "created_at",
    "sole_instance_id",
)
_FAILED_COLUMNS = (
    "retries",
    "due_at",
    "error_message",
    "error_details",
    "failed_activity_id",
    "leased_by",
    "leased_until",
)


def insert_batch_jobs(tx: Tx, jobs: Sequence[Job]) -> None:
    """Insert jobs of batches."""
    rows = [tuple(getattr(each, name) for name in _NEW_COLUMNS) for each in jobs]
    tx.dialect.insert_many(tx.connection, job, _NEW_COLUMNS, rows)


def find_job(tx: Tx, job_id: str) -> Job | None:
    """The job; None if there is none."""
    row = tx.execute(select(*JOB_COLUMNS).where(job.c.id == job_id)).one_or_none()
    return None if row is None else Job(*row)


def find_jobs(tx: Tx, job_ids: Sequence[str]) -> dict[str, Job]:
    """The jobs that exist, by id."""
    rows = tx.execute(select(*JOB_COLUMNS).where(within(job.c.id, job_ids)))
    return {row.id: Job(*row) for row in rows}


def error_details_of(tx: Tx, job_id: str) -> str | None:
    """The stack trace of the last failure."""
    found: str | None = tx.execute(select(job.c.error_details).where(job.c.id == job_id)).scalar_one_or_none()
    return found


def hold_jobs(tx: Tx, job_ids: Sequence[str], owner: str) -> set[str]:
    """Lock those of the jobs that still belong to ``owner``; nobody can take them until the transaction ends."""
    statement = select(job.c.id).where(within(job.c.id, job_ids), job.c.leased_by == owner).order_by(job.c.id)
    return set(tx.execute(tx.dialect.locked(statement, of=job, skip=False)).scalars())


def lock_jobs(tx: Tx, job_ids: Sequence[str]) -> dict[str, Job]:
    """The jobs that exist, by id, locked to the end of the transaction."""
    statement = select(*JOB_COLUMNS).where(within(job.c.id, job_ids)).order_by(job.c.id)
    return {row[0]: Job(*row) for row in tx.execute(tx.dialect.locked(statement, of=job, skip=False))}


def renew_leases(tx: Tx, job_ids: Sequence[str], owner: str, until: datetime) -> None:
    """Keep the jobs for longer. Those that a finishing transaction holds are left alone."""
    mine = select(job.c.id).where(within(job.c.id, job_ids), job.c.leased_by == owner)
    held = list(tx.execute(tx.dialect.locked(mine, of=job, skip=True)).scalars())
    if held:
        tx.execute(update(job).where(within(job.c.id, held)).values(leased_until=until))


def release_jobs(tx: Tx, job_ids: Sequence[str], owner: str, due_at: datetime | None = None) -> None:
    """Give the jobs back as they were, or due later."""
    values: dict[str, Any] = {"leased_by": None, "leased_until": None}
    if due_at is not None:
        values["due_at"] = due_at
    tx.execute(update(job).where(within(job.c.id, job_ids), job.c.leased_by == owner).values(values))


def fail_jobs(tx: Tx, tries: Sequence[FailedTry]) -> None:
    """Note failed tries and give the jobs back. The caller holds them."""
    rows = [
        (
            each.job_id,
            each.retries,
            each.due_at,
            each.error_message,
            each.error_details,
            each.failed_activity_id,
            None,
            None,
        )
        for each in tries
    ]
    tx.dialect.update_many(tx.connection, job, "id", _FAILED_COLUMNS, rows)


def delete_jobs(tx: Tx, job_ids: Sequence[str]) -> None:
    """Remove jobs."""
    if job_ids:
        tx.execute(delete(job).where(within(job.c.id, job_ids)))


def delete_batch_jobs(tx: Tx, batch_id: str, kinds: Sequence[str], *, but: str | None = None) -> None:
    """Remove the jobs of these kinds that belong to the batch, all ``but`` one."""
    statement = delete(job).where(job.c.batch_id == batch_id, job.c.kind.in_(kinds))
    tx.execute(statement if but is None else statement.where(job.c.id != but))


def postpone_job(tx: Tx, job_id: str, due_at: datetime) -> None:
    """Give the job back, due later. The caller holds it."""
    tx.execute(update(job).where(job.c.id == job_id).values(due_at=due_at, leased_by=None, leased_until=None))


def hold_batch_jobs(tx: Tx, batch_id: str) -> list[Job]:
    """Lock the jobs of the batch, but those whose work is being committed right now."""
    statement = select(*JOB_COLUMNS).where(job.c.batch_id == batch_id)
    return [Job(*row) for row in tx.execute(tx.dialect.locked(statement, of=job, skip=True))]


def drain_batch_jobs(tx: Tx, batch_id: str) -> int:
    """Remove all jobs of the batch, after the work that is being committed; how many there were."""
    statement = select(job.c.id).where(job.c.batch_id == batch_id).order_by(job.c.id)
    found = list(tx.execute(tx.dialect.locked(statement, of=job, skip=False)).scalars())
    delete_jobs(tx, found)
    return len(found)


def change_batch_jobs(tx: Tx, batch_id: str, kind: str | None = None, **values: Any) -> None:
    """Give columns of all jobs of the batch, or of those of one kind, new values."""
    statement = update(job).where(job.c.batch_id == batch_id)
    tx.execute((statement if kind is None else statement.where(job.c.kind == kind)).values(values))


def change_jobs(tx: Tx, job_ids: Sequence[str], **values: Any) -> None:
    """Give columns of jobs new values. The caller holds them."""
    if job_ids and values:
        tx.execute(update(job).where(within(job.c.id, job_ids)).values(values))


def failed_jobs_of(tx: Tx, batch_id: str) -> list[Job]:
    """The jobs of the batch that have no tries left."""
    statement = select(*JOB_COLUMNS).where(job.c.batch_id == batch_id, job.c.retries == 0).order_by(job.c.id)
    return [Job(*row) for row in tx.execute(statement)]
