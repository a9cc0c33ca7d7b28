"""One step of history cleanup: a transaction that removes a bounded number of rows.

Whatever dies in the middle of a step leaves it undone as a whole; the next step finds the rest again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from shoal.batch.lifetime import days_to_live
from shoal.batch.registry import all_operations
from shoal.commands.context import Context
from shoal.retention.erase import erase_batches, erase_decisions, erase_instances, erase_past
from shoal.settings import CleanupStrategy
from shoal.store.database import Tx
from shoal.store.queries import expired
from shoal.store.queries.cleanup_jobs import delete_old_log
from shoal.store.queries.expired import Expiry, Place
from shoal.store.queries.hierarchies import decisions_below

_MOST = 1_000
"""Instances, decisions or batches that are taken at once."""


class Step(NamedTuple):
    """What a step did. ``after``: where the walk over running instances goes on. ``is_last``: nothing is left."""

    removed: int
    after: Place | None
    is_last: bool


def expiry_of(ctx: Context, now: datetime) -> Expiry:
    """What may go now, as the settings want."""
    by_end = ctx.settings.history_cleanup_strategy is CleanupStrategy.END_TIME_BASED
    days = {name: days_to_live(ctx.settings, name) for name in all_operations()} if by_end else {}
    return Expiry(now, by_end, {name: each for name, each in days.items() if each is not None})


def clean_some(ctx: Context, tx: Tx, now: datetime, limit: int, after: Place | None = None) -> Step:
    """Remove at most ``limit`` rows of what may go.

    Ended instances with everything that is known of them; decisions; ended batches; the old log of cleanup itself;
    and of running instances whose removal time has come, their past. Locked instances are left to later steps.
    """
    expiry = expiry_of(ctx, now)
    left = limit - _instances_decisions_batches(ctx, tx, expiry, limit)
    days = ctx.settings.history_cleanup_job_log_time_to_live
    if left > 0 and days is not None:
        left -= delete_old_log(tx, now - timedelta(days=days), left)
    while left > 0 and not expiry.by_end:
        ids, place = expired.lock_running(tx, now, after, _MOST)
        if not ids:
            break
        left -= erase_past(ctx, tx, ids, left)
        if left > 0:
            after = place
    return Step(limit - left, after, left > 0)


def _instances_decisions_batches(ctx: Context, tx: Tx, expiry: Expiry, limit: int) -> int:
    def instances(ids: Sequence[str], left: int) -> int:
        return erase_instances(ctx, tx, ids, left, with_decisions=expiry.by_end)

    def decisions(ids: Sequence[str], left: int) -> int:
        below = decisions_below(tx, ids) if expiry.by_end else {}
        # those that were required go before those that required them
        required = [each for root, found in below.items() for each in found if each != root]
        removed = erase_decisions(ctx, tx, required, left) if required else 0
        return removed + (erase_decisions(ctx, tx, ids, left - removed) if removed < left else 0)

    def batches(ids: Sequence[str], left: int) -> int:
        return erase_batches(tx, ids, left)

    families: tuple[tuple[Callable[[Tx, Expiry, int], list[str]], Callable[[Sequence[str], int], int]], ...] = (
        (expired.lock_instances, instances),
        (expired.lock_decisions, decisions),
        (expired.lock_batches, batches),
    )
    left = limit
    for lock, erase in families:
        while left > 0 and (ids := lock(tx, expiry, min(left, _MOST))):
            left -= erase(ids, left)
    return limit - left
