"""Single jobs, and the elements that make them: changed, suspended, deleted, run now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.integration.commands.models import ASYNC_CODE, END, START, TASK, chain, model
from tests.integration.commands.scene import header, rows, typed, written
from tests.integrity import check_every_row

from shoal import clock
from shoal.bpmn.events import TimerKind
from shoal.bpmn.timers import next_due
from shoal.commands.change_jobs import (
    delete_job,
    job_stack_trace,
    set_job_due_date,
    set_job_priority,
    set_job_suspended,
)
from shoal.commands.context import Context
from shoal.commands.deploy import Deployment, deploy
from shoal.commands.job_definitions import (
    JobDefinition,
    find_job_definition,
    list_job_definitions,
    resume_job_definitions,
    set_job_definition_priority,
    suspend_job_definitions,
)
from shoal.commands.recalculate_timers import recalculate_due_date
from shoal.commands.start_instances import start_instances
from shoal.commands.suspend_instances import resume_instances, suspend_instances
from shoal.errors import ConflictError, ExecutionError, InputError, NotFoundError, SuspendedError
from shoal.filters import JobFilter
from shoal.jobs.acquire import acquire
from shoal.jobs.execute_job import execute_job
from shoal.store.queries.job_acquisition import lease_jobs
from shoal.store.queries.job_filters import list_jobs
from shoal.store.tables.jobs import incident, job

UNKNOWN = "00000000-0000-7000-8000-000000000000"
TIMED = chain(
    "timed",
    START,
    TASK,
    END,
    more=(
        '<bpmn:boundaryEvent id="timeout" attachedToRef="task" cancelActivity="false">'
        "<bpmn:outgoing>t1</bpmn:outgoing><bpmn:timerEventDefinition><bpmn:timeDuration>${{wait}}"
        "</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>"
        '<bpmn:sequenceFlow id="t1" sourceRef="timeout" targetRef="late"/>'
        '<bpmn:endEvent id="late"><bpmn:incoming>t1</bpmn:incoming></bpmn:endEvent>'
    )
    .replace("{{", "{")
    .replace("}}", "}"),
)
CYCLE = model(
    "cycle",
    '<bpmn:startEvent id="start"/><bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="task"/>'
    '<bpmn:userTask id="task"/><bpmn:boundaryEvent id="again" attachedToRef="task" cancelActivity="false">'
    "<bpmn:timerEventDefinition><bpmn:timeCycle>R3/PT30M</bpmn:timeCycle></bpmn:timerEventDefinition>"
    "</bpmn:boundaryEvent>",
)
MANY_KINDS = model(
    "kinds",
    '<bpmn:startEvent id="start"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>'
    '<bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="each"/>'
    '<bpmn:userTask id="each" camunda:asyncBefore="true" camunda:asyncAfter="true">'
    "<bpmn:incoming>f1</bpmn:incoming>"
    '<bpmn:outgoing>f2</bpmn:outgoing><bpmn:multiInstanceLoopCharacteristics camunda:asyncBefore="true">'
    "<bpmn:loopCardinality>2</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics></bpmn:userTask>"
    '<bpmn:sequenceFlow id="f2" sourceRef="each" targetRef="wait"/>'
    '<bpmn:intermediateCatchEvent id="wait"><bpmn:incoming>f2</bpmn:incoming><bpmn:outgoing>f3</bpmn:outgoing>'
    "<bpmn:timerEventDefinition><bpmn:timeDate>2035-01-01T00:00:00Z</bpmn:timeDate></bpmn:timerEventDefinition>"
    '</bpmn:intermediateCatchEvent><bpmn:sequenceFlow id="f3" sourceRef="wait" targetRef="end"/>'
    '<bpmn:endEvent id="end"><bpmn:incoming>f3</bpmn:incoming></bpmn:endEvent>',
)
REPEATED = chain(
    "repeated",
    START,
    (
        "task",
        (
            '<bpmn:userTask id="task"><bpmn:extensionElements><camunda:taskListener id="late" event="timeout" '
            'class="code"><bpmn:timerEventDefinition><bpmn:timeDuration>PT2H</bpmn:timeDuration>'
            "</bpmn:timerEventDefinition></camunda:taskListener></bpmn:extensionElements>{}</bpmn:userTask>"
        ),
    ),
    END,
)


@pytest.fixture(scope="module")
def deployed(ctx: Context) -> Deployment:
    ctx.host.register("code", lambda _execution: None)
    files = {"code": ASYNC_CODE, "timed": TIMED, "kinds": MANY_KINDS, "repeated": REPEATED}
    return deploy(ctx, {f"{name}.bpmn": content for name, content in files.items()})


@pytest.fixture(autouse=True)
def _good_code(ctx: Context, deployed: Deployment) -> Iterator[None]:
    yield
    ctx.host.register("code", lambda _execution: None)


def _definition_id(deployed: Deployment, key: str) -> str:
    return next(each.id for each in deployed.definitions if each.key == key)


def _one(ctx: Context, key: str, **variables: Any) -> tuple[str, str]:
    [instance_id] = start_instances(ctx, key=key, variables=typed(**variables))
    [found] = rows(ctx, job, instance_id)
    return instance_id, found.id


def _job(ctx: Context, job_id: str) -> Any:
    [found] = rows(ctx, job, id=job_id)
    return found


def _acquired(ctx: Context) -> set[str]:
    taken = acquire(ctx, "test", lambda *_: True)
    with ctx.database.write() as tx:
        lease_jobs(tx, taken.job_ids, "test", clock.now() - timedelta(seconds=1))
    return set(taken.job_ids)


def test_job_definitions_are_a_view_over_the_model(ctx: Context, deployed: Deployment) -> None:
    found = list_job_definitions(ctx, _definition_id(deployed, "kinds"))
    assert [(each.activity_id, each.kind, each.job_type, each.configuration) for each in found] == [
        ("each#multiInstanceBody", "async-before", "async-continuation", "async-before"),
        ("each#multiInstanceBody", "async-after", "async-continuation", "async-after"),
        ("each", "async-before", "async-continuation", "async-before"),
        ("wait", "timer", "timer-intermediate-transition", "DATE: 2035-01-01T00:00:00Z"),
    ]
    assert len({each.id for each in found}) == 4
    assert not any("#" in each.id for each in found)
    for each in found:
        assert find_job_definition(ctx, each.id) == each
    [instance_id] = start_instances(ctx, key="kinds")
    [made] = rows(ctx, job, instance_id)
    assert (made.activity_id, made.kind) == (found[0].activity_id, found[0].kind)
    execute_job(ctx, made.id)
    assert {(each.activity_id, each.kind) for each in rows(ctx, job, instance_id)} == {("each", "async-before")}
    [timer] = list_job_definitions(ctx, _definition_id(deployed, "timed"))
    assert (timer.job_type, timer.configuration) == ("timer-transition", "DURATION: ${wait}")
    [listener] = list_job_definitions(ctx, _definition_id(deployed, "repeated"))
    assert listener.job_type == "timer-task-listener"
    for wrong in ("x", UNKNOWN, f"{UNKNOWN}~timer~x", f"{_definition_id(deployed, 'timed')}~timer~x"):
        with pytest.raises(NotFoundError):
            find_job_definition(ctx, wrong)


def _code_definition(ctx: Context, deployed: Deployment) -> JobDefinition:
    [found] = list_job_definitions(ctx, _definition_id(deployed, "async-code"))
    return found


def _suspended(ctx: Context, *job_ids: str) -> list[str]:
    with ctx.database.read() as tx:
        return [each.id for each in list_jobs(tx, JobFilter(ids=job_ids, suspended=True))]


def test_new_jobs_of_a_suspended_element_are_suspended(ctx: Context, deployed: Deployment) -> None:
    _, before = _one(ctx, "async-code")
    found = _code_definition(ctx, deployed)
    suspend_job_definitions(ctx, job_definition_id=found.id)
    suspend_job_definitions(ctx, job_definition_id=found.id)
    assert _code_definition(ctx, deployed).suspended
    _, after = _one(ctx, "async-code")
    assert _suspended(ctx, before, after) == [after]
    assert {before, after} & _acquired(ctx) == {before}
    resume_job_definitions(ctx, definition_id=found.definition_id)
    assert _suspended(ctx, before, after) == [after]
    suspend_job_definitions(ctx, key="async-code", include_jobs=True)
    assert _suspended(ctx, before, after) == [before, after]
    assert not {before, after} & _acquired(ctx)
    resume_job_definitions(ctx, key="async-code", without_tenant=True, include_jobs=True)
    assert _suspended(ctx, before, after) == []
    assert {before, after} <= _acquired(ctx)
    with pytest.raises(InputError):
        suspend_job_definitions(ctx)
    with pytest.raises(NotFoundError):
        suspend_job_definitions(ctx, key="unknown")


def test_a_priority_overrides_that_of_the_model(ctx: Context, deployed: Deployment) -> None:
    _, before = _one(ctx, "async-code")
    found = _code_definition(ctx, deployed)
    set_job_definition_priority(ctx, found.id, 7)
    assert _code_definition(ctx, deployed).priority == 7
    _, after = _one(ctx, "async-code")
    assert (_job(ctx, before).priority, _job(ctx, after).priority) == (0, 7)
    set_job_definition_priority(ctx, found.id, 9, include_jobs=True)
    assert (_job(ctx, before).priority, _job(ctx, after).priority) == (9, 9)
    set_job_definition_priority(ctx, found.id, None)
    _, last = _one(ctx, "async-code")
    assert _job(ctx, last).priority == 0
    for priority, include in ((2**31, False), (None, True)):
        with pytest.raises(InputError):
            set_job_definition_priority(ctx, found.id, priority, include_jobs=include)


def test_single_jobs_are_changed(ctx: Context, deployed: Deployment) -> None:
    _, job_id = _one(ctx, "async-code")
    later = datetime(2040, 1, 1, tzinfo=UTC)
    set_job_due_date(ctx, job_id, later)
    set_job_priority(ctx, job_id, -3)
    found = _job(ctx, job_id)
    assert (found.due_at, found.priority) == (later, -3)
    assert job_id not in _acquired(ctx)
    set_job_due_date(ctx, job_id, None)
    assert job_id in _acquired(ctx)
    set_job_suspended(ctx, job_id, True)
    assert job_id not in _acquired(ctx)
    set_job_suspended(ctx, job_id, False)
    assert job_id in _acquired(ctx)
    assert job_stack_trace(ctx, job_id) is None
    with pytest.raises(InputError):
        set_job_due_date(ctx, job_id, datetime(2040, 1, 1))  # noqa: DTZ001 - that is what is wrong with it
    with pytest.raises(InputError):
        set_job_priority(ctx, job_id, 2**40)
    for act in (
        lambda: set_job_due_date(ctx, UNKNOWN, None),
        lambda: set_job_priority(ctx, "no id", 1),
        lambda: job_stack_trace(ctx, UNKNOWN),
        lambda: delete_job(ctx, UNKNOWN),
        lambda: execute_job(ctx, UNKNOWN),
    ):
        with pytest.raises(NotFoundError):
            act()


@pytest.mark.parametrize("cascade", [False, True], ids=["alone", "cascade"])
def test_what_follows_of_a_cycle_moves_along_if_that_is_wanted(ctx: Context, cascade: bool) -> None:
    deploy(ctx, {"cycle.bpmn": CYCLE})
    _, job_id = _one(ctx, "cycle")
    before = _job(ctx, job_id)
    moved = before.due_at + timedelta(minutes=15)
    set_job_due_date(ctx, job_id, moved, cascade=cascade)
    repeat = _job(ctx, job_id).repeat
    following = next_due(TimerKind.CYCLE, repeat, moved, repeat)
    assert following is not None
    assert following.at == before.due_at + timedelta(minutes=45 if cascade else 30)


def test_a_job_is_run_now_and_its_error_is_raised(ctx: Context, deployed: Deployment) -> None:
    def fail(_execution: Any) -> None:
        raise ValueError("no way")

    instance_id, job_id = _one(ctx, "async-code")
    ctx.host.register("code", fail)
    for left in (2, 1, 0, 0):
        with pytest.raises(ExecutionError, match="no way"):
            execute_job(ctx, job_id)
        found = _job(ctx, job_id)
        assert (found.retries, found.leased_by) == (left, None)
    assert len(rows(ctx, incident, instance_id)) == 1
    assert "no way" in (job_stack_trace(ctx, job_id) or "")
    written(ctx, lambda tx: suspend_instances(tx, [instance_id]))
    with pytest.raises(SuspendedError):
        execute_job(ctx, job_id)
    written(ctx, lambda tx: resume_instances(tx, [instance_id]))
    with ctx.database.write() as tx:
        lease_jobs(tx, [job_id], "somebody", clock.now() + timedelta(minutes=1))
    for act in (execute_job, delete_job):
        with pytest.raises(ConflictError, match="being worked on"):
            act(ctx, job_id)
    with ctx.database.write() as tx:
        lease_jobs(tx, [job_id], "somebody", clock.now() - timedelta(minutes=1))
    ctx.host.register("code", lambda _execution: None)
    execute_job(ctx, job_id)
    assert header(ctx, instance_id).state == "completed"
    assert [each.state for each in rows(ctx, incident, instance_id)] == ["resolved"]


def test_a_timer_is_calculated_again(ctx: Context, deployed: Deployment) -> None:
    instance_id, job_id = _one(ctx, "timed", wait="PT1H")
    made = _job(ctx, job_id)
    assert made.due_at == made.created_at + timedelta(hours=1)
    set_job_due_date(ctx, job_id, None)
    assert recalculate_due_date(ctx, job_id, creation_based=True) == made.due_at
    assert _job(ctx, job_id).due_at == made.due_at
    before = clock.now()
    due = recalculate_due_date(ctx, job_id)
    assert due is not None
    assert before + timedelta(hours=1) <= due <= clock.now() + timedelta(hours=1)
    execute_job(ctx, job_id)
    assert not rows(ctx, job, instance_id)
    _, listener = _one(ctx, "repeated")
    created = _job(ctx, listener).created_at
    assert recalculate_due_date(ctx, listener, creation_based=True) == created + timedelta(hours=2)
    _, wrong = _one(ctx, "async-code")
    with pytest.raises(InputError, match="no timer"):
        recalculate_due_date(ctx, wrong)


def test_what_waited_for_a_deleted_job_is_still_there(ctx: Context, deployed: Deployment) -> None:
    instance_id, job_id = _one(ctx, "timed", wait="PT1H")
    delete_job(ctx, job_id)
    assert not rows(ctx, job, instance_id)
    assert header(ctx, instance_id).state == "active"
    other, continuation = _one(ctx, "async-code")
    delete_job(ctx, continuation)
    assert header(ctx, other).state == "active"
    check_every_row(ctx.database, ctx.blobs)


def test_every_row_is_in_order(ctx: Context) -> None:
    check_every_row(ctx.database, ctx.blobs)
