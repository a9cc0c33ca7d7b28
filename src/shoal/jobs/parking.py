"""Puts due jobs of suspended instances aside: after an outage there may be hundreds of thousands of them.

Every look for work walks over what is due but may not be done, in the order of the queue. What is put aside leaves
the index of the queue until its instance is resumed (``store.queries.instances.set_suspended``).
"""

from __future__ import annotations

from shoal import clock
from shoal.commands.context import Context
from shoal.jobs.acquire import LIVE_LANE
from shoal.store.queries.instances import lock_headers
from shoal.store.queries.job_acquisition import priorities
from shoal.store.queries.job_parking import park_jobs, suspended_among_due

_LOOK = 5_000
"""So many jobs at the head of the queue are looked at in one transaction."""


def run_once(ctx: Context) -> int:
    """Put the jobs of suspended instances at the head of the queue aside; of how many instances.

    Instances that somebody else holds are left for the next time.
    """
    now = clock.now()
    with ctx.database.read() as tx:
        found = sorted(
            {
                instance_id
                for priority in priorities(tx, LIVE_LANE)
                for instance_id in suspended_among_due(tx, LIVE_LANE, priority, now, _LOOK)
            }
        )
    if not found:
        return 0
    with ctx.database.write() as tx:
        headers = lock_headers(tx, found, skip=True)
        parked = [each.id for each in headers.values() if each.suspended]
        park_jobs(tx, parked)
    return len(parked)
