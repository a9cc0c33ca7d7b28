"""Takes jobs that are due: live work before batch work, higher priority first, then by due date."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from shoal import clock
from shoal.commands.context import Context
from shoal.store.database import Tx
from shoal.store.queries.job_acquisition import (
    Deployments,
    batch_candidates,
    lease_jobs,
    live_candidates,
    priorities,
)
from shoal.store.queries.jobs import Job

Admission = Callable[[Tx, Job, datetime], bool]
"""Whether a job of a batch may start now, as far as its batch is concerned."""

LIVE_LANE = 0
BATCH_LANE = 1


@dataclass(frozen=True, slots=True)
class Acquired:
    """What a worker took: jobs of instances, or else one job of a batch, or nothing."""

    live: list[Job]
    batch: Job | None = None

    @property
    def is_empty(self) -> bool:
        """Nothing was due."""
        return not self.live and self.batch is None

    @property
    def job_ids(self) -> list[str]:
        """The jobs that were taken."""
        return [job.id for job in self.live] if self.batch is None else [self.batch.id]


def acquire(ctx: Context, owner: str, admit: Admission, limit: int | None = None) -> Acquired:
    """Take due jobs. They belong to ``owner`` until the lease ends.

    At most ``limit`` live jobs (None: as the settings say; 0: only work of batches).

    Live jobs first: at most one of each instance, and none of an instance of which another job is being worked
    on. Only without live work, one job of a batch that is not suspended and that ``admit`` lets start. Nothing
    is taken that is suspended, or whose instance or definition is; nor, of a deployment-aware engine, what belongs
    to a deployment that is not registered.
    """
    now = clock.now()
    most = ctx.settings.jobs_per_acquisition if limit is None else limit
    aware = ctx.settings.job_executor_deployment_aware
    deployments = tuple(sorted(ctx.registered.ids)) if aware else None
    with ctx.database.write() as tx:
        live = _live(tx, now, most, deployments) if most else []
        batch = None if live else _batch(tx, now, admit, deployments)
        acquired = Acquired(live, batch)
        if not acquired.is_empty:
            until = now + timedelta(seconds=ctx.settings.lease_seconds)
            lease_jobs(tx, acquired.job_ids, owner, until)
    return acquired


def _live(tx: Tx, now: datetime, limit: int, deployments: Deployments) -> list[Job]:
    chosen: dict[str, Job] = {}
    for priority in priorities(tx, LIVE_LANE):
        for job in live_candidates(tx, priority, now, limit - len(chosen), deployments):
            chosen.setdefault(job.instance_id or job.id, job)
        if len(chosen) >= limit:
            break
    return list(chosen.values())


def _batch(tx: Tx, now: datetime, admit: Admission, deployments: Deployments) -> Job | None:
    refused: set[str] = set()
    for priority in priorities(tx, BATCH_LANE):
        while found := batch_candidates(tx, priority, now, 1, sorted(refused), deployments):
            job = found[0]
            if admit(tx, job, now):
                return job
            refused.add(job.batch_id or "")
    return None
