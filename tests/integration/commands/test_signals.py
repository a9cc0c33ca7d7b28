"""Signals that come from outside, and thrown ones."""

from __future__ import annotations

import pytest
from tests.integration.commands.models import CATCH, END, START, TASK, chain
from tests.integration.commands.scene import header, open_tasks, rows, typed, values, written
from tests.integrity import check_every_row

from shoal.batch.handlers import BATCH_HANDLERS
from shoal.commands.context import Context
from shoal.commands.deploy import deploy
from shoal.commands.send_signals import Signal, send_signal
from shoal.commands.start_instances import start_instances
from shoal.commands.suspend_definitions import resume_definitions, suspend_definitions
from shoal.commands.suspend_instances import suspend_instances
from shoal.errors import ConflictError, ExecutionError, InputError
from shoal.jobs.execute_job import execute_job
from shoal.store.tables.instances import process_instance
from shoal.store.tables.jobs import job
from shoal.store.tables.waits import event_subscription

SIGNAL = '<bpmn:signal id="s1" name="alarm"/><bpmn:message id="m1" name="alarm"/>'
EVENT = '<bpmn:signalEventDefinition signalRef="s1"/>'
STARTED = chain(
    "started", ("begin", f'<bpmn:startEvent id="begin">{{}}{EVENT}</bpmn:startEvent>'), TASK, END, roots=SIGNAL
)
HEARING = chain(
    "hearing",
    START,
    ("catch", f'<bpmn:intermediateCatchEvent id="catch">{{}}{EVENT}</bpmn:intermediateCatchEvent>'),
    TASK,
    END,
    roots=SIGNAL,
)
FAILING = chain(
    "failing",
    START,
    ("catch", f'<bpmn:intermediateCatchEvent id="catch">{{}}{EVENT}</bpmn:intermediateCatchEvent>'),
    ("bad", '<bpmn:serviceTask id="bad" camunda:class="nobody">{}</bpmn:serviceTask>'),
    END,
    roots=SIGNAL,
)
DEAF = chain("deaf", START, CATCH, END, roots=SIGNAL)


@pytest.fixture(scope="module", autouse=True)
def _deployed(ctx: Context) -> None:
    for tenant_id in (None, "t"):
        deploy(ctx, {"started.bpmn": STARTED, "hearing.bpmn": HEARING}, tenant_id=tenant_id)
    deploy(ctx, {"deaf.bpmn": DEAF, "failing.bpmn": FAILING})


def test_everybody_hears_it_and_gets_the_variables(ctx: Context) -> None:
    waiting = start_instances(ctx, key="hearing", count=2)
    [deaf] = start_instances(ctx, key="deaf")
    found = send_signal(ctx, Signal("alarm", typed(level=3)))
    assert {each.instance_id for each in found if not each.started} == set(waiting)
    started = [each.instance_id for each in found if each.started]
    assert sorted(str(header(ctx, each).tenant_id) for each in started) == ["None", "t"]
    for instance_id in waiting + started:
        assert values(ctx, instance_id) == {"level": 3}
        assert len(open_tasks(ctx, instance_id)) == 1
    assert len(rows(ctx, event_subscription, deaf)) == 1


def test_of_one_tenant_or_of_none(ctx: Context) -> None:
    [mine] = start_instances(ctx, key="hearing", tenant_id="t")
    [free] = start_instances(ctx, key="hearing")
    of_tenant = send_signal(ctx, Signal("alarm", tenant_id="t"))
    assert [each.instance_id for each in of_tenant if not each.started] == [mine]
    assert [header(ctx, each.instance_id).tenant_id for each in of_tenant if each.started] == ["t"]
    of_none = send_signal(ctx, Signal("alarm", without_tenant=True))
    assert [each.instance_id for each in of_none if not each.started] == [free]
    assert [header(ctx, each.instance_id).tenant_id for each in of_none if each.started] == [None]


def test_one_place_alone(ctx: Context) -> None:
    first, second = start_instances(ctx, key="hearing", count=2)
    node_id = rows(ctx, event_subscription, first)[0].node_id
    found = send_signal(ctx, Signal("alarm", node_id=node_id))
    assert [(each.instance_id, each.node_id) for each in found] == [(first, node_id)]
    assert len(rows(ctx, event_subscription, second)) == 1
    for nobody in (node_id, first, "no id"):
        with pytest.raises(ConflictError, match="has not subscribed to a signal event with name 'alarm'"):
            send_signal(ctx, Signal("alarm", node_id=nobody))
    send_signal(ctx, Signal("alarm"))


def test_nobody_need_be_there_and_suspended_ones_do_not_hear(ctx: Context) -> None:
    assert send_signal(ctx, Signal("silence")) == []
    [instance_id] = start_instances(ctx, key="hearing")
    written(ctx, lambda tx: suspend_instances(tx, [instance_id]))
    suspend_definitions(ctx, key="started")
    assert send_signal(ctx, Signal("alarm")) == []
    assert len(rows(ctx, event_subscription, instance_id)) == 1
    for wrong in (Signal(""), Signal("nul\0"), Signal("alarm", node_id=instance_id, tenant_id="t")):
        with pytest.raises(InputError):
            send_signal(ctx, wrong)


def test_one_that_fails_does_not_keep_the_others_from_it(ctx: Context) -> None:
    [bad] = start_instances(ctx, key="failing")
    [good] = start_instances(ctx, key="hearing")
    with pytest.raises(ExecutionError, match="nobody") as raised:
        send_signal(ctx, Signal("alarm"))
    assert raised.value.details["correlated"] == 1
    assert len(open_tasks(ctx, good)) == 1
    assert len(rows(ctx, event_subscription, bad)) == 1


def test_a_thrown_signal_may_carry_a_business_key(ctx: Context) -> None:
    key = '<bpmn:extensionElements><camunda:in businessKey="${{execution.processBusinessKey}}-2"/>'
    event = EVENT.replace("/>", f">{key}</bpmn:extensionElements></bpmn:signalEventDefinition>")
    thrown = ("throw", f'<bpmn:intermediateThrowEvent id="throw">{{}}{event}</bpmn:intermediateThrowEvent>')
    resume_definitions(ctx, key="started")
    ctx.host.register("nobody", lambda _: None)  # somebody by now: the one that failed before hears it too
    deploy(ctx, {"t.bpmn": chain("throwing", START, thrown, END, roots=SIGNAL)})
    start_instances(ctx, key="throwing", business_key="B")
    [delivery] = rows(ctx, job, kind="deliver-signal")
    execute_job(ctx, delivery.id, BATCH_HANDLERS)
    found = [each.business_key for each in rows(ctx, process_instance, start_activity_id="begin")]
    assert found[-2:] == ["B-2", "B-2"]


def test_every_row_is_in_order(ctx: Context) -> None:
    check_every_row(ctx.database)
