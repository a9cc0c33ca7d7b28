"""Correlating messages."""

from __future__ import annotations

import pytest
from tests.integration.commands.models import END, MESSAGE, MESSAGE_START, MESSAGE_WAIT, ONE_TASK, START, chain
from tests.integration.commands.scene import (
    cancel,
    header,
    locked_elsewhere,
    open_tasks,
    rows,
    typed,
    values,
    written,
)
from tests.integrity import check_every_row

from shoal.commands.context import Context
from shoal.commands.correlate_messages import Correlated, Message, correlate_all, correlate_message
from shoal.commands.correlate_targets import NOT_WAITING, correlate_in_targets, prepare_correlate
from shoal.commands.deploy import deploy
from shoal.commands.outcome import NOT_FOUND, NOT_RUNNING, SUSPENDED, ChunkOutcome
from shoal.commands.start_instances import start_instances
from shoal.commands.suspend_instances import suspend_instances
from shoal.errors import ConflictError, InputError
from shoal.store.tables.waits import event_subscription

LOOP = chain(
    "loop",
    START,
    (
        "wait",
        (
            '<bpmn:receiveTask id="wait" messageRef="m1">{}<bpmn:multiInstanceLoopCharacteristics '
            'isSequential="false" camunda:collection="orders" camunda:elementVariable="order"/></bpmn:receiveTask>'
        ),
    ),
    END,
    roots=MESSAGE.replace("paid", "shipped"),
)
UNKNOWN = "00000000-0000-7000-8000-000000000000"


@pytest.fixture(scope="module", autouse=True)
def _deployed(ctx: Context) -> None:
    deploy(ctx, {"wait.bpmn": MESSAGE_WAIT, "start.bpmn": MESSAGE_START, "one.bpmn": ONE_TASK})


def _waiting(ctx: Context, business_key: str, count: int = 1, **variables: object) -> list[str]:
    return start_instances(ctx, key="message", business_key=business_key, count=count, variables=typed(**variables))


def _correlate(ctx: Context, ids: list[str], message: str | None = "paid", **variables: object) -> ChunkOutcome:
    prepared = prepare_correlate(ctx, ids, message, variables=typed(**variables))
    return written(ctx, lambda tx: correlate_in_targets(ctx, tx, ids, prepared))


def test_one_waiting_instance_gets_it(ctx: Context) -> None:
    [instance_id] = _waiting(ctx, "one waits")
    found = correlate_message(ctx, Message("paid", business_key="one waits", variables=typed(amount=5)))
    assert (found.instance_id, found.started) == (instance_id, False)
    assert len(open_tasks(ctx, instance_id)) == 1
    assert values(ctx, instance_id) == {"amount": 5}
    assert not rows(ctx, event_subscription, instance_id)


def test_none_or_several_are_a_conflict(ctx: Context) -> None:
    _waiting(ctx, "twins", count=2)
    with pytest.raises(ConflictError, match="2 executions match"):
        correlate_message(ctx, Message("paid", business_key="twins"))
    with pytest.raises(ConflictError, match="no process definition or execution"):
        correlate_message(ctx, Message("paid", business_key="nobody"))
    with pytest.raises(ConflictError, match="no process definition or execution"):
        correlate_message(ctx, Message("unheard of"))
    for wrong in (Message(""), Message("nul\0"), Message("paid", business_key="x" * 300)):
        with pytest.raises(InputError):
            correlate_message(ctx, wrong)


def test_variables_and_ids_tell_them_apart(ctx: Context) -> None:
    first = _waiting(ctx, "many", order=1, customer="a")[0]
    second = _waiting(ctx, "many", order=2, customer="a")[0]
    third = _waiting(ctx, "many", order=3, customer="b")[0]
    by_variable = Message("paid", correlation_variables=typed(order=2, customer="a"))
    assert correlate_message(ctx, by_variable).instance_id == second
    assert correlate_message(ctx, Message("paid", instance_ids=(first, UNKNOWN, "no id"))).instance_id == first
    with pytest.raises(InputError):
        correlate_message(ctx, Message("paid", correlation_variables=typed(order=[3])))
    assert correlate_message(ctx, Message("paid", correlation_variables=typed(order=3))).instance_id == third


def test_a_message_starts_a_definition(ctx: Context) -> None:
    found = correlate_message(ctx, Message("ordered", business_key="new", variables=typed(n=1)))
    assert found.started
    assert header(ctx, found.instance_id).business_key == "new"
    assert values(ctx, found.instance_id) == {"n": 1}
    with pytest.raises(ConflictError):
        correlate_message(ctx, Message("ordered", wait_only=True))
    with pytest.raises(ConflictError):
        correlate_message(ctx, Message("ordered", definition_id=UNKNOWN))
    deploy(ctx, {"start.bpmn": MESSAGE_START}, tenant_id="t")
    with pytest.raises(ConflictError, match="2 process definitions match"):
        correlate_message(ctx, Message("ordered"))
    assert header(ctx, correlate_message(ctx, Message("ordered", tenant_id="t")).instance_id).tenant_id == "t"
    assert correlate_message(ctx, Message("ordered", without_tenant=True)).started


def test_all_of_them(ctx: Context) -> None:
    ids = _waiting(ctx, "everybody", count=1100)
    found = correlate_all(ctx, Message("paid", business_key="everybody", variables=typed(n=1)))
    assert {each.instance_id for each in found} == set(ids)
    assert len(open_tasks(ctx, *ids)) == 1100
    assert correlate_all(ctx, Message("unheard of")) == []
    assert [each.started for each in correlate_all(ctx, Message("ordered", without_tenant=True))] == [True]
    assert Correlated("x", True).node_id is None


def test_suspended_instances_do_not_hear_it(ctx: Context) -> None:
    [instance_id] = _waiting(ctx, "asleep")
    written(ctx, lambda tx: suspend_instances(tx, [instance_id]))
    with pytest.raises(ConflictError):
        correlate_message(ctx, Message("paid", business_key="asleep"))


def test_in_targets(ctx: Context) -> None:
    first, second, suspended, ended = _waiting(ctx, "targets", count=4)
    [elsewhere] = start_instances(ctx, key="one")
    written(ctx, lambda tx: suspend_instances(tx, [suspended]))
    cancel(ctx, [ended])
    outcome = _correlate(ctx, [first, second, suspended, ended, elsewhere, UNKNOWN, "no id"], n=7)
    assert outcome.succeeded == [first, second]
    assert outcome.skipped == {
        suspended: SUSPENDED,
        ended: NOT_RUNNING,
        elsewhere: NOT_WAITING,
        UNKNOWN: NOT_FOUND,
        "no id": NOT_FOUND,
    }
    assert values(ctx, first) == {"n": 7}
    assert not outcome.failed
    assert not outcome.put_back


def test_targets_that_changed_or_are_held_are_put_back(ctx: Context) -> None:
    changed, held, free = ids = _waiting(ctx, "put back", count=3)
    prepared = prepare_correlate(ctx, ids, "paid")
    written(ctx, lambda tx: suspend_instances(tx, [changed]))
    if ctx.database.dialect.single_writer:
        outcome = written(ctx, lambda tx: correlate_in_targets(ctx, tx, ids, prepared))
        assert outcome.put_back == [changed]
        return
    with locked_elsewhere(ctx.database, held):
        outcome = written(ctx, lambda tx: correlate_in_targets(ctx, tx, ids, prepared))
    assert outcome.put_back == [changed, held]
    assert outcome.succeeded == [free]
    assert len(open_tasks(ctx, *ids)) == 1


def test_for_one_activity_or_by_its_own_variables_or_without_a_name(ctx: Context) -> None:
    deploy(ctx, {"loop.bpmn": LOOP})
    [instance_id] = start_instances(ctx, key="loop", variables=typed(orders=["a", "b", "c"]))
    with pytest.raises(ConflictError, match="3 executions match"):
        correlate_message(ctx, Message("shipped", instance_ids=(instance_id,)))
    own = Message("shipped", local_correlation_variables=typed(order="b"))
    node_id = correlate_message(ctx, own).node_id
    with pytest.raises(ConflictError, match="no process definition or execution"):
        correlate_message(ctx, own)
    [left, other] = [each.node_id for each in rows(ctx, event_subscription, instance_id)]
    assert node_id not in (left, other)
    assert correlate_message(ctx, Message("shipped", node_id=left)).node_id == left
    with pytest.raises(ConflictError):
        correlate_message(ctx, Message("shipped", node_id="no id"))
    assert correlate_message(ctx, Message(None, instance_ids=(instance_id,))).node_id == other
    assert header(ctx, instance_id).state == "completed"
    with pytest.raises(InputError, match="No message name supplied"):
        correlate_message(ctx, Message(None))


def test_an_earlier_version_is_started_if_it_is_named(ctx: Context) -> None:
    [first] = deploy(ctx, {"start.bpmn": MESSAGE_START}, tenant_id="versions").definitions
    [second] = deploy(ctx, {"start.bpmn": MESSAGE_START}, tenant_id="versions").definitions
    assert correlate_message(ctx, Message("ordered", tenant_id="versions")).definition_id == second.id
    assert correlate_message(ctx, Message("ordered", definition_id=first.id)).definition_id == first.id


def test_every_row_is_in_order(ctx: Context) -> None:
    check_every_row(ctx.database)
