"""What the callers of an instance would do about its errors and escalations: asked before it acts on them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

from shoal.commands.advance import Moved
from shoal.kernel import InstanceFacts, catches_error, escalation_interrupts


class Callers:
    """The instances above one that moves; those that do not move yet are loaded when they are asked."""

    def __init__(self, moved: Mapping[str, Moved], load: Callable[[str], None]) -> None:
        self._moved = moved
        self._load = load

    def catch(self, called: InstanceFacts, code: str | Collection[str]) -> bool:
        """Whether one of them catches a BPMN error with that code, or an exception of classes of these names."""
        return any(
            catches_error(caller.loaded.deployed.process, caller.loaded.snapshot.state, node_id, code)
            for caller, node_id in self._above(called)
        )

    def interrupt(self, called: InstanceFacts, code: str) -> bool | None:
        """Whether the first of them that catches the escalation interrupts its call; None if none catches it."""
        for caller, node_id in self._above(called):
            model, state = caller.loaded.deployed.process, caller.loaded.snapshot.state
            interrupts = escalation_interrupts(model, state, node_id, code)
            if interrupts is not None:
                return interrupts
        return None

    def _above(self, called: InstanceFacts) -> Iterator[tuple[Moved, str]]:
        facts = called
        while facts.super_id is not None and facts.super_node_id is not None:
            if facts.super_id not in self._moved:
                self._load(facts.super_id)
            caller = self._moved.get(facts.super_id)
            # one that has been cancelled meanwhile waits for nothing
            if caller is None or caller.loaded.snapshot.state.find(facts.super_node_id) is None:
                return
            yield caller, facts.super_node_id
            facts = caller.loaded.snapshot.instance
