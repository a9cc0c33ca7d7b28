"""Jobs of suspended instances: put aside, so that a look for work does not walk over them, and taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select, update

from shoal.store.database import Tx
from shoal.store.tables.instances import process_instance
from shoal.store.tables.jobs import job
from shoal.store.within import within


def suspended_among_due(tx: Tx, lane: int, priority: int, now: datetime, look: int) -> list[str]:
    """The suspended instances of the first ``look`` jobs that are due; in order."""
    found: set[str] = set()
    for due in (job.c.due_at.is_(None), job.c.due_at <= now):
        first = (
            select(job.c.instance_id)
            .where(
                job.c.lane == lane,
                job.c.retries > 0,
                job.c.parked.is_(False),
                job.c.priority == priority,
                or_(job.c.leased_until.is_(None), job.c.leased_until <= now),
                due,
            )
            .order_by(job.c.due_at, job.c.id)
            .limit(look)
            .subquery()
        )
        ids = select(process_instance.c.id).join(first, first.c.instance_id == process_instance.c.id)
        found.update(tx.execute(ids.where(process_instance.c.suspended.is_(True)).distinct()).scalars())
    return sorted(found)


def park_jobs(tx: Tx, instance_ids: Sequence[str]) -> None:
    """Put the jobs of these instances aside. The caller holds their headers, and they are suspended."""
    if instance_ids:
        mine = within(job.c.instance_id, instance_ids)
        tx.execute(update(job).where(mine, job.c.parked.is_(False)).values(parked=True))


def take_back_jobs(tx: Tx, instance_ids: Sequence[str]) -> None:
    """Look at the jobs of these instances again. The caller holds their headers."""
    if instance_ids:
        mine = within(job.c.instance_id, instance_ids)
        tx.execute(update(job).where(mine, job.c.parked.is_(True)).values(parked=False))
