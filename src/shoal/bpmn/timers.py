"""Texts of timers: whether they are right, and when they are due.

Pure: the time is an argument. Knows ISO 8601 dates, durations and repeating intervals; cron
expressions are read in ``shoal.bpmn.cron``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import count
from typing import TypeAlias

import isodate
from isodate.duration import Duration

from shoal.bpmn.cron import CronTextError, next_cron
from shoal.bpmn.events import TimerKind

Interval: TypeAlias = timedelta | Duration
_REPEAT = re.compile(r"R(?P<times>[0-9]{0,9})/(?P<rest>.+)")
_SHIFTED = re.compile(r"(?P<seconds>-?[0-9]+(\.[0-9]+)?) seconds after (?P<cron>.+)")


class TimerTextError(ValueError):
    """The text of a timer cannot be understood; the message says why."""


@dataclass(frozen=True, slots=True)
class Due:
    """When a timer fires, and what is left to do for it afterwards.

    ``repeat`` is handed to ``next_due`` as ``repeat_state`` when the timer fired. None: it was the last
    time, and ``next_due`` must not be asked again.
    """

    at: datetime
    repeat: str | None = None


@dataclass(frozen=True, slots=True)
class _Repetition:
    times: int | None
    """None: without end."""
    start: datetime | None
    interval: Interval
    end: datetime | None


def next_due(
    kind: TimerKind,
    text: str,
    now: datetime,
    repeat_state: str | None = None,
    zone: tzinfo = UTC,
) -> Due | None:
    """When the timer is due next, seen from ``now`` (aware); None if it never is.

    Dates without an offset and cron expressions are read in ``zone``; the result is in UTC and may be in the
    past for dates. Camunda 7: a cycle is anchored at its start (or at the moment of creation), not at
    the moment at which it really fired; occurrences that were missed are left out but counted; ``R3/PT1H``
    fires three times, and ``R3/<start>/PT1H`` with a start that is yet to come fires at the start and three
    times after. TimerTextError if the text is wrong.
    """
    text = text.strip()
    moment = now.astimezone(UTC)
    try:
        if kind is not TimerKind.CYCLE:
            return Due(_single(kind, text, moment, zone))
        state = (repeat_state or text).strip()
        if state.startswith("R"):
            return _next_repetition(_repetition(state, zone), moment)
        offset, cron = _cron(state)
        at = next_cron(cron, moment - offset, zone)
        return None if at is None else Due(at + offset, state)
    except CronTextError as error:
        raise TimerTextError(str(error)) from None
    except OverflowError:
        raise TimerTextError(f"'{text}' lies outside of the years 1 to 9999") from None


def shifted(repeat_state: str, by: timedelta) -> str:
    """The state of a cycle whose remaining occurrences all lie that much later (Camunda 7: cascade).

    ``repeat_state`` is what ``next_due`` gave.
    """
    if not repeat_state.startswith("R"):
        offset, cron = _cron(repeat_state)
        offset += by
        return f"{offset.total_seconds()} seconds after {cron}" if offset else cron
    times, *parts = repeat_state.split("/")
    moved = [each if each.startswith("P") else (parse_date(each) + by).isoformat() for each in parts]
    return "/".join((times, *moved))


def check_timer_text(kind: TimerKind, text: str) -> None:
    """TimerTextError if ``next_due`` could not make anything of the text."""
    next_due(kind, text, datetime(2000, 1, 1, tzinfo=UTC))


@lru_cache(maxsize=1024)
def parse_duration(text: str) -> Interval:
    """An ISO 8601 duration such as ``P1DT12H``; not negative. TimerTextError if it is none."""
    if not text.startswith("P") or text.endswith("T"):
        raise TimerTextError(f"'{text}' is not an ISO 8601 duration such as PT5M")
    try:
        found: Interval = isodate.parse_duration(text)
        _add(datetime(2000, 1, 1, tzinfo=UTC), found)
    except (ValueError, TypeError, ArithmeticError, isodate.ISO8601Error) as error:
        raise TimerTextError(f"'{text}' is not a usable ISO 8601 duration: {error}") from None
    return found


def parse_date(text: str, zone: tzinfo = UTC) -> datetime:
    """An ISO 8601 date, with or without a time, in UTC. TimerTextError if it is none."""
    try:
        if "T" in text:
            found: datetime = isodate.parse_datetime(text)
        else:
            day: date = isodate.parse_date(text)
            found = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - gets its zone below
        if found.tzinfo is None:
            found = found.replace(tzinfo=zone)
        return found.astimezone(UTC)
    except (ValueError, TypeError, AttributeError, isodate.ISO8601Error) as error:
        raise TimerTextError(f"'{text}' is not an ISO 8601 date: {error}") from None


def _single(kind: TimerKind, text: str, now: datetime, zone: tzinfo) -> datetime:
    """Camunda 7: dates and durations are accepted in each other's place."""
    if text.startswith("P") or (kind is TimerKind.DURATION and not text[:1].isdecimal()):
        return _add(now, parse_duration(text))
    return parse_date(text, zone)


def _cron(state: str) -> tuple[timedelta, str]:
    match = _SHIFTED.fullmatch(state)
    return (timedelta(), state) if match is None else (timedelta(seconds=float(match["seconds"])), match["cron"])


def _repetition(text: str, zone: tzinfo) -> _Repetition:
    match = _REPEAT.fullmatch(text)
    if match is None:
        raise TimerTextError(f"'{text}' is not an ISO 8601 repeating interval such as R3/PT10M")
    times = int(match["times"]) if match["times"] else None
    parts = match["rest"].split("/")
    if len(parts) > 2:
        raise TimerTextError(f"'{text}' is not an ISO 8601 repeating interval: too many parts")
    start = end = None
    if parts[0].startswith("P"):
        interval = parse_duration(parts[0])
        end = parse_date(parts[1], zone) if len(parts) == 2 else None
    else:
        start = parse_date(parts[0], zone)
        if len(parts) == 1:
            raise TimerTextError(f"'{text}' is a repeating interval without a duration")
        is_duration = parts[1].startswith("P")
        interval = parse_duration(parts[1]) if is_duration else parse_date(parts[1], zone) - start
    anchor = start or end or datetime(2000, 1, 1, tzinfo=UTC)
    if _add(anchor, interval) <= anchor:
        raise TimerTextError(f"'{text}' repeats without a pause")
    if times == 0:
        raise TimerTextError(f"'{text}' repeats zero times")
    return _Repetition(times, start, interval, end)


def _next_repetition(repetition: _Repetition, now: datetime) -> Due | None:
    if repetition.end is not None:
        return _towards_end(repetition, repetition.end, now)
    at = repetition.start or now
    endless = repetition.times is None
    left = repetition.times or 0
    if at <= now and isinstance(repetition.interval, timedelta):
        # Straight to the first one after now: a start may lie millions of intervals back.
        steps = (now - at) // repetition.interval + 1
        steps = steps if endless else min(steps, left)
        at += repetition.interval * steps
        left -= steps
    while at <= now and (endless or left > 0):
        at = _add(at, repetition.interval)
        left -= 1
    if at <= now:
        return None
    if not endless and left <= 0:
        return Due(at)
    times = "" if endless else str(left)
    return Due(at, f"R{times}/{at.isoformat()}/{_text_of(repetition.interval)}")


def _towards_end(repetition: _Repetition, end: datetime, now: datetime) -> Due | None:
    """Occurrences lie whole intervals before the end, the end itself included."""
    if end <= now:
        return None
    if isinstance(repetition.interval, timedelta):
        ahead = (end - now) // repetition.interval
        ahead = ahead if repetition.times is None else min(ahead, repetition.times)
        at = end - repetition.interval * ahead
        if at <= now:
            at += repetition.interval
    else:
        at = end
        for _ in count() if repetition.times is None else range(repetition.times):
            before = _add(at, repetition.interval, -1)
            if before <= now:
                break
            at = before
    if at >= end:
        return Due(end)
    return Due(at, f"R{repetition.times or ''}/{_text_of(repetition.interval)}/{end.isoformat()}")


def _text_of(interval: Interval) -> str:
    return str(isodate.duration_isoformat(interval, "P%P"))


def _add(moment: datetime, interval: Interval, sign: int = 1) -> datetime:
    result: datetime = moment + interval if sign > 0 else moment - interval
    return result
