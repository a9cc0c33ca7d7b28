"""Carries a plan out at one instance: its state becomes one of the target, and nothing moves on by that.

Camunda 7: MigrateProcessInstanceCmd. First the scopes end that do not migrate, the innermost first and by the rules
of the source; then what stays gets its place in the target, the outermost first; then variables are set.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from shoal.bpmn.process import Process
from shoal.errors import ExecutionError
from shoal.expressions.errors import BpmnError
from shoal.kernel import mapping
from shoal.kernel.effects import ActivityRecord, Effects
from shoal.kernel.host import Host
from shoal.kernel.listening import run_listeners
from shoal.kernel.migration.changing import change_activity
from shoal.kernel.migration.kinds import event_of, is_persistent
from shoal.kernel.migration.pairs import Pairs
from shoal.kernel.migration.plan import MigrationPlan
from shoal.kernel.migration.rehousing import rehouse
from shoal.kernel.migration.removing import remove_unmapped
from shoal.kernel.migration.reports import MigrationRejectedError, PlanRejectedError
from shoal.kernel.migration.triggers import Arrival, begin_to_wait, migrate_waits
from shoal.kernel.migration.validate_instance import check
from shoal.kernel.migration.validate_plan import resolve
from shoal.kernel.moving import advance
from shoal.kernel.plan import ElementPlan, ProcessPlan
from shoal.kernel.snapshot import Snapshot
from shoal.kernel.state import Node, Phase
from shoal.kernel.step import Step
from shoal.kernel.stimulus import SetVariables


def migrate(
    source: Process | ProcessPlan,
    target: Process | ProcessPlan,
    plan: MigrationPlan,
    snapshot: Snapshot,
    host: Host,
    now: datetime,
    *,
    skip_custom_listeners: bool = False,
    skip_io_mappings: bool = False,
) -> Effects:
    """Migrate the instance, and return what is to be written; the snapshot then belongs to the target.

    Raises PlanRejectedError or MigrationRejectedError, with a report, before anything is changed. After any other
    error (a listener, an expression) the snapshot is garbage, as after ``advance``.
    """
    resolved = resolve(source, target, plan)
    if resolved.report.has_failures:
        raise PlanRejectedError(resolved.report)
    report = check(resolved, snapshot)
    if report.has_failures:
        raise MigrationRejectedError(report)
    pairs = resolved.pairs
    effects = Effects(definition_id=plan.target_definition_id)
    before = {node.id: (node.plan, node.parent) for node in snapshot.state.nodes.values()}
    leaving = Step(pairs.source, snapshot, host, now, effects)
    _skip(leaving, skip_custom_listeners, skip_io_mappings)
    with _Faults(leaving):
        remove_unmapped(leaving, pairs)
    emerged = rehouse(snapshot.state, pairs, host.new_id)
    key = pairs.target.model.id
    snapshot.instance = replace(snapshot.instance, definition_id=plan.target_definition_id, definition_key=key)
    arriving = Step(pairs.target, snapshot, host, now, effects)
    _skip(arriving, skip_custom_listeners, skip_io_mappings)
    with _Faults(arriving):
        _arrive(arriving, pairs, before, emerged)
    if plan.variables:
        advance(pairs.target, snapshot, SetVariables(plan.variables), host, now, effects)
    return effects


def _arrive(
    step: Step, pairs: Pairs, before: dict[str, tuple[ElementPlan, Node | None]], emerged: set[str]
) -> None:
    root = step.state.root
    migrate_waits(step, Arrival(root, pairs.source.root), pairs)
    for node in list(step.state.nodes.values()):
        if node.id in emerged:
            _emerge(step, node)
            continue
        source, parent = before[node.id]
        if node.phase is Phase.ACTIVE or node.phase is Phase.JOINING:
            _tell_history(step, node, source, parent)
        migrate_waits(step, Arrival(node, source), pairs)


def _tell_history(step: Step, node: Node, source: ElementPlan, parent: Node | None) -> None:
    """The activity instance goes on under another name, at another place."""
    plan = node.plan
    columns: dict[str, Any] = {}
    if plan.id != source.id:
        columns["activity_id"] = plan.id
    if plan.activity_type != source.activity_type:
        columns["activity_type"] = plan.activity_type
    if node.parent is not parent and node.parent is not None:
        columns["parent_id"] = node.parent.id
    if columns:
        change_activity(step, node.id, columns)


def _emerge(step: Step, node: Node) -> None:
    """A scope begins around tokens that are there already.

    Camunda 7: with input mappings, start listeners and its events. Conditions are not looked at.
    """
    plan = node.plan
    step.at = node
    parent = node.parent
    record = ActivityRecord(node.id, parent.id if parent is not None else "", plan.id, plan.activity_type)
    step.effects.activities[node.id] = record
    if plan.inputs and not step.skip_mappings:
        mapping.map_inputs(step, node)
    for event in (*plan.event_starts, *plan.boundaries):
        if is_persistent(event_of(event)):
            begin_to_wait(step, node, event)
    if plan.start_listeners:
        run_listeners(step, node, plan.start_listeners, "start")


def _skip(step: Step, listeners: bool, mappings: bool) -> None:
    step.skip_listeners = listeners
    step.skip_mappings = mappings


class _Faults:
    """Errors of user code say at which element they happened. A BPMN error finds nobody who catches it here."""

    __slots__ = ("step",)

    def __init__(self, step: Step) -> None:
        self.step = step

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if error is None or (isinstance(error, ExecutionError) and error.element_id is not None):
            return
        element = self.step.at.element or self.step.plan.model.id
        if isinstance(error, BpmnError):
            raise ExecutionError(f"'{element}': BPMN error '{error.code}' in a migration", element) from error
        if isinstance(error, Exception):
            raise ExecutionError(f"'{element}': {error}", element) from error
