"""When a job that failed is tried again, and what is kept of its error."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from shoal.bpmn.extensions import RetryCycle
from shoal.bpmn.timers import parse_duration

_MESSAGE = 4_000
_DETAILS = 20_000
_SURROGATES = re.compile("[\ud800-\udfff]")


def message_of(text: str) -> str:
    """An error message as it is stored: whole, or its beginning and end."""
    return _shortened(text, _MESSAGE)


def details_of(text: str | None) -> str | None:
    """A stack trace as it is stored: whole, or its beginning and end."""
    return None if text is None else _shortened(text, _DETAILS)


def growing_pause(attempts: int, first: float = 0.2, longest: float = 30.0) -> timedelta:
    """The pause after the given number of failed tries: short, then four times longer each time."""
    return timedelta(seconds=min(longest, first * 4.0 ** min(max(attempts, 1) - 1, 20)))


def next_try(cycle: RetryCycle | None, retries: int, pause_seconds: float, now: datetime) -> datetime:
    """When a job that had ``retries`` tries left before it failed is due again.

    Camunda 7: of a list of intervals each is used once, in its order; the last one for all further tries.
    """
    if cycle is None or not cycle.intervals:
        return now + timedelta(seconds=pause_seconds)
    intervals = cycle.intervals
    place = max(0, min(len(intervals) - 1, len(intervals) - (retries - 1)))
    due: datetime = now + parse_duration(intervals[place])
    return due


def _shortened(text: str, limit: int) -> str:
    # PostgreSQL stores neither NUL nor halves of surrogate pairs
    text = _SURROGATES.sub("\N{REPLACEMENT CHARACTER}", text.replace("\0", "\N{REPLACEMENT CHARACTER}"))
    if len(text) <= limit:
        return text
    head, tail = limit * 3 // 4, limit // 4
    return f"{text[:head]} ... {len(text) - head - tail} characters left out ... {text[-tail:]}"
