"""``/history/detail``: updates of variables."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from shoal.api.acting import Acting
from shoal.api.engine_rest.problems import CamundaError
from shoal.api.engine_rest.routing import dialect_router, queried
from shoal.api.engine_rest.variables import binary
from shoal.api.engine_rest.views.historic_detail import HistoricVariableUpdateView
from shoal.camunda.queries.base import Page
from shoal.camunda.queries.historic_detail import HistoricDetailQuery
from shoal.engine import Engine
from shoal.store.queries.history.details import DetailRow
from shoal.values import TypedValue

Shown = tuple[DetailRow, TypedValue, bool]


def router() -> APIRouter:
    """The routes."""
    routes = dialect_router("/history/detail", "Historic Detail")
    queried(
        routes,
        HistoricDetailQuery,
        HistoricVariableUpdateView,
        find=_find,
        count=lambda engine, query: engine.history.count_details(query.filter()),
        what="historic details",
    )

    @routes.get("/{id}")
    def get_historic_detail(
        id: str,  # noqa: A002 - Camunda's name of the parameter
        request: Request,
        engine: Acting,
    ) -> HistoricVariableUpdateView:
        """Show one update of a variable."""
        deserialize = request.query_params.get("deserializeValue", "true").lower() != "false"
        return HistoricVariableUpdateView.of(_one(engine, id, deserialize))

    @routes.get("/{id}/data")
    def get_historic_detail_data(id: str, engine: Acting) -> Response:  # noqa: A002
        """Show the bytes of an update of a variable of type Bytes or File."""
        _, value, _ = _one(engine, id, True)
        return binary(id, value)

    return routes


def _one(engine: Engine, detail_id: str, deserialize: bool) -> Shown:
    rows = engine.history.details(ids=(detail_id,))
    if not rows:
        raise CamundaError(f"Historic detail with Id '{detail_id}' does not exist.", status=404)
    return rows[0], engine.history.value_of(rows[0]), deserialize


def _find(engine: Engine, query: HistoricDetailQuery, page: Page) -> list[Shown]:
    rows = engine.history.details(query.filter(), sort=query.orders(), offset=page.first, limit=page.most)
    deserialize = query.deserialize_values is not False
    return [(each, engine.history.value_of(each), deserialize) for each in rows]
