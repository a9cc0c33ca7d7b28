"""``/metrics``: how often activities, instances, decisions and jobs began, ended or failed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import Field

from shoal.api.acting import Acting
from shoal.api.engine_rest.routing import (
    dialect_router,
    page_of,
    page_parameters,
    query_of,
    query_parameters,
)
from shoal.api.engine_rest.views import CamundaDate, View
from shoal.camunda.queries.base import Date, Flag, Query, Text
from shoal.engine.metrics import QUARTER_OF_AN_HOUR

_MOST = 200
"""Camunda 7: more intervals are not answered at once."""


class MetricsQuery(Query):
    """Camunda 7: ``MetricsQuery``. Nothing is counted by reporter, so one that is named has counted nothing."""

    name: Text
    reporter: Text
    start_date: Date
    end_date: Date
    interval: Annotated[int | None, Field(None, ge=1, le=10**9, description="seconds; 900 if nothing is said")]
    aggregate_by_reporter: Flag


class SumQuery(Query):
    """The time of which everything is counted."""

    start_date: Date
    end_date: Date


class MetricsIntervalView(View):
    """Camunda 7: MetricsIntervalResultDto."""

    timestamp: CamundaDate
    name: str
    reporter: str | None
    value: int


class MetricsResultView(View):
    """Camunda 7: MetricsResultDto."""

    result: int


def router() -> APIRouter:
    """The routes."""
    routes = dialect_router("/metrics", "Metrics")
    read, read_sum = query_of(MetricsQuery), query_of(SumQuery)

    @routes.get("", openapi_extra={"parameters": [*query_parameters(MetricsQuery), *page_parameters()]})
    def interval(request: Request, engine: Acting) -> list[MetricsIntervalView]:
        """Count what happened by intervals, the newest first; at most 200."""
        query, page = read(request), page_of(request)
        if query.reporter is not None:
            return []
        found = engine.metrics.by_interval(
            None if query.name is None else [query.name],
            begin=query.start_date,
            end=query.end_date,
            seconds=query.interval or QUARTER_OF_AN_HOUR,
            offset=page.first,
            limit=min(page.most, _MOST),
        )
        return [
            MetricsIntervalView(timestamp=each.begin, name=each.name, reporter=None, value=each.times)
            for each in found
        ]

    @routes.get("/{name}/sum", openapi_extra={"parameters": query_parameters(SumQuery)})
    def get_metrics(name: str, request: Request, engine: Acting) -> MetricsResultView:
        """Count what happened in all; 0 for what is not counted."""
        query = read_sum(request)
        return MetricsResultView(
            result=engine.metrics.total(name, begin=query.start_date, end=query.end_date),
        )

    @routes.delete("/task-worker", status_code=204)
    def delete_task_metrics() -> None:
        """Forget who worked on tasks: nobody is counted, so there is nothing to forget."""

    return routes
