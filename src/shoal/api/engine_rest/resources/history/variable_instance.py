"""``/history/variable-instance``: variables of running and of ended instances."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from shoal.api.acting import Acting
from shoal.api.engine_rest.problems import CamundaError
from shoal.api.engine_rest.routing import dialect_router, queried
from shoal.api.engine_rest.variables import BINARY, binary
from shoal.api.engine_rest.views.variable_instance import HistoricVariableInstanceView, ShownVariable
from shoal.camunda.queries.base import Page
from shoal.camunda.queries.historic_variable_instance import HistoricVariableInstanceQuery
from shoal.engine import Engine
from shoal.errors import NotFoundError


def router() -> APIRouter:
    """The routes."""
    routes = dialect_router("/history/variable-instance", "Historic Variable Instance")
    queried(
        routes,
        HistoricVariableInstanceQuery,
        HistoricVariableInstanceView,
        find=_find,
        count=lambda engine, query: engine.variables.count(query.filter()),
        what="historic variable instances",
    )

    @routes.get("/{id}")
    def get_historic_variable_instance(
        id: str,  # noqa: A002 - Camunda's name of the parameter
        engine: Acting,
        deserializeValue: bool = True,  # noqa: N803 - Camunda's name
    ) -> HistoricVariableInstanceView:
        """Show one variable."""
        return HistoricVariableInstanceView.of(_one(engine, id)._replace(deserialize=deserializeValue))

    @routes.get("/{id}/data", response_class=Response, responses=BINARY)
    def get_historic_variable_instance_data(id: str, engine: Acting) -> Response:  # noqa: A002
        """Show the bytes of a variable of type Bytes or File."""
        return binary(id, _one(engine, id).row.value)

    @routes.delete("/{id}", status_code=204)
    def delete_historic_variable_instance(id: str, engine: Acting) -> None:  # noqa: A002
        """Forget a variable; one of a running instance keeps its value."""
        try:
            engine.history.delete_variable(id)
        except NotFoundError:
            raise _unknown(id) from None

    return routes


def _find(engine: Engine, query: HistoricVariableInstanceQuery, page: Page) -> list[ShownVariable]:
    rows = engine.variables.find(query.filter(), sort=query.orders(), offset=page.first, limit=page.most)
    return [ShownVariable(each, query.deserialize_values is not False) for each in rows]


def _one(engine: Engine, variable_id: str) -> ShownVariable:
    for row in engine.variables.find(ids=(variable_id,), limit=1):
        return ShownVariable(row)
    raise _unknown(variable_id)


def _unknown(variable_id: str) -> CamundaError:
    return CamundaError(f"Variable instance with Id '{variable_id}' does not exist.", status=404)
