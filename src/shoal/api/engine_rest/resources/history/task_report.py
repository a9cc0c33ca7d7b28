"""``/history/task/report``: how many tasks have ended, or how long they were open."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Request
from pydantic import Field

from shoal.api.acting import Acting
from shoal.api.engine_rest.problems import CamundaError
from shoal.api.engine_rest.resources.history.duration_report import DurationReportView
from shoal.api.engine_rest.routing import query_of, query_parameters
from shoal.api.engine_rest.views import View
from shoal.camunda.queries.base import Date, Query
from shoal.camunda.queries.inclusive import since, until


class TaskReportQuery(Query):
    """Camunda 7: ``HistoricTaskInstanceReport``."""

    report_type: Annotated[Literal["count", "duration"] | None, Field(None)]
    period_unit: Annotated[Literal["month", "quarter"] | None, Field(None)]
    group_by: Annotated[Literal["taskName", "processDefinition"] | None, Field(None)]
    completed_before: Date
    completed_after: Date


class TaskCountReportView(View):
    """Camunda 7: HistoricTaskInstanceReportResultDto of counts."""

    task_name: str | None
    count: int
    process_definition_key: str
    process_definition_id: str
    process_definition_name: str | None
    tenant_id: str | None


def add_route(routes: APIRouter) -> None:
    """The route."""
    read = query_of(TaskReportQuery)

    @routes.get("/report", openapi_extra={"parameters": query_parameters(TaskReportQuery)})
    def get_task_report(request: Request, engine: Acting) -> list[TaskCountReportView] | list[DurationReportView]:
        """Report ended tasks: counted by name or definition, or their durations by the period of their end."""
        query = read(request)
        if query.report_type is None:
            raise CamundaError("reportType is null")
        ended_after, ended_before = since(query.completed_after), until(query.completed_before)
        if query.report_type == "count":
            by_name = query.group_by != "processDefinition"
            if query.group_by is None:
                raise CamundaError("groupBy is null")
            counts = engine.history.task_counts(by_name=by_name, ended_after=ended_after, ended_before=ended_before)
            return [
                TaskCountReportView(
                    task_name=each.task_name,
                    count=each.tasks,
                    process_definition_key=each.definition_key,
                    process_definition_id=each.definition_id,
                    process_definition_name=each.definition_name,
                    tenant_id=each.tenant_id,
                )
                for each in counts
            ]
        if query.period_unit is None:
            raise CamundaError("periodUnit is null")
        rows = engine.history.task_durations(
            by=query.period_unit, ended_after=ended_after, ended_before=ended_before
        )
        return [
            DurationReportView(
                period=each.period,
                period_unit=query.period_unit.upper(),
                minimum=each.minimum,
                maximum=each.maximum,
                average=each.average,
            )
            for each in rows
        ]
