"""How often things happened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from shoal.commands.context import Context
from shoal.engine.access import allowed
from shoal.engine.paging import check_page
from shoal.errors import InputError
from shoal.people.permissions import Permission
from shoal.store.queries.history.metrics import HAPPENINGS, count_of, counts_by_interval

QUARTER_OF_AN_HOUR = 900


class Interval(NamedTuple):
    """How often something happened in the seconds from ``begin`` on."""

    begin: datetime
    name: str
    times: int


class Metrics:
    """``engine.metrics``: counted in history, so what cleanup removed, or what was never kept, does not count.

    Names are Camunda 7's: ``activity-instance-start``, ``activity-instance-end``, ``root-process-instance-start``,
    ``executed-decision-instances``, ``job-successful``, ``job-failed``. What is not counted is 0.
    """

    def __init__(self, context: Context) -> None:
        self._context = context

    @allowed(Permission.READ_SYSTEM)
    def total(self, name: str, *, begin: datetime | None = None, end: datetime | None = None) -> int:
        """How often it happened from ``begin`` on and before ``end``.

        >>> engine.metrics.total("job-failed")
        0
        """
        if name not in HAPPENINGS:
            return 0
        with self._context.database.read() as tx:
            return count_of(tx, name, begin, end)

    @allowed(Permission.READ_SYSTEM)
    def by_interval(
        self,
        names: Sequence[str] | None = None,
        *,
        begin: datetime | None = None,
        end: datetime | None = None,
        seconds: int = QUARTER_OF_AN_HOUR,
        offset: int = 0,
        limit: int = 200,
    ) -> list[Interval]:
        """The same by intervals of so many seconds, the newest first; those without anything are left out.

        InputError: an interval of less than a second.
        """
        check_page(limit, offset=offset)
        if seconds < 1:
            raise InputError(f"seconds: an interval has at least one second, not {seconds}")
        found: list[Interval] = []
        with self._context.database.read() as tx:
            for name in HAPPENINGS if names is None else [each for each in names if each in HAPPENINGS]:
                rows = counts_by_interval(tx, name, begin, end, seconds, offset=0, limit=offset + limit)
                found.extend(Interval(begun, name, count) for begun, count in rows)
        found.sort(key=lambda each: each.name)
        found.sort(key=lambda each: each.begin, reverse=True)
        return found[offset : offset + limit]
