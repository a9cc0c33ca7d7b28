"""Which batches: those that run, with their numbers of jobs, and all of history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from shoal.batch.registry import operations_of_type
from shoal.camunda.queries.base import Date, Flag, Names, Only, Query, Text, said
from shoal.camunda.queries.inclusive import since, until
from shoal.filters.batches import BatchFilter


class BatchQuery(Query):
    """Camunda 7: ``BatchQuery``. Matches batches of which something is still to be done, or has failed."""

    SORTS: ClassVar[Mapping[str, str]] = {"batchId": "id", "tenantId": "tenant_id"}

    batch_id: Text
    type: Text
    tenant_id_in: Names
    without_tenant_id: Only
    suspended: Flag

    def conditions(self) -> dict[str, Any]:
        """In the words of ``BatchFilter``."""
        return _plain(self.batch_id, self.type) | said(
            finished=False,
            suspended=self.suspended,
            tenant_id_in=self.tenant_id_in,
            without_tenant=self.without_tenant_id,
        )

    def filter(self) -> BatchFilter:
        """The native filter."""
        return BatchFilter.model_validate(self.conditions())


class BatchStatisticsQuery(BatchQuery):
    """Camunda 7: ``BatchStatisticsQuery``."""

    SORTS: ClassVar[Mapping[str, str]] = {**BatchQuery.SORTS, "startTime": "created_at"}

    created_by: Text
    started_before: Date
    started_after: Date
    with_failures: Only
    without_failures: Only

    def conditions(self) -> dict[str, Any]:
        """In the words of ``BatchFilter``. With and without failures at once: nothing matches."""
        wanted = super().conditions() | said(
            created_by=self.created_by,
            created_from=self.started_after,
            created_until=None if self.started_before is None else since(until(self.started_before)),
            with_failures=True if self.with_failures else False if self.without_failures else None,
        )
        return wanted | {"ids": ()} if self.with_failures and self.without_failures else wanted


class HistoricBatchQuery(Query):
    """Camunda 7: ``HistoricBatchQuery``. Matches batches that run, too."""

    SORTS: ClassVar[Mapping[str, str]] = {
        "batchId": "id",
        "startTime": "created_at",
        "endTime": "ended_at",
        "tenantId": "tenant_id",
    }

    batch_id: Text
    type: Text
    completed: Flag
    tenant_id_in: Names
    without_tenant_id: Only

    def conditions(self) -> dict[str, Any]:
        """In the words of ``BatchFilter``."""
        return _plain(self.batch_id, self.type) | said(
            finished=self.completed,
            tenant_id_in=self.tenant_id_in,
            without_tenant=self.without_tenant_id,
        )

    def filter(self) -> BatchFilter:
        """The native filter."""
        return BatchFilter.model_validate(self.conditions())


def _plain(batch_id: str | None, type_: str | None) -> dict[str, Any]:
    found: dict[str, Any] = {} if batch_id is None else {"ids": (batch_id,)}
    if type_ is not None:
        # several operations may be of one type; a type that there is not has none, and matches nothing
        found["operation_in"] = operations_of_type(type_)
    return found
