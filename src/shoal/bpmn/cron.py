"""Cron expressions of timers, in the Quartz dialect that Camunda 7 uses: when they fire next.

Seconds first, days of the week from 1 = Sunday, ``?`` for "no matter". Translates to cronsim, which
counts days from 0 = Sunday and knows neither ``?`` nor years.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo

from cronsim import CronSim, CronSimError

DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
FIELDS = 6
_TERM = re.compile(r"(?P<first>[A-Z0-9]+|\*)(?:-(?P<last>[A-Z0-9]+))?(?:/(?P<step>[0-9]+))?")
_WRAPPED = re.compile(r"(?P<first>[0-9]{1,2})-(?P<last>[0-9]{1,2})")
_NTH = re.compile(r"(?P<day>[A-Z0-9]+)(?:#(?P<nth>[1-5])|L)")


class CronTextError(ValueError):
    """The text is no cron expression that can be executed; the message says why."""


def next_cron(text: str, now: datetime, zone: tzinfo = UTC) -> datetime | None:
    """The first moment after ``now`` (aware, in UTC) at which the expression fires; None if never.

    The fields are read in ``zone``. CronTextError if the text is wrong.
    """
    expression = translate_cron(text)
    try:
        found = next(CronSim(expression, now.astimezone(zone)), None)
    except CronSimError as error:
        raise CronTextError(f"'{text}' is not a cron expression: {error}") from None
    except OverflowError:
        return None
    return None if found is None else found.astimezone(UTC)


def translate_cron(text: str) -> str:
    """The expression as cronsim reads it. CronTextError if that is not possible."""
    parts = text.upper().split()
    if len(parts) == FIELDS + 1:
        if parts[FIELDS] != "*":
            raise CronTextError(f"'{text}': a year in a cron expression is not executed")
        parts = parts[:FIELDS]
    if len(parts) != FIELDS:
        raise CronTextError(
            f"'{text}' is not a cron expression: {len(parts)} fields instead of six "
            "(second, minute, hour, day of month, month, day of week)"
        )
    if "?" in parts[:3] or parts[4] == "?":
        raise CronTextError(f"'{text}': '?' is for the day of month and the day of week only")
    if parts[3] == "?" and parts[5] == "?":
        raise CronTextError(f"'{text}': only one of the two day fields can be '?'")
    days = "*" if parts[3] == "?" else parts[3]
    weekdays = "*" if parts[5] == "?" else _weekdays(parts[5], text)
    if days != "*" and not days.startswith("*") and not weekdays.startswith("*"):
        raise CronTextError(
            f"'{text}': a day of month together with a day of week is not executed; one of them has to be '?'"
        )
    for part in days.split(","):
        if (part.endswith("W") and part != "LW") or part.startswith("L-"):
            raise CronTextError(f"'{text}': the day of month '{part}' is not executed")
    times = [_unwrapped(part, last) for part, last in zip(parts[:3], (59, 59, 23), strict=True)]
    return " ".join([*times, days, parts[4], weekdays])


def _unwrapped(field: str, last: int) -> str:
    """Quartz: ``22-2`` runs over midnight; cronsim wants it in two parts."""
    terms: list[str] = []
    for term in field.split(","):
        match = _WRAPPED.fullmatch(term)
        if match and int(match["first"]) > int(match["last"]):
            terms.append(f"{match['first']}-{last},0-{match['last']}")
        else:
            terms.append(term)
    return ",".join(terms)


def _weekdays(field: str, text: str) -> str:
    """Quartz counts from 1 = Sunday and lets ranges run over the end of the week."""
    if field == "*":
        return field
    if field == "L":
        return "6"
    found: list[str] = []
    for term in field.split(","):
        nth = _NTH.fullmatch(term)
        if nth and term not in DAYS:
            day = _weekday(nth["day"], text)
            found.append(f"{day}#{nth['nth']}" if nth["nth"] else f"{day}L")
            continue
        match = _TERM.fullmatch(term)
        if match is None:
            raise CronTextError(f"'{text}': '{term}' is not a day of the week")
        found.extend(str(day) for day in _days_of_term(match, text))
    return ",".join(dict.fromkeys(found))


def _days_of_term(match: re.Match[str], text: str) -> list[int]:
    step = int(match["step"] or 1)
    if step == 0:
        raise CronTextError(f"'{text}': a step of 0")
    if match["first"] == "*":
        return list(range(0, 7, step))
    first = _weekday(match["first"], text)
    if match["last"]:
        last = _weekday(match["last"], text)
        span = (last - first) % 7
    else:
        span = 6 - first if match["step"] else 0
    return [(first + offset) % 7 for offset in range(0, span + 1, step)]


def _weekday(name: str, text: str) -> int:
    if name in DAYS:
        return DAYS.index(name)
    if name.isdecimal() and name.isascii() and 1 <= int(name) <= 7:
        return int(name) - 1
    raise CronTextError(f"'{text}': '{name}' is not a day of the week (1 = SUN to 7 = SAT)")
