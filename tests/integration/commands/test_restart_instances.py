"""Ended instances start again as new ones, with their variables; the old ones stay as they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from tests.integration.commands.models import CODE, END, ONE_TASK, START, TASK, chain
from tests.integration.commands.scene import cancel, header, open_tasks, rows, typed, values, written
from tests.integration.commands.statements import counted
from tests.integrity import check_every_row

from shoal import clock
from shoal.commands.complete_user_tasks import complete_user_task
from shoal.commands.context import Context
from shoal.commands.delete_history import delete_history
from shoal.commands.deploy import deploy
from shoal.commands.modification import CancelAll
from shoal.commands.outcome import NOT_FOUND, ChunkOutcome
from shoal.commands.restart_instances import (
    Restart,
    check_restart,
    prepare_restart,
    restart_all,
    restart_instance,
    restart_instances,
)
from shoal.commands.set_variables import prepare_set_variables, set_variables
from shoal.commands.start_instances import start_instances
from shoal.errors import ConflictError, ExecutionError, InputError, NotFoundError, SuspendedError
from shoal.kernel.stimulus import Instruction, StartAfter, StartBefore, StartTransition
from shoal.settings import HistoryLevel
from shoal.store.tables import metadata
from shoal.store.tables.variables import blob, variable
from shoal.store.tables.waits import user_task

UNKNOWN = "00000000-0000-7000-8000-000000000000"
CALLING = chain(
    "calling",
    START,
    ("call", '<bpmn:callActivity id="call" calledElement="one">{}</bpmn:callActivity>'),
    END,
)
FILES = {"one.bpmn": ONE_TASK, "code.bpmn": CODE, "calling.bpmn": CALLING}


@pytest.fixture(scope="module")
def definitions(ctx: Context) -> dict[str, str]:
    """The ids of the definitions by key."""
    return {each.key: each.id for each in deploy(ctx, FILES).definitions}


@pytest.fixture(autouse=True)
def _every_row(ctx: Context) -> Any:
    yield
    check_every_row(ctx.database, ctx.blobs)


def _set(ctx: Context, instance_id: str, **new: Any) -> None:
    changes = typed(**new)
    prepared = prepare_set_variables(ctx, [instance_id], changes)
    written(ctx, lambda tx: set_variables(ctx, tx, [instance_id], changes, prepared, clock.now()))


def _ended(ctx: Context, key: str = "one", count: int = 1, **options: Any) -> list[str]:
    ids = start_instances(ctx, key=key, count=count, **options)
    assert len(cancel(ctx, ids).succeeded) == count
    return ids


def _restart(ctx: Context, ids: Sequence[str], restart: Restart) -> tuple[ChunkOutcome, dict[str, str]]:
    prepared = prepare_restart(ctx, ids, restart)
    with ctx.database.write() as tx:
        return restart_instances(ctx, tx, ids, prepared)


def _before(definition_id: str, activity_id: str = "task", **options: Any) -> Restart:
    return Restart(definition_id, (StartBefore(activity_id),), **options)


def test_a_new_instance_has_the_last_variables_of_the_old_one(ctx: Context, definitions: dict[str, str]) -> None:
    [old] = start_instances(ctx, key="one", business_key="b", variables=typed(n=1, text="as it was"))
    _set(ctx, old, n=2, added="later")
    [task] = open_tasks(ctx, old)
    complete_user_task(ctx, task, {}, typed(local="stays behind"))
    before = header(ctx, old)
    outcome, started = _restart(ctx, [old], _before(definitions["one"], started_by="mary"))
    assert outcome.succeeded == [old]
    new = started[old]
    found = header(ctx, new)
    assert (found.state, found.business_key, found.restarted_from_id) == ("active", "b", old)
    assert (found.start_activity_id, found.started_by, found.root_id) == ("task", "mary", new)
    assert values(ctx, new) == {"n": 2, "text": "as it was", "added": "later"}
    assert not [each for each in rows(ctx, variable, new) if each.scope_id != new]
    assert header(ctx, old) == before
    complete_user_task(ctx, open_tasks(ctx, new)[0])
    assert header(ctx, new).state == "completed"


def test_the_variables_of_the_start(ctx: Context, definitions: dict[str, str]) -> None:
    [old] = start_instances(ctx, key="one", variables=typed(n=1, text="first"))
    _set(ctx, old, n=2, added="later")
    cancel(ctx, [old])
    restart = _before(definitions["one"], initial_variables=True)
    new = restart_instance(ctx, old, restart)
    assert values(ctx, new) == {"n": 1, "text": "first"}
    complete_user_task(ctx, open_tasks(ctx, new)[0])


def test_who_started_the_old_instance_is_still_known(ctx: Context) -> None:
    start = ("start", '<bpmn:startEvent id="start" camunda:initiator="who">{}</bpmn:startEvent>')
    definition_id = deploy(ctx, {"who.bpmn": chain("who", start, TASK, END)}).definitions[0].id
    [old] = _ended(ctx, "who", started_by="mary")
    for initial in (False, True):
        new = restart_instance(ctx, old, _before(definition_id, initial_variables=initial, started_by="joe"))
        assert values(ctx, new) == {"who": "mary"}
        assert header(ctx, new).started_by == "joe"


def test_without_business_key(ctx: Context, definitions: dict[str, str]) -> None:
    [old] = _ended(ctx, business_key="b")
    new = restart_instance(ctx, old, _before(definitions["one"], without_business_key=True))
    assert header(ctx, new).business_key is None


@pytest.mark.parametrize(
    ("instruction", "first", "reached"),
    [
        (StartBefore("start"), "start", "task"),
        (StartAfter("start"), "task", "task"),
        (StartTransition("f1"), "task", "task"),
    ],
)
def test_where_it_begins(
    ctx: Context, definitions: dict[str, str], instruction: Instruction, first: str, reached: str
) -> None:
    [old] = _ended(ctx)
    new = restart_instance(ctx, old, Restart(definitions["one"], (instruction,)))
    assert header(ctx, new).start_activity_id == first
    assert [each.activity_id for each in rows(ctx, user_task, new)] == [reached]


def test_what_was_called_is_called_again(ctx: Context, definitions: dict[str, str]) -> None:
    [old] = start_instances(ctx, key="calling")
    cancel(ctx, [old])
    new = restart_instance(ctx, old, _before(definitions["calling"], "call"))
    [called] = [each for each in rows(ctx, user_task) if each.ended_at is None and each.instance_id > new]
    assert header(ctx, called.instance_id).super_id == new
    assert header(ctx, called.instance_id).restarted_from_id is None
    complete_user_task(ctx, called.id)
    assert header(ctx, new).state == "completed"


def test_large_values_are_copied(ctx: Context, definitions: dict[str, str]) -> None:
    [old] = _ended(ctx, variables=typed(big="x" * 100_000))
    for initial in (False, True):
        new = restart_instance(ctx, old, _before(definitions["one"], initial_variables=initial))
        assert len({each.id for each in rows(ctx, blob, old, new)}) == 2
    written(ctx, lambda tx: delete_history(ctx, tx, [old]))
    [copied] = rows(ctx, blob, new)
    assert ctx.blobs.get(copied.id) == b"x" * 100_000


def test_each_instance_has_its_own_outcome(ctx: Context, definitions: dict[str, str]) -> None:
    [good] = _ended(ctx)
    [running] = start_instances(ctx, key="one")
    [other] = _ended(ctx, "code")
    restart = _before(definitions["one"])
    outcome, started = restart_all(ctx, [running, good, other, UNKNOWN, "no id", good], restart)
    assert outcome.succeeded == [good] == list(started)
    assert outcome.skipped == {UNKNOWN: NOT_FOUND, "no id": NOT_FOUND}
    assert {each: failure.message for each, failure in outcome.failed.items()} == {
        running: (
            f"ENGINE-13040 Historic process instance '{running}' cannot be restarted. "
            "It is not completed or terminated."
        ),
        other: (
            f"ENGINE-13039 Historic process instance '{other}' cannot be restarted. Its process definition "
            f"'{definitions['code']}' does not match given process definition '{definitions['one']}'"
        ),
    }
    with pytest.raises(ConflictError, match="ENGINE-13040"):
        restart_instance(ctx, running, restart)
    with pytest.raises(NotFoundError):
        restart_instance(ctx, UNKNOWN, restart)


def test_code_that_fails_starts_nothing(ctx: Context, definitions: dict[str, str]) -> None:
    def code(execution: Any) -> None:
        if execution.get_variable("n") == 2:
            raise ValueError("not this one")

    ctx.host.register("code", code)
    ids = start_instances(ctx, key="code", requests=[(None, typed(n=n)) for n in (1, 2, 3)])
    cancel(ctx, ids)
    restart = _before(definitions["code"], "service")
    outcome, started = _restart(ctx, ids, restart)
    assert outcome.succeeded == [ids[0], ids[2]]
    assert "not this one" in outcome.failed[ids[1]].message
    assert {header(ctx, each).state for each in started.values()} == {"completed"}
    with pytest.raises(ExecutionError, match="not this one"):
        restart_instance(ctx, ids[1], restart)


@pytest.mark.parametrize(
    ("instructions", "field", "said"),
    [
        ((), "instructions", "Restart instructions cannot be empty"),
        ((StartBefore("task"), StartBefore("no")), "instructions[1].activity_id", "Element 'no' does not exist"),
        ((StartAfter("end"),), "instructions[0].activity_id", "no outgoing sequence flow to take"),
        ((StartTransition("no"),), "instructions[0].transition_id", "Element 'no' does not exist"),
        ((CancelAll("task"),), "instructions[0].type", "only instructions that start"),
    ],
)
def test_what_is_refused(
    ctx: Context, definitions: dict[str, str], instructions: tuple[Instruction, ...], field: str, said: str
) -> None:
    with pytest.raises(InputError, match=said) as raised:
        check_restart(ctx, Restart(definitions["one"], instructions))
    assert raised.value.details["field"] == field


def test_unknown_and_suspended_definitions(ctx: Context) -> None:
    for unknown in (UNKNOWN, "no id"):
        with pytest.raises(NotFoundError):
            check_restart(ctx, _before(unknown))
    deployed = deploy(ctx, {"paused.bpmn": chain("paused", START, TASK, END)}).definitions[0]
    [old] = _ended(ctx, "paused")
    _suspend_definition(ctx, deployed.id)
    with pytest.raises(SuspendedError):
        restart_instance(ctx, old, _before(deployed.id))


def _suspend_definition(ctx: Context, definition_id: str) -> None:
    table = metadata.tables["process_definition"]
    with ctx.database.write() as tx:
        tx.execute(table.update().where(table.c.id == definition_id).values(suspended=True))


def test_initial_variables_need_the_whole_history(new_context: Callable[..., Context]) -> None:
    ctx = new_context(history_level=HistoryLevel.AUDIT)
    deployed = deploy(ctx, FILES).definitions
    definition_id = next(each.id for each in deployed if each.key == "one")
    [old] = _ended(ctx, variables=typed(n=1))
    with pytest.raises(InputError, match="history level full"):
        restart_instance(ctx, old, _before(definition_id, initial_variables=True))
    assert values(ctx, restart_instance(ctx, old, _before(definition_id))) == {"n": 1}
    check_every_row(ctx.database)


def test_history_that_goes_meanwhile(ctx: Context, definitions: dict[str, str]) -> None:
    ids = _ended(ctx, count=3, variables=typed(big="x" * 100_000))
    prepared = prepare_restart(ctx, ids, _before(definitions["one"]))
    written(ctx, lambda tx: delete_history(ctx, tx, ids[:1]))
    with ctx.database.write() as tx:
        outcome, started = restart_instances(ctx, tx, ids[:2], prepared)
    assert outcome.skipped == {ids[0]: NOT_FOUND}
    assert outcome.succeeded == ids[1:2] == list(started)
    assert not rows(ctx, metadata.tables["process_instance"], restarted_from_id=ids[2])
    assert set(ctx.blobs.ids()) == {each.id for each in rows(ctx, blob)}


def test_a_rollback_leaves_nothing(ctx: Context, definitions: dict[str, str]) -> None:
    ids = _ended(ctx, count=2, variables=typed(big="x" * 100_000))
    prepared = prepare_restart(ctx, ids, _before(definitions["one"]))

    def fail() -> None:
        with ctx.database.write() as tx:
            restart_instances(ctx, tx, ids, prepared)
            raise RuntimeError("the process ends")

    before = {table.name: rows(ctx, table) for table in metadata.tables.values()}
    with pytest.raises(RuntimeError):
        fail()
    assert {table.name: rows(ctx, table) for table in metadata.tables.values()} == before
    assert set(ctx.blobs.ids()) == {each.id for each in rows(ctx, blob)}


@pytest.mark.parametrize("initial", [False, True])
def test_a_chunk_takes_as_many_statements_as_a_few(
    ctx: Context, definitions: dict[str, str], monkeypatch: pytest.MonkeyPatch, initial: bool
) -> None:
    numbers = []
    for size in (2, 200):
        ids = _ended(ctx, count=size, variables=typed(n=1))
        restart = _before(definitions["one"], initial_variables=initial)
        with counted(ctx.database, monkeypatch) as seen:
            assert len(_restart(ctx, ids, restart)[0].succeeded) == size
        numbers.append(len(seen))
    assert numbers[0] == numbers[1] < 25
