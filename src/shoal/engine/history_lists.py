"""What was logged, as lists: filtered, sorted, counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel

from shoal.commands.context import Context
from shoal.engine.access import allowed
from shoal.engine.filters import parsed
from shoal.engine.job_origins import JobOrigin, origins_of
from shoal.engine.paging import check_page
from shoal.errors import NotFoundError
from shoal.filters.decisions import DecisionFilter
from shoal.filters.history import (
    DetailFilter,
    ExternalTaskLogFilter,
    IdentityLinkLogFilter,
    IncidentFilter,
    JobLogFilter,
)
from shoal.people.permissions import Permission
from shoal.store.queries.history import decisions, external_task_log, incidents, job_log
from shoal.store.queries.history.decisions import DECISIONS, DecisionRow, DecisionValue
from shoal.store.queries.history.details import DETAILS, DetailRow
from shoal.store.queries.history.external_task_log import EXTERNAL_TASK_LOG, ExternalTaskLogRow
from shoal.store.queries.history.identity_links import IDENTITY_LINK_LOG, IdentityLinkLogRow
from shoal.store.queries.history.incidents import INCIDENTS, HistoricIncidentRow
from shoal.store.queries.history.job_log import JOB_LOG, JobLogRow
from shoal.store.queries.listing import Listing
from shoal.store.queries.ordering import Order
from shoal.values import TypedValue

Given = BaseModel | Mapping[str, Any] | None
Sort = str | Sequence[Order]
Row = TypeVar("Row", bound=Any)
Filter = TypeVar("Filter", bound=BaseModel)


class HistoryLists:
    """The logs. Each takes a filter of :mod:`shoal.filters.history`, or its fields as keywords.

    ``sort`` is a field of the row, or several with whether the greatest comes first: ``[("logged_at", True)]``.
    """

    _context: Context

    @allowed(Permission.READ_HISTORY)
    def job_log(
        self,
        filter: Given = None,  # noqa: A002
        *,
        sort: Sort = "id",
        offset: int = 0,
        limit: int = 100,
        **said: Any,
    ) -> list[JobLogRow]:
        """What happened to jobs: ``job_log(event="failed", definition_key="order")``."""
        return self._rows(JOB_LOG, parsed(JobLogFilter, filter, said), sort, offset, limit)

    @allowed(Permission.READ_HISTORY)
    def count_job_log(self, filter: Given = None, **said: Any) -> int:  # noqa: A002
        """How many entries of the log of jobs match."""
        return self._count(JOB_LOG, parsed(JobLogFilter, filter, said))

    @allowed(Permission.READ_HISTORY)
    def job_origins(self, rows: Sequence[JobLogRow]) -> list[JobOrigin]:
        """The job definition that made the job of each entry."""
        return origins_of(self._context, rows)

    @allowed(Permission.READ_HISTORY)
    def job_stack_trace(self, entry_id: str) -> str | None:
        """What is known of the failure of an entry of the log of jobs, for people. NotFoundError."""
        self._existing(JOB_LOG, JobLogFilter, entry_id)
        with self._context.database.read() as tx:
            return job_log.stack_trace(tx, entry_id)

    @allowed(Permission.READ_HISTORY)
    def external_task_log(
        self,
        filter: Given = None,  # noqa: A002
        *,
        sort: Sort = "id",
        offset: int = 0,
        limit: int = 100,
        **said: Any,
    ) -> list[ExternalTaskLogRow]:
        """What happened to external tasks."""
        return self._rows(EXTERNAL_TASK_LOG, parsed(ExternalTaskLogFilter, filter, said), sort, offset, limit)

    @allowed(Permission.READ_HISTORY)
    def count_external_task_log(self, filter: Given = None, **said: Any) -> int:  # noqa: A002
        """How many entries of the log of external tasks match."""
        return self._count(EXTERNAL_TASK_LOG, parsed(ExternalTaskLogFilter, filter, said))

    @allowed(Permission.READ_HISTORY)
    def external_task_error_details(self, entry_id: str) -> str | None:
        """What the worker said at length of the failure of an entry of the log. NotFoundError."""
        self._existing(EXTERNAL_TASK_LOG, ExternalTaskLogFilter, entry_id)
        with self._context.database.read() as tx:
            return external_task_log.error_details(tx, entry_id)

    @allowed(Permission.READ_HISTORY)
    def identity_links(
        self,
        filter: Given = None,  # noqa: A002
        *,
        sort: Sort = "id",
        offset: int = 0,
        limit: int = 100,
        **said: Any,
    ) -> list[IdentityLinkLogRow]:
        """Who came to have a part in tasks, and had it no more."""
        return self._rows(IDENTITY_LINK_LOG, parsed(IdentityLinkLogFilter, filter, said), sort, offset, limit)

    @allowed(Permission.READ_HISTORY)
    def count_identity_links(self, filter: Given = None, **said: Any) -> int:  # noqa: A002
        """How many entries of the log of identity links match."""
        return self._count(IDENTITY_LINK_LOG, parsed(IdentityLinkLogFilter, filter, said))

    @allowed(Permission.READ_HISTORY)
    def incidents(
        self,
        filter: Given = None,  # noqa: A002
        *,
        sort: Sort = "id",
        offset: int = 0,
        limit: int = 100,
        **said: Any,
    ) -> list[HistoricIncidentRow]:
        """Incidents, open and ended. ``engine.incidents`` has the open ones."""
        return self._rows(INCIDENTS, parsed(IncidentFilter, filter, said), sort, offset, limit)

    @allowed(Permission.READ_HISTORY)
    def count_incidents(self, filter: Given = None, **said: Any) -> int:  # noqa: A002
        """How many incidents match."""
        return self._count(INCIDENTS, parsed(IncidentFilter, filter, said))

    @allowed(Permission.READ_HISTORY)
    def last_failures(self, rows: Sequence[HistoricIncidentRow]) -> dict[str, str]:
        """The entries of the logs that say of the jobs and external tasks of incidents that they failed last."""
        with self._context.database.read() as tx:
            return incidents.last_failures(tx, [each.configuration for each in rows])

    @allowed(Permission.READ_HISTORY)
    def details(
        self,
        filter: Given = None,  # noqa: A002
        *,
        sort: Sort = "id",
        offset: int = 0,
        limit: int = 100,
        **said: Any,
    ) -> list[DetailRow]:
        """Updates of variables."""
        return self._rows(DETAILS, parsed(DetailFilter, filter, said), sort, offset, limit)

    @allowed(Permission.READ_HISTORY)
    def count_details(self, filter: Given = None, **said: Any) -> int:  # noqa: A002
        """How many updates of variables match."""
        return self._count(DETAILS, parsed(DetailFilter, filter, said))

    @allowed(Permission.READ_HISTORY)
    def value_of(self, row: DetailRow) -> TypedValue:
        """The value that an update gave to its variable; a large one is fetched when it is looked at."""
        return row.value_of(self._context.blobs.get)

    @allowed(Permission.READ_DECISION_HISTORY)
    def decisions(
        self,
        filter: Given = None,  # noqa: A002
        *,
        sort: Sort = "id",
        offset: int = 0,
        limit: int = 100,
        **said: Any,
    ) -> list[DecisionRow]:
        """Evaluated decisions."""
        return self._rows(DECISIONS, parsed(DecisionFilter, filter, said), sort, offset, limit)

    @allowed(Permission.READ_DECISION_HISTORY)
    def count_decisions(self, filter: Given = None, **said: Any) -> int:  # noqa: A002
        """How many evaluated decisions match."""
        return self._count(DECISIONS, parsed(DecisionFilter, filter, said))

    @allowed(Permission.READ_DECISION_HISTORY)
    def decision_inputs(self, decision_ids: Sequence[str]) -> dict[str, list[DecisionValue]]:
        """The inputs of decisions, by decision."""
        with self._context.database.read() as tx:
            return decisions.inputs_of(tx, decision_ids, self._context.blobs.get)

    @allowed(Permission.READ_DECISION_HISTORY)
    def decision_outputs(self, decision_ids: Sequence[str]) -> dict[str, list[DecisionValue]]:
        """The outputs of decisions, by decision."""
        with self._context.database.read() as tx:
            return decisions.outputs_of(tx, decision_ids, self._context.blobs.get)

    def _rows(self, of: Listing[Row, Filter], wanted: Filter, sort: Sort, offset: int, limit: int) -> list[Row]:
        check_page(limit, offset=offset)
        with self._context.database.read() as tx:
            return of.rows(tx, wanted, sort or "id", descending=False, offset=offset, limit=limit)

    def _count(self, of: Listing[Row, Filter], wanted: Filter) -> int:
        with self._context.database.read() as tx:
            return of.count(tx, wanted)

    def _existing(self, of: Listing[Row, Filter], model: type[Filter], entry_id: str) -> None:
        with self._context.database.read() as tx:
            if not of.count(tx, model.model_validate({"ids": (entry_id,)})):
                raise NotFoundError(f"there is no entry '{entry_id}' in the log", entry_id=entry_id)
