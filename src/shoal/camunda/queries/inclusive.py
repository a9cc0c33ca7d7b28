"""Camunda 7's instants are milliseconds and its limits belong to what they limit; Shoal's instants are finer.

>>> from datetime import UTC
>>> noon = datetime(2024, 1, 1, 12, tzinfo=UTC)
>>> until(noon).isoformat(), since(noon).isoformat()
('2024-01-01T12:00:00.001000+00:00', '2024-01-01T11:59:59.999999+00:00')
"""

from __future__ import annotations

from datetime import datetime, timedelta

_MILLISECOND = timedelta(milliseconds=1)
_MICROSECOND = timedelta(microseconds=1)


def until(instant: datetime | None) -> datetime | None:
    """Before what comes everything of the millisecond."""
    return None if instant is None else _moved(instant, _MILLISECOND)


def since(instant: datetime | None) -> datetime | None:
    """After what comes everything of the millisecond."""
    return None if instant is None else _moved(instant, -_MICROSECOND)


def _moved(instant: datetime, by: timedelta) -> datetime:
    try:
        return instant + by
    except OverflowError:
        return instant
