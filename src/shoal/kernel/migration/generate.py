"""Finds the instructions that go without saying: equal activities. Camunda 7: mapEqualActivities()."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shoal.bpmn.activities import Activity
from shoal.bpmn.events import CompensateEvent, ConditionalEvent
from shoal.bpmn.process import Process
from shoal.kernel.compilation import compile_plan
from shoal.kernel.migration.kinds import catches, event_of, is_persistent, is_supported
from shoal.kernel.migration.pairs import Pair, Pairs
from shoal.kernel.migration.plan import MigrationInstruction
from shoal.kernel.migration.rules import OF_REPETITION, failures_of
from shoal.kernel.migration.scopes import children_of, has_trigger
from shoal.kernel.plan import ElementPlan, ProcessPlan


def generate_plan(
    source: Process | ProcessPlan, target: Process | ProcessPlan, update_event_triggers: bool = False
) -> tuple[MigrationInstruction, ...]:
    """Instructions for the activities that have the same id and kind in scopes that belong together.

    Camunda 7: only for activities at which an instance can be (wait states, scopes, what is asynchronous) and for
    events that are waited for; conditional events always get ``update_event_trigger``. Everything returned passes
    ``validate_plan``.
    """
    generator = _Generator(compile_plan(source), compile_plan(target), update_event_triggers)
    return generator.run()


class _Generator:
    def __init__(self, source: ProcessPlan, target: ProcessPlan, update_event_triggers: bool) -> None:
        self.pairs = Pairs(source, target)
        self.inside_source = children_of(source)
        self.inside_target = children_of(target)
        self.update_event_triggers = update_event_triggers
        self.order: list[Pair] = []

    def run(self) -> tuple[MigrationInstruction, ...]:
        open_scopes = [(self.pairs.source.root, self.pairs.target.root)]
        while open_scopes:
            source, target = open_scopes.pop()
            inside = self._matches(_inside(self.inside_source, source), _inside(self.inside_target, target))
            starts = self._matches(source.event_starts, target.event_starts)
            self._drop_invalid([*inside, *starts])
            open_scopes += [(pair.source, pair.target) for pair in reversed(inside) if self._is_kept(pair)]
        self._drop_invalid(self.pairs.all(), complete=True)
        return tuple(pair.instruction for pair in self.order if self._is_kept(pair))

    def _matches(self, sources: Sequence[ElementPlan], targets: Sequence[ElementPlan]) -> list[Pair]:
        by_id = {plan.id: plan for plan in targets if _is_eligible(plan)}
        found: list[Pair] = []
        for source in sources:
            target = by_id.get(source.id)
            if target is None or not _is_eligible(source) or self.pairs.of(source.id) is not None:
                continue
            update = isinstance(event_of(source), ConditionalEvent) or (
                self.update_event_triggers and has_trigger(source)
            )
            pair = Pair(MigrationInstruction(source.id, target.id, update), source, target)
            self.pairs.add(pair)
            found.append(pair)
        self.order += found
        return found

    def _drop_invalid(self, candidates: list[Pair], complete: bool = False) -> None:
        """A pair that goes may take others along."""
        ignored = frozenset() if complete else OF_REPETITION
        while True:
            kept = [pair for pair in candidates if self._is_kept(pair)]
            invalid = [pair for pair in kept if failures_of(pair, self.pairs, ignored)]
            if not invalid:
                return
            self.pairs.discard(invalid)

    def _is_kept(self, pair: Pair) -> bool:
        return self.pairs.of(pair.source.id) is pair


def _inside(children: Mapping[str, Sequence[ElementPlan]], scope: ElementPlan) -> Sequence[ElementPlan]:
    return children.get(scope.id, ())


def _is_eligible(plan: ElementPlan) -> bool:
    if isinstance(plan.element, Activity) and plan.element.is_for_compensation:
        return False
    if plan.start is not None and isinstance(event_of(plan.start), CompensateEvent):
        # an event sub-process that compensates is a handler, too
        return False
    event = event_of(plan)
    if catches(plan) and not is_persistent(event) and not isinstance(event, CompensateEvent):
        return False
    return is_supported(plan) or plan.async_before or plan.async_after
