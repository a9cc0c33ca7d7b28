"""What a migration is to do: which activity of the source becomes which of the target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from shoal.values import TypedValue


@dataclass(frozen=True, slots=True)
class MigrationInstruction:
    """Instances of one activity become instances of another.

    Ids are those of elements; for the scope around a repeated activity, with ``#multiInstanceBody`` behind it
    (Camunda 7). An id is None only in what a client sent; ``validate_plan`` says so.
    """

    source_activity_id: str | None
    target_activity_id: str | None
    update_event_trigger: bool = False
    """Take the due date, message or signal name from the target; else what is waited for stays as it is."""

    def __str__(self) -> str:
        return f"'{self.source_activity_id}' -> '{self.target_activity_id}'"


@dataclass(frozen=True, slots=True)
class MigrationPlan:
    """From which definition to which, and how. Camunda 7: MigrationPlan."""

    source_definition_id: str
    target_definition_id: str
    instructions: tuple[MigrationInstruction, ...] = ()
    variables: Mapping[str, TypedValue] = field(default_factory=dict)
    """Set on the process instance scope afterwards."""
