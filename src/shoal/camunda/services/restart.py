"""``restart_process_instances(definition_id)``."""

from __future__ import annotations

from typing import Any, Self

from shoal.camunda.selecting import Filtering
from shoal.camunda.services.batch import Batch
from shoal.camunda.services.choice import Choice, Ids
from shoal.camunda.services.instructions import Starts
from shoal.camunda.services.skipping import Skipping
from shoal.commands.outcome import ChunkOutcome
from shoal.engine import Engine


class RestartBuilder(Skipping, Starts):
    """Camunda 7: ``RestartProcessInstanceBuilder``."""

    def __init__(self, engine: Engine, process_definition_id: str) -> None:
        super().__init__()
        self._choice = Choice(engine)
        self._said: dict[str, Any] = {"definition_id": process_definition_id}

    def process_instance_ids(self, *process_instance_ids: str | Ids) -> Self:
        """These ended instances; ids, or lists of ids."""
        self._choice.add(*process_instance_ids)
        return self

    def historic_process_instance_query(self, query: Filtering | None) -> Self:
        """Those that have ended of what a ``HistoricProcessInstanceQuery`` finds."""
        self._choice.add_query(query)
        return self

    def initial_set_of_variables(self) -> Self:
        """With the variables that they were started with, not with the last ones."""
        self._said["initial_variables"] = True
        return self

    def without_business_key(self) -> Self:
        """The new ones get no business key."""
        self._said["without_business_key"] = True
        return self

    def execute(self) -> ChunkOutcome:
        """Start them again now, each by itself."""
        return self._choice.carry_out("restart-instances", self._params())

    def execute_async(self) -> Batch:
        """A batch that starts them again."""
        return self._choice.create("restart-instances", self._params())

    def _params(self) -> dict[str, Any]:
        return {**self._said, "instructions": self.instructions}
