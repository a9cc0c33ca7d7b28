"""Commands on a chunk of ids: suspend, resume, cancel, variables, deletion of history."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.integration.commands.models import (
    ASYNC_TASK,
    BOUNDARY_TIMER,
    EXTERNAL,
    LISTENING,
    MESSAGE_WAIT,
    ONE_TASK,
)
from tests.integration.commands.scene import (
    cancel,
    count,
    header,
    locked_elsewhere,
    open_tasks,
    rows,
    typed,
    values,
    written,
)
from tests.integrity import check_every_row

from shoal import clock
from shoal.commands.cancel_instances import cancel_instances, prepare_cancel
from shoal.commands.context import Context
from shoal.commands.delete_history import delete_history
from shoal.commands.deploy import deploy
from shoal.commands.outcome import NOT_FOUND, NOT_RUNNING, STILL_RUNNING, ChunkOutcome
from shoal.commands.set_variables import check_variables, prepare_set_variables, set_variables
from shoal.commands.start_instances import start_instances
from shoal.commands.suspend_instances import (
    ALREADY_SUSPENDED,
    NOT_SUSPENDED,
    resume_instances,
    suspend_instances,
)
from shoal.errors import VariableTypeError
from shoal.settings import HistoryLevel
from shoal.store.database import Tx
from shoal.store.tables import metadata
from shoal.store.tables.history import activity_instance, job_log
from shoal.store.tables.instances import instance_state
from shoal.store.tables.jobs import job
from shoal.store.tables.variables import variable, variable_update
from shoal.store.tables.waits import event_subscription, external_task, user_task
from shoal.values import TypedValue, ValueType

UNKNOWN = "00000000-0000-7000-8000-000000000000"
EVERYTHING = {
    "one.bpmn": ONE_TASK,
    "external.bpmn": EXTERNAL,
    "message.bpmn": MESSAGE_WAIT,
    "async.bpmn": ASYNC_TASK,
    "boundary.bpmn": BOUNDARY_TIMER,
    "listening.bpmn": LISTENING,
}
KEYS = ("one", "external", "message", "async", "boundary")


@pytest.fixture(scope="module", autouse=True)
def _deployed(ctx: Context) -> None:
    deploy(ctx, EVERYTHING)


def _set(ctx: Context, ids: list[str], **new: Any) -> ChunkOutcome:
    changes = typed(**new)
    prepared = prepare_set_variables(ctx, ids, changes)
    return written(ctx, lambda tx: set_variables(ctx, tx, ids, changes, prepared, clock.now()))


def test_suspend_and_resume(ctx: Context) -> None:
    first, second, ended = start_instances(ctx, key="one", count=3)
    cancel(ctx, [ended])
    ids = [first, second, ended, UNKNOWN, "no id"]
    gone = {ended: NOT_RUNNING, UNKNOWN: NOT_FOUND, "no id": NOT_FOUND}
    outcome = written(ctx, lambda tx: suspend_instances(tx, ids))
    assert (outcome.succeeded, outcome.skipped) == ([first, second], gone)
    assert (header(ctx, first).suspended, header(ctx, first).revision) == (True, 2)
    again = written(ctx, lambda tx: suspend_instances(tx, [first]))
    assert again.skipped == {first: ALREADY_SUSPENDED}
    outcome = written(ctx, lambda tx: resume_instances(tx, ids))
    assert (outcome.succeeded, outcome.skipped) == ([first, second], gone)
    assert written(ctx, lambda tx: resume_instances(tx, [first])).skipped == {first: NOT_SUSPENDED}


def test_cancel_ends_everything_that_an_instance_waits_for(ctx: Context) -> None:
    ids = [start_instances(ctx, key=key, variables=typed(n=1))[0] for key in KEYS]
    outcome = cancel(ctx, [*ids, UNKNOWN, "no id"], reason="no longer\0 wanted")
    assert sorted(outcome.succeeded) == sorted(ids)
    assert outcome.skipped == {UNKNOWN: NOT_FOUND, "no id": NOT_FOUND}
    for each in ids:
        found = header(ctx, each)
        assert (found.state, found.end_reason) == ("cancelled", "no longer\ufffd wanted")
        for table in (instance_state, job, event_subscription, external_task):
            assert not rows(ctx, table, each)
        assert not open_tasks(ctx, each)
        assert {row.end_reason for row in rows(ctx, user_task, each)} <= {"deleted"}
        assert all(row.ended_at is not None for row in rows(ctx, activity_instance, each))
        assert values(ctx, each) == {"n": 1}
    [boundary] = [each for each in ids if rows(ctx, job_log, each) and rows(ctx, user_task, each)]
    assert {row.event for row in rows(ctx, job_log, boundary)} == {"created", "deleted"}
    assert cancel(ctx, ids).skipped == dict.fromkeys(ids, NOT_RUNNING)


def test_cancel_runs_end_listeners_and_what_fails_fails_alone(ctx: Context) -> None:
    heard: list[int] = []

    def code(execution: Any) -> None:
        heard.append(execution.get_variable("n"))
        if execution.get_variable("n") == 2:
            raise ValueError("refuses to go")

    ctx.host.register("code", code)
    ids = start_instances(ctx, key="listening", requests=[(None, typed(n=n)) for n in (1, 2, 3)])
    outcome = cancel(ctx, ids, reason="bye")
    assert outcome.succeeded == [ids[0], ids[2]]
    assert "refuses to go" in outcome.failed[ids[1]].message
    assert "ValueError" in (outcome.failed[ids[1]].details or "")
    assert heard == [1, 2, 3]
    assert (header(ctx, ids[0]).state, header(ctx, ids[0]).end_reason) == ("cancelled", "bye")
    assert header(ctx, ids[1]).state == "active"
    assert cancel(ctx, [ids[1]], skip_custom_listeners=True, skip_io_mappings=True).succeeded == [ids[1]]
    assert len(heard) == 3


def test_variables_are_changed_or_made(ctx: Context) -> None:
    has = start_instances(ctx, key="one", variables=typed(n=1, kept="k"))[0]
    has_not, ended = start_instances(ctx, key="one", count=2)
    cancel(ctx, [ended])
    outcome = _set(ctx, [has, has_not, ended, UNKNOWN], n="text now", m=5)
    assert outcome.succeeded == [has, has_not]
    assert outcome.skipped == {ended: NOT_RUNNING, UNKNOWN: NOT_FOUND}
    assert values(ctx, has) == {"n": "text now", "m": 5, "kept": "k"}
    assert values(ctx, has_not) == {"n": "text now", "m": 5}
    assert [row.revision for row in rows(ctx, variable, has, name="n")] == [2]
    assert len(rows(ctx, variable_update, has)) == 4
    assert header(ctx, has).revision == 2


def test_values_that_cannot_be_stored_are_found_before(ctx: Context) -> None:
    with pytest.raises(VariableTypeError):
        check_variables({"n": TypedValue(ValueType.DOUBLE, float("nan"))})
    with pytest.raises(VariableTypeError):
        check_variables({"n": TypedValue(ValueType.STRING, "x", transient=True)})
    check_variables(typed(n=1, j={"a": [1]}))


def test_history_goes_once_an_instance_has_ended(ctx: Context) -> None:
    ids = [start_instances(ctx, key=key, variables=typed(n=1))[0] for key in KEYS]
    running = start_instances(ctx, key="one")[0]
    cancel(ctx, ids)
    outcome = written(ctx, lambda tx: delete_history(ctx, tx, [*ids, running, UNKNOWN]))
    assert sorted(outcome.succeeded) == sorted(ids)
    assert outcome.skipped == {running: STILL_RUNNING, UNKNOWN: NOT_FOUND}
    for table in metadata.tables.values():
        if "instance_id" in table.c:
            assert not rows(ctx, table, *ids)
    assert written(ctx, lambda tx: delete_history(ctx, tx, ids)).skipped == dict.fromkeys(ids, NOT_FOUND)


@pytest.mark.parametrize("verb", ["suspend", "cancel", "variables", "history"])
def test_what_others_hold_is_put_back_and_not_waited_for(ctx: Context, verb: str) -> None:
    if ctx.database.dialect.single_writer:
        pytest.skip("one writer at a time")
    ids = start_instances(ctx, key="one", count=2)
    if verb == "history":
        cancel(ctx, ids)
    nothing = prepare_cancel(ctx, ids)
    changes = typed(n=1)
    acts: dict[str, Callable[[Tx], ChunkOutcome]] = {
        "suspend": lambda tx: suspend_instances(tx, ids),
        "cancel": lambda tx: cancel_instances(ctx, tx, ids, nothing, clock.now()),
        "variables": lambda tx: set_variables(ctx, tx, ids, changes, nothing, clock.now()),
        "history": lambda tx: delete_history(ctx, tx, ids),
    }
    with locked_elsewhere(ctx.database, ids[0]):
        outcome = written(ctx, acts[verb])
    assert outcome.put_back == ids[:1]
    assert outcome.succeeded == ids[1:]
    assert ids[0] in written(ctx, acts[verb]).succeeded


def test_a_rollback_leaves_everything_as_it_was(ctx: Context) -> None:
    ids = [start_instances(ctx, key=key, variables=typed(n=1))[0] for key in KEYS]
    nothing = prepare_cancel(ctx, ids)

    def fail() -> None:
        with ctx.database.write() as tx:
            set_variables(ctx, tx, ids, typed(n=2), nothing, clock.now())
            cancel_instances(ctx, tx, ids, nothing, clock.now())
            delete_history(ctx, tx, ids)
            raise RuntimeError("the process ends")

    before = {table.name: count(ctx, table) for table in metadata.tables.values()}
    with pytest.raises(RuntimeError):
        fail()
    assert {table.name: count(ctx, table) for table in metadata.tables.values()} == before
    assert {header(ctx, each).state for each in ids} == {"active"}


@pytest.mark.parametrize("level", list(HistoryLevel))
def test_history_levels(new_context: Callable[..., Context], level: HistoryLevel) -> None:
    ctx = new_context(history_level=level)
    deploy(ctx, EVERYTHING)
    ids = [start_instances(ctx, key=key, variables=typed(n=1))[0] for key in KEYS]
    _set(ctx, ids, n=2)
    check_every_row(ctx.database)
    assert bool(count(ctx, variable_update)) is level.keeps_everything
    assert len([row for row in rows(ctx, activity_instance) if row.ended_at is not None]) == (
        len(ids) if level.keeps_activities else 0
    )
    cancel(ctx, ids)
    check_every_row(ctx.database)
    assert bool(count(ctx, activity_instance)) is level.keeps_activities
    assert bool(count(ctx, user_task)) is level.keeps_activities
    assert bool(count(ctx, variable)) is level.keeps_variables
    assert bool(count(ctx, job_log)) is level.keeps_everything


def test_every_row_is_in_order(ctx: Context) -> None:
    check_every_row(ctx.database)
