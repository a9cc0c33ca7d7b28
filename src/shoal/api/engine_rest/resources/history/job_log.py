"""``/history/job-log``."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse

from shoal.api.acting import Acting
from shoal.api.engine_rest.problems import CamundaError
from shoal.api.engine_rest.routing import dialect_router, queried
from shoal.api.engine_rest.views.history_logs import HistoricJobLogView
from shoal.camunda.queries.base import Page
from shoal.camunda.queries.history_logs import HistoricJobLogQuery
from shoal.engine import Engine
from shoal.engine.job_origins import JobOrigin
from shoal.errors import NotFoundError
from shoal.store.queries.history.job_log import JobLogRow


def router() -> APIRouter:
    """The routes."""
    routes = dialect_router("/history/job-log", "Historic Job Log")
    queried(
        routes,
        HistoricJobLogQuery,
        HistoricJobLogView,
        find=_find,
        count=lambda engine, query: engine.history.count_job_log(query.filter()),
        what="historic job logs",
    )

    @routes.get("/{id}")
    def get_historic_job_log(id: str, engine: Acting) -> HistoricJobLogView:  # noqa: A002 - Camunda's name
        """Show one entry of the log of jobs."""
        rows = engine.history.job_log(ids=(id,))
        if not rows:
            raise CamundaError(f"Historic job log with id {id} does not exist", status=404)
        return HistoricJobLogView.of((rows[0], engine.history.job_origins(rows)[0]))

    @routes.get("/{id}/stacktrace", response_class=PlainTextResponse)
    def get_stacktrace_historic_job_log(id: str, engine: Acting) -> PlainTextResponse:  # noqa: A002
        """Show what is known of a failure."""
        try:
            return PlainTextResponse(engine.history.job_stack_trace(id) or "")
        except NotFoundError:
            raise CamundaError(f"Historic job log with id {id} does not exist", status=404) from None

    return routes


def _find(engine: Engine, query: HistoricJobLogQuery, page: Page) -> list[tuple[JobLogRow, JobOrigin]]:
    rows = engine.history.job_log(query.filter(), sort=query.orders(), offset=page.first, limit=page.most)
    return list(zip(rows, engine.history.job_origins(rows), strict=True))
