"""``create_process_instance_by_key(key)``: an instance that begins where one says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from shoal.camunda.services.entity import INSTANCE, Entity
from shoal.camunda.services.instructions import Starts
from shoal.engine import Engine


class ProcessInstantiation(Starts):
    """Camunda 7: ``ProcessInstantiationBuilder``. ``set_variable`` before the first instruction is of the instance,
    after one of that instruction.
    """

    def __init__(self, engine: Engine, **definition: str) -> None:
        super().__init__()
        self._engine = engine
        self._said: dict[str, Any] = {**definition, "variables": {}}

    def business_key(self, business_key: str) -> Self:
        """The business key of the instance."""
        self._said["business_key"] = business_key
        return self

    def process_definition_tenant_id(self, tenant_id: str) -> Self:
        """With a key: the definition of this tenant."""
        self._said["tenant_id"] = tenant_id
        return self

    def process_definition_without_tenant_id(self) -> Self:
        """With a key: the definition of no tenant."""
        self._said.pop("tenant_id", None)
        return self

    def set_variable(self, name: str, value: Any) -> Self:
        """One variable."""
        return self.set_variables({name: value})

    def set_variables(self, variables: Mapping[str, Any]) -> Self:
        """Several."""
        target = self.instructions[-1].setdefault("variables", {}) if self.instructions else self._said["variables"]
        target.update(variables)
        return self

    def set_variable_local(self, name: str, value: Any) -> Self:
        """A variable of the activity instance that the instruction before begins, or of the instance."""
        return self.set_variables_local({name: value})

    def set_variables_local(self, variables: Mapping[str, Any]) -> Self:
        """Several."""
        if not self.instructions:
            return self.set_variables(variables)
        self.instructions[-1].setdefault("local_variables", {}).update(variables)
        return self

    def execute(
        self,
        skip_custom_listeners: bool = False,
        skip_io_mappings: bool = False,
    ) -> Entity:
        """Start it. NotFoundError, SuspendedError, InputError, ExecutionError."""
        start = self._engine.instances.start_at(**self._said)
        calls = {
            "start-before": start.start_before,
            "start-after": start.start_after,
            "start-transition": start.start_transition,
        }
        for each in self.instructions:
            said = dict(each)
            at = said.pop("activity_id", None) or said.pop("transition_id")
            calls[said.pop("type")](at, **said)
        started = start.execute(skip_custom_listeners=skip_custom_listeners, skip_io_mappings=skip_io_mappings)
        return Entity(self._engine.instances.get(started), INSTANCE)
