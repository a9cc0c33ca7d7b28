"""Which instance a scope of variables belongs to."""

from __future__ import annotations

from sqlalchemy import select

from shoal.store.database import Tx
from shoal.store.queries.visibility import visible
from shoal.store.tables.history import activity_instance
from shoal.store.tables.instances import process_instance
from shoal.store.tables.jobs import job


def instance_of_scope(tx: Tx, scope_id: str) -> str | None:
    """The instance itself, or that of an open activity instance, or of a token that a job will move."""
    i, a = process_instance.c, activity_instance.c
    places = (
        select(i.id).where(i.id == scope_id, visible()),
        select(a.instance_id)
        .join(process_instance, i.id == a.instance_id)
        .where(a.id == scope_id, a.ended_at.is_(None), visible()),
        select(job.c.instance_id)
        .join(process_instance, i.id == job.c.instance_id)
        .where(job.c.id == scope_id, job.c.node_id == scope_id, visible()),
    )
    for statement in places:
        found: str | None = tx.execute(statement).scalar()
        if found is not None:
            return found
    return None
