"""The variables that batches are to set, which ``VariableInstanceQuery.batch_id_in`` finds. They have no scope."""

from __future__ import annotations

from typing import NamedTuple

from shoal.batch.variables import typed_variables
from shoal.camunda.queries.variable_instance import VariableInstanceQuery
from shoal.engine import Batch, Engine
from shoal.values import TypedValue

_TOLD_HERE = ("batch_id_in", "variable_name", "tenant_id_in", "deserialize_values")


class BatchVariable(NamedTuple):
    """A variable that a batch is to set."""

    batch_id: str
    name: str
    value: TypedValue
    tenant_id: str | None

    @property
    def id(self) -> str:
        """It has no id of its own."""
        return f"{self.batch_id}:{self.name}"


def batch_variables(engine: Engine, query: VariableInstanceQuery) -> list[BatchVariable]:
    """Those of the batches in ``batch_id_in`` that run; conditions on scopes and on values leave none."""
    if query.model_copy(update=dict.fromkeys(_TOLD_HERE)).conditions():
        return []
    batches = engine.batches.list(ids=query.batch_id_in, limit=len(query.batch_id_in or ()))
    found = [each for batch in batches for each in variables_of(batch)]
    if query.variable_name is not None:
        found = [each for each in found if each.name == query.variable_name]
    if query.tenant_id_in:
        found = [each for each in found if each.tenant_id in query.tenant_id_in]
    key = {"name": lambda each: each.name, "type": lambda each: each.value.type.value}
    for column, descending in query.orders()[:1]:
        found.sort(key=key.get(column, lambda each: each.id), reverse=descending)
    return found


def variables_of(batch: Batch) -> list[BatchVariable]:
    """Those of one batch, by name; none if it has ended."""
    if batch.has_ended:
        return []
    values = typed_variables(batch.view.params.get("variables") or {})
    return [BatchVariable(batch.id, name, each, batch.view.tenant_id) for name, each in sorted(values.items())]
