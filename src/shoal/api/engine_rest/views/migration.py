"""Migration plans and what is wrong with them, in Camunda 7's names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shoal.camunda.values import write_value
from shoal.kernel.migration import (
    ElementReport,
    MigratingInstanceReport,
    MigrationInstruction,
    MigrationPlanReport,
)
from shoal.values import TypedValue


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
