"""``create_migration_plan(source, target)`` and ``new_migration(plan)``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Self

from shoal.batch.operations.migrate_instances import MigrateParams
from shoal.batch.variables import typed_variables
from shoal.camunda.selecting import Filtering
from shoal.camunda.services.batch import Batch
from shoal.camunda.services.choice import Choice, Ids
from shoal.camunda.services.skipping import Skipping
from shoal.commands.outcome import ChunkOutcome
from shoal.engine import Engine
from shoal.errors import InputError
from shoal.kernel.migration import MigrationInstruction, MigrationPlan, PlanRejectedError


class MigrationPlanBuilder:
    """Camunda 7: ``MigrationPlanBuilder``, ``MigrationInstructionsBuilder``, ``MigrationInstructionBuilder``."""

    def __init__(
        self, engine: Engine, source_process_definition_id: str, target_process_definition_id: str
    ) -> None:
        self._engine = engine
        self._source = source_process_definition_id
        self._target = target_process_definition_id
        self._equal = False
        self._update_triggers = False
        self._instructions: list[MigrationInstruction] = []
        self._variables: dict[str, Any] = {}

    def map_equal_activities(self) -> Self:
        """Instructions for all activities that are equal in both definitions."""
        self._equal = True
        return self

    def update_event_triggers(self) -> Self:
        """After ``map_equal_activities``: events take due date and name over from the target."""
        self._update_triggers = True
        return self

    def map_activities(self, source_activity_id: str, target_activity_id: str) -> Self:
        """Instances of the one become instances of the other."""
        self._instructions.append(MigrationInstruction(source_activity_id, target_activity_id))
        return self

    def update_event_trigger(self) -> Self:
        """After ``map_activities``: this event takes due date and name over from the target."""
        if not self._instructions:
            raise InputError("update_event_trigger: map_activities has to be called before", field="instructions")
        self._instructions[-1] = replace(self._instructions[-1], update_event_trigger=True)
        return self

    def set_variables(self, variables: Mapping[str, Any]) -> Self:
        """Set in the scope of each instance afterwards."""
        self._variables |= variables
        return self

    def build(self) -> MigrationPlan:
        """The plan. PlanRejectedError says all that is wrong with it; NotFoundError: no such definition."""
        plan = MigrationPlan(
            self._source, self._target, tuple(self._instructions), typed_variables(self._variables)
        )
        if self._equal:
            generated = self._engine.migration.generate(
                self._source, self._target, update_event_triggers=self._update_triggers
            )
            plan = replace(plan, instructions=generated.instructions + plan.instructions)
        report = self._engine.migration.validate(plan)
        if report.has_failures:
            raise PlanRejectedError(report)
        return plan


class MigrationExecution(Skipping):
    """Camunda 7: ``MigrationPlanExecutionBuilder``."""

    def __init__(self, engine: Engine, plan: MigrationPlan) -> None:
        self._choice = Choice(engine)
        self._plan = plan
        self._said: dict[str, Any] = {}

    def process_instance_ids(self, *process_instance_ids: str | Ids) -> Self:
        """These instances; ids, or lists of ids."""
        self._choice.add(*process_instance_ids)
        return self

    def process_instance_query(self, query: Filtering | None) -> Self:
        """What a ``ProcessInstanceQuery`` finds."""
        self._choice.add_query(query)
        return self

    def execute(self) -> ChunkOutcome:
        """Migrate them now, each by itself."""
        return self._choice.carry_out("migrate-instances", MigrateParams.of(self._plan, **self._said))

    def execute_async(self) -> Batch:
        """A batch that migrates them."""
        return self._choice.create("migrate-instances", MigrateParams.of(self._plan, **self._said))
