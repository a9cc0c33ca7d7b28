"""Which jobs may be worked on now, taken with a lease.

Within a lane the index gives jobs by priority, then due date. Each priority is asked on its own, so that a
million timers of the future are never walked over to reach the jobs that are due.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, update

from shoal.store.database import Tx
from shoal.store.queries.jobs import JOB_COLUMNS, Job
from shoal.store.tables.batches import batch
from shoal.store.tables.definitions import process_definition
from shoal.store.tables.instances import process_instance
from shoal.store.tables.jobs import job
from shoal.store.within import within

_MOST_PRIORITIES = 100


def priorities(tx: Tx, lane: int) -> list[int]:
    """The priorities of the jobs of the lane that have retries left, highest first."""
    usable = and_(job.c.lane == lane, job.c.retries > 0)
    found: list[int] = []
    below: ColumnElement[bool] = usable
    while len(found) < _MOST_PRIORITIES:
        highest = tx.execute(
            select(job.c.priority).where(below).order_by(job.c.priority.desc()).limit(1)
        ).scalar_one_or_none()
        if highest is None:
            break
        found.append(highest)
        below = and_(usable, job.c.priority < highest)
    return found


def live_candidates(tx: Tx, priority: int, now: datetime, limit: int) -> list[Job]:
    """Due jobs of instances, locked: not suspended, not leased, nor any other job of the same instance."""
    other = job.alias()
    statement = (
        select(*JOB_COLUMNS)
        .outerjoin(process_instance, process_instance.c.id == job.c.instance_id)
        .outerjoin(process_definition, process_definition.c.id == job.c.definition_id)
        .where(
            _free(0, priority, now),
            func.coalesce(process_instance.c.suspended, False).is_(False),
            process_instance.c.deleted_at.is_(None),
            func.coalesce(process_definition.c.suspended, False).is_(False),
            process_definition.c.deleted_at.is_(None),
            or_(
                job.c.instance_id.is_(None),
                ~exists().where(
                    other.c.instance_id == job.c.instance_id,
                    other.c.id != job.c.id,
                    other.c.leased_until > now,
                ),
            ),
        )
    )
    return _taken(tx, statement, now, limit)


def batch_candidates(tx: Tx, priority: int, now: datetime, limit: int, without: Sequence[str]) -> list[Job]:
    """Due jobs of batches that are not suspended nor paced to a later time, locked; not of ``without``."""
    statement = (
        select(*JOB_COLUMNS)
        .join(batch, batch.c.id == job.c.batch_id)
        .where(
            _free(1, priority, now),
            batch.c.suspended.is_(False),
            or_(job.c.kind != "batch-execution", batch.c.next_start_at.is_(None), batch.c.next_start_at <= now),
        )
    )
    if without:
        statement = statement.where(or_(job.c.kind != "batch-execution", job.c.batch_id.not_in(without)))
    return _taken(tx, statement, now, limit)


def lease_jobs(tx: Tx, job_ids: Sequence[str], owner: str, until: datetime) -> None:
    """Give the jobs to ``owner``. The caller holds their rows."""
    tx.execute(update(job).where(within(job.c.id, job_ids)).values(leased_by=owner, leased_until=until))


def count_leased_executions(tx: Tx, batch_id: str, now: datetime) -> int:
    """How many chunks of the batch are being worked on."""
    statement = select(func.count()).where(
        job.c.batch_id == batch_id, job.c.kind == "batch-execution", job.c.leased_until > now
    )
    return int(tx.execute(statement).scalar_one())


def next_paced_start(tx: Tx) -> datetime | None:
    """When the first of the batches that are paced may start its next chunk; None without such a batch."""
    statement = select(func.min(batch.c.next_start_at, type_=batch.c.next_start_at.type)).where(
        batch.c.ended_at.is_(None), batch.c.suspended.is_(False)
    )
    found: datetime | None = tx.execute(statement).scalar_one_or_none()
    return found


def _free(lane: int, priority: int, now: datetime) -> ColumnElement[bool]:
    return and_(
        job.c.lane == lane,
        job.c.retries > 0,
        job.c.priority == priority,
        or_(job.c.leased_until.is_(None), job.c.leased_until <= now),
        job.c.suspended.is_(False),
    )


def _taken(tx: Tx, statement: Select[Any], now: datetime, limit: int) -> list[Job]:
    # two ranges of the index; with OR the database would walk over everything that is not due
    found: list[Job] = []
    for due in (job.c.due_at.is_(None), job.c.due_at <= now):
        if len(found) >= limit:
            break
        ranged = statement.where(due).order_by(job.c.due_at, job.c.id).limit(limit - len(found))
        found += [Job(*row) for row in tx.execute(tx.dialect.locked(ranged, of=job, skip=True))]
    return found
