"""For how long a batch is kept: by its operation, from its start or from its end."""

from __future__ import annotations

from datetime import datetime, timedelta

from shoal.batch.registry import all_operations
from shoal.settings import RemovalTimeStrategy, Settings


def days_to_live(settings: Settings, operation: str) -> int | None:
    """Days for which batches of the operation are kept; None: for ever.

    Camunda 7: batchOperationsForHistoryCleanup, else batchOperationHistoryTimeToLive.
    """
    by_type = settings.batch_operation_history_time_to_live_by_type
    known = all_operations().get(operation)
    for name in (operation, known.camunda_type if known else operation):
        if name in by_type:
            return by_type[name]
    return settings.batch_operation_history_time_to_live


def removal_time_at_start(settings: Settings, operation: str, started_at: datetime) -> datetime | None:
    """When a batch that starts now may be removed; None if its end decides that, or nothing does."""
    if settings.history_removal_time_strategy is not RemovalTimeStrategy.START:
        return None
    return _after(started_at, days_to_live(settings, operation))


def removal_time_at_end(
    settings: Settings, operation: str, known: datetime | None, ended_at: datetime
) -> datetime | None:
    """When a batch that ends now may be removed; ``known`` was said before."""
    if settings.history_removal_time_strategy is not RemovalTimeStrategy.END:
        return known
    return _after(ended_at, days_to_live(settings, operation))


def _after(base: datetime, days: int | None) -> datetime | None:
    return None if days is None else base + timedelta(days=days)
