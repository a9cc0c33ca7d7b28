"""``/variable-instance``: variables of running instances, and those that batches are to set."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter
from fastapi.responses import Response

from shoal.api.acting import Acting
from shoal.api.engine_rest.problems import CamundaError
from shoal.api.engine_rest.routing import dialect_router, queried
from shoal.api.engine_rest.variables import BINARY, binary
from shoal.api.engine_rest.views.variable_instance import BatchVariable, ShownVariable, VariableInstanceView
from shoal.batch.variables import typed_variables
from shoal.camunda.queries.base import Page
from shoal.camunda.queries.variable_instance import VariableInstanceQuery
from shoal.engine import Engine
from shoal.engine.batch import Batch
from shoal.errors import NotFoundError

Shown = ShownVariable | BatchVariable


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
        return binary(id, found.value if isinstance(found, BatchVariable) else found.row.value)

    return routes


def _find(engine: Engine, query: VariableInstanceQuery, page: Page) -> Sequence[Shown]:
    deserialize = query.deserialize_values is not False
    if query.batch_id_in:
        found = _of_batches(engine, query)
        return [each._replace(deserialize=deserialize) for each in found[page.first : page.first + page.most]]
    rows = engine.variables.find(query.filter(), sort=query.orders(), offset=page.first, limit=page.most)
    return [ShownVariable(each, deserialize) for each in rows]


def _count(engine: Engine, query: VariableInstanceQuery) -> int:
    return len(_of_batches(engine, query)) if query.batch_id_in else engine.variables.count(query.filter())


def _of_batches(engine: Engine, query: VariableInstanceQuery) -> list[BatchVariable]:
    """Those of the batches that are asked for; they are in no scope, so conditions on scopes leave none."""
    others = query.model_copy(
        update={"batch_id_in": None, "variable_name": None, "tenant_id_in": None, "deserialize_values": None}
    )
    if others.conditions():
        return []
    batches = engine.batches.list(ids=query.batch_id_in, limit=len(query.batch_id_in or ()))
    found = [each for batch in batches for each in _variables(batch)]
    if query.variable_name is not None:
        found = [each for each in found if each.name == query.variable_name]
    if query.tenant_id_in:
        found = [each for each in found if each.tenant_id in query.tenant_id_in]
    first = query.orders()[:1]
    key = {"name": lambda each: each.name, "type": lambda each: each.value.type.value}
    for column, descending in first:
        found.sort(key=key.get(column, lambda each: each.id), reverse=descending)
    return found


def _variables(batch: Batch) -> list[BatchVariable]:
    if batch.has_ended:
        return []
    given = batch.view.params.get("variables") or {}
    values = typed_variables(given)
    return [BatchVariable(batch.id, name, each, batch.view.tenant_id) for name, each in sorted(values.items())]


def _one(engine: Engine, variable_id: str) -> Shown:
    batch_id, has_name, name = variable_id.partition(":")
    if has_name:
        try:
            found = _variables(engine.batches.get(batch_id))
        except NotFoundError:
            found = []
        for each in found:
            if each.name == name:
                return each
    else:
        for row in engine.variables.find(ids=(variable_id,), live=True, running=True, limit=1):
            return ShownVariable(row)
    raise CamundaError(f"Variable instance with Id '{variable_id}' does not exist.", status=404)
