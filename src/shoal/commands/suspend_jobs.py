"""Suspends and resumes the jobs that a filter finds, a thousand at a time."""

from __future__ import annotations

from shoal.commands.context import Context
from shoal.filters import JobFilter
from shoal.store.queries.instances import lock_headers
from shoal.store.queries.job_filters import ids_of_jobs
from shoal.store.queries.jobs import change_jobs, find_jobs, lock_jobs

_CHUNK = 1000


def suspend_jobs(ctx: Context, wanted: JobFilter, suspended: bool) -> int:
    """Work on the jobs no more, or again; how many there are. Jobs of batches only where the filter names one."""
    changed = 0
    after_id: str | None = None
    while True:
        with ctx.database.write() as tx:
            page = ids_of_jobs(tx, wanted, after_id=after_id, limit=_CHUNK)
            if not page:
                return changed
            found = find_jobs(tx, page).values()
            lock_headers(
                tx, sorted({each.instance_id for each in found if each.instance_id is not None}), skip=False
            )
            locked = lock_jobs(tx, page)
            change_jobs(tx, list(locked), suspended=suspended)
            changed += len(locked)
        after_id = page[-1]
