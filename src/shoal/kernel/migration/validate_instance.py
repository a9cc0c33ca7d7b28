"""Whether one instance, as it is now, can be migrated by a plan that is right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from shoal.bpmn.events import StartEvent
from shoal.bpmn.process import Process
from shoal.kernel.migration.flows import way_out
from shoal.kernel.migration.kept import failures_of_kept
from shoal.kernel.migration.kinds import is_supported
from shoal.kernel.migration.pairs import Pair, Pairs
from shoal.kernel.migration.plan import MigrationPlan
from shoal.kernel.migration.reports import ElementReport, MigratingInstanceReport
from shoal.kernel.migration.validate_plan import ResolvedPlan, resolve
from shoal.kernel.moving import bind
from shoal.kernel.plan import ProcessPlan
from shoal.kernel.snapshot import Snapshot
from shoal.kernel.state import Node, Phase

_UNMAPPED = "There is no migration instruction for this instance's activity"


def validate_instance(
    source: Process | ProcessPlan, target: Process | ProcessPlan, plan: MigrationPlan, snapshot: Snapshot
) -> MigratingInstanceReport:
    """Everything that keeps the instance from being migrated. The plan itself has passed ``validate_plan``.

    Camunda 7: MigratingActivityInstanceValidator, MigratingTransitionInstanceValidator. Changes nothing.
    """
    return check(resolve(source, target, plan), snapshot)


def check(resolved: ResolvedPlan, snapshot: Snapshot) -> MigratingInstanceReport:
    """The same, for a plan that has been looked up."""
    failures = tuple(_of_instance(resolved, snapshot))
    instance_id = snapshot.instance.id
    if failures:
        return MigratingInstanceReport(instance_id, failures)
    state = snapshot.state
    if state.bound is not resolved.pairs.source:
        bind(state, resolved.pairs.source)
    pairs = resolved.pairs
    activities = _Reports(pairs)
    transitions = _Reports(pairs)
    for node in state.nodes.values():
        if node.phase is Phase.BEFORE or node.phase is Phase.AFTER:
            transitions.add(node, _of_transition(node, pairs.of(node.element), pairs))
        elif node.phase is not Phase.KEPT:
            activities.add(node, _of_activity(node, pairs.of(node.element)))
    for node, said in failures_of_kept(state, pairs):
        activities.add(node, [said])
    return MigratingInstanceReport(instance_id, (), activities.made(), transitions.made())


class _Reports:
    """Failures by node."""

    def __init__(self, pairs: Pairs) -> None:
        self.pairs = pairs
        self.found: dict[str, tuple[Node, list[str]]] = {}

    def add(self, node: Node, failures: Iterable[str]) -> None:
        for said in failures:
            self.found.setdefault(node.id, (node, []))[1].append(said)

    def made(self) -> tuple[ElementReport, ...]:
        reports: list[ElementReport] = []
        for node, failures in self.found.values():
            pair = self.pairs.of(node.element)
            instruction = None if pair is None else pair.instruction
            reports.append(ElementReport(instruction, node.id, node.plan.id, tuple(failures)))
        return tuple(reports)


def _of_instance(resolved: ResolvedPlan, snapshot: Snapshot) -> Iterator[str]:
    instance = snapshot.instance
    said = f"Process instance '{instance.id}' cannot be migrated."
    if instance.definition_id != resolved.plan.source_definition_id:
        yield (
            f"{said} Its process definition '{instance.definition_id}' does not match the source process "
            f"definition of the migration plan '{resolved.plan.source_definition_id}'"
        )
    elif not snapshot.state.nodes:
        yield f"{said} The process instance does not exist"
    elif snapshot.state.root.extra:
        yield f"{said} What it has to remember cannot be migrated"


def _of_activity(node: Node, pair: Pair | None) -> Iterator[str]:
    if pair is None and not node.children:
        yield _UNMAPPED
    if not is_supported(node.plan):
        yield "The type of the source activity is not supported for activity instance migration"
    if node.extra:
        yield f"What the instance of '{node.element}' has to remember cannot be migrated"


def _of_transition(node: Node, pair: Pair | None, pairs: Pairs) -> Iterator[str]:
    if pair is None:
        yield _UNMAPPED
        return
    target = pair.target
    if node.phase is Phase.BEFORE:
        starts = isinstance(pair.source.element, StartEvent) and pair.source.scope is pairs.source.root
        if starts and target.scope is not pairs.target.root:
            yield (
                "A transition instance that instantiates the process can only be migrated to a process-level "
                "flow node"
            )
        if not target.async_before:
            yield "Target activity is not asyncBefore"
        return
    if not target.async_after:
        yield "Target activity is not asyncAfter"
    if len(target.outgoing) > 1 and way_out(target, node.flow) is None:
        if node.flow is None:
            yield (
                "Transition instance is assigned to no sequence flow and target activity has more than one "
                "outgoing sequence flow"
            )
        else:
            yield (
                "Transition instance is assigned to a sequence flow that cannot be matched in the target activity"
            )
    if node.extra:
        yield f"What the instance of '{node.element}' has to remember cannot be migrated"
