"""How long ended instances took, by the month or the quarter of their start: one statement."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

from sqlalchemy import func, select

from shoal.filters import InstanceFilter
from shoal.store.database import Tx
from shoal.store.periods import milliseconds, month_of
from shoal.store.queries.instance_filters import conditions
from shoal.store.tables.instances import process_instance

_t = process_instance.c
Unit = Literal["month", "quarter"]
_MONTHS = {"month": 1, "quarter": 3}


class DurationRow(NamedTuple):
    """The instances that began in one month, or in one quarter, of any year; milliseconds."""

    period: int
    minimum: int
    maximum: int
    average: int


def durations(tx: Tx, filter: InstanceFilter, unit: Unit) -> list[DurationRow]:  # noqa: A002
    """The periods in which instances that match began and have ended."""
    took = milliseconds(_t.started_at, _t.ended_at)
    month = month_of(_t.started_at)
    rows = tx.execute(
        select(month, func.min(took), func.max(took), func.sum(took), func.count())
        .where(*conditions(filter), _t.ended_at.is_not(None))
        .group_by(month)
    )
    return by_period(rows, unit)


def by_period(rows: Iterable[Any], unit: Unit) -> list[DurationRow]:
    """Of months with their least, greatest, sum and number of durations: the periods of that unit."""
    found: dict[int, tuple[int, int, int, int]] = {}
    for number, least, most, total, count in rows:
        period = (number - 1) // _MONTHS[unit] + 1
        before = found.get(period, (int(least), int(most), 0, 0))
        found[period] = (
            min(before[0], int(least)),
            max(before[1], int(most)),
            before[2] + int(total),
            before[3] + int(count),
        )
    return [
        DurationRow(period, least, most, total // count)
        for period, (least, most, total, count) in sorted(found.items())
    ]
