"""``/history/batch/cleanable-batch-report``: how many batches of each type have ended, and how many may go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from fastapi import APIRouter, Request

from shoal.api.acting import Acting
from shoal.api.engine_rest.resources.history.cleanable_reports import cut, sorted_by_finished
from shoal.api.engine_rest.routing import page_of, page_parameters, query_of, query_parameters
from shoal.api.engine_rest.views import Count, View
from shoal.batch.registry import all_operations
from shoal.camunda.queries.base import Query
from shoal.engine import Engine


class CleanableBatchQuery(Query):
    """Camunda 7: ``CleanableHistoricBatchReport``."""

    SORTS: ClassVar[Mapping[str, str]] = {"finished": "finished"}


class CleanableBatchView(View):
    """Camunda 7: CleanableHistoricBatchReportResultDto."""

    batch_type: str
    history_time_to_live: int | None
    finished_batches_count: int
    cleanable_batches_count: int


def add_routes(routes: APIRouter) -> None:
    """The routes; before that of a batch by its id."""
    read = query_of(CleanableBatchQuery)
    path = "/cleanable-batch-report"

    @routes.get(path, openapi_extra={"parameters": [*query_parameters(CleanableBatchQuery), *page_parameters()]})
    def get_cleanable_batch_report(request: Request, engine: Acting) -> list[CleanableBatchView]:
        """How many batches of each type have ended, and how many of them cleanup may remove."""
        found = sorted_by_finished(_rows(engine), read(request), lambda row: row.finished_batches_count)
        return list(cut(found, page_of(request)))

    @routes.get(f"{path}/count")
    def count_cleanable_batch_report(engine: Acting) -> Count:
        """How many types of batches there are in the report."""
        return Count(count=len(_rows(engine)))


def _rows(engine: Engine) -> list[CleanableBatchView]:
    """By Camunda's types, of which several of our operations may be one."""
    types = {each.name: each.camunda_type for each in all_operations().values()}
    found: dict[str, CleanableBatchView] = {}
    for row, days in engine.history.cleanable_batches():
        name = types.get(row.operation, row.operation)
        before = found.get(name)
        found[name] = CleanableBatchView(
            batch_type=name,
            history_time_to_live=days,
            finished_batches_count=row.finished + (before.finished_batches_count if before else 0),
            cleanable_batches_count=row.cleanable + (before.cleanable_batches_count if before else 0),
        )
    return list(found.values())
