"""``create_modification(definition_id)`` and ``create_process_instance_modification(instance_id)``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from shoal.camunda.selecting import Filtering
from shoal.camunda.services.batch import Batch
from shoal.camunda.services.choice import Choice, Ids
from shoal.camunda.services.instructions import Starts
from shoal.camunda.services.skipping import Skipping
from shoal.commands.outcome import ChunkOutcome
from shoal.engine import Engine
from shoal.errors import InputError


class _Moves(Starts):
    """What both have in common."""

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[str, Any] = {}

    def cancel_all_for_activity(
        self,
        activity_id: str,
        cancel_current_active_activity_instances: bool = False,
    ) -> Self:
        """Cancel all instances of the activity; those only that were there before the first instruction."""
        return self._add(
            "cancel-all", activity_id=activity_id, only_current=cancel_current_active_activity_instances
        )

    def set_annotation(self, annotation: str) -> Self:
        """Why, for the log of user operations."""
        self._said["annotation"] = annotation
        return self


class ModificationBuilder(Skipping, _Moves):
    """Camunda 7: ``ModificationBuilder``, for many instances of one definition."""

    def __init__(self, engine: Engine, process_definition_id: str) -> None:
        super().__init__()
        self._choice = Choice(engine)
        self._definition_id = process_definition_id

    def process_instance_ids(self, *process_instance_ids: str | Ids) -> Self:
        """These instances; ids, or lists of ids."""
        self._choice.add(*process_instance_ids)
        return self

    def process_instance_query(self, query: Filtering | None) -> Self:
        """What a ``ProcessInstanceQuery`` finds."""
        self._choice.add_query(query)
        return self

    def historic_process_instance_query(self, query: Filtering | None) -> Self:
        """Those that run of what a ``HistoricProcessInstanceQuery`` finds."""
        self._choice.add_query(query)
        return self

    def execute(self) -> ChunkOutcome:
        """Modify them now, each by itself."""
        return self._choice.carry_out("modify-instances", self._params())

    def execute_async(self) -> Batch:
        """A batch that modifies them."""
        return self._choice.create("modify-instances", self._params())

    def _params(self) -> dict[str, Any]:
        return {"definition_id": self._definition_id, "instructions": self.instructions, **self._said}


class ProcessInstanceModification(_Moves):
    """Camunda 7: ``ProcessInstanceModificationBuilder``, for one instance."""

    def __init__(self, engine: Engine, process_instance_id: str) -> None:
        super().__init__()
        self._engine = engine
        self._instance_id = process_instance_id

    def cancel_activity_instance(self, activity_instance_id: str) -> Self:
        """Cancel one activity instance."""
        return self._add("cancel-activity-instance", activity_instance_id=activity_instance_id)

    def cancel_transition_instance(self, transition_instance_id: str) -> Self:
        """Cancel one token before or after an asynchronous activity."""
        return self._add("cancel-transition-instance", transition_instance_id=transition_instance_id)

    def set_variable(self, name: str, value: Any) -> Self:
        """A variable of the instruction before: where it is, else in the scope of the instance."""
        return self._with("variables", {name: value})

    def set_variables(self, variables: Mapping[str, Any]) -> Self:
        """The same for several."""
        return self._with("variables", variables)

    def set_variable_local(self, name: str, value: Any) -> Self:
        """A variable of the activity instance that the instruction before begins."""
        return self._with("local_variables", {name: value})

    def set_variables_local(self, variables: Mapping[str, Any]) -> Self:
        """The same for several."""
        return self._with("local_variables", variables)

    def execute(
        self,
        skip_custom_listeners: bool = False,
        skip_io_mappings: bool = False,
    ) -> None:
        """Carry all of it out, or nothing. NotFoundError, ConflictError, InputError, ExecutionError."""
        modification = self._engine.instances.modify(self._instance_id)
        for each in self.instructions:
            match each["type"]:
                case "cancel-all":
                    modification.cancel_all(each["activity_id"], only_current=each["only_current"])
                case "cancel-activity-instance":
                    modification.cancel_activity_instance(each["activity_instance_id"])
                case "cancel-transition-instance":
                    modification.cancel_transition_instance(each["transition_instance_id"])
                case "start-before":
                    modification.start_before(each["activity_id"], **_details(each))
                case "start-after":
                    modification.start_after(each["activity_id"], **_details(each))
                case "start-transition":
                    modification.start_transition(each["transition_id"], **_details(each))
        modification.execute(
            skip_custom_listeners=skip_custom_listeners,
            skip_io_mappings=skip_io_mappings,
            annotation=self._said.get("annotation"),
        )

    def execute_async(
        self,
        skip_custom_listeners: bool = False,
        skip_io_mappings: bool = False,
    ) -> Batch:
        """A batch of this one instance. NotFoundError."""
        params = {
            "definition_id": self._engine.instances.get(self._instance_id).definition_id,
            "instructions": self.instructions,
            "skip_custom_listeners": skip_custom_listeners,
            "skip_io_mappings": skip_io_mappings,
            **self._said,
        }
        return Choice(self._engine, [self._instance_id]).create("modify-instances", params)

    def _with(self, field: str, variables: Mapping[str, Any]) -> Self:
        if not self.instructions or not self.instructions[-1]["type"].startswith("start-"):
            raise InputError(f"{field}: an instruction that starts has to come before", field=field)
        self.instructions[-1].setdefault(field, {}).update(variables)
        return self


def _details(instruction: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in instruction.items()
        if name in ("variables", "local_variables", "ancestor_id")
    }
