"""The jobs of history cleanup: rows that stay, and are due again and again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from shoal.store.database import Tx
from shoal.store.queries.jobs import JOB_COLUMNS, Job
from shoal.store.tables.history import job_log
from shoal.store.tables.jobs import job
from shoal.store.within import within

KIND = "history-cleanup"


def insert_cleanup_jobs(tx: Tx, rows: Sequence[dict[str, Any]]) -> None:
    """Insert those that are not there yet."""
    insert = postgresql.insert if tx.dialect.name == "postgresql" else sqlite.insert
    tx.execute(insert(job).values(list(rows)).on_conflict_do_nothing(index_elements=["id"]))


def lock_cleanup_jobs(tx: Tx, ids: Sequence[str]) -> list[Job]:
    """Lock those that are there, in their order."""
    statement = select(*JOB_COLUMNS).where(within(job.c.id, ids)).order_by(job.c.id)
    return [Job(*row) for row in tx.execute(tx.dialect.locked(statement, of=job, skip=False))]


def find_cleanup_jobs(tx: Tx, ids: Sequence[str]) -> list[Job]:
    """Those that are there, in their order."""
    return [Job(*row) for row in tx.execute(select(*JOB_COLUMNS).where(within(job.c.id, ids)).order_by(job.c.id))]


def change_cleanup_jobs(tx: Tx, ids: Sequence[str], **values: Any) -> None:
    """Give columns new values."""
    tx.execute(update(job).where(within(job.c.id, ids)).values(values))


def delete_old_log(tx: Tx, before: datetime, limit: int) -> int:
    """Remove at most ``limit`` entries of the log of these jobs that are older than ``before``; how many."""
    t = job_log.c
    old = select(t.id).where(t.instance_id.is_(None), t.kind == KIND, t.logged_at < before).limit(limit)
    return int(tx.execute(job_log.delete().where(t.id.in_(old))).rowcount)
