"""``/history/identity-link-log``."""

from __future__ import annotations

from fastapi import APIRouter

from shoal.api.engine_rest.routing import dialect_router, queried
from shoal.api.engine_rest.views.history_logs import HistoricIdentityLinkLogView
from shoal.camunda.queries.history_logs import HistoricIdentityLinkLogQuery


def router() -> APIRouter:
    """The routes."""
    routes = dialect_router("/history/identity-link-log", "Historic Identity Link Log")
    queried(
        routes,
        HistoricIdentityLinkLogQuery,
        HistoricIdentityLinkLogView,
        find=lambda engine, query, page: engine.history.identity_links(
            query.filter(), sort=query.orders(), offset=page.first, limit=page.most
        ),
        count=lambda engine, query: engine.history.count_identity_links(query.filter()),
        what="historic identity link logs",
        by_post=False,
    )
    return routes
