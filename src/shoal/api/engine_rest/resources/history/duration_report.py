"""``/history/process-instance/report``: how long instances took, by month or by quarter."""

from __future__ import annotations

import csv
import io
from typing import Annotated, Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field

from shoal.api.acting import Acting
from shoal.api.engine_rest.problems import CamundaError
from shoal.api.engine_rest.routing import query_of, query_parameters
from shoal.api.engine_rest.views import View
from shoal.api.media_types import attachment
from shoal.camunda.queries.base import Date, Names, Query
from shoal.camunda.queries.inclusive import since, until

_CSV = ("text/csv", "application/csv")


class DurationReportQuery(Query):
    """Camunda 7: ``HistoricProcessInstanceReport``."""

    report_type: Annotated[Literal["duration"] | None, Field(None)]
    period_unit: Annotated[Literal["month", "quarter"] | None, Field(None)]
    process_definition_id_in: Names
    process_definition_key_in: Names
    started_before: Date
    started_after: Date


class DurationReportView(View):
    """Camunda 7: DurationReportResultDto; milliseconds."""

    period: int
    period_unit: str
    minimum: int
    maximum: int
    average: int


def add_route(routes: APIRouter) -> None:
    """The route."""
    read = query_of(DurationReportQuery)

    @routes.get(
        "/report",
        response_model=list[DurationReportView],
        openapi_extra={"parameters": query_parameters(DurationReportQuery)},
        responses={200: {"content": {each: {"schema": {"type": "string"}} for each in _CSV}}},
    )
    def get_duration_report(request: Request, engine: Acting) -> Response | list[DurationReportView]:
        """How long ended instances took at least, at most, on average, by month or quarter of their start."""
        query = read(request)
        for name, value in (("reportType", query.report_type), ("periodUnit", query.period_unit)):
            if value is None:
                raise CamundaError(f"{name} is null")
        rows = engine.history.durations(
            by=query.period_unit or "month",
            definition_ids=query.process_definition_id_in,
            definition_keys=query.process_definition_key_in,
            started_before=until(query.started_before),
            started_after=since(query.started_after),
        )
        unit = (query.period_unit or "").upper()
        views = [
            DurationReportView(
                period=each.period,
                period_unit=unit,
                minimum=each.minimum,
                maximum=each.maximum,
                average=each.average,
            )
            for each in rows
        ]
        accepted = request.headers.get("accept", "")
        media_type = next((each for each in _CSV if each in accepted), None)
        return views if media_type is None else _as_csv(views, media_type)


def _as_csv(views: list[DurationReportView], media_type: str) -> Response:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("PERIOD", "PERIOD_UNIT", "MINIMUM", "MAXIMUM", "AVERAGE"))
    for each in views:
        writer.writerow((each.period, each.period_unit, each.minimum, each.maximum, each.average))
    return Response(text.getvalue(), media_type=media_type, headers=attachment("process-instance-report.csv"))
