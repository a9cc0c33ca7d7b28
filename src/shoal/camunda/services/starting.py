"""The part of ``engine.runtime_service`` that starts instances."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shoal.camunda.services.entity import INSTANCE, Entity
from shoal.camunda.services.overloads import sorted_out
from shoal.engine import Engine

Given = str | Mapping[str, Any] | None


class StartingInstances:
    """Java's overloads: behind the definition the business key, the variables, or both."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def start_process_instance_by_key(self, process_definition_key: str, *given: Given) -> Entity:
        """Start the newest version. NotFoundError, SuspendedError, VariableTypeError, ExecutionError."""
        said = _said("start_process_instance_by_key", given)
        return self._instance(self._engine.instances.start(process_definition_key, **said))

    def start_process_instance_by_id(self, process_definition_id: str, *given: Given) -> Entity:
        """Start this definition. The same errors."""
        said = _said("start_process_instance_by_id", given)
        return self._instance(self._engine.instances.start(definition_id=process_definition_id, **said))

    def start_process_instance_by_message(self, message_name: str, *given: Given) -> Entity:
        """Start what the message starts. ConflictError: nothing, or several definitions."""
        said = _said("start_process_instance_by_message", given)
        done = self._engine.messages.correlate(message_name, start_only=True, **said)
        return self._instance(done.instance_id)

    def start_process_instance_by_message_and_process_definition_id(
        self, message_name: str, process_definition_id: str, *given: Given
    ) -> Entity:
        """Start this definition by a message. ConflictError: the message does not start it."""
        said = _said("start_process_instance_by_message_and_process_definition_id", given)
        done = self._engine.messages.correlate(
            message_name, start_only=True, definition_id=process_definition_id, **said
        )
        return self._instance(done.instance_id)

    def _instance(self, instance_id: str) -> Entity:
        return Entity(self._engine.instances.get(instance_id), INSTANCE)


def _said(method: str, given: tuple[Given, ...]) -> dict[str, Any]:
    return sorted_out(method, given, text=["business_key"], mapping=["variables"])
