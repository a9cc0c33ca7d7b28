"""Migration plans and what is wrong with them, in Camunda 7's names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from shoal.api.engine_rest.views import View
from shoal.camunda.values import write_value, write_values
from shoal.kernel.migration import (
    ElementReport,
    MigratingInstanceReport,
    MigrationInstruction,
    MigrationPlan,
    MigrationPlanReport,
)
from shoal.values import TypedValue


class InstructionView(View):
    """Camunda 7: MigrationInstructionDto."""

    source_activity_ids: list[str] | None
    target_activity_ids: list[str] | None
    update_event_trigger: bool


class MigrationPlanView(View):
    """Camunda 7: MigrationPlanDto."""

    source_process_definition_id: str
    target_process_definition_id: str
    instructions: list[InstructionView]
    variables: dict[str, Any] | None

    @classmethod
    def of_plan(cls, plan: MigrationPlan, *, with_variables: bool) -> Self:
        """The view of a plan; ``variables`` is null unless somebody spoke of them."""
        return cls(
            source_process_definition_id=plan.source_definition_id,
            target_process_definition_id=plan.target_definition_id,
            instructions=[InstructionView.model_validate(instruction_view(each)) for each in plan.instructions],
            variables=write_values(plan.variables) if with_variables else None,
        )


class InstructionReportView(View):
    """Camunda 7: MigrationInstructionValidationReportDto."""

    instruction: InstructionView
    failures: list[str]


class PlanReportView(View):
    """Camunda 7: MigrationPlanReportDto."""

    instruction_reports: list[InstructionReportView]
    variable_reports: dict[str, Any]


def instruction_view(instruction: MigrationInstruction) -> dict[str, Any]:
    """One instruction."""
    source, target = instruction.source_activity_id, instruction.target_activity_id
    return {
        "sourceActivityIds": None if source is None else [source],
        "targetActivityIds": None if target is None else [target],
        "updateEventTrigger": instruction.update_event_trigger,
    }


def plan_report(report: MigrationPlanReport, variables: Mapping[str, TypedValue] | None = None) -> dict[str, Any]:
    """Camunda 7: MigrationPlanReportDto. ``variables`` are those of the plan."""
    known = variables or {}
    nothing: dict[str, Any] = {"type": None, "value": None, "valueInfo": {}}
    return {
        "instructionReports": [
            {"instruction": instruction_view(each.instruction), "failures": list(each.failures)}
            for each in report.instruction_reports
        ],
        "variableReports": {
            name: (write_value(known[name]) if name in known else nothing) | {"failures": list(failures)}
            for name, failures in report.variable_reports.items()
        },
    }


def instance_report(report: MigratingInstanceReport) -> dict[str, Any]:
    """Camunda 7: MigratingProcessInstanceValidationReportDto."""
    return {
        "processInstanceId": report.instance_id,
        "failures": list(report.failures),
        "activityInstanceValidationReports": [
            _element(each) | {"activityInstanceId": each.instance_id} for each in report.activity_reports
        ],
        "transitionInstanceValidationReports": [
            _element(each) | {"transitionInstanceId": each.instance_id} for each in report.transition_reports
        ],
    }


def _element(report: ElementReport) -> dict[str, Any]:
    return {
        "migrationInstruction": None if report.instruction is None else instruction_view(report.instruction),
        "sourceScopeId": report.source_scope_id,
        "failures": list(report.failures),
    }
