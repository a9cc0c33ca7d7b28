"""``/history/activity-instance``: activity instances, open or ended."""

from __future__ import annotations

from fastapi import APIRouter

from shoal.api.acting import Acting
from shoal.api.engine_rest.problems import CamundaError
from shoal.api.engine_rest.routing import dialect_router, queried
from shoal.api.engine_rest.views.historic_activity_instance import HistoricActivityInstanceView
from shoal.camunda.queries.base import Page
from shoal.camunda.queries.historic_activity_instance import HistoricActivityInstanceQuery
from shoal.engine import Engine
from shoal.engine.history_activities import NamedActivity
from shoal.errors import NotFoundError


def router() -> APIRouter:
    """The routes."""
    routes = dialect_router("/history/activity-instance", "Historic Activity Instance")
    queried(
        routes,
        HistoricActivityInstanceQuery,
        HistoricActivityInstanceView,
        find=_find,
        count=lambda engine, query: engine.history.count_activities(query.filter()),
        what="historic activity instances",
    )

    @routes.get("/{id}")
    def get_historic_activity_instance(id: str, engine: Acting) -> HistoricActivityInstanceView:  # noqa: A002
        """Show one activity instance."""
        try:
            return HistoricActivityInstanceView.of(engine.history.activity(id))
        except NotFoundError:
            raise CamundaError(f"Historic activity instance with id '{id}' does not exist", status=404) from None

    return routes


def _find(engine: Engine, query: HistoricActivityInstanceQuery, page: Page) -> list[NamedActivity]:
    return engine.history.activities(query.filter(), sort=query.orders(), offset=page.first, limit=page.most)
