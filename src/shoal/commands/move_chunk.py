"""Moves the instances of a chunk, and with them those that they call, cancel, or were called by.

A called instance and its caller are one family: both are written in one transaction, or neither is. The calls of
the whole chunk are followed level by level, each level with a constant number of statements.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from shoal.commands.advance import Moved, Work, step
from shoal.commands.called import Call, load_called
from shoal.commands.callers import Callers
from shoal.commands.context import Context
from shoal.commands.load import Loaded, load
from shoal.errors import ExecutionError, UnavailableError
from shoal.kernel import InstanceFacts, is_awaited, new_snapshot
from shoal.kernel.effects import EndState
from shoal.kernel.stimulus import ChildEnded, ChildEscalated, ChildFailed, Start, Stimulus
from shoal.store.queries.instances import Header

_DEEPEST = 200
"""Levels of calls within one step, after which it counts as an endless recursion."""


def move_each(ctx: Context, chunk: Work, now: datetime) -> tuple[list[Moved], dict[str, Exception]]:
    """Move each instance by its stimuli, and its family.

    Returns everything that is to be written, and the errors by instance id; an error is that of its whole family.
    UnavailableError comes through.
    """
    work = list(chunk)
    chunk_moves = _Moves(ctx, now)
    for loaded, _ in work:
        chunk_moves.add(loaded, loaded.id)
    for loaded, stimuli in work:
        chunk_moves.step(loaded.id, stimuli)
    chunk_moves.follow()
    return chunk_moves.result([loaded.id for loaded, _ in work])


def move_in_turn(
    ctx: Context, chunk: Work, now: datetime
) -> tuple[list[Moved], dict[str, Exception], dict[str, list[int]]]:
    """The same for stimuli that do not belong together: all that one brings about comes before the next.

    The third answer: the stimuli of an instance, by their places, that it did not wait for any more when it was
    their turn. They changed nothing.
    """
    work = list(chunk)
    chunk_moves = _Moves(ctx, now)
    for loaded, _ in work:
        chunk_moves.add(loaded, loaded.id)
    late: dict[str, list[int]] = {}
    for turn in range(max((len(stimuli) for _, stimuli in work), default=0)):
        for loaded, stimuli in work:
            if turn >= len(stimuli):
                continue
            if turn and not chunk_moves.awaits(loaded.id, stimuli[turn]):
                late.setdefault(loaded.id, []).append(turn)
            else:
                chunk_moves.step(loaded.id, stimuli[turn : turn + 1])
        chunk_moves.follow()
    return *chunk_moves.result([loaded.id for loaded, _ in work]), late


class _Moves:
    """The instances of one chunk while they move."""

    def __init__(self, ctx: Context, now: datetime) -> None:
        self._ctx = ctx
        self._now = now
        self._moved: dict[str, Moved] = {}
        self._errors: dict[str, Exception] = {}
        self._joined: dict[str, str] = {}
        self._fresh: list[str] = []
        self._ahead: dict[str, Header | Loaded] = {}

    def add(self, loaded: Loaded, family: str) -> None:
        """One more instance takes part."""
        self._moved[loaded.id] = Moved(loaded, family)
        snapshot = loaded.snapshot
        if snapshot.instance.super_id is not None:
            callers = Callers(self._moved, lambda caller_id: self._load_caller(caller_id, family))
            snapshot.caller_catches = partial(callers.catch, snapshot.instance)
            snapshot.caller_interrupts = partial(callers.interrupt, snapshot.instance)

    def awaits(self, instance_id: str, stimulus: Stimulus) -> bool:
        """Whether the instance waits for the stimulus; one that has failed is not asked."""
        moved = self._moved[instance_id]
        if self._family(moved.family) in self._errors:
            return True
        return moved.effects.end is None and is_awaited(moved.loaded.snapshot.state, stimulus)

    def step(self, instance_id: str, stimuli: Sequence[Stimulus]) -> None:
        """Move an instance, unless its family has failed."""
        moved = self._moved[instance_id]
        family = self._family(moved.family)
        if family in self._errors:
            return
        try:
            step(self._ctx, moved, stimuli, self._now)
        except UnavailableError:
            raise
        except Exception as error:  # noqa: BLE001 - the code of users may raise anything
            self._errors[family] = error
        else:
            effects = moved.effects
            if effects.children or effects.children_cancelled or effects.thrown or effects.end is not None:
                self._fresh.append(instance_id)

    def follow(self) -> None:
        """Go after what concerns other instances, until nothing is left."""
        for _ in range(_DEEPEST):
            fresh, self._fresh = self._fresh, []
            moved = [self._moved[each] for each in dict.fromkeys(fresh)]
            if not any(self._concerns_others(each) for each in moved):
                return
            self._call(moved)
            self._cancel(moved)
            self._tell_callers(moved)
        for each in self._fresh:
            error = ExecutionError(
                f"stopped after {_DEEPEST} levels of calls; the processes seem to call each other"
            )
            self._errors.setdefault(self._family(self._moved[each].family), error)

    def result(self, given: Sequence[str]) -> tuple[list[Moved], dict[str, Exception]]:
        """What is to be written, and the errors of the instances that were given."""
        if not self._errors and not self._joined:
            return list(self._moved.values()), {}
        good: list[Moved] = []
        for moved in self._moved.values():
            moved.family = self._family(moved.family)
            if moved.family not in self._errors:
                good.append(moved)
        families = {each: self._moved[each].family for each in given}
        return good, {each: self._errors[of] for each, of in families.items() if of in self._errors}

    def _concerns_others(self, moved: Moved) -> bool:
        effects = moved.effects
        return (
            len(effects.children) > moved.children_seen
            or len(effects.children_cancelled) > moved.cancelled_seen
            or (
                moved.loaded.snapshot.instance.super_id is not None
                and (effects.end is not None or len(effects.thrown) > moved.thrown_seen)
            )
        )

    def _call(self, moves: Sequence[Moved]) -> None:
        calls: list[Call] = []
        for moved in moves:
            tenant_id = moved.loaded.snapshot.instance.tenant_id
            calls += [
                Call(moved.id, moved.loaded.deployed, tenant_id, child)
                for child in moved.effects.children[moved.children_seen :]
            ]
            moved.children_seen = len(moved.effects.children)
        if not calls:
            return
        with self._ctx.database.whole.read() as tx:
            models = load_called(self._ctx, tx, calls)
        for call, model in zip(calls, models, strict=True):
            caller = self._moved[call.caller_id]
            if isinstance(model, Exception):
                self._errors.setdefault(self._family(caller.family), model)
                continue
            facts = caller.loaded.snapshot.instance
            called = InstanceFacts(
                call.child.instance_id,
                model.definition_id,
                model.key,
                call.child.business_key,
                model.tenant_id,
                facts.root_id or facts.id,
                facts.id,
                call.child.node_id,
            )
            self.add(Loaded(new_snapshot(called), model), caller.family)
            self.step(called.id, (Start(call.child.variables),))

    def _cancel(self, moves: Sequence[Moved]) -> None:
        doomed: dict[str, Moved] = {}
        for moved in moves:
            for child_id in moved.effects.children_cancelled[moved.cancelled_seen :]:
                doomed[child_id] = moved
            moved.cancelled_seen = len(moved.effects.children_cancelled)
        self._load([each for each in doomed if each not in self._moved], {})
        for child_id, parent in doomed.items():
            child = self._moved.get(child_id)
            if child is None or child.effects.end is not None:
                continue
            self._join(child, parent)
            if parent.cancelling.skip_subprocesses:
                child.released = True
                continue
            child.end_seen = True
            reason = None if parent.effects.end is None else parent.effects.end.reason
            self.step(child_id, (replace(parent.cancelling, reason=reason),))

    def _tell_callers(self, moves: Sequence[Moved]) -> None:
        news = {each.id: each for each in moves if each.loaded.snapshot.instance.super_id is not None}
        callers = {
            each.loaded.snapshot.instance.super_id or "": each.id for each in news.values() if self._has_news(each)
        }
        self._load([each for each in callers if each not in self._moved], callers)
        for moved in news.values():
            facts = moved.loaded.snapshot.instance
            caller = self._moved.get(facts.super_id or "")
            stimuli = self._news(moved, facts.super_node_id or "")
            if caller is None or not stimuli:
                continue
            self._join(caller, moved)
            for stimulus in stimuli:
                # the caller may have stopped waiting meanwhile
                still = caller.loaded.snapshot.state.find(facts.super_node_id or "")
                if still is not None and caller.effects.end is None:
                    self.step(caller.id, (stimulus,))

    def _has_news(self, moved: Moved) -> bool:
        return (moved.effects.end is not None and not moved.end_seen) or (
            len(moved.effects.thrown) > moved.thrown_seen
        )

    def _news(self, moved: Moved, node_id: str) -> list[Stimulus]:
        effects = moved.effects
        news: list[Stimulus] = [
            ChildEscalated(node_id, each.name, each.variables)
            for each in effects.thrown[moved.thrown_seen :]
            if each.kind == "escalation"
        ]
        moved.thrown_seen = len(effects.thrown)
        if effects.end is not None and not moved.end_seen:
            moved.end_seen = True
            variables = moved.loaded.snapshot.variables.local(moved.id)
            if effects.error is not None:
                news.append(ChildFailed(node_id, effects.error.code, effects.error.message, variables))
            else:
                completed = effects.end.state is EndState.COMPLETED
                news.append(ChildEnded(node_id, variables, completed, effects.end.reason))
        return news

    def _load(self, ids: Sequence[str], families: dict[str, str]) -> None:
        missing = [each for each in ids if each not in self._ahead]
        if missing:
            with self._ctx.database.whole.read() as tx:
                self._ahead |= load(self._ctx, tx, missing)
        for instance_id in ids:
            loaded = self._ahead.get(instance_id)
            if isinstance(loaded, Loaded):
                self.add(loaded, families.get(instance_id, instance_id))

    def _load_caller(self, caller_id: str, family: str) -> None:
        """Load a caller, and with it those of all others: they may be asked too. Only who is asked takes part."""
        if caller_id not in self._ahead:
            known = [*self._moved.values()]
            facts = [each.loaded.snapshot.instance for each in known]
            facts += [each.snapshot.instance for each in self._ahead.values() if isinstance(each, Loaded)]
            above = {each.super_id for each in facts if each.super_id is not None}
            with self._ctx.database.whole.read() as tx:
                self._ahead |= load(self._ctx, tx, sorted(above - self._moved.keys() - self._ahead.keys()))
        self._load([caller_id], {caller_id: family})

    def _join(self, one: Moved, other: Moved) -> None:
        first, second = self._family(one.family), self._family(other.family)
        if first != second:
            self._joined[first] = second
            if first in self._errors:
                self._errors.setdefault(second, self._errors[first])

    def _family(self, family: str) -> str:
        joined = self._joined
        while family in joined:
            family = joined[family]
        return family
