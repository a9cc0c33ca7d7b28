"""Fetches external tasks, and waits for them when there are none: a long poll."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta

from shoal import clock
from shoal.commands.context import Context
from shoal.commands.external_work import MOST_WAITERS, arrivals_of
from shoal.commands.fetch_external_tasks import CreateTime, LockedTask, Topic, fetch_and_lock_external_tasks
from shoal.errors import InputError
from shoal.store.queries.external_tasks import has_free

LONGEST = timedelta(minutes=30)
"""Camunda 7: the largest asyncResponseTimeout."""
FIRST_LOOK_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 5.0
"""Tasks that another process makes are noticed after that time at the latest."""


def await_external_tasks(
    ctx: Context,
    worker_id: str,
    topics: Sequence[Topic],
    *,
    max_tasks: int,
    timeout: timedelta,
    use_priority: bool = False,
    create_time: CreateTime = None,
    most_waiters: int = MOST_WAITERS,
) -> list[LockedTask]:
    """As ``fetch_and_lock_external_tasks``, but come back with nothing only after ``timeout``.

    A task that is made or given back in this process is noticed at once, others within five seconds. InputError:
    a timeout that is negative or longer than half an hour. UnavailableError: too many wait already.
    """
    if not timedelta() <= timeout <= LONGEST:
        raise InputError(
            f"asyncResponseTimeout: 0 to {LONGEST // timedelta(milliseconds=1)} milliseconds",
            field="asyncResponseTimeout",
        )
    signal = arrivals_of(ctx.database)
    deadline = time.monotonic() + timeout.total_seconds()

    def fetch() -> list[LockedTask]:
        return fetch_and_lock_external_tasks(
            ctx, worker_id, topics, max_tasks=max_tasks, use_priority=use_priority, create_time=create_time
        )

    seen = signal.count
    found = fetch()
    if found or not timeout or not topics or not max_tasks:
        return found
    pause = FIRST_LOOK_SECONDS
    with signal.waiting(most_waiters):
        while (left := deadline - time.monotonic()) > 0 and not signal.is_closed:
            signal.wait(seen, min(left, pause))
            seen = signal.count
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
            # those who wait in vain must not hold up those who write
            if any_free_external_task(ctx, [each.name for each in topics]) and (found := fetch()):
                return found
    return []


def any_free_external_task(ctx: Context, topics: Sequence[str]) -> bool:
    """Whether there may be a task that a worker could take: a look that holds nobody up."""
    with ctx.database.read() as tx:
        return has_free(tx, topics, clock.now())
