"""Jobs: timers, asynchronous steps, and the work of batches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shoal.commands.context import Context
from shoal.engine.access import allowed
from shoal.engine.filters import parsed
from shoal.engine.job_control import JobControl
from shoal.engine.job_definition_lists import JobDefinitionLists
from shoal.engine.paging import check_page
from shoal.filters import JobFilter
from shoal.people.permissions import Permission
from shoal.store.queries.job_filters import JobRow, count_jobs, list_jobs
from shoal.store.queries.ordering import Order

Filter = JobFilter | Mapping[str, Any] | None
Rows = list[JobRow]


class Jobs(JobControl, JobDefinitionLists):
    """``engine.jobs``. Their tries are changed by the batch set-job-retries."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @allowed(Permission.READ_INSTANCES)
    def list(
        self,
        filter: Filter = None,  # noqa: A002 - the word that users of filters know
        *,
        sort: str | Sequence[Order] = "id",
        descending: bool = False,
        limit: int = 100,
        offset: int = 0,
        **conditions: Any,
    ) -> Rows:
        """The jobs that match, by id: ``list(definition_key="order", retries_left=False)``.

        ``sort`` is a field of the row, or several with whether the greatest comes first: ``[("due_at", True)]``.
        """
        check_page(limit, offset=offset)
        wanted = parsed(JobFilter, filter, conditions)
        with self._context.database.read() as tx:
            return list_jobs(tx, wanted, sort=sort or "id", descending=descending, limit=limit, offset=offset)

    @allowed(Permission.READ_INSTANCES)
    def count(self, filter: Filter = None, **conditions: Any) -> int:  # noqa: A002
        """How many jobs match; all, if nothing is said.

        >>> engine.jobs.count(definition_key="order", retries_left=False)
        0
        """
        wanted = parsed(JobFilter, filter, conditions)
        with self._context.database.read() as tx:
            return count_jobs(tx, wanted)
