"""Which jobs may be worked on now, taken with a lease.

Within a lane the index gives jobs by priority, then due date. Each priority is asked on its own, so that a
million timers of the future are never walked over to reach the jobs that are due.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, Integer, Select, and_, bindparam, exists, func, or_, select, update

from shoal.store.database import Tx
from shoal.store.dialects import Dialect
from shoal.store.queries.jobs import JOB_COLUMNS, Job
from shoal.store.tables.batches import batch
from shoal.store.tables.columns import Instant
from shoal.store.tables.definitions import process_definition
from shoal.store.tables.instances import process_instance
from shoal.store.tables.jobs import job
from shoal.store.within import within

Deployments = tuple[str, ...] | None
"""Only jobs of these, and of none; None: of all."""

_MOST_PRIORITIES = 100
_ABOVE_ALL = 2**31
_NOW = bindparam("now", type_=Instant)
_Pair = tuple[Select[Any], Select[Any]]
"""One statement for jobs without a due date, one for those with: two ranges of the index, while with OR the
database would walk over everything that is not due. Built once: they are asked at every look."""

_HIGHEST = (
    select(job.c.priority)
    .where(
        job.c.lane == bindparam("lane"),
        job.c.retries > 0,
        job.c.parked.is_(False),
        job.c.priority < bindparam("below", type_=BigInteger),
    )
    .order_by(job.c.priority.desc())
    .limit(1)
)


def priorities(tx: Tx, lane: int) -> list[int]:
    """The priorities of the jobs of the lane that have retries left, highest first."""
    found: list[int] = []
    below = _ABOVE_ALL
    while len(found) < _MOST_PRIORITIES:
        highest = tx.execute(_HIGHEST, {"lane": lane, "below": below}).scalar_one_or_none()
        if highest is None:
            break
        found.append(highest)
        below = highest
    return found


def live_candidates(tx: Tx, priority: int, now: datetime, limit: int, deployments: Deployments = None) -> list[Job]:
    """Due jobs of instances, locked: not suspended, not leased, nor any other job that concerns the instance."""
    return _taken(tx, _live_statement(tx.dialect, deployments), priority, now, limit)


def batch_candidates(
    tx: Tx, priority: int, now: datetime, limit: int, without: Sequence[str], deployments: Deployments = None
) -> list[Job]:
    """Due jobs of batches that are not suspended nor paced to a later time, locked; not of ``without``.

    Mass work that belongs to no batch, such as history cleanup, is among them.
    """
    statements = _batch_statement(tx.dialect, deployments, tuple(without))
    return _taken(tx, statements, priority, now, limit)


def lease_jobs(tx: Tx, job_ids: Sequence[str], owner: str, until: datetime) -> None:
    """Give the jobs to ``owner``. The caller holds their rows."""
    tx.execute(update(job).where(within(job.c.id, job_ids)).values(leased_by=owner, leased_until=until))


def count_leased_executions(tx: Tx, batch_id: str, now: datetime) -> int:
    """How many chunks of the batch are being worked on."""
    statement = select(func.count()).where(
        job.c.batch_id == batch_id, job.c.kind == "batch-execution", job.c.leased_until > now
    )
    return int(tx.execute(statement).scalar_one())


def _taken(tx: Tx, statements: _Pair, priority: int, now: datetime, limit: int) -> list[Job]:
    found: list[Job] = []
    for statement in statements:
        if len(found) >= limit:
            break
        given = {"priority": priority, "now": now, "limit": limit - len(found)}
        found += [Job(*row) for row in tx.execute(statement, given)]
    return found


@lru_cache(maxsize=32)
def _live_statement(dialect: Dialect, deployments: Deployments) -> _Pair:
    other, alone = job.alias(), job.alias()
    statement = (
        select(*JOB_COLUMNS)
        .outerjoin(process_instance, process_instance.c.id == job.c.instance_id)
        .outerjoin(process_definition, process_definition.c.id == job.c.definition_id)
        .where(
            func.coalesce(process_instance.c.suspended, False).is_(False),
            process_instance.c.deleted_at.is_(None),
            # Camunda 7: of a suspended definition nothing starts, but what runs goes on
            or_(job.c.instance_id.is_not(None), func.coalesce(process_definition.c.suspended, False).is_(False)),
            process_definition.c.deleted_at.is_(None),
            or_(
                job.c.instance_id.is_(None),
                and_(
                    ~exists().where(
                        other.c.instance_id == job.c.instance_id,
                        other.c.id != job.c.id,
                        other.c.leased_until > _NOW,
                    ),
                    ~exists().where(alone.c.sole_instance_id == job.c.instance_id, alone.c.leased_until > _NOW),
                ),
            ),
        )
    )
    return _free(dialect, statement, 0, deployments)


@lru_cache(maxsize=32)
def _batch_statement(dialect: Dialect, deployments: Deployments, without: tuple[str, ...]) -> _Pair:
    statement = _batch_jobs()
    if without:
        statement = statement.where(or_(job.c.kind != "batch-execution", job.c.batch_id.not_in(without)))
    return _free(dialect, statement, 1, deployments)


def _batch_jobs() -> Select[Any]:
    other, alone = job.alias(), job.alias()
    return (
        select(*JOB_COLUMNS)
        .outerjoin(batch, batch.c.id == job.c.batch_id)
        .where(
            or_(job.c.batch_id.is_(None), batch.c.suspended.is_(False)),
            or_(job.c.kind != "batch-execution", batch.c.next_start_at.is_(None), batch.c.next_start_at <= _NOW),
            or_(
                job.c.sole_instance_id.is_(None),
                and_(
                    ~exists().where(other.c.instance_id == job.c.sole_instance_id, other.c.leased_until > _NOW),
                    ~exists().where(
                        alone.c.sole_instance_id == job.c.sole_instance_id,
                        alone.c.id != job.c.id,
                        alone.c.leased_until > _NOW,
                    ),
                ),
            ),
        )
    )


def _free(dialect: Dialect, statement: Select[Any], lane: int, deployments: Deployments) -> _Pair:
    if deployments is not None:
        statement = statement.where(or_(job.c.deployment_id.is_(None), within(job.c.deployment_id, deployments)))
    ready = statement.where(
        job.c.lane == lane,
        job.c.retries > 0,
        job.c.parked.is_(False),
        job.c.priority == bindparam("priority", type_=job.c.priority.type),
        or_(job.c.leased_until.is_(None), job.c.leased_until <= _NOW),
        job.c.suspended.is_(False),
    )
    ordered = ready.order_by(job.c.due_at, job.c.id).limit(bindparam("limit", type_=Integer))
    return (
        dialect.locked(ordered.where(job.c.due_at.is_(None)), of=job, skip=True),
        dialect.locked(ordered.where(job.c.due_at <= _NOW), of=job, skip=True),
    )
