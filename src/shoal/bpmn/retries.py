"""Texts of retry cycles: how often, and after which pauses, a failed job is tried again."""

from __future__ import annotations

import re

from shoal.bpmn.extensions import RetryCycle
from shoal.bpmn.timers import TimerTextError, parse_duration

FOREVER = 2**31 - 1
"""Camunda 7: ``R/PT5M``, without a number, is tried this often."""
_REPEATED = re.compile(r"R(?P<times>[0-9]{0,9})/(?P<interval>.+)")


def parse_retry_cycle(value: str) -> RetryCycle:
    """The retry cycle that a literal text, or the value of an expression, means.

    TimerTextError if it means none.
    """
    intervals = [part.strip() for part in value.split(",")]
    attempts = len(intervals) + 1
    repeated = _REPEATED.fullmatch(intervals[0])
    if len(intervals) == 1 and repeated:
        attempts = min(int(repeated["times"] or FOREVER), FOREVER)
        intervals = [repeated["interval"]]
    if attempts == 0:
        raise TimerTextError(f"'{value}' does not try even once")
    for interval in intervals:
        parse_duration(interval)
    return RetryCycle(attempts=attempts, intervals=tuple(intervals))
