"""``create_message_correlation_async("name")``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from shoal.camunda.selecting import Filtering
from shoal.camunda.services.batch import Batch
from shoal.camunda.services.choice import Choice, Ids
from shoal.commands.outcome import ChunkOutcome
from shoal.engine import Engine
from shoal.errors import InputError


class MessageCorrelationAsync:
    """Camunda 7: ``MessageCorrelationAsyncBuilder``; also for messages that start instances, which it cannot."""

    def __init__(self, engine: Engine, message_name: str | None) -> None:
        self._waiting = Choice(engine)
        self._starting = Choice(engine)
        self._params: dict[str, Any] = {"message_name": message_name}
        self._variables: dict[str, Any] = {}

    def process_instance_ids(self, *process_instance_ids: str | Ids) -> Self:
        """These instances; ids, or lists of ids."""
        self._waiting.add(*process_instance_ids)
        return self

    def process_instance_query(self, query: Filtering) -> Self:
        """What a ``ProcessInstanceQuery`` finds."""
        self._waiting.add_query(query)
        return self

    def historic_process_instance_query(self, query: Filtering) -> Self:
        """Those that run of what a ``HistoricProcessInstanceQuery`` finds."""
        self._waiting.add_query(query)
        return self

    def process_definition_ids(self, *process_definition_ids: str | Ids) -> Self:
        """For start messages: these definitions; ids, or lists of ids."""
        self._starting.add(*process_definition_ids)
        return self

    def process_definition_query(self, query: Filtering) -> Self:
        """For start messages: what a ``ProcessDefinitionQuery`` finds."""
        self._starting.add_query(query)
        return self

    def process_instance_business_key(self, business_key: str) -> Self:
        """For start messages: the business key of the new instances."""
        self._params["business_key"] = business_key
        return self

    def set_variable(self, name: str, value: Any) -> Self:
        """Set with the message, in the scope of the instance."""
        self._variables[name] = value
        return self

    def set_variables(self, variables: Mapping[str, Any] | None) -> Self:
        """The same for several."""
        self._variables |= variables or {}
        return self

    def correlate_all_async(self) -> Batch:
        """A batch that correlates the message with all that wait for it in the instances."""
        return self._waiting.create("correlate-message", self._said("instances"))

    def correlate_all(self) -> ChunkOutcome:
        """The same now."""
        return self._waiting.carry_out("correlate-message", self._said("instances"))

    def correlate_start_message_async(self) -> Batch:
        """A batch that starts one instance of each definition that has a start event for the message."""
        return self._starting.create("correlate-message", self._said("definitions"))

    def correlate_start_message(self) -> ChunkOutcome:
        """The same now."""
        return self._starting.carry_out("correlate-message", self._said("definitions"))

    def _said(self, of: str) -> dict[str, Any]:
        other, name = (self._starting, "definitions") if of == "instances" else (self._waiting, "instances")
        if not other.is_empty:
            raise InputError(f"{name} were named, but the message is to be correlated with {of}", field="of")
        return {**self._params, "of": of, "variables": self._variables}
