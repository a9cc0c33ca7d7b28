"""The one place that reads the time, so that tests and replays can move it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

_source: Callable[[], datetime] | None = None


def now() -> datetime:
    """The current instant, aware, in UTC, with microseconds."""
    if _source is not None:
        return _source()
    return datetime.now(UTC)  # noqa: TID251 - this module is what the ban points to


def use(source: Callable[[], datetime] | None) -> None:
    """Take the time from ``source`` from now on; None returns to the real clock."""
    global _source
    _source = source
