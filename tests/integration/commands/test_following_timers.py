"""Cycles whose job fails: they go on, and what has failed is tried again by itself."""

from __future__ import annotations

import pytest
from tests.integration.commands.models import model
from tests.integration.commands.scene import header, open_tasks, rows
from tests.integrity import check_every_row

from shoal.batch.handlers import BATCH_HANDLERS
from shoal.commands.complete_user_tasks import complete_user_task
from shoal.commands.context import Context
from shoal.commands.deploy import deploy
from shoal.commands.start_instances import start_instances
from shoal.errors import ExecutionError
from shoal.jobs.execute_job import execute_job
from shoal.store.tables.jobs import job

TIMER = "<bpmn:timerEventDefinition><bpmn:timeCycle>R2/PT5M</bpmn:timeCycle></bpmn:timerEventDefinition>"
WORK = '<bpmn:serviceTask id="work" camunda:class="work"/><bpmn:userTask id="late"/>'
WORK_FLOWS = (
    '<bpmn:sequenceFlow id="f2" sourceRef="again" targetRef="work"/>'
    '<bpmn:sequenceFlow id="f3" sourceRef="work" targetRef="late"/>'
)
START = '<bpmn:startEvent id="start"/><bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="task"/>'
BOUNDARY = model(
    "boundary",
    f'{START}<bpmn:userTask id="task"/><bpmn:boundaryEvent id="again" attachedToRef="task" cancelActivity="false">'
    f"{TIMER}</bpmn:boundaryEvent>{WORK}{WORK_FLOWS}",
)
EVENT_SUB_PROCESS = model(
    "event",
    f'{START}<bpmn:userTask id="task"/><bpmn:subProcess id="es" triggeredByEvent="true">'
    f'<bpmn:startEvent id="again" isInterrupting="false">{TIMER}</bpmn:startEvent>{WORK}{WORK_FLOWS}'
    "</bpmn:subProcess>",
)
LISTENER = model(
    "listener",
    f'{START}<bpmn:userTask id="task"><bpmn:extensionElements><camunda:taskListener event="timeout" id="again" '
    f'class="work">{TIMER}</camunda:taskListener></bpmn:extensionElements></bpmn:userTask>',
)


@pytest.mark.parametrize("key", ["boundary", "event", "listener"])
def test_the_next_occurrence_is_planned_once(ctx: Context, key: str) -> None:
    def fail(_: object) -> None:
        raise ValueError("not today")

    deploy(ctx, {"boundary.bpmn": BOUNDARY, "event.bpmn": EVENT_SUB_PROCESS, "listener.bpmn": LISTENER})
    ctx.host.register("work", fail)
    [instance_id] = start_instances(ctx, key=key)
    [first] = rows(ctx, job, instance_id)
    for left in (2, 1):
        with pytest.raises(ExecutionError, match="not today"):
            execute_job(ctx, first.id, BATCH_HANDLERS)
        found = {each.id: each.retries for each in rows(ctx, job, instance_id)}
        assert sorted(found.values()) == [left, 3]
        assert found[first.id] == left
    ctx.host.register("work", lambda _: None)
    execute_job(ctx, first.id, BATCH_HANDLERS)
    assert {each.id for each in rows(ctx, job, instance_id)} == found.keys() - {first.id}
    for task_id in open_tasks(ctx, instance_id):
        complete_user_task(ctx, task_id)
    assert header(ctx, instance_id).state == "completed"
    assert not rows(ctx, job, instance_id)
    check_every_row(ctx.database)


def test_nothing_is_left_when_the_scope_ends(ctx: Context) -> None:
    deploy(ctx, {"boundary.bpmn": BOUNDARY})
    ctx.host.register("work", lambda _: 1 / 0)
    [instance_id] = start_instances(ctx, key="boundary")
    with pytest.raises(ExecutionError):
        execute_job(ctx, rows(ctx, job, instance_id)[0].id, BATCH_HANDLERS)
    assert len(rows(ctx, job, instance_id)) == 2
    complete_user_task(ctx, open_tasks(ctx, instance_id)[0])
    assert header(ctx, instance_id).state == "completed"
    assert not rows(ctx, job, instance_id)
