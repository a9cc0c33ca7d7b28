"""The methods of dates: java.util.Date and the arithmetic of Joda's DateTime.

Dates keep their time zone. Months and years that end on a day the month does not have end on
its last day, as in Joda.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from shoal.expressions.coercion import date_text, epoch_milliseconds, to_integer
from shoal.expressions.comparison import compare, same
from shoal.expressions.errors import EvaluationFailure

Shift = Callable[[datetime, Any], datetime]


def _shift(seconds: int) -> Shift:
    def shift(value: datetime, amount: Any) -> datetime:
        try:
            return value + timedelta(seconds=seconds * to_integer(amount))
        except OverflowError:
            raise EvaluationFailure("The date is out of range") from None

    return shift


def _shift_months(months: int) -> Shift:
    def shift(value: datetime, amount: Any) -> datetime:
        total = value.year * 12 + value.month - 1 + months * to_integer(amount)
        year, month = divmod(total, 12)
        if not 1 <= year <= 9999:
            raise EvaluationFailure("The date is out of range")
        day = min(value.day, monthrange(year, month + 1)[1])
        return value.replace(year=year, month=month + 1, day=day)

    return shift


def _to_date(value: datetime) -> datetime:
    return value if value.tzinfo is not None else value.replace(tzinfo=UTC)


def _start_of_day(value: datetime) -> datetime:
    return value.replace(hour=0, minute=0, second=0, microsecond=0)


_SECONDS = {"Seconds": 1, "Minutes": 60, "Hours": 3600, "Days": 86_400, "Weeks": 604_800}
_MONTHS = {"Months": 1, "Years": 12}

DATE_METHODS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        **{f"plus{unit}": _shift(seconds) for unit, seconds in _SECONDS.items()},
        **{f"minus{unit}": _shift(-seconds) for unit, seconds in _SECONDS.items()},
        **{f"plus{unit}": _shift_months(months) for unit, months in _MONTHS.items()},
        **{f"minus{unit}": _shift_months(-months) for unit, months in _MONTHS.items()},
        "getTime": epoch_milliseconds,
        "getMillis": epoch_milliseconds,
        "toDate": _to_date,
        "toString": date_text,
        "before": lambda value, other: compare(value, other) < 0,
        "after": lambda value, other: compare(value, other) == 1,
        "isBefore": lambda value, other: compare(value, other) < 0,
        "isAfter": lambda value, other: compare(value, other) == 1,
        "compareTo": compare,
        "equals": same,
        "getYear": lambda value: value.year,
        "getMonthOfYear": lambda value: value.month,
        "getDayOfMonth": lambda value: value.day,
        "getDayOfWeek": lambda value: value.isoweekday(),
        "getHourOfDay": lambda value: value.hour,
        "getMinuteOfHour": lambda value: value.minute,
        "getSecondOfMinute": lambda value: value.second,
        "withTimeAtStartOfDay": _start_of_day,
    }
)
