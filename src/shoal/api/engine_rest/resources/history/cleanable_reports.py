"""``cleanable-...-report``: how much history definitions have, and how much of it cleanup may remove now."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from fastapi import APIRouter, Request

from shoal.api.acting import Acting
from shoal.api.engine_rest.routing import dialect_router, page_of, page_parameters, query_of, query_parameters
from shoal.api.engine_rest.views import Count, View
from shoal.camunda.queries.base import Names, Only, Page, Query
from shoal.store.queries.history.cleanable import CleanableRow


class CleanableQuery(Query):
    """What all reports have in common: they are sorted by how much there is."""

    SORTS: ClassVar[Mapping[str, str]] = {"finished": "finished"}


class CleanableProcessInstanceQuery(CleanableQuery):
    """Camunda 7: ``CleanableHistoricProcessInstanceReport``."""

    process_definition_id_in: Names
    process_definition_key_in: Names
    tenant_id_in: Names
    without_tenant_id: Only
    compact: Only


class CleanableDecisionInstanceQuery(CleanableQuery):
    """Camunda 7: ``CleanableHistoricDecisionInstanceReport``."""

    decision_definition_id_in: Names
    decision_definition_key_in: Names
    tenant_id_in: Names
    without_tenant_id: Only
    compact: Only


class CleanableProcessInstanceView(View):
    """Camunda 7: CleanableHistoricProcessInstanceReportResultDto."""

    process_definition_id: str
    process_definition_key: str
    process_definition_name: str | None
    process_definition_version: int
    history_time_to_live: int | None
    finished_process_instance_count: int
    cleanable_process_instance_count: int
    tenant_id: str | None


class CleanableDecisionInstanceView(View):
    """Camunda 7: CleanableHistoricDecisionInstanceReportResultDto."""

    decision_definition_id: str
    decision_definition_key: str
    decision_definition_name: str | None
    decision_definition_version: int
    history_time_to_live: int | None
    finished_decision_instance_count: int
    cleanable_decision_instance_count: int
    tenant_id: str | None


def router() -> APIRouter:
    """The routes."""
    routes = dialect_router("/history", "Historic Report")
    _report(
        routes,
        "/process-definition/cleanable-process-instance-report",
        CleanableProcessInstanceQuery,
        CleanableProcessInstanceView,
        "process",
    )
    _report(
        routes,
        "/decision-definition/cleanable-decision-instance-report",
        CleanableDecisionInstanceQuery,
        CleanableDecisionInstanceView,
        "decision",
    )
    return routes


def _report(routes: APIRouter, path: str, model: type[Any], view: type[View], what: str) -> None:
    read = query_of(model)

    def listed(request: Request, engine: Acting) -> Any:
        query = read(request)
        found = sorted_by_finished(_rows(engine, query, what), query, lambda row: row.finished)
        return [view(**_named(row, what)) for row in cut(found, page_of(request))]

    def counted(request: Request, engine: Acting) -> Count:
        return Count(count=len(_rows(engine, read(request), what)))

    many: Any = list[view]  # type: ignore[valid-type]
    parameters = query_parameters(model)
    routes.get(
        path,
        name=f"get_cleanable_{what}_instance_report",
        summary=f"Report cleanable {what} instances",
        description=f"How many {what} instances there are of each definition, and how many cleanup may remove.",
        response_model=many,
        openapi_extra={"parameters": [*parameters, *page_parameters()]},
    )(listed)
    routes.get(
        f"{path}/count",
        name=f"count_cleanable_{what}_instance_report",
        summary=f"Count the rows of the report of cleanable {what} instances",
        description="How many definitions there are in the report.",
        response_model=Count,
        openapi_extra={"parameters": parameters},
    )(counted)


def _rows(engine: Any, query: Any, what: str) -> list[CleanableRow]:
    report = engine.history.cleanable_instances if what == "process" else engine.history.cleanable_decisions
    found: list[CleanableRow] = report(
        definition_ids=getattr(query, f"{what}_definition_id_in") or None,
        definition_keys=getattr(query, f"{what}_definition_key_in") or None,
        tenant_ids=query.tenant_id_in or None,
        without_tenant=bool(query.without_tenant_id),
        compact=bool(query.compact),
    )
    return found


def _named(row: CleanableRow, what: str) -> dict[str, Any]:
    return {
        f"{what}_definition_id": row.definition_id,
        f"{what}_definition_key": row.definition_key,
        f"{what}_definition_name": row.definition_name,
        f"{what}_definition_version": row.definition_version,
        "history_time_to_live": row.history_ttl_days,
        f"finished_{what}_instance_count": row.finished,
        f"cleanable_{what}_instance_count": row.cleanable,
        "tenant_id": row.tenant_id,
    }


def sorted_by_finished(rows: Sequence[Any], query: Query, finished: Callable[[Any], int]) -> list[Any]:
    """The rows of a report in the order of the query. There are few: one for each definition."""
    found = list(rows)
    for _, descending in query.orders():
        found.sort(key=finished, reverse=descending)
    return found


def cut(rows: Sequence[Any], page: Page) -> Sequence[Any]:
    """The page of a report."""
    return rows[page.first : page.first + page.most]
