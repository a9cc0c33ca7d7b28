"""Receive tasks that go on without a message."""

from __future__ import annotations

import pytest
from tests.integration.commands.models import END, EXTERNAL, MESSAGE, ONE_TASK, START, chain
from tests.integration.commands.scene import header, rows, typed, values, written
from tests.integrity import check_every_row

from shoal.commands.context import Context
from shoal.commands.deploy import deploy
from shoal.commands.start_instances import start_instances
from shoal.commands.suspend_instances import suspend_instances
from shoal.commands.trigger_activity import trigger_activity
from shoal.errors import ConflictError, NotFoundError, SuspendedError
from shoal.store.tables.history import activity_instance
from shoal.store.tables.waits import event_subscription

LOOP = (
    '<bpmn:multiInstanceLoopCharacteristics isSequential="false"><bpmn:loopCardinality>2</bpmn:loopCardinality>'
    "</bpmn:multiInstanceLoopCharacteristics>"
)
PLAIN = chain("plain", START, ("wait", '<bpmn:receiveTask id="wait">{}</bpmn:receiveTask>'), END)
NAMED = chain(
    "named",
    START,
    ("wait", f'<bpmn:receiveTask id="wait" messageRef="m1">{{}}{LOOP}</bpmn:receiveTask>'),
    END,
    roots=MESSAGE,
)


@pytest.fixture(scope="module", autouse=True)
def _deployed(ctx: Context) -> None:
    deploy(ctx, {"plain.bpmn": PLAIN, "named.bpmn": NAMED, "one.bpmn": ONE_TASK, "external.bpmn": EXTERNAL})


def _waiting(ctx: Context, instance_id: str) -> list[str]:
    found = rows(ctx, activity_instance, instance_id)
    return [each.id for each in found if each.activity_id == "wait" and each.ended_at is None]


def test_the_only_activity_may_be_named_by_its_instance(ctx: Context) -> None:
    [instance_id] = start_instances(ctx, key="plain")
    trigger_activity(ctx, instance_id, typed(n=1))
    assert header(ctx, instance_id).state == "completed"
    assert values(ctx, instance_id) == {"n": 1}


def test_one_of_several_is_named_and_its_message_is_waited_for_no_more(ctx: Context) -> None:
    [instance_id] = start_instances(ctx, key="named")
    with pytest.raises(ConflictError, match="2 activities"):
        trigger_activity(ctx, instance_id, {})
    for left, node_id in zip((1, 0), _waiting(ctx, instance_id), strict=True):
        trigger_activity(ctx, node_id, {})
        assert len(rows(ctx, event_subscription, instance_id)) == left
    assert header(ctx, instance_id).state == "completed"
    check_every_row(ctx.database)


@pytest.mark.parametrize("key", ["one", "external"])
def test_work_of_others_cannot_be_done_by_that(ctx: Context, key: str) -> None:
    [instance_id] = start_instances(ctx, key=key)
    with pytest.raises(ConflictError, match="only receive tasks"):
        trigger_activity(ctx, instance_id, {})


def test_suspended_and_unknown_ones_are_refused(ctx: Context) -> None:
    [instance_id] = start_instances(ctx, key="plain")
    written(ctx, lambda tx: suspend_instances(tx, [instance_id]))
    with pytest.raises(SuspendedError):
        trigger_activity(ctx, instance_id, {})
    for unknown in ("no id", "00000000-0000-7000-8000-000000000000"):
        with pytest.raises(NotFoundError):
            trigger_activity(ctx, unknown, {})
