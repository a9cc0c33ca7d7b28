"""``/history/incident``."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter

from shoal.api.engine_rest.routing import dialect_router, queried
from shoal.api.engine_rest.views.historic_incident import HistoricIncidentView
from shoal.camunda.queries.base import Page
from shoal.camunda.queries.historic_incident import HistoricIncidentQuery
from shoal.engine import Engine
from shoal.filters.history import IncidentFilter
from shoal.store.queries.history.incidents import HistoricIncidentRow


def router() -> APIRouter:
    """The routes."""
    routes = dialect_router("/history/incident", "Historic Incident")
    queried(
        routes,
        HistoricIncidentQuery,
        HistoricIncidentView,
        find=_find,
        count=lambda engine, query: engine.history.count_incidents(_filter(engine, query)),
        what="historic incidents",
        by_post=False,
    )
    return routes


def _find(
    engine: Engine, query: HistoricIncidentQuery, page: Page
) -> list[tuple[HistoricIncidentRow, Mapping[str, str]]]:
    wanted = _filter(engine, query)
    rows = engine.history.incidents(wanted, sort=query.orders(), offset=page.first, limit=page.most)
    failures = engine.history.last_failures(rows)
    return [(each, failures) for each in rows]


def _filter(engine: Engine, query: HistoricIncidentQuery) -> IncidentFilter:
    """Camunda 7: ``historyConfiguration`` is the entry of a log that says why there is an incident."""
    wanted = query.filter()
    entry_id = query.history_configuration
    if entry_id is None:
        return wanted
    jobs = [each.job_id for each in engine.history.job_log(ids=(entry_id,))]
    tasks = [each.task_id for each in engine.history.external_task_log(ids=(entry_id,))]
    named = next(iter([*jobs, *tasks]), "")
    if wanted.configuration not in (None, named):
        named = ""
    return wanted.model_copy(update={"configuration": named})
