"""``create_message_correlation("name")``, and ``create_signal_event("name")``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from shoal.camunda.services.entity import INSTANCE, Entity
from shoal.commands.correlate_messages import Correlated
from shoal.engine import Engine


class MessageCorrelation:
    """Camunda 7: ``MessageCorrelationBuilder``."""

    def __init__(self, engine: Engine, message_name: str | None) -> None:
        self._engine = engine
        self._name = message_name
        self._said: dict[str, Any] = {}

    def process_instance_business_key(self, business_key: str) -> Self:
        """Of instances with this business key; a new one gets it."""
        return self._say(business_key=business_key)

    def process_instance_id(self, process_instance_id: str) -> Self:
        """Of this instance."""
        return self._say(instance_ids=[process_instance_id])

    def process_definition_id(self, process_definition_id: str) -> Self:
        """For start messages: this definition."""
        return self._say(definition_id=process_definition_id)

    def process_instance_variable_equals(self, name: str, value: Any) -> Self:
        """Of instances that have this variable."""
        return self._put("correlation_variables", {name: value})

    def process_instance_variables_equal(self, variables: Mapping[str, Any]) -> Self:
        """Of instances that have these variables."""
        return self._put("correlation_variables", variables)

    def local_variable_equals(self, name: str, value: Any) -> Self:
        """Of activities that have this variable."""
        return self._put("local_correlation_variables", {name: value})

    def local_variables_equal(self, variables: Mapping[str, Any]) -> Self:
        """Of activities that have these variables."""
        return self._put("local_correlation_variables", variables)

    def set_variable(self, name: str, value: Any) -> Self:
        """Set in the instance, with the message."""
        return self._put("variables", {name: value})

    def set_variables(self, variables: Mapping[str, Any]) -> Self:
        """The same for several."""
        return self._put("variables", variables)

    def set_variable_local(self, name: str, value: Any) -> Self:
        """Set in the activity that waited."""
        return self._put("local_variables", {name: value})

    def set_variables_local(self, variables: Mapping[str, Any]) -> Self:
        """The same for several."""
        return self._put("local_variables", variables)

    def set_variables_to_triggered_scope(self, variables: Mapping[str, Any]) -> Self:
        """Set in the scope that the event begins."""
        return self._put("triggered_variables", variables)

    def tenant_id(self, tenant_id: str) -> Self:
        """Of this tenant."""
        return self._say(tenant_id=tenant_id)

    def without_tenant_id(self) -> Self:
        """Of no tenant."""
        return self._say(without_tenant=True)

    def start_message_only(self) -> Self:
        """Only what the message starts."""
        return self._say(start_only=True)

    def correlate(self) -> None:
        """With exactly one. ConflictError: none or several match."""
        self.correlate_with_result()

    def correlate_with_result(self) -> Correlated:
        """The same, and with whom."""
        return self._engine.messages.correlate(self._name, **self._said)

    def correlate_all(self) -> None:
        """With everybody that matches, be there none."""
        self.correlate_all_with_result()

    def correlate_all_with_result(self) -> list[Correlated]:
        """The same, and with whom."""
        return self._engine.messages.correlate_all(self._name, **self._said)

    def correlate_exclusively(self) -> None:
        """The same as ``correlate``: instances are locked anyway."""
        self.correlate()

    def correlate_start_message(self) -> Entity:
        """The instance that the message starts. ConflictError: it starts none, or several."""
        done = self._engine.messages.correlate(self._name, **{**self._said, "start_only": True})
        return Entity(self._engine.instances.get(done.instance_id), INSTANCE)

    def _say(self, **said: Any) -> Self:
        self._said |= said
        return self

    def _put(self, field: str, variables: Mapping[str, Any]) -> Self:
        self._said[field] = {**self._said.get(field, {}), **variables}
        return self


class SignalEvent:
    """Camunda 7: ``SignalEventReceivedBuilder``."""

    def __init__(self, engine: Engine, signal_name: str) -> None:
        self._engine = engine
        self._name = signal_name
        self._said: dict[str, Any] = {}

    def set_variables(self, variables: Mapping[str, Any]) -> Self:
        """Set in the instances, with the signal."""
        self._said["variables"] = variables
        return self

    def execution_id(self, execution_id: str) -> Self:
        """Only for this execution."""
        self._said["node_id"] = execution_id
        return self

    def tenant_id(self, tenant_id: str) -> Self:
        """Only for this tenant."""
        self._said["tenant_id"] = tenant_id
        return self

    def without_tenant_id(self) -> Self:
        """Only for no tenant."""
        self._said["without_tenant"] = True
        return self

    def send(self) -> None:
        """Send it."""
        self._engine.signals.send(self._name, **self._said)
