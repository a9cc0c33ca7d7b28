"""A plan whose ids have been looked up: pairs of elements of the source and the target."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from shoal.kernel.migration.plan import MigrationInstruction
from shoal.kernel.plan import ElementPlan, ProcessPlan


@dataclass(frozen=True, slots=True)
class Pair:
    """Instances of ``source`` become instances of ``target``."""

    instruction: MigrationInstruction
    source: ElementPlan
    target: ElementPlan


class Pairs:
    """Pairs by either side, in the order of the plan."""

    __slots__ = ("_by_source", "_by_target", "source", "target")

    source: ProcessPlan
    target: ProcessPlan

    def __init__(self, source: ProcessPlan, target: ProcessPlan) -> None:
        self.source = source
        self.target = target
        self._by_source: dict[str, list[Pair]] = {}
        self._by_target: dict[str, list[Pair]] = {}

    def add(self, pair: Pair) -> None:
        """Put it behind the others."""
        self._by_source.setdefault(pair.source.id, []).append(pair)
        self._by_target.setdefault(pair.target.id, []).append(pair)

    def discard(self, pairs: Iterable[Pair]) -> None:
        """Take them out again."""
        for pair in pairs:
            self._by_source[pair.source.id].remove(pair)
            self._by_target[pair.target.id].remove(pair)

    def all(self) -> list[Pair]:
        """Every pair, those of one source together."""
        return [pair for found in self._by_source.values() for pair in found]

    def all_from(self, source_id: str) -> list[Pair]:
        """What the element of the source becomes; more than one is a mistake of the plan."""
        return self._by_source.get(source_id, [])

    def all_to(self, target_id: str) -> list[Pair]:
        """What becomes the element of the target."""
        return self._by_target.get(target_id, [])

    def of(self, source_id: str) -> Pair | None:
        """What the element becomes; None when no instruction says so."""
        found = self._by_source.get(source_id)
        return found[0] if found else None

    def target_of(self, source: ElementPlan) -> ElementPlan | None:
        """What the element becomes; the process itself becomes the target process."""
        if source is self.source.root:
            return self.target.root
        pair = self.of(source.id)
        return None if pair is None else pair.target
