"""Camunda 7's date text: ``2013-01-23T14:42:45.000+0200``, always with milliseconds and a zone in digits."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from shoal.errors import InputError

PATTERN = "yyyy-MM-dd'T'HH:mm:ss.SSSZ"
"""The form that is written, in Java's words."""

_DATE = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)"
    r"(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?"
    r"(?:([Zz])|([+ -])(\d\d):?(\d\d)?)?)?",
    re.ASCII,
)
_EXACT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d{4}", re.ASCII)


def write_date(instant: datetime) -> str:
    """The text of an aware instant in its own zone; what is finer than a millisecond is cut off.

    >>> write_date(datetime(2013, 1, 23, 14, 42, 45, 1999, timezone(timedelta(hours=2))))
    '2013-01-23T14:42:45.001+0200'
    >>> write_date(datetime(2013, 1, 23, 14, 42, 45, tzinfo=UTC))
    '2013-01-23T14:42:45.000+0000'
    """
    text = instant.isoformat(timespec="milliseconds")
    # offsets with seconds exist for long ago; Camunda's form has none
    return f"{text[:23]}{text[23:26]}{text[27:29]}"


def read_date(text: str) -> datetime:
    """The aware instant of a text. InputError.

    Camunda 7 takes only its own form. Here seconds, fraction and time may be missing, the zone may be ``Z``, have a
    colon or be missing (then it is UTC), and a plus sign that a query string turned into a space is one again.

    >>> read_date("2013-01-23T14:42:45.000+0200").isoformat()
    '2013-01-23T14:42:45+02:00'
    >>> read_date("2013-01-23T14:42:45Z").isoformat()
    '2013-01-23T14:42:45+00:00'
    >>> read_date("2013-01-23T14:42:45.5 0530").isoformat()
    '2013-01-23T14:42:45.500000+05:30'
    >>> read_date("yesterday")
    Traceback (most recent call last):
        ...
    shoal.errors.InputError: 'yesterday' is not a date of the form yyyy-MM-dd'T'HH:mm:ss.SSSZ
    """
    found = _DATE.fullmatch(text)
    if found is not None:
        year, month, day, hour, minute, second, fraction, _, sign, hours, minutes = found.groups()
        offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
        micros = int((fraction or "0").ljust(6, "0")[:6])
        try:
            zone = timezone(-offset if sign == "-" else offset) if sign else UTC
            instant = datetime(
                int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), micros, zone
            )
            # what is not between the years 1 and 9999 in UTC cannot be stored
            instant.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
        else:
            return instant
    raise InputError(f"'{text[:60]}' is not a date of the form {PATTERN}", field="date")


def is_date(text: str) -> bool:
    """Whether the text is a date in exactly Camunda's form.

    >>> is_date("2013-01-23T14:42:45.000+0200"), is_date("2013-01-23"), is_date("2013-99-23T14:42:45.000+0200")
    (True, False, False)
    """
    if _EXACT.fullmatch(text) is None:
        return False
    try:
        read_date(text)
    except InputError:
        return False
    return True
