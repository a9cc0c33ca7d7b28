"""``/history/incident``."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter

from shoal.api.engine_rest.routing import dialect_router, queried
from shoal.api.engine_rest.views.historic_incident import HistoricIncidentView
from shoal.camunda.queries.base import Page
from shoal.camunda.queries.historic_incident import HistoricIncidentQuery
from shoal.engine import Engine
from shoal.store.queries.history.incidents import HistoricIncidentRow


def router() -> APIRouter:
    """The routes."""
    routes = dialect_router("/history/incident", "Historic Incident")
    queried(
        routes,
        HistoricIncidentQuery,
        HistoricIncidentView,
        find=_find,
        count=lambda engine, query: engine.history.count_incidents(query.looked_up(engine).filter()),
        what="historic incidents",
        by_post=False,
    )
    return routes


def _find(
    engine: Engine, query: HistoricIncidentQuery, page: Page
) -> list[tuple[HistoricIncidentRow, Mapping[str, str]]]:
    wanted = query.looked_up(engine).filter()
    rows = engine.history.incidents(wanted, sort=query.orders(), offset=page.first, limit=page.most)
    failures = engine.history.last_failures(rows)
    return [(each, failures) for each in rows]
