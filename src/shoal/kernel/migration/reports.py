"""What is wrong with a plan, or with an instance that is to be migrated by it.

The members are those of Camunda 7's REST API (migrationPlanValidation, migratingProcessInstanceValidation), in
this project's spelling.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from shoal.errors import ConflictError, InputError
from shoal.kernel.migration.plan import MigrationInstruction


@dataclass(frozen=True, slots=True)
class InstructionReport:
    """Why an instruction cannot be carried out."""

    instruction: MigrationInstruction
    failures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MigrationPlanReport:
    """Camunda 7: MigrationPlanValidationReport. Only what has failures is in it."""

    instruction_reports: tuple[InstructionReport, ...] = ()
    variable_reports: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Failures by the name of the variable."""

    @property
    def has_failures(self) -> bool:
        """Whether no instance can be migrated by the plan."""
        return bool(self.instruction_reports or self.variable_reports)

    def __str__(self) -> str:
        said = [f"{each.instruction}: {'; '.join(each.failures)}" for each in self.instruction_reports]
        said += [f"variable '{name}': {'; '.join(found)}" for name, found in self.variable_reports.items()]
        return " | ".join(said)


@dataclass(frozen=True, slots=True)
class ElementReport:
    """Why an activity instance, or a transition instance (a token before or after an element), cannot migrate."""

    instruction: MigrationInstruction | None
    instance_id: str
    """Camunda 7: activityInstanceId or transitionInstanceId."""
    source_scope_id: str
    failures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MigratingInstanceReport:
    """Camunda 7: MigratingProcessInstanceValidationReport. Only what has failures is in it."""

    instance_id: str
    failures: tuple[str, ...] = ()
    activity_reports: tuple[ElementReport, ...] = ()
    transition_reports: tuple[ElementReport, ...] = ()

    @property
    def has_failures(self) -> bool:
        """Whether the instance cannot be migrated."""
        return bool(self.failures or self.activity_reports or self.transition_reports)

    def __str__(self) -> str:
        return " | ".join(self._said())

    def _said(self) -> Iterator[str]:
        yield from self.failures
        for what, reports in (("activity", self.activity_reports), ("transition", self.transition_reports)):
            for each in reports:
                found = "; ".join(each.failures)
                yield f"{what} instance '{each.instance_id}' of '{each.source_scope_id}': {found}"


class PlanRejectedError(InputError):
    """A migration plan has failures; ``report`` has all of them. Camunda 7: MigrationPlanValidationException."""

    code = "migration.plan"

    def __init__(self, report: MigrationPlanReport) -> None:
        super().__init__(f"the migration plan cannot be carried out: {report}", report=report)
        self.report = report


class MigrationRejectedError(ConflictError):
    """The instance cannot be migrated by this plan, and was not touched; ``report`` says why.

    Camunda 7: MigratingProcessInstanceValidationException.
    """

    code = "migration.instance"

    def __init__(self, report: MigratingInstanceReport) -> None:
        super().__init__(f"cannot migrate process instance '{report.instance_id}': {report}", report=report)
        self.report = report
