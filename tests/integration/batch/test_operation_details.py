"""What single operations promise beyond the conformance suite: flags, transient variables, messages that start."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from tests.batch_scene import Scene

from shoal.batch.outcomes import failure_groups, list_elements
from shoal.batch.preview import preview_batch
from shoal.batch.states import BatchState
from shoal.commands.context import Context
from shoal.commands.deploy import Deployment, deploy
from shoal.commands.start_instances import start_instances
from shoal.commands.suspend_definitions import suspend_definitions
from shoal.errors import InputError
from shoal.ids import new_id
from shoal.kernel.migration import PlanRejectedError
from shoal.store.tables.instances import process_instance
from shoal.store.tables.variables import variable
from shoal.store.tables.waits import user_task
from shoal.store.within import within
from shoal.values import infer

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d" targetNamespace="tests">
"""
CALLING = (
    HEAD
    + """<process id="parent" isExecutable="true" camunda:historyTimeToLive="P30D">
    <startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="call"/>
    <callActivity id="call" calledElement="child"/>
    <sequenceFlow id="f2" sourceRef="call" targetRef="end"/><endEvent id="end"/>
  </process></definitions>"""
)
CALLED = (
    HEAD
    + """<process id="child" isExecutable="true" camunda:historyTimeToLive="P30D">
    <startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="work"/>
    <userTask id="work"/>
    <sequenceFlow id="f2" sourceRef="work" targetRef="end"/><endEvent id="end"/>
  </process></definitions>"""
)
WATCHING = (
    HEAD
    + """<process id="watching" isExecutable="true" camunda:historyTimeToLive="P30D">
    <startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="hot"/>
    <intermediateCatchEvent id="hot"><conditionalEventDefinition>
      <condition xsi:type="tFormalExpression">${degrees &gt; 30}</condition>
    </conditionalEventDefinition></intermediateCatchEvent>
    <sequenceFlow id="f2" sourceRef="hot" targetRef="cool"/><userTask id="cool"/>
    <sequenceFlow id="f3" sourceRef="cool" targetRef="end"/><endEvent id="end"/>
  </process></definitions>"""
)
STARTED = (
    HEAD
    + """<message id="m" name="MESSAGE"/>
  <process id="KEY" isExecutable="true" camunda:historyTimeToLive="P30D">
    <startEvent id="came"><messageEventDefinition messageRef="m"/></startEvent>
    <sequenceFlow id="f1" sourceRef="came" targetRef="work"/><userTask id="work"/>
    <sequenceFlow id="f2" sourceRef="work" targetRef="end"/><endEvent id="end"/>
  </process></definitions>"""
)


@pytest.fixture(scope="module")
def scene(new_context: Callable[..., Context]) -> Scene:
    made = Scene(new_context(batch_retries=1))
    deploy(made.ctx, {"child.bpmn": CALLED.encode()})
    deploy(made.ctx, {"parent.bpmn": CALLING.encode(), "watching.bpmn": WATCHING.encode()})
    return made


def headers(scene: Scene, ids: list[str]) -> dict[str, Any]:
    rows = scene.rows(select(process_instance).where(within(process_instance.c.id, ids)))
    return {row.id: row for row in rows}


def children(scene: Scene, ids: list[str]) -> list[str]:
    t = process_instance.c
    return sorted(row[0] for row in scene.rows(select(t.id).where(within(t.super_id, ids))))


@pytest.mark.parametrize("skips", [True, False], ids=["skips", "cancels"])
def test_called_instances_go_on_or_are_cancelled(scene: Scene, skips: bool) -> None:
    ids = start_instances(scene.ctx, key="parent", count=3)
    called = children(scene, ids)
    assert len(called) == 3
    params = {"reason": "enough", "skip_subprocesses": skips}
    assert scene.finish(scene.create("cancel-instances", params, ids=ids).id).statistics.succeeded == 3
    found = headers(scene, called)
    if skips:
        assert {(each.state, each.super_id, each.super_node_id) for each in found.values()} == {
            ("active", None, None)
        }
        assert {found[each].root_id for each in called} == set(ids)
        done = scene.finish(scene.create("cancel-instances", ids=called).id)
        assert done.statistics.succeeded == 3
    else:
        assert {(each.state, each.end_reason) for each in found.values()} == {("cancelled", "enough")}


def test_conditional_events_see_transient_variables_which_are_not_stored(scene: Scene) -> None:
    ids = start_instances(scene.ctx, key="watching", count=2)
    hot = {"degrees": {"type": "Integer", "value": 31, "valueInfo": {"transient": True}}, "kept": 1}
    assert scene.finish(scene.create("set-variables", {"variables": hot}, ids=ids).id).statistics.succeeded == 2
    tasks = scene.rows(select(user_task.c.activity_id).where(within(user_task.c.instance_id, ids)))
    assert [row[0] for row in tasks] == ["cool", "cool"]
    names = scene.rows(select(variable.c.name).where(within(variable.c.instance_id, ids)))
    assert sorted(row[0] for row in names) == ["kept", "kept"]


@pytest.mark.parametrize("key", ["order", "watching"])
def test_a_stored_variable_does_not_become_transient(scene: Scene, key: str) -> None:
    stored = start_instances(scene.ctx, key=key, variables={"degrees": infer("degrees", 3)})
    free = start_instances(scene.ctx, key=key)
    transient = {"degrees": {"type": "Integer", "value": 4, "valueInfo": {"transient": True}}}
    done = scene.finish(scene.create("set-variables", {"variables": transient}, ids=[*stored, *free]).id)
    assert (done.statistics.succeeded, done.statistics.failed) == (1, 1)
    (failed,) = list_elements(scene.ctx, done.id)
    assert failed.target_id == stored[0]
    assert "cannot get a transient value" in (failed.message or "")


def test_a_message_starts_an_instance_of_each_definition(scene: Scene) -> None:
    name = f"opened-{new_id()}"
    key = new_id()
    first, second, asleep, other = (
        _started(scene, f"by-{place}-{new_id()[-8:]}", name if place < 3 else "other") for place in range(4)
    )
    suspend_definitions(scene.ctx, definition_id=asleep.definitions[0].id)
    params = {"message_name": name, "of": "definitions", "business_key": key, "variables": {"amount": 5}}
    ids = [each.definitions[0].id for each in (first, second, asleep, other)]
    preview = preview_batch(scene.ctx, "correlate-message", params, {"ids": ids})
    assert (preview.count, preview.applicable) == (4, 2)
    done = scene.finish(scene.create("correlate-message", params, ids=ids).id)
    assert (done.statistics.succeeded, done.statistics.skipped) == (2, 2)
    assert {each.reason for each in failure_groups(scene.ctx, done.id)} == {"suspended", "not-waiting"}
    t = process_instance.c
    started = scene.rows(select(t.id, t.definition_id).where(t.business_key == key))
    assert sorted(row[1] for row in started) == sorted(ids[:2])
    values = scene.rows(
        select(variable.c.long_value).where(within(variable.c.instance_id, [row[0] for row in started]))
    )
    assert [row[0] for row in values] == [5, 5]


def _started(scene: Scene, key: str, message: str) -> Deployment:
    model = STARTED.replace("MESSAGE", message).replace("KEY", key)
    # within a tenant a message starts one definition
    return deploy(scene.ctx, {f"{key}.bpmn": model.encode()}, tenant_id=key)


@pytest.mark.parametrize(
    ("operation", "params", "said"),
    [
        ("correlate-message", {"of": "definitions"}, "message_name"),
        ("correlate-message", {"message_name": "m", "business_key": "k"}, "business_key"),
        ("set-removal-time-of-instances", {"mode": "absolute"}, "absolute_removal_time"),
        (
            "set-removal-time-of-instances",
            {"mode": "cleared", "absolute_removal_time": "2030-01-01T00:00:00Z"},
            "absolute_removal_time",
        ),
        ("set-removal-time-of-instances", {"mode": "cleared", "update_chunk_size": 0}, "update_chunk_size"),
        ("set-removal-time-of-instances", {"mode": "cleared", "update_chunk_size": 501}, "update_chunk_size"),
        ("set-removal-time-of-decisions", {"mode": "maybe"}, "mode"),
        ("set-external-task-retries", {"retries": -1}, "retries"),
        ("restart-instances", {"definition_id": "x", "instructions": []}, "instructions"),
        (
            "restart-instances",
            {"definition_id": "x", "instructions": [{"type": "cancel-all", "activity_id": "a"}]},
            "start-before",
        ),
    ],
)
def test_what_no_batch_can_have_is_refused(scene: Scene, operation: str, params: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        scene.create(operation, params, ids=[new_id()])


def test_a_plan_that_does_not_fit_is_refused_with_its_report(scene: Scene) -> None:
    definition = _started(scene, f"plan-{new_id()[-8:]}", "m").definitions[0].id
    params = {
        "source_definition_id": definition,
        "target_definition_id": definition,
        "instructions": [{"source_activity_id": "work", "target_activity_id": "nowhere"}],
    }
    with pytest.raises(PlanRejectedError):
        scene.create("migrate-instances", params, ids=[new_id()])


def test_a_running_instance_fails_and_the_others_are_deleted(scene: Scene) -> None:
    _, ids = scene.start(3)
    scene.finish(scene.create("cancel-instances", ids=ids[1:]).id)
    done = scene.finish(scene.create("delete-history", ids=ids).id)
    assert done.state is BatchState.COMPLETED_WITH_FAILURES
    assert (done.statistics.succeeded, done.statistics.failed) == (2, 1)
    (group,) = failure_groups(scene.ctx, done.id)
    assert group.reason.startswith("still-running")
