"""Modification of instances: tokens are put and taken by hand, in order, all of an instance or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from tests.integration.commands.models import ASYNC, CODE, END, LISTENING, START, TASK, WORK, chain, model
from tests.integration.commands.scene import (
    cancel,
    header,
    locked_elsewhere,
    open_tasks,
    rows,
    run_jobs,
    typed,
    values,
    written,
)
from tests.integration.commands.statements import counted
from tests.integrity import check_every_row

from shoal import clock
from shoal.commands.complete_user_tasks import complete_user_task
from shoal.commands.context import Context
from shoal.commands.deploy import deploy
from shoal.commands.modification import (
    REASON,
    CancelActivityInstance,
    CancelAll,
    CancelTransitionInstance,
    Modification,
)
from shoal.commands.modify_instances import (
    check_modification,
    modify_instance,
    modify_instances,
    prepare_modify,
)
from shoal.commands.outcome import NOT_FOUND, NOT_RUNNING, ChunkOutcome
from shoal.commands.set_variables import prepare_set_variables, set_variables
from shoal.commands.start_instances import start_instances
from shoal.commands.suspend_instances import suspend_instances
from shoal.errors import ConflictError, ExecutionError, InputError, NotFoundError
from shoal.kernel.stimulus import Instruction, StartAfter, StartBefore, StartTransition
from shoal.store.tables import metadata
from shoal.store.tables.history import activity_instance, job_log
from shoal.store.tables.jobs import job
from shoal.store.tables.variables import blob, variable
from shoal.store.tables.waits import external_task, user_task

UNKNOWN = "00000000-0000-7000-8000-000000000000"
TWO = chain("two", START, TASK, WORK, END)
SCOPE = model(
    "scope",
    '<bpmn:startEvent id="start"/><bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="sub"/>'
    '<bpmn:subProcess id="sub"><bpmn:startEvent id="s"/>'
    '<bpmn:sequenceFlow id="g1" sourceRef="s" targetRef="first"/><bpmn:userTask id="first"/>'
    '<bpmn:sequenceFlow id="g2" sourceRef="first" targetRef="second"/><bpmn:userTask id="second"/>'
    '<bpmn:sequenceFlow id="g3" sourceRef="second" targetRef="e"/><bpmn:endEvent id="e"/></bpmn:subProcess>'
    '<bpmn:sequenceFlow id="f2" sourceRef="sub" targetRef="end"/><bpmn:endEvent id="end"/>',
)
CALLING = chain(
    "calling",
    START,
    ("call", '<bpmn:callActivity id="call" calledElement="two">{}</bpmn:callActivity>'),
    END,
)
FILES = {
    "two.bpmn": TWO,
    "scope.bpmn": SCOPE,
    "async.bpmn": chain("async", START, ASYNC, END),
    "code.bpmn": CODE,
    "listening.bpmn": LISTENING,
    "calling.bpmn": CALLING,
}


@pytest.fixture(scope="module", autouse=True)
def definitions(ctx: Context) -> dict[str, str]:
    """The ids of the definitions by key."""
    return {each.key: each.id for each in deploy(ctx, FILES).definitions}


@pytest.fixture(autouse=True)
def _every_row(ctx: Context, definitions: dict[str, str]) -> Any:
    yield
    check_every_row(ctx.database, ctx.blobs)


def _one(ctx: Context, key: str = "two", **variables: Any) -> str:
    return start_instances(ctx, key=key, variables=typed(**variables))[0]


def _modify(ctx: Context, ids: Sequence[str], *instructions: Instruction, **options: Any) -> ChunkOutcome:
    prepared = prepare_modify(ctx, ids, Modification(instructions, **options))
    return written(ctx, lambda tx: modify_instances(ctx, tx, ids, prepared))


def _at(ctx: Context, instance_id: str, activity_id: str) -> str:
    found = rows(ctx, activity_instance, instance_id, activity_id=activity_id)
    return str(next(each.id for each in found if each.ended_at is None))


def _open_at(ctx: Context, instance_id: str) -> list[str]:
    return sorted(each.activity_id for each in rows(ctx, user_task, instance_id) if each.ended_at is None)


def _finish(ctx: Context, instance_id: str) -> None:
    while tasks := open_tasks(ctx, instance_id):
        complete_user_task(ctx, tasks[0])
    assert header(ctx, instance_id).state == "completed"


def test_a_token_goes_somewhere_else(ctx: Context) -> None:
    moved = _one(ctx, "scope", n=1)
    outcome = _modify(ctx, [moved], CancelAll("first"), StartBefore("second", variables=typed(n=2)))
    assert outcome.succeeded == [moved]
    assert _open_at(ctx, moved) == ["second"]
    assert values(ctx, moved) == {"n": 2}
    [cancelled] = rows(ctx, activity_instance, moved, activity_id="first")
    assert cancelled.cancelled
    _finish(ctx, moved)


def test_every_way_to_start(ctx: Context) -> None:
    moved = _one(ctx)
    local = StartBefore("task", local_variables=typed(own=1))
    assert _modify(ctx, [moved], local, StartAfter("start"), StartTransition("f2")).succeeded == [moved]
    assert _open_at(ctx, moved) == ["task"] * 3
    assert [each.activity_id for each in rows(ctx, external_task, moved)] == ["work"]
    [own] = rows(ctx, variable, moved, name="own")
    assert own.scope_id in {each.node_id for each in rows(ctx, user_task, moved)}
    assert _modify(ctx, [moved], CancelAll("work")).succeeded == [moved]
    for task in open_tasks(ctx, moved):
        complete_user_task(ctx, task)
    assert len(rows(ctx, external_task, moved)) == 3
    assert _modify(ctx, [moved], CancelAll("work"), StartBefore("end")).succeeded == [moved]
    assert header(ctx, moved).state == "completed"


def test_one_activity_instance_is_cancelled(ctx: Context) -> None:
    moved = _one(ctx)
    _modify(ctx, [moved], StartBefore("task"))
    first = _at(ctx, moved, "task")
    assert _modify(ctx, [moved], CancelActivityInstance(first)).succeeded == [moved]
    assert _open_at(ctx, moved) == ["task"]
    assert _at(ctx, moved, "task") != first


def test_one_transition_instance_is_cancelled(ctx: Context) -> None:
    moved = _one(ctx, "async")
    [waiting] = rows(ctx, job, moved)
    instructions = (StartBefore("later"), CancelTransitionInstance(waiting.node_id))
    assert _modify(ctx, [moved], *instructions).succeeded == [moved]
    [left] = rows(ctx, job, moved)
    assert left.id != waiting.id
    assert [each.event for each in rows(ctx, job_log, moved, job_id=waiting.id)] == ["created", "deleted"]
    run_jobs(ctx, moved)
    _finish(ctx, moved)


def test_an_ancestor_says_in_which_scope(ctx: Context) -> None:
    moved = _one(ctx, "scope")
    assert _modify(ctx, [moved], StartBefore("sub")).succeeded == [moved]
    scopes = [each.id for each in rows(ctx, activity_instance, moved, activity_id="sub")]
    assert len(scopes) == 2
    with pytest.raises(ConflictError, match="2 activity instances"):
        modify_instance(ctx, moved, Modification((StartBefore("second"),)))
    modify_instance(ctx, moved, Modification((StartBefore("second", ancestor_id=scopes[1]),)))
    [second] = rows(ctx, activity_instance, moved, activity_id="second")
    assert second.parent_id == scopes[1]
    _finish(ctx, moved)


@pytest.mark.parametrize(("only_current", "left"), [(True, ["task"]), (False, [])])
def test_only_what_was_there_before(ctx: Context, only_current: bool, left: list[str]) -> None:
    moved = _one(ctx)
    _modify(ctx, [moved], StartBefore("task"), CancelAll("task", only_current=only_current))
    assert _open_at(ctx, moved) == left
    assert header(ctx, moved).state == ("active" if left else "cancelled")


def test_nothing_left_is_the_end(ctx: Context) -> None:
    moved, whole = start_instances(ctx, key="two", count=2)
    assert _modify(ctx, [moved], CancelAll("task")).succeeded == [moved]
    assert (header(ctx, moved).state, header(ctx, moved).end_reason) == ("cancelled", REASON)
    modify_instance(ctx, whole, Modification((CancelActivityInstance(whole),), annotation="not needed"))
    assert header(ctx, whole).state == "cancelled"


def test_called_instances_come_and_go(ctx: Context) -> None:
    moved = _one(ctx, "calling")
    [first] = [each.id for each in rows(ctx, metadata.tables["process_instance"], super_id=moved)]
    assert _modify(ctx, [moved], StartBefore("call"), CancelAll("call", only_current=True)).succeeded == [moved]
    assert header(ctx, first).state == "cancelled"
    called = rows(ctx, metadata.tables["process_instance"], super_id=moved, state="active")
    assert len(called) == 1
    assert _modify(ctx, [called[0].id], CancelAll("task")).succeeded == [called[0].id]
    # Camunda 7: the calling activity is cancelled with it, and the caller when nothing else is left of it
    assert header(ctx, moved).state == "cancelled"


def test_listeners_are_called_unless_they_are_skipped(ctx: Context) -> None:
    heard: list[str] = []
    ctx.host.register("code", lambda execution: heard.append(execution.id))
    first, second = start_instances(ctx, key="listening", count=2)
    _modify(ctx, [first], CancelAll("task"), skip_custom_listeners=True, skip_io_mappings=True)
    assert heard == []
    _modify(ctx, [second], CancelAll("task"))
    assert len(heard) == 1
    assert {header(ctx, each).state for each in (first, second)} == {"cancelled"}


def test_each_instance_has_its_own_outcome(ctx: Context, definitions: dict[str, str]) -> None:
    good, ended, suspended = start_instances(ctx, key="two", count=3)
    other = _one(ctx, "scope")
    cancel(ctx, [ended])
    written(ctx, lambda tx: suspend_instances(tx, [suspended]))
    ids = [good, ended, other, suspended, UNKNOWN, "no id"]
    outcome = _modify(ctx, ids, StartBefore("task"), definition_id=definitions["two"])
    assert outcome.succeeded == [good, suspended]
    assert header(ctx, suspended).suspended
    assert outcome.skipped == {ended: NOT_RUNNING, UNKNOWN: NOT_FOUND, "no id": NOT_FOUND}
    assert outcome.failed[other].message == (
        f"ENGINE-13037 Process instance '{other}' cannot be modified. Its process definition "
        f"'{definitions['scope']}' does not match given process definition '{definitions['two']}'"
    )


def test_code_that_fails_leaves_the_instance_as_it_was(ctx: Context) -> None:
    def code(execution: Any) -> None:
        if execution.get_variable("n") == 2:
            raise ValueError("not this one")

    ctx.host.register("code", code)
    ids = start_instances(ctx, key="code", requests=[(None, typed(n=n)) for n in (1, 2, 3)])
    outcome = _modify(ctx, ids, CancelAll("task"), StartBefore("service"))
    assert outcome.succeeded == [ids[0], ids[2]]
    assert "not this one" in outcome.failed[ids[1]].message
    assert "ValueError" in (outcome.failed[ids[1]].details or "")
    assert _open_at(ctx, ids[1]) == ["task"]
    with pytest.raises(ExecutionError, match="not this one"):
        modify_instance(ctx, ids[1], Modification((StartBefore("service"),)))


@pytest.mark.parametrize(
    ("instruction", "field", "said"),
    [
        (StartBefore("no"), "activity_id", "Start before activity 'no'; Element 'no' does not exist in process"),
        (StartAfter("no"), "activity_id", "Start after activity 'no'; Activity 'no' does not exist"),
        (StartAfter("end"), "activity_id", "activity has no outgoing sequence flow to take"),
        (StartTransition("no"), "transition_id", "Start transition 'no'; Element 'no' does not exist"),
        (CancelAll("no"), "activity_id", "Cancel all instances of activity 'no'; Activity 'no' does not exist"),
        (CancelActivityInstance(UNKNOWN), "activity_instance_id", f"Activity instance '{UNKNOWN}' does not"),
        (CancelTransitionInstance(UNKNOWN), "transition_instance_id", f"Transition instance '{UNKNOWN}' does"),
        (StartBefore("task", ancestor_id=UNKNOWN), "ancestor_id", "Ancestor activity instance"),
    ],
)
def test_the_instruction_that_is_wrong_is_named(
    ctx: Context, instruction: Instruction, field: str, said: str
) -> None:
    moved = _one(ctx)
    with pytest.raises(InputError, match=said) as raised:
        modify_instance(ctx, moved, Modification((StartBefore("task"), instruction)))
    assert (raised.value.details["index"], raised.value.details["field"]) == (1, f"instructions[1].{field}")
    assert _modify(ctx, [moved], StartBefore("task"), instruction).failed[moved].code == "input.invalid"
    assert _open_at(ctx, moved) == ["task"]


def test_what_is_refused_before(ctx: Context, definitions: dict[str, str]) -> None:
    with pytest.raises(InputError, match="instructions cannot be empty"):
        check_modification(ctx, Modification((), definitions["two"]))
    with pytest.raises(InputError, match="'no' does not exist"):
        check_modification(ctx, Modification((StartBefore("no"),), definitions["two"]))
    for unknown in (None, UNKNOWN, "no id"):
        with pytest.raises(NotFoundError):
            check_modification(ctx, Modification((StartBefore("task"),), unknown))
    with pytest.raises(NotFoundError):
        modify_instance(ctx, UNKNOWN, Modification((StartBefore("task"),)))
    ended = _one(ctx)
    cancel(ctx, [ended])
    with pytest.raises(ConflictError, match="has ended"):
        modify_instance(ctx, ended, Modification((StartBefore("task"),)))


def test_what_others_change_or_hold_is_put_back(ctx: Context) -> None:
    ids = start_instances(ctx, key="two", count=2)
    prepared = prepare_modify(ctx, ids, Modification((StartBefore("task"),)))
    changes = typed(n=1)
    nothing = prepare_set_variables(ctx, ids[:1], changes)
    written(ctx, lambda tx: set_variables(ctx, tx, ids[:1], changes, nothing, clock.now()))
    outcome = written(ctx, lambda tx: modify_instances(ctx, tx, ids, prepared))
    assert (outcome.put_back, outcome.succeeded) == (ids[:1], ids[1:])
    assert _open_at(ctx, ids[0]) == ["task"]
    if not ctx.database.dialect.single_writer:
        with locked_elsewhere(ctx.database, ids[0]):
            assert _modify(ctx, ids[:1], StartBefore("task")).put_back == ids[:1]
    modify_instance(ctx, ids[0], Modification((StartBefore("task"),)))
    assert _open_at(ctx, ids[0]) == ["task", "task"]


def test_a_rollback_leaves_nothing(ctx: Context) -> None:
    ids = start_instances(ctx, key="two", count=2)
    start = StartBefore("work", variables=typed(big="x" * 100_000))
    prepared = prepare_modify(ctx, ids, Modification((CancelAll("task"), start)))

    def fail() -> None:
        with ctx.database.write() as tx:
            modify_instances(ctx, tx, ids, prepared)
            raise RuntimeError("the process ends")

    before = {table.name: rows(ctx, table) for table in metadata.tables.values()}
    with pytest.raises(RuntimeError):
        fail()
    assert {table.name: rows(ctx, table) for table in metadata.tables.values()} == before
    assert set(ctx.blobs.ids()) == {each.id for each in rows(ctx, blob)}


def test_a_chunk_takes_as_many_statements_as_a_few(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = []
    for size in (2, 200):
        ids = start_instances(ctx, key="scope", count=size)
        start = StartBefore("second", variables=typed(n=1), local_variables=typed(own=1))
        with counted(ctx.database, monkeypatch) as seen:
            assert len(_modify(ctx, ids, CancelAll("first", only_current=True), start).succeeded) == size
        numbers.append(len(seen))
    assert numbers[0] == numbers[1] < 25
