"""Random interleavings of two workers with everything that can be said to a batch, and with dying workers.

Whatever happens: no element is in two chunks, counters equal rows, each element is done at most once; and once
the batch is let go on, it ends with each element done exactly once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select
from tests.batch_scene import Scene, check_batch
from tests.integrity import check_every_row

from shoal import clock
from shoal.batch import execute, seed
from shoal.batch.control import (
    cancel_batch,
    change_settings,
    resume_batch,
    retry_failed,
    suspend_batch,
)
from shoal.batch.create import create_batch
from shoal.batch.handlers import BATCH_HANDLERS
from shoal.batch.operations.set_variables import SetVariables
from shoal.batch.states import BatchState
from shoal.batch.throttle import admission
from shoal.batch.view import get_batch
from shoal.commands.context import Context
from shoal.commands.outcome import ChunkOutcome, Failure
from shoal.jobs.acquire import Acquired, acquire
from shoal.jobs.run import run_acquired
from shoal.store.tables.variables import variable_update
from shoal.store.within import within

COUNT = 23


class Death(GeneratorExit):
    """A worker dies in the middle of its transaction. Nobody takes it for a failure (see ``means_stop``)."""


class Moving:
    """A clock that only moves forward when it is told to."""

    def __init__(self) -> None:
        self.now = datetime(2030, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(microseconds=10)
        return self.now


@contextmanager
def dying_at(module: Any, name: str) -> Iterator[None]:
    """Whoever calls it dies right after; and that must come out, not be handled on the way."""
    real = getattr(module, name)
    deaths: list[int] = []

    def die(*given: Any, **named: Any) -> None:
        real(*given, **named)
        deaths.append(1)
        raise Death

    setattr(module, name, die)
    try:
        yield
    except Death:
        return
    finally:
        setattr(module, name, real)
    assert not deaths, "a death was taken for a failure"


@contextmanager
def troubled(told: Callable[[Sequence[str]], tuple[set[str], set[str], bool]]) -> Iterator[None]:
    """Let some elements fail or be put back, or the whole chunk fail, as ``told`` says of the ids."""
    real = SetVariables.apply

    def apply(self: Any, ctx: Any, tx: Any, ids: Sequence[str], *given: Any) -> ChunkOutcome:
        failing, put_back, broken = told(ids)
        rest = [each for each in ids if each not in failing and each not in put_back]
        outcome = real(self, ctx, tx, rest, *given) if rest else ChunkOutcome()
        outcome.failed |= {each: Failure("test", "fails") for each in failing}
        outcome.put_back += sorted(put_back)
        if broken:
            raise RuntimeError("broken")
        return outcome

    SetVariables.apply = apply  # type: ignore[method-assign]
    try:
        yield
    finally:
        SetVariables.apply = real  # type: ignore[method-assign]


class Machine(RuleBasedStateMachine):
    """One batch at a time."""

    scene: Scene

    @initialize(
        chunk_size=st.integers(1, 9),
        jobs_per_seed=st.integers(1, 3),
        named=st.integers(0, COUNT),
        max_parallel=st.sampled_from([None, 1, 2]),
    )
    def create(self, chunk_size: int, jobs_per_seed: int, named: int, max_parallel: int | None) -> None:
        self.clock = Moving()
        clock.use(self.clock)
        key, self.ids = self.scene.start(COUNT)
        self.held: dict[str, Acquired] = {}
        self.poison: set[str] = set()
        self.admit = admission(self.scene.ctx)
        made = create_batch(
            self.scene.ctx,
            "set-variables",
            {"variables": {"once": 1}},
            {"ids": self.ids[:named], "filter": {"business_key": key}},
            {"chunk_size": chunk_size, "jobs_per_seed": jobs_per_seed, "max_parallel": max_parallel},
        )
        self.batch_id = made.id
        assert made.statistics.total == COUNT

    def teardown(self) -> None:
        try:
            if hasattr(self, "batch_id"):
                self.end()
        finally:
            clock.use(None)

    @rule(owner=st.sampled_from(["one", "two"]))
    def take(self, owner: str) -> None:
        if owner not in self.held:
            found = acquire(self.scene.ctx, owner, self.admit)
            if not found.is_empty:
                self.held[owner] = found

    @rule(owner=st.sampled_from(["one", "two"]))
    def work(self, owner: str) -> None:
        if (found := self.held.pop(owner, None)) is not None:
            with troubled(lambda ids: (self.poison & set(ids), set(), False)):
                run_acquired(self.scene.ctx, found, owner, BATCH_HANDLERS)

    @rule(owner=st.sampled_from(["one", "two"]), module=st.sampled_from(["record", "finish", "seed"]))
    def die(self, owner: str, module: str) -> None:
        found = self.held.pop(owner, None)
        if found is None:
            return
        place = {
            "record": (execute, "record_outcome"),
            "finish": (execute.jobs, "finish_job"),
            "seed": (seed, "insert_chunks"),
        }[module]
        with dying_at(*place):
            run_acquired(self.scene.ctx, found, owner, BATCH_HANDLERS)

    @rule(owner=st.sampled_from(["one", "two"]), data=st.data())
    def work_in_trouble(self, owner: str, data: st.DataObject) -> None:
        found = self.held.pop(owner, None)
        if found is None:
            return
        kinds = data.draw(st.lists(st.sampled_from(["fine", "fails", "held"]), min_size=COUNT, max_size=COUNT))
        broken = data.draw(st.booleans())
        by_id = dict(zip(self.ids, kinds, strict=True))

        def told(ids: Sequence[str]) -> tuple[set[str], set[str], bool]:
            failing = {each for each in ids if by_id[each] == "fails"}
            return failing, {each for each in ids if by_id[each] == "held"}, broken

        with troubled(told):
            run_acquired(self.scene.ctx, found, owner, BATCH_HANDLERS)

    @rule(seconds=st.sampled_from([0.2, 1.0, 31.0, 61.0]))
    def let_time_pass(self, seconds: float) -> None:
        self.clock.now += timedelta(seconds=seconds)

    @rule(number=st.integers(0, COUNT - 1))
    def poison_one(self, number: int) -> None:
        self.poison.add(self.ids[number])

    @precondition(lambda self: not self.state.has_ended)
    @rule()
    def suspend(self) -> None:
        suspend_batch(self.scene.ctx, self.batch_id)

    @precondition(lambda self: not self.state.has_ended)
    @rule(max_parallel=st.sampled_from([None, 1]), rate=st.sampled_from([None, 3.0]))
    def resume(self, max_parallel: int | None, rate: float | None) -> None:
        change_settings(self.scene.ctx, self.batch_id, {"max_parallel": max_parallel, "rate_per_second": rate})
        resume_batch(self.scene.ctx, self.batch_id)

    @precondition(lambda self: self.state is not BatchState.CANCELLED)
    @rule()
    def retry(self) -> None:
        self.poison.clear()
        retry_failed(self.scene.ctx, self.batch_id)

    @precondition(lambda self: not self.state.has_ended)
    @rule(sure=st.integers(0, 5))
    def cancel(self, sure: int) -> None:
        if sure == 0:
            cancel_batch(self.scene.ctx, self.batch_id)

    @property
    def state(self) -> BatchState:
        return get_batch(self.scene.ctx, self.batch_id).state

    @invariant()
    def everything_agrees(self) -> None:
        if hasattr(self, "batch_id"):
            check_batch(self.scene.ctx, self.batch_id)
            counts = self.times()
            assert max(counts.values(), default=0) <= 1
            assert sum(counts.values()) == get_batch(self.scene.ctx, self.batch_id).statistics.succeeded

    def times(self) -> Counter[str]:
        """How often each element was done."""
        u = variable_update.c
        rows = self.scene.rows(select(u.instance_id).where(within(u.instance_id, self.ids), u.name == "once"))
        return Counter(row[0] for row in rows)

    def end(self) -> None:
        """Let it go on: every element is done once, unless the batch was cancelled."""
        self.held.clear()
        self.poison.clear()
        if not self.state.has_ended:
            resume_batch(self.scene.ctx, self.batch_id)
        for _ in range(2):
            for _ in range(500):
                if self.state.has_ended:
                    break
                self.clock.now += timedelta(seconds=1)
                found = acquire(self.scene.ctx, "last", self.admit)
                run_acquired(self.scene.ctx, found, "last", BATCH_HANDLERS)
            if self.state is BatchState.COMPLETED_WITH_FAILURES:
                retry_failed(self.scene.ctx, self.batch_id)
        self.everything_agrees()
        counts = self.times()
        statistics = get_batch(self.scene.ctx, self.batch_id).statistics
        assert statistics.total == COUNT
        if self.state is BatchState.CANCELLED:
            assert statistics.cancelled + statistics.done == COUNT
        else:
            assert self.state is BatchState.COMPLETED
            assert counts == dict.fromkeys(self.ids, 1)


@pytest.mark.timeout(600)
def test_any_interleaving(new_context: Callable[..., Context]) -> None:
    scene = Scene(new_context(batch_retries=2, lease_seconds=60.0, batch_poll_seconds=5.0))

    class OnScene(Machine):
        pass

    OnScene.scene = scene
    run_state_machine_as_test(
        OnScene,
        settings=settings(
            max_examples=15,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=False,
        ),
    )
    check_every_row(scene.ctx.database, scene.ctx.blobs)
