"""``/history/external-task-log``."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse

from shoal.api.acting import Acting
from shoal.api.engine_rest.problems import CamundaError
from shoal.api.engine_rest.routing import dialect_router, queried
from shoal.api.engine_rest.views.history_logs import HistoricExternalTaskLogView
from shoal.camunda.queries.history_logs import HistoricExternalTaskLogQuery
from shoal.errors import NotFoundError


def router() -> APIRouter:
    """The routes."""
    routes = dialect_router("/history/external-task-log", "Historic External Task Log")
    queried(
        routes,
        HistoricExternalTaskLogQuery,
        HistoricExternalTaskLogView,
        find=lambda engine, query, page: engine.history.external_task_log(
            query.filter(), sort=query.orders(), offset=page.first, limit=page.most
        ),
        count=lambda engine, query: engine.history.count_external_task_log(query.filter()),
        what="historic external task logs",
    )

    @routes.get("/{id}")
    def get_historic_external_task_log(
        id: str,  # noqa: A002 - Camunda's name of the parameter
        engine: Acting,
    ) -> HistoricExternalTaskLogView:
        """Show one entry of the log of external tasks."""
        rows = engine.history.external_task_log(ids=(id,))
        if not rows:
            raise _unknown(id)
        return HistoricExternalTaskLogView.of(rows[0])

    @routes.get("/{id}/error-details", response_class=PlainTextResponse)
    def get_error_details_historic_external_task_log(id: str, engine: Acting) -> PlainTextResponse:  # noqa: A002
        """Show what the worker said of a failure, at length."""
        try:
            return PlainTextResponse(engine.history.external_task_error_details(id) or "")
        except NotFoundError:
            raise _unknown(id) from None

    return routes


def _unknown(entry_id: str) -> CamundaError:
    return CamundaError(f"Historic external task log with id {entry_id} does not exist", status=404)
