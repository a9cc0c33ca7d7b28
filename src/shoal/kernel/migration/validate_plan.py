"""Whether a plan can be carried out at all, instances aside; and the plan with its ids looked up."""

from __future__ import annotations

from dataclasses import dataclass

from shoal.bpmn.process import Process
from shoal.kernel.compilation import compile_plan
from shoal.kernel.migration.pairs import Pair, Pairs
from shoal.kernel.migration.plan import MigrationInstruction, MigrationPlan
from shoal.kernel.migration.reports import InstructionReport, MigrationPlanReport
from shoal.kernel.migration.rules import failures_of
from shoal.kernel.plan import ElementPlan, ProcessPlan

_KEPT_PLANS = 64


@dataclass(frozen=True, slots=True)
class ResolvedPlan:
    """A plan made ready for any number of instances."""

    plan: MigrationPlan
    pairs: Pairs
    report: MigrationPlanReport


_resolved: dict[tuple[int, int, int], ResolvedPlan] = {}


def validate_plan(
    source: Process | ProcessPlan, target: Process | ProcessPlan, plan: MigrationPlan
) -> MigrationPlanReport:
    """Everything that is wrong with the plan. Camunda 7: POST /migration/validate."""
    return resolve(source, target, plan).report


def resolve(source: Process | ProcessPlan, target: Process | ProcessPlan, plan: MigrationPlan) -> ResolvedPlan:
    """The plan with its ids looked up; asked again for the same objects, the same answer."""
    compiled = compile_plan(source), compile_plan(target)
    key = (id(compiled[0]), id(compiled[1]), id(plan))
    found = _resolved.get(key)
    # what is kept holds the objects of its key, so no others can get their id()
    if found is None:
        found = _resolve(*compiled, plan)
        if len(_resolved) >= _KEPT_PLANS:
            _resolved.clear()
        _resolved[key] = found
    return found


def _resolve(source: ProcessPlan, target: ProcessPlan, plan: MigrationPlan) -> ResolvedPlan:
    pairs = Pairs(source, target)
    unknown: list[InstructionReport] = []
    known: list[Pair] = []
    for instruction in plan.instructions:
        failures, from_element, to_element = _look_up(source, target, instruction)
        if from_element is None or to_element is None:
            unknown.append(InstructionReport(instruction, failures))
            continue
        pair = Pair(instruction, from_element, to_element)
        known.append(pair)
        pairs.add(pair)
    reports = unknown
    for pair in known:
        failures = failures_of(pair, pairs)
        if failures:
            reports.append(InstructionReport(pair.instruction, failures))
    variables = {
        name: (f"Cannot set transient variable with name '{name}'",)
        for name, value in plan.variables.items()
        if value.transient
    }
    return ResolvedPlan(plan, pairs, MigrationPlanReport(tuple(reports), variables))


def _look_up(
    source: ProcessPlan, target: ProcessPlan, instruction: MigrationInstruction
) -> tuple[tuple[str, ...], ElementPlan | None, ElementPlan | None]:
    failures: list[str] = []
    source_id, target_id = instruction.source_activity_id, instruction.target_activity_id
    if not source_id:
        failures.append("Source activity id is null")
    if not target_id:
        failures.append("Target activity id is null")
    from_element = source.elements.get(source_id) if source_id else None
    to_element = target.elements.get(target_id) if target_id else None
    if source_id and target_id:
        if from_element is None:
            failures.append(f"Source activity '{source_id}' does not exist")
        if to_element is None:
            failures.append(f"Target activity '{target_id}' does not exist")
    return tuple(failures), from_element, to_element
