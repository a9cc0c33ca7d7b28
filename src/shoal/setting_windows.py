"""Windows of the day in which something may run, as settings say them: ``20:00`` to ``06:00+0100``, by weekday."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone

from shoal.errors import InputError

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_TIME = r"([01][0-9]|2[0-3]):([0-5][0-9])(?:(Z)|([+-])([01][0-9]):?([0-5][0-9]))?"
_TIME_OF_DAY = re.compile(_TIME)
_DAY = re.compile(rf"\s*(?P<day>[A-Za-z]+)\s+(?P<start>{_TIME})-(?P<end>{_TIME})\s*")
_TIME_WORDS = "a time such as 20:00 or 20:00+0100"
_DAY_WORDS = "weekdays with their windows, such as 'monday 20:00-06:00, sunday 00:00-00:00'"


@dataclass(frozen=True, slots=True)
class Window:
    """From one time of the day to another, of the next day if that is not later. Without a zone: local time."""

    start: time
    end: time

    def on(self, day: datetime) -> tuple[datetime, datetime]:
        """When the window of that day, which is in local time, begins and ends."""
        begin = datetime.combine(day.date(), self.start, self.start.tzinfo or day.tzinfo)
        end = datetime.combine(day.date(), self.end, self.end.tzinfo or day.tzinfo)
        return begin, end if end > begin else end + timedelta(days=1)


def time_of_day(field: str, text: str) -> time:
    """The time. InputError names the field."""
    match = _TIME_OF_DAY.fullmatch(text.strip())
    if match is None:
        raise _refused(field, text, _TIME_WORDS)
    hour, minute, utc, sign, hours, minutes = match.groups()
    zone = timezone.utc if utc else None  # noqa: UP017 - a timezone, as below
    if sign:
        offset = timedelta(hours=int(hours), minutes=int(minutes))
        zone = timezone(-offset if sign == "-" else offset)
    return time(int(hour), int(minute), tzinfo=zone)


def windows_by_weekday(field: str, text: str) -> dict[int, Window]:
    """The windows by weekday, Monday is 0. InputError names the field.

    >>> sorted(windows_by_weekday("windows", "sunday 10:00-16:00, monday 22:00-02:00"))
    [0, 6]
    """
    found: dict[int, Window] = {}
    for part in text.split(","):
        match = _DAY.fullmatch(part)
        day = match["day"].lower() if match is not None else ""
        if match is None or day not in WEEKDAYS or WEEKDAYS.index(day) in found:
            raise _refused(field, text, _DAY_WORDS)
        found[WEEKDAYS.index(day)] = Window(time_of_day(field, match["start"]), time_of_day(field, match["end"]))
    return found


def _refused(field: str, text: str, expected: str) -> InputError:
    return InputError(f"{field}: '{text}' is not valid; expected {expected}", field=field)
