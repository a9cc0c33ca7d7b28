"""``/variable-instance``: variables of running instances, and those that batches are to set."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter
from fastapi.responses import Response

from shoal.api.acting import Acting
from shoal.api.engine_rest.problems import CamundaError
from shoal.api.engine_rest.routing import dialect_router, queried
from shoal.api.engine_rest.variables import BINARY, binary
from shoal.api.engine_rest.views.variable_instance import ShownBatchVariable, ShownVariable, VariableInstanceView
from shoal.camunda.queries.base import Page
from shoal.camunda.queries.batch_variable import batch_variables, variables_of
from shoal.camunda.queries.variable_instance import VariableInstanceQuery
from shoal.engine import Engine
from shoal.errors import NotFoundError

Shown = ShownVariable | ShownBatchVariable


def router() -> APIRouter:
    """The routes."""
    routes = dialect_router("/variable-instance", "Variable Instance")
    queried(
        routes,
        VariableInstanceQuery,
        VariableInstanceView,
        find=_find,
        count=_count,
        what="variable instances",
    )

    @routes.get("/{id}")
    def get_variable_instance(
        id: str,  # noqa: A002 - Camunda's name of the parameter
        engine: Acting,
        deserializeValue: bool = True,  # noqa: N803 - Camunda's name
    ) -> VariableInstanceView:
        """Show one variable."""
        return VariableInstanceView.of(_one(engine, id)._replace(deserialize=deserializeValue))

    @routes.get("/{id}/data", response_class=Response, responses=BINARY)
    def get_variable_instance_data(id: str, engine: Acting) -> Response:  # noqa: A002
        """Show the bytes of a variable of type Bytes or File."""
        found = _one(engine, id)
        return binary(id, found.row.value)

    return routes


def _find(engine: Engine, query: VariableInstanceQuery, page: Page) -> Sequence[Shown]:
    deserialize = query.deserialize_values is not False
    if query.batch_id_in:
        found = batch_variables(engine, query)[page.first : page.first + page.most]
        return [ShownBatchVariable(each, deserialize) for each in found]
    rows = engine.variables.find(query.filter(), sort=query.orders(), offset=page.first, limit=page.most)
    return [ShownVariable(each, deserialize) for each in rows]


def _count(engine: Engine, query: VariableInstanceQuery) -> int:
    return len(batch_variables(engine, query)) if query.batch_id_in else engine.variables.count(query.filter())


def _one(engine: Engine, variable_id: str) -> Shown:
    batch_id, has_name, name = variable_id.partition(":")
    if has_name:
        try:
            found = variables_of(engine.batches.get(batch_id))
        except NotFoundError:
            found = []
        for each in found:
            if each.name == name:
                return ShownBatchVariable(each)
    else:
        for row in engine.variables.find(ids=(variable_id,), live=True, running=True, limit=1):
            return ShownVariable(row)
    raise CamundaError(f"Variable instance with Id '{variable_id}' does not exist.", status=404)
