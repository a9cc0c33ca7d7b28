"""``update_process_instance_suspension_state()``."""

from __future__ import annotations

from typing import Any, Self

from shoal.camunda.selecting import Filtering
from shoal.camunda.services.batch import Batch
from shoal.camunda.services.choice import Choice, Ids
from shoal.commands.outcome import ChunkOutcome
from shoal.engine import Engine
from shoal.filters import InstanceFilter


class _Definition:
    """The instances of a definition, as a query."""

    def __init__(self) -> None:
        self.said: dict[str, Any] = {"running": True}

    def filter(self) -> InstanceFilter:
        return InstanceFilter.model_validate(self.said)


class UpdateSuspensionState:
    """Camunda 7: ``UpdateProcessInstanceSuspensionStateBuilder``."""

    def __init__(self, engine: Engine) -> None:
        self._choice = Choice(engine)
        self._definition: _Definition | None = None

    def by_process_instance_id(self, process_instance_id: str) -> Self:
        """This instance."""
        self._choice.add(process_instance_id)
        return self

    def by_process_instance_ids(self, *process_instance_ids: str | Ids) -> Self:
        """These instances; ids, or lists of ids."""
        self._choice.add(*process_instance_ids)
        return self

    def by_process_instance_query(self, query: Filtering) -> Self:
        """What a ``ProcessInstanceQuery`` finds."""
        self._choice.add_query(query)
        return self

    def by_historic_process_instance_query(self, query: Filtering) -> Self:
        """Those that run of what a ``HistoricProcessInstanceQuery`` finds."""
        self._choice.add_query(query)
        return self

    def by_process_definition_id(self, process_definition_id: str) -> Self:
        """All instances of a definition."""
        return self._of(definition_id=process_definition_id)

    def by_process_definition_key(self, process_definition_key: str) -> Self:
        """All instances of all versions of a definition."""
        return self._of(definition_key=process_definition_key)

    def process_definition_tenant_id(self, tenant_id: str) -> Self:
        """With ``by_process_definition_key``: of the definitions of this tenant."""
        return self._of(tenant_id_in=(tenant_id,))

    def process_definition_without_tenant_id(self) -> Self:
        """With ``by_process_definition_key``: of the definitions of no tenant."""
        return self._of(definition_without_tenant=True)

    def suspend(self) -> ChunkOutcome:
        """Suspend them now."""
        return self._choice.carry_out("suspend-instances")

    def activate(self) -> ChunkOutcome:
        """Let them go on, now."""
        return self._choice.carry_out("resume-instances")

    def suspend_async(self) -> Batch:
        """A batch that suspends them."""
        return self._choice.create("suspend-instances")

    def activate_async(self) -> Batch:
        """A batch that lets them go on."""
        return self._choice.create("resume-instances")

    def _of(self, **said: Any) -> Self:
        if self._definition is None:
            self._definition = _Definition()
            self._choice.add_query(self._definition)
        self._definition.said.update(said)
        return self
