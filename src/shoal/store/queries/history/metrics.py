"""How often something happened, in all and by interval: one statement each, over what history still has."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import Column, ColumnElement, func, literal, select

from shoal.store.database import Tx
from shoal.store.periods import milliseconds
from shoal.store.tables.columns import Instant
from shoal.store.tables.decisions import decision_instance
from shoal.store.tables.history import activity_instance, job_log
from shoal.store.tables.instances import process_instance

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ROOTS = process_instance.c.id == process_instance.c.root_id


class Happening(NamedTuple):
    """Something that happens again and again: when it does, and which rows are about it."""

    instant: Column[Any]
    conditions: tuple[ColumnElement[bool], ...] = ()


HAPPENINGS: Mapping[str, Happening] = MappingProxyType(
    {
        "activity-instance-start": Happening(activity_instance.c.started_at),
        "activity-instance-end": Happening(
            activity_instance.c.ended_at, (activity_instance.c.ended_at.is_not(None),)
        ),
        "root-process-instance-start": Happening(process_instance.c.started_at, (_ROOTS,)),
        "executed-decision-instances": Happening(decision_instance.c.evaluated_at),
        "job-successful": Happening(job_log.c.logged_at, (job_log.c.event == "succeeded",)),
        "job-failed": Happening(job_log.c.logged_at, (job_log.c.event == "failed",)),
    }
)
"""By Camunda 7's names of metrics."""


def count_of(tx: Tx, name: str, begin: datetime | None, end: datetime | None) -> int:
    """How often it happened from ``begin`` on and before ``end``."""
    happening = HAPPENINGS[name]
    return int(tx.execute(select(func.count()).where(*_between(happening, begin, end))).scalar_one())


def counts_by_interval(
    tx: Tx, name: str, begin: datetime | None, end: datetime | None, seconds: int, *, offset: int, limit: int
) -> list[tuple[datetime, int]]:
    """The same by interval, the newest first; intervals in which nothing happened are left out."""
    happening = HAPPENINGS[name]
    interval = milliseconds(literal(_EPOCH, Instant), happening.instant) // literal(seconds * 1000)
    rows = tx.execute(
        select(interval, func.count())
        .where(*_between(happening, begin, end))
        .group_by(interval)
        .order_by(interval.desc())
        .offset(offset)
        .limit(limit)
    )
    return [(_EPOCH + timedelta(seconds=int(number) * seconds), int(count)) for number, count in rows]


def _between(happening: Happening, begin: datetime | None, end: datetime | None) -> tuple[ColumnElement[bool], ...]:
    limits = []
    if begin is not None:
        limits.append(happening.instant >= begin)
    if end is not None:
        limits.append(happening.instant < end)
    # the column makes the table known where there is no condition
    return (*happening.conditions, *limits) or (happening.instant.is_not(None),)
