"""Removal times: written as hierarchies start or end, and set afterwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from tests.integration.commands.scene import cancel, header, locked_elsewhere, rows, written
from tests.integration.retention.scene import (
    INNER_DAYS,
    OUTER_DAYS,
    called_by,
    deploy_calls,
    finish,
    new_decision,
    new_decision_definition,
    removal_time,
    removal_time_of_decision,
    set_days,
    set_removal_times,
    started,
)

from shoal.batch.control import cancel_batch
from shoal.batch.create import create_batch
from shoal.commands.context import Context
from shoal.commands.delete_history import delete_history
from shoal.commands.outcome import NOT_FOUND, ChunkOutcome
from shoal.errors import InputError, ModelRejectedError
from shoal.retention.removal_time import (
    NO_SUCH_BATCH,
    RemovalTimeMode,
    set_removal_time_of_batches,
    set_removal_time_of_decisions,
    set_removal_time_of_instances,
)
from shoal.store.tables.batches import batch

UNKNOWN = "00000000-0000-7000-8000-000000000000"
WHEN = datetime(2031, 2, 3, 4, 5, 6, tzinfo=UTC)
OUTER = timedelta(days=OUTER_DAYS)
INNER = timedelta(days=INNER_DAYS)
ABSOLUTE, CLEARED, CALCULATED = RemovalTimeMode.ABSOLUTE, RemovalTimeMode.CLEARED, RemovalTimeMode.CALCULATED


@pytest.fixture(scope="module")
def at_end(ctx: Context) -> Context:
    """The default strategy."""
    deploy_calls(ctx)
    return ctx


@pytest.fixture(scope="module")
def at_start(new_context: Callable[..., Context]) -> Context:
    """History counts from the start."""
    ctx = new_context(history_removal_time_strategy="start")
    deploy_calls(ctx)
    return ctx


@pytest.fixture(scope="module")
def never(new_context: Callable[..., Context]) -> Context:
    """Nothing is said by itself."""
    ctx = new_context(history_removal_time_strategy="none", history_cleanup_enabled=False)
    deploy_calls(ctx)
    return ctx


def _set(ctx: Context, *ids: str, mode: RemovalTimeMode, when: datetime | None = None, **how: bool) -> ChunkOutcome:
    return written(ctx, lambda tx: set_removal_time_of_instances(ctx, tx, ids, mode, when, **how))


def _decide(
    ctx: Context, *ids: str, mode: RemovalTimeMode, when: datetime | None = None, **how: bool
) -> ChunkOutcome:
    return written(ctx, lambda tx: set_removal_time_of_decisions(ctx, tx, ids, mode, when, **how))


def _ended(ctx: Context) -> tuple[str, str]:
    root, called = started(ctx)
    finish(ctx, called)
    finish(ctx, root)
    return root, called


def test_the_end_of_the_root_says_it_for_the_whole_hierarchy(at_end: Context) -> None:
    root, called = started(at_end)
    definition = new_decision_definition(at_end, "at-end", 1)
    decision = new_decision(at_end, definition, instance_id=called, root_instance_id=root)
    finish(at_end, called)
    assert header(at_end, called).state == "completed"
    assert removal_time(at_end, called) is None
    finish(at_end, root)
    expected = header(at_end, root).ended_at + OUTER
    assert removal_time(at_end, root) == removal_time(at_end, called) == expected
    assert removal_time_of_decision(at_end, decision) == expected


def test_a_cancelled_root_counts_as_ended(at_end: Context) -> None:
    root, called = started(at_end)
    single = started(at_end, "inner")[0]
    cancel(at_end, [root, single])
    assert removal_time(at_end, called) == header(at_end, root).ended_at + OUTER
    assert removal_time(at_end, single) == header(at_end, single).ended_at + INNER


def test_without_a_time_to_live_history_stays(at_end: Context, at_start: Context) -> None:
    for ctx in (at_end, at_start):
        kept = started(ctx, "forever")[0]
        finish(ctx, kept)
        assert removal_time(ctx, kept) is None


def test_the_start_says_it_and_called_instances_inherit_it(at_start: Context) -> None:
    root, called = started(at_start)
    expected = header(at_start, root).started_at + OUTER
    assert removal_time(at_start, root) == removal_time(at_start, called) == expected
    finish(at_start, called)
    finish(at_start, root)
    assert removal_time(at_start, root) == removal_time(at_start, called) == expected


def test_an_instance_called_later_inherits_what_was_set_meanwhile(at_start: Context) -> None:
    root = started(at_start, "late")[0]
    _set(at_start, root, mode=ABSOLUTE, when=WHEN)
    finish(at_start, root)
    assert removal_time(at_start, called_by(at_start, root)) == WHEN


def test_never_is_never(never: Context) -> None:
    root, called = _ended(never)
    assert removal_time(never, root) is None
    assert removal_time(never, called) is None


@pytest.mark.parametrize("mode", [ABSOLUTE, CLEARED])
def test_a_given_time_goes_to_the_instance_alone(at_end: Context, mode: RemovalTimeMode) -> None:
    when = WHEN if mode is ABSOLUTE else None
    root, called = _ended(at_end)
    before = removal_time(at_end, root)
    outcome = _set(at_end, called, UNKNOWN, "no id", mode=mode, when=when)
    assert outcome == ChunkOutcome([called], {UNKNOWN: NOT_FOUND, "no id": NOT_FOUND})
    assert removal_time(at_end, called) == when
    assert removal_time(at_end, root) == before


@pytest.mark.parametrize("mode", [ABSOLUTE, CLEARED])
def test_a_given_time_goes_to_the_whole_hierarchy(at_end: Context, mode: RemovalTimeMode) -> None:
    when = WHEN if mode is ABSOLUTE else None
    root, called = _ended(at_end)
    definition = new_decision_definition(at_end, f"given-{mode}", 1)
    decision = new_decision(at_end, definition, instance_id=called, root_instance_id=root, removal_time=WHEN)
    other = _ended(at_end)[0]
    before = removal_time(at_end, other)
    assert _set(at_end, called, mode=mode, when=when, hierarchical=True).succeeded == [called]
    assert removal_time(at_end, root) == removal_time(at_end, called) == when
    assert removal_time_of_decision(at_end, decision) == when
    assert removal_time(at_end, other) == before


def test_calculated_from_the_end(at_end: Context) -> None:
    root, called = _ended(at_end)
    set_removal_times(at_end, WHEN, root, called)
    set_days(at_end, "inner", 7)
    try:
        _set(at_end, called, mode=CALCULATED)
        assert removal_time(at_end, called) == header(at_end, called).ended_at + timedelta(days=7)
        assert removal_time(at_end, root) == WHEN
        _set(at_end, called, mode=CALCULATED, hierarchical=True)
        expected = header(at_end, root).ended_at + OUTER
        assert removal_time(at_end, root) == removal_time(at_end, called) == expected
    finally:
        set_days(at_end, "inner", INNER_DAYS)


def test_calculated_while_it_runs(at_end: Context, at_start: Context, never: Context) -> None:
    for ctx, days in ((at_end, None), (at_start, OUTER), (never, None)):
        root, called = started(ctx)
        set_removal_times(ctx, WHEN, root, called)
        assert _set(ctx, root, mode=CALCULATED).succeeded == [root]
        assert removal_time(ctx, root) == (None if days is None else header(ctx, root).started_at + days)
        assert removal_time(ctx, called) == WHEN
        _set(ctx, called, mode=CALCULATED, hierarchical=True)
        assert removal_time(ctx, called) == removal_time(ctx, root)


def test_calculated_from_the_end_even_when_the_start_counts(at_start: Context, never: Context) -> None:
    root, called = _ended(at_start)
    _set(at_start, root, mode=CALCULATED, hierarchical=True)
    assert removal_time(at_start, root) == removal_time(at_start, called) == header(at_start, root).ended_at + OUTER
    root, called = _ended(never)
    set_removal_times(never, WHEN, root, called)
    _set(never, root, mode=CALCULATED, hierarchical=True)
    assert removal_time(never, root) is removal_time(never, called) is None


def test_calculated_without_a_time_to_live_is_cleared(at_end: Context) -> None:
    kept = started(at_end, "forever")[0]
    finish(at_end, kept)
    set_removal_times(at_end, WHEN, kept)
    _set(at_end, kept, mode=CALCULATED)
    assert removal_time(at_end, kept) is None
    _set(at_end, kept, mode=CALCULATED)
    assert removal_time(at_end, kept) is None


@pytest.mark.parametrize("mode", [ABSOLUTE, CALCULATED])
def test_a_hierarchy_without_its_root(at_end: Context, mode: RemovalTimeMode) -> None:
    root, called = _ended(at_end)
    written(at_end, lambda tx: delete_history(at_end, tx, [root]))
    when = WHEN if mode is ABSOLUTE else None
    assert _set(at_end, called, mode=mode, when=when, hierarchical=True).succeeded == [called]
    assert removal_time(at_end, called) == (when or header(at_end, called).ended_at + INNER)


@pytest.mark.postgres
def test_a_hierarchy_of_which_somebody_holds_a_part_is_put_back(at_end: Context) -> None:
    if at_end.database.dialect.single_writer:
        pytest.skip("SQLite has one writer")
    root, called = started(at_end)
    other, _ = started(at_end)
    with locked_elsewhere(at_end.database, called):
        outcome = _set(at_end, root, other, mode=ABSOLUTE, when=WHEN, hierarchical=True)
        assert (outcome.succeeded, outcome.put_back) == ([other], [root])
        assert removal_time(at_end, root) is None
        assert _set(at_end, called, mode=ABSOLUTE, when=WHEN).put_back == [called]


def test_decisions_alone_and_as_a_hierarchy(at_end: Context) -> None:
    ten, three = (new_decision_definition(at_end, f"days-{days}", days) for days in (10, 3))
    evaluated = datetime(2026, 1, 1, tzinfo=UTC)
    asked = new_decision(at_end, ten, evaluated_at=evaluated)
    required = new_decision(at_end, three, root_decision_id=asked, evaluated_at=evaluated)
    assert _decide(at_end, required, UNKNOWN, mode=CALCULATED).succeeded == [required]
    assert removal_time_of_decision(at_end, required) == evaluated + timedelta(days=3)
    assert removal_time_of_decision(at_end, asked) is None
    _decide(at_end, required, mode=CALCULATED, hierarchical=True)
    for each in (asked, required):
        assert removal_time_of_decision(at_end, each) == evaluated + timedelta(days=10)
    _decide(at_end, asked, mode=CLEARED)
    assert removal_time_of_decision(at_end, asked) is None
    assert removal_time_of_decision(at_end, required) == evaluated + timedelta(days=10)


@pytest.mark.parametrize("with_processes", [False, True])
def test_decisions_may_take_their_processes_along(at_end: Context, with_processes: bool) -> None:
    root, called = started(at_end)
    definition = new_decision_definition(at_end, f"along-{with_processes}", 10)
    asked = new_decision(at_end, definition, instance_id=called, root_instance_id=root)
    alone = new_decision(at_end, definition)
    outcome = _decide(
        at_end, asked, alone, mode=ABSOLUTE, when=WHEN, hierarchical=True, with_processes=with_processes
    )
    assert outcome.succeeded == [asked, alone]
    assert removal_time_of_decision(at_end, asked) == removal_time_of_decision(at_end, alone) == WHEN
    expected = WHEN if with_processes else None
    assert removal_time(at_end, root) == removal_time(at_end, called) == expected


def test_what_cannot_be_is_refused(at_end: Context) -> None:
    for mode, when in ((ABSOLUTE, None), (CLEARED, WHEN), (ABSOLUTE, WHEN.replace(tzinfo=None))):
        with pytest.raises(InputError, match="absolute_removal_time"):
            _set(at_end, UNKNOWN, mode=mode, when=when)
    with pytest.raises(InputError, match="with_processes"):
        _decide(at_end, UNKNOWN, mode=CLEARED, with_processes=True)


def test_definitions_without_a_time_to_live_may_be_refused(new_context: Callable[..., Context]) -> None:
    strict = new_context(enforce_history_time_to_live=True)
    with pytest.raises(
        ModelRejectedError, match=r"'forever': ENGINE-12018 History Time To Live \(TTL\) cannot be null"
    ):
        deploy_calls(strict)
    lenient = new_context(strict.database, enforce_history_time_to_live=True, history_time_to_live=9)
    deploy_calls(lenient)
    kept = started(lenient, "forever")[0]
    finish(lenient, kept)
    assert removal_time(lenient, kept) == header(lenient, kept).ended_at + timedelta(days=9)


def test_batches_by_their_operations(new_context: Callable[..., Context]) -> None:
    days = {"batch_operation_history_time_to_live": 9, "batch_operation_history_time_to_live_by_type": {}}
    ctx = new_context(**days)
    deploy_calls(ctx)
    running = create_batch(ctx, "suspend-instances", {}, {"ids": [UNKNOWN]}).id
    ended = create_batch(ctx, "suspend-instances", {}, {"ids": [UNKNOWN]}).id
    cancel_batch(ctx, ended)
    set_removal_times(ctx, WHEN, running, ended, table=batch)

    def times(mode: RemovalTimeMode, when: datetime | None = None) -> list[datetime | None]:
        outcome = written(
            ctx, lambda tx: set_removal_time_of_batches(ctx, tx, [running, ended, UNKNOWN], mode, when)
        )
        assert sorted(outcome.succeeded) == sorted([running, ended])
        assert outcome.skipped == {UNKNOWN: NO_SUCH_BATCH}
        found = {each.id: each.removal_time for each in rows(ctx, batch)}
        return [found[running], found[ended]]

    (end,) = [each.ended_at for each in rows(ctx, batch) if each.id == ended]
    assert times(CALCULATED) == [None, end + timedelta(days=9)]
    assert times(ABSOLUTE, WHEN) == [WHEN, WHEN]
    assert times(CLEARED) == [None, None]
