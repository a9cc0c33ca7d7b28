"""``set_removal_time_to_historic_process_instances()`` and its likes for decisions and batches."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

from shoal.camunda.selecting import Filtering
from shoal.camunda.services.batch import Batch
from shoal.camunda.services.choice import Choice, Ids
from shoal.commands.outcome import ChunkOutcome
from shoal.engine import Engine
from shoal.errors import InputError


class _SetRemovalTime:
    """What all have in common: one mode, and for which elements."""

    _operation: str

    def __init__(self, engine: Engine) -> None:
        self._choice = Choice(engine)
        self._params: dict[str, Any] = {}

    def absolute_removal_time(self, removal_time: datetime) -> Self:
        """This one."""
        return self._mode("absolute", absolute_removal_time=removal_time)

    def cleared_removal_time(self) -> Self:
        """None: they are kept for ever."""
        return self._mode("cleared")

    def calculated_removal_time(self) -> Self:
        """What settings and definitions say: base time and time to live."""
        return self._mode("calculated")

    def by_ids(self, *ids: str | Ids) -> Self:
        """These; ids, or lists of ids."""
        self._choice.add(*ids)
        return self

    def by_query(self, query: Filtering | None) -> Self:
        """What the historic query finds."""
        self._choice.add_query(query)
        return self

    def execute_async(self) -> Batch:
        """A batch that does it. InputError: no mode was said."""
        return self._choice.create(self._operation, self._checked())

    def execute(self) -> ChunkOutcome:
        """Do it now. InputError: no mode was said."""
        return self._choice.carry_out(self._operation, self._checked())

    def _mode(self, mode: str, **said: Any) -> Self:
        if "mode" in self._params:
            raise InputError("The removal time modes are mutually exclusive: mode is not null", field="mode")
        self._params |= {"mode": mode, **said}
        return self

    def _checked(self) -> dict[str, Any]:
        if "mode" not in self._params:
            raise InputError("removalTime is null: say absolute, cleared or calculated", field="mode")
        return self._params


class SetRemovalTimeToInstances(_SetRemovalTime):
    """Camunda 7: ``SetRemovalTimeToHistoricProcessInstancesBuilder``."""

    _operation = "set-removal-time-of-instances"

    def hierarchical(self) -> Self:
        """Of all instances of the hierarchy."""
        self._params["hierarchical"] = True
        return self

    def update_in_chunks(self) -> Self:
        """One instance in each job. The removal time stands once, so that there is no state between."""
        self._params["update_in_chunks"] = True
        return self

    def chunk_size(self, chunk_size: int) -> Self:
        """From 1 to 500; nothing depends on it."""
        self._params["update_chunk_size"] = chunk_size
        return self


class SetRemovalTimeToDecisions(_SetRemovalTime):
    """Camunda 7: ``SetRemovalTimeToHistoricDecisionInstancesBuilder``."""

    _operation = "set-removal-time-of-decisions"

    def hierarchical(self) -> Self:
        """Of all decisions of the hierarchy."""
        self._params["hierarchical"] = True
        return self

    def with_processes(self) -> Self:
        """Of the process instances that asked, too, with all their history. Camunda 7 cannot do that."""
        self._params |= {"hierarchical": True, "with_processes": True}
        return self


class SetRemovalTimeToBatches(_SetRemovalTime):
    """Camunda 7: ``SetRemovalTimeToHistoricBatchesBuilder``."""

    _operation = "set-removal-time-of-batches"
