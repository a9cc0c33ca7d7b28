"""``/history/process-definition/{id}/statistics``: what became of the activities of a definition."""

from __future__ import annotations

from typing import Any, ClassVar

from fastapi import APIRouter, Request

from shoal.api.acting import Acting
from shoal.api.engine_rest.problems import prefixed
from shoal.api.engine_rest.routing import dialect_router, query_of, query_parameters
from shoal.api.engine_rest.views import View
from shoal.camunda.queries.base import Date, Names, Only, Query, said


class HistoricActivityStatisticsQuery(Query):
    """Camunda 7: ``HistoricActivityStatisticsQuery``. Counts that are not asked for are 0."""

    SORTS: ClassVar[dict[str, str]] = {"activityId": "id"}

    canceled: Only
    finished: Only
    complete_scope: Only
    incidents: Only
    started_before: Date
    started_after: Date
    finished_before: Date
    finished_after: Date
    process_instance_id_in: Names

    def conditions(self) -> dict[str, Any]:
        """In the words of ``InstanceFilter``."""
        return said(
            ids=self.process_instance_id_in,
            started_before=self.started_before,
            started_after=self.started_after,
            ended_before=self.finished_before,
            ended_after=self.finished_after,
        )


class HistoricActivityStatisticsView(View):
    """Camunda 7: HistoricActivityStatisticsDto."""

    id: str
    instances: int
    canceled: int
    finished: int
    complete_scope: int
    open_incidents: int
    resolved_incidents: int
    deleted_incidents: int


def router() -> APIRouter:
    """The routes."""
    routes = dialect_router("/history/process-definition", "Historic Process Definition")
    read = query_of(HistoricActivityStatisticsQuery)

    @routes.get("/{id}/statistics", openapi_extra={"parameters": query_parameters(HistoricActivityStatisticsQuery)})
    def get_historic_activity_statistics(
        id: str,  # noqa: A002 - Camunda's name of the parameter
        request: Request,
        engine: Acting,
    ) -> list[HistoricActivityStatisticsView]:
        """Count the activity instances of a definition: running, cancelled, finished."""
        query = read(request)
        with prefixed("", not_found=404):
            rows = engine.definitions.activity_history(id, query.conditions(), with_incidents=bool(query.incidents))
        views = [_view(row, query) for row in rows]
        shown = [each for each in views if any(each.model_dump(exclude={"id"}).values())]
        return shown[::-1] if any(descending for _, descending in query.orders()) else shown

    return routes


def _view(row: Any, query: HistoricActivityStatisticsQuery) -> HistoricActivityStatisticsView:
    incidents = bool(query.incidents)
    return HistoricActivityStatisticsView(
        id=row.id,
        instances=row.instances,
        canceled=row.canceled if query.canceled else 0,
        finished=row.finished if query.finished else 0,
        complete_scope=row.complete_scope if query.complete_scope else 0,
        open_incidents=row.open_incidents if incidents else 0,
        resolved_incidents=row.resolved_incidents if incidents else 0,
        deleted_incidents=row.deleted_incidents if incidents else 0,
    )
