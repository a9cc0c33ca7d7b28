"""Migration of instances: every row goes along, what does not fit fails alone, nothing is half done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from tests.integration.commands.models import END, MESSAGE, START, chain
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
from shoal.commands.complete_external_tasks import complete_external_task
from shoal.commands.complete_user_tasks import complete_user_task
from shoal.commands.context import Context
from shoal.commands.correlate_messages import Message, correlate_message
from shoal.commands.deploy import deploy
from shoal.commands.fail_external_tasks import WorkFailed, fail_external_task
from shoal.commands.fetch_external_tasks import Topic, fetch_and_lock_external_tasks
from shoal.commands.migrate_instances import (
    migrate_all,
    migrate_instance,
    migrate_instances,
    prepare_migrate,
)
from shoal.commands.migrating import Migrate
from shoal.commands.migration_plans import generate_migration, open_migration, validate_migration
from shoal.commands.outcome import NOT_FOUND, NOT_RUNNING, ChunkOutcome
from shoal.commands.set_job_retries import RetryChange, set_retries_of_instances
from shoal.commands.set_variables import prepare_set_variables, set_variables
from shoal.commands.start_instances import start_instances
from shoal.commands.suspend_instances import suspend_instances
from shoal.errors import ConflictError, ExecutionError, InputError, NotFoundError
from shoal.kernel.migration import MigrationInstruction, MigrationPlan, MigrationRejectedError, PlanRejectedError
from shoal.store.queries.external_tasks import set_retries
from shoal.store.tables import metadata
from shoal.store.tables.history import activity_instance, job_log
from shoal.store.tables.jobs import incident, job
from shoal.store.tables.variables import blob
from shoal.store.tables.waits import event_subscription, external_task, user_task
from shoal.values import TypedValue, ValueType
from shoal.workers.loop import Worker

UNKNOWN = "00000000-0000-7000-8000-000000000000"


def _task(element_id: str, more: str = "", inside: str = "") -> tuple[str, str]:
    return element_id, f'<bpmn:userTask id="{element_id}" {more}>{inside}{{}}</bpmn:userTask>'


def _work(element_id: str) -> tuple[str, str]:
    attributes = 'camunda:type="external" camunda:topic="work"'
    return element_id, f'<bpmn:serviceTask id="{element_id}" {attributes}>{{}}</bpmn:serviceTask>'


def _service(element_id: str) -> tuple[str, str]:
    attributes = 'camunda:asyncBefore="true" camunda:class="code"'
    return element_id, f'<bpmn:serviceTask id="{element_id}" {attributes}>{{}}</bpmn:serviceTask>'


def _timeout(event_id: str, attached_to: str, duration: str) -> str:
    return (
        f'<bpmn:boundaryEvent id="{event_id}" attachedToRef="{attached_to}"><bpmn:outgoing>t1</bpmn:outgoing>'
        f"<bpmn:timerEventDefinition><bpmn:timeDuration>{duration}</bpmn:timeDuration></bpmn:timerEventDefinition>"
        f'</bpmn:boundaryEvent><bpmn:sequenceFlow id="t1" sourceRef="{event_id}" targetRef="late"/>'
        '<bpmn:endEvent id="late"><bpmn:incoming>t1</bpmn:incoming></bpmn:endEvent>'
    )


def _receive(element_id: str) -> tuple[str, str]:
    return element_id, f'<bpmn:receiveTask id="{element_id}" messageRef="m1">{{}}</bpmn:receiveTask>'


OLD = chain("old", START, _task("task"), END)
NEW = chain("new", START, _task("review"), _task("task2"), END)
WORK_OLD = chain("work-old", START, _work("work"), END)
WORK_NEW = chain("work-new", START, _work("labour"), END)
LATER_OLD = chain("later-old", START, _service("service"), END)
LATER_NEW = chain("later-new", START, _service("serve"), END)
TIMED_OLD = chain("timed-old", START, _task("task"), END, more=_timeout("timeout", "task", "PT1H"))
TIMED_NEW = chain("timed-new", START, _task("job"), END, more=_timeout("over", "job", "PT2H"))
MESSAGE_OLD = chain("message-old", START, _receive("wait"), END, roots=MESSAGE)
MESSAGE_NEW = chain(
    "message-new", START, _receive("await"), END, roots='<bpmn:message id="m1" name="transferred"/>'
)
LISTENED = (
    '<bpmn:extensionElements><camunda:executionListener event="start" class="code"/></bpmn:extensionElements>'
)
SCOPED_NEW = chain(
    "scoped-new",
    START,
    (
        "sub",
        (
            f'<bpmn:subProcess id="sub">{LISTENED}{{}}<bpmn:startEvent id="s"/>'
            '<bpmn:sequenceFlow id="g1" sourceRef="s" targetRef="task"/><bpmn:userTask id="task"/>'
            '<bpmn:sequenceFlow id="g2" sourceRef="task" targetRef="e"/><bpmn:endEvent id="e"/></bpmn:subProcess>'
        ),
    ),
    END,
)
FILES = {
    "old": OLD,
    "new": NEW,
    "work-old": WORK_OLD,
    "work-new": WORK_NEW,
    "later-old": LATER_OLD,
    "later-new": LATER_NEW,
    "timed-old": TIMED_OLD,
    "timed-new": TIMED_NEW,
    "message-old": MESSAGE_OLD,
    "message-new": MESSAGE_NEW,
    "scoped-new": SCOPED_NEW,
}
ARROWS = {
    "old": ("new", "task", "review"),
    "work-old": ("work-new", "work", "labour"),
    "later-old": ("later-new", "service", "serve"),
    "message-old": ("message-new", "wait", "await"),
}


@pytest.fixture(scope="module")
def definitions(ctx: Context) -> dict[str, str]:
    """The ids of the definitions by key."""
    deployed = deploy(ctx, {f"{name}.bpmn": content for name, content in FILES.items()})
    return {each.key: each.id for each in deployed.definitions}


@pytest.fixture(autouse=True)
def _every_row(ctx: Context) -> Any:
    yield
    check_every_row(ctx.database, ctx.blobs)


def _plan(
    definitions: dict[str, str], source: str, target: str, *arrows: tuple[Any, ...], **variables: Any
) -> MigrationPlan:
    instructions = tuple(MigrationInstruction(*each) for each in arrows)
    return MigrationPlan(definitions[source], definitions[target], instructions, typed(**variables))


def _open(ctx: Context, definitions: dict[str, str], source: str = "old", **variables: Any) -> Migrate:
    target, *arrow = ARROWS[source]
    return open_migration(ctx, _plan(definitions, source, target, tuple(arrow), **variables))


def _migrate(ctx: Context, ids: Sequence[str], migration: Migrate) -> ChunkOutcome:
    prepared = prepare_migrate(ctx, ids, migration)
    return written(ctx, lambda tx: migrate_instances(ctx, tx, ids, prepared))


def test_a_user_task_goes_on_under_its_new_name(ctx: Context, definitions: dict[str, str]) -> None:
    [moved] = start_instances(ctx, key="old", business_key="b", variables=typed(n=1))
    [task] = open_tasks(ctx, moved)
    assert _migrate(ctx, [moved], _open(ctx, definitions, n=2, m=3)).succeeded == [moved]
    found = header(ctx, moved)
    assert (found.definition_id, found.business_key, found.state) == (definitions["new"], "b", "active")
    assert values(ctx, moved) == {"n": 2, "m": 3}
    assert open_tasks(ctx, moved) == [task]
    assert rows(ctx, user_task, moved)[0].activity_id == "review"
    complete_user_task(ctx, task)
    [second] = open_tasks(ctx, moved)
    complete_user_task(ctx, second)
    assert header(ctx, moved).state == "completed"
    assert [each.activity_id for each in rows(ctx, activity_instance, moved)] == ["start", "review", "task2", "end"]


def test_external_tasks_and_their_incidents_go_along(ctx: Context, definitions: dict[str, str]) -> None:
    [moved] = start_instances(ctx, key="work-old")
    hour = timedelta(hours=1)
    [locked] = fetch_and_lock_external_tasks(ctx, "me", [Topic("work", hour)], max_tasks=1)
    task_id = locked.task.id
    fail_external_task(ctx, WorkFailed(task_id, "me", "broken"))
    assert _migrate(ctx, [moved], _open(ctx, definitions, "work-old")).succeeded == [moved]
    assert [each.activity_id for each in rows(ctx, external_task, moved)] == ["labour"]
    [found] = rows(ctx, incident, moved)
    assert (found.activity_id, found.definition_id, found.state) == ("labour", definitions["work-new"], "open")
    with ctx.database.write() as tx:
        set_retries(tx, [task_id], 1)
    fetch_and_lock_external_tasks(ctx, "me", [Topic("work", hour)], max_tasks=1)
    complete_external_task(ctx, task_id, "me")
    assert header(ctx, moved).state == "completed"


def test_jobs_and_their_incidents_go_along_and_the_log_stays(ctx: Context, definitions: dict[str, str]) -> None:
    ctx.host.register("code", lambda _execution: 1 / 0)
    [moved] = start_instances(ctx, key="later-old")
    Worker(ctx).run_until_idle()
    assert [each.state for each in rows(ctx, incident, moved)] == ["open"]
    before = rows(ctx, job_log, moved)
    assert _migrate(ctx, [moved], _open(ctx, definitions, "later-old")).succeeded == [moved]
    [found] = rows(ctx, incident, moved)
    assert (found.activity_id, found.definition_id) == ("serve", definitions["later-new"])
    assert found.failed_activity_id == "service"
    [waiting] = rows(ctx, job, moved)
    assert (waiting.activity_id, waiting.definition_id) == ("serve", definitions["later-new"])
    assert rows(ctx, job_log, moved) == before
    ctx.host.register("code", lambda _execution: None)
    again = RetryChange(1)
    written(ctx, lambda tx: set_retries_of_instances(ctx, tx, [moved], again, clock.now()))
    Worker(ctx).run_until_idle()
    assert header(ctx, moved).state == "completed"
    assert [each.state for each in rows(ctx, incident, moved)] == ["resolved"]


def test_a_timer_keeps_its_due_date_unless_told_otherwise(ctx: Context, definitions: dict[str, str]) -> None:
    for update in (False, True):
        [moved] = start_instances(ctx, key="timed-old")
        [before] = rows(ctx, job, moved)
        arrows = (("task", "job"), ("timeout", "over", update))
        migration = open_migration(ctx, _plan(definitions, "timed-old", "timed-new", *arrows))
        assert _migrate(ctx, [moved], migration).succeeded == [moved]
        [after] = rows(ctx, job, moved)
        assert (after.id, after.activity_id, after.definition_id) == (before.id, "over", definitions["timed-new"])
        assert (after.due_at > before.due_at) is update
        assert run_jobs(ctx, moved)
        assert header(ctx, moved).state == "completed"
        assert header(ctx, moved).end_activity_id == "late"


def test_a_timer_that_is_not_mapped_ends_as_one_of_the_source(ctx: Context, definitions: dict[str, str]) -> None:
    [moved] = start_instances(ctx, key="timed-old")
    [before] = rows(ctx, job, moved)
    migration = open_migration(ctx, _plan(definitions, "timed-old", "timed-new", ("task", "job")))
    assert _migrate(ctx, [moved], migration).succeeded == [moved]
    assert [each.activity_id for each in rows(ctx, job, moved)] == ["over"]
    log = {(each.job_id == before.id, each.event): each.definition_id for each in rows(ctx, job_log, moved)}
    assert log == {
        (True, "created"): definitions["timed-old"],
        (True, "deleted"): definitions["timed-old"],
        (False, "created"): definitions["timed-new"],
    }


@pytest.mark.parametrize(("update", "name"), [(False, "paid"), (True, "transferred")])
def test_a_message_is_waited_for(ctx: Context, definitions: dict[str, str], update: bool, name: str) -> None:
    [moved] = start_instances(ctx, key="message-old")
    migration = open_migration(ctx, _plan(definitions, "message-old", "message-new", ("wait", "await", update)))
    assert _migrate(ctx, [moved], migration).succeeded == [moved]
    [waiting] = rows(ctx, event_subscription, moved)
    assert (waiting.activity_id, waiting.name) == ("await", name)
    correlate_message(ctx, Message(name, instance_ids=(moved,)))
    assert header(ctx, moved).state == "completed"


def test_a_scope_begins_around_what_is_there(ctx: Context, definitions: dict[str, str]) -> None:
    heard: list[str] = []
    ctx.host.register("code", lambda execution: heard.append(execution.current_activity_id))
    skipped, moved = start_instances(ctx, key="old", count=2)
    plan = _plan(definitions, "old", "scoped-new", ("task", "task"))
    assert _migrate(ctx, [skipped], open_migration(ctx, plan, skip_custom_listeners=True)).succeeded
    assert heard == []
    assert _migrate(ctx, [moved], open_migration(ctx, plan)).succeeded
    assert heard == ["sub"]
    found = {each.activity_id: each for each in rows(ctx, activity_instance, moved)}
    assert (found["sub"].parent_id, found["task"].parent_id) == (moved, found["sub"].id)
    for task in open_tasks(ctx, moved, skipped):
        complete_user_task(ctx, task)
    assert header(ctx, moved).state == header(ctx, skipped).state == "completed"


def test_each_instance_has_its_own_outcome(ctx: Context, definitions: dict[str, str]) -> None:
    good, ended, suspended = start_instances(ctx, key="old", count=3)
    [other] = start_instances(ctx, key="work-old")
    cancel(ctx, [ended])
    written(ctx, lambda tx: suspend_instances(tx, [suspended]))
    ids = [good, ended, other, suspended, UNKNOWN, "no id"]
    outcome = _migrate(ctx, ids, _open(ctx, definitions))
    assert outcome.succeeded == [good, suspended]
    assert header(ctx, suspended).suspended
    assert outcome.skipped == {ended: NOT_RUNNING, UNKNOWN: NOT_FOUND, "no id": NOT_FOUND}
    assert outcome.failed[other].message == (
        f"ENGINE-23002 Process instance '{other}' cannot be migrated. Its process definition "
        f"'{definitions['work-old']}' does not match the source process definition of the migration plan "
        f"'{definitions['old']}'"
    )


def test_an_instance_that_does_not_fit_fails_with_the_report(ctx: Context, definitions: dict[str, str]) -> None:
    [unmapped] = start_instances(ctx, key="old")
    migration = open_migration(ctx, _plan(definitions, "old", "new"))
    before = {table.name: rows(ctx, table) for table in metadata.tables.values()}
    failure = _migrate(ctx, [unmapped], migration).failed[unmapped]
    assert failure.code == "migration.instance"
    [node] = [each for each in rows(ctx, activity_instance, unmapped) if each.ended_at is None]
    assert failure.details == (
        f"activity instance '{node.id}' of 'task': There is no migration instruction for this instance's activity"
    )
    with pytest.raises(MigrationRejectedError) as raised:
        migrate_instance(ctx, unmapped, migration)
    assert raised.value.report.activity_reports[0].instance_id == node.id
    assert {table.name: rows(ctx, table) for table in metadata.tables.values()} == before


def test_code_that_fails_leaves_the_instance_alone(ctx: Context, definitions: dict[str, str]) -> None:
    def code(execution: Any) -> None:
        if execution.get_variable("n") == 2:
            raise ValueError("not this one")

    ctx.host.register("code", code)
    ids = start_instances(ctx, key="old", requests=[(None, typed(n=n)) for n in (1, 2, 3)])
    migration = open_migration(ctx, _plan(definitions, "old", "scoped-new", ("task", "task")))
    outcome = migrate_all(ctx, ids, migration)
    assert outcome.succeeded == [ids[0], ids[2]]
    assert "not this one" in outcome.failed[ids[1]].message
    assert header(ctx, ids[1]).definition_id == definitions["old"]
    with pytest.raises(ExecutionError, match="not this one"):
        migrate_instance(ctx, ids[1], migration)


def test_what_one_caller_is_told(ctx: Context, definitions: dict[str, str]) -> None:
    [other] = start_instances(ctx, key="work-old")
    migration = _open(ctx, definitions)
    with pytest.raises(NotFoundError):
        migrate_instance(ctx, UNKNOWN, migration)
    with pytest.raises(ConflictError, match="ENGINE-23002"):
        migrate_instance(ctx, other, migration)
    cancel(ctx, [other])
    with pytest.raises(ConflictError, match="has ended"):
        migrate_instance(ctx, other, migration)


def test_plans_are_looked_at_first(ctx: Context, definitions: dict[str, str]) -> None:
    wrong = _plan(definitions, "old", "new", ("task", "nothing"))
    report = validate_migration(ctx, wrong)
    assert report.instruction_reports[0].failures == ("Target activity 'nothing' does not exist",)
    with pytest.raises(PlanRejectedError):
        open_migration(ctx, wrong)
    transient = {"x": TypedValue(ValueType.STRING, "x", transient=True)}
    with pytest.raises(PlanRejectedError, match="transient"):
        generate_migration(ctx, definitions["old"], definitions["new"], variables=transient)
    with pytest.raises(NotFoundError) as raised:
        generate_migration(ctx, definitions["old"], UNKNOWN)
    assert raised.value.details["field"] == "target_definition_id"
    first, second = (
        deploy(ctx, {"twice.bpmn": chain("twice", START, _task("task"), END)}).definitions[0].id for _ in range(2)
    )
    plan = generate_migration(ctx, first, second, variables=typed(n=1))
    assert [str(each) for each in plan.instructions] == ["'task' -> 'task'"]
    assert plan.variables == typed(n=1)
    assert not validate_migration(ctx, _plan(definitions, "old", "new", ("task", "review"))).has_failures


def test_tenants_stay_apart(ctx: Context, definitions: dict[str, str]) -> None:
    of = {tenant: deploy(ctx, {"old.bpmn": OLD}, tenant_id=tenant).definitions[0].id for tenant in ("one", "two")}
    with pytest.raises(InputError, match=r"different tenants \('one' != 'two'\)"):
        generate_migration(ctx, of["one"], of["two"])
    [shared] = start_instances(ctx, key="old")
    into = open_migration(ctx, generate_migration(ctx, definitions["old"], of["one"]))
    message = _migrate(ctx, [shared], into).failed[shared].message
    assert message.endswith("without tenant to a process definition with a tenant ('one')")
    [own] = start_instances(ctx, definition_id=of["one"])
    out = open_migration(ctx, generate_migration(ctx, of["one"], definitions["old"]))
    assert _migrate(ctx, [own], out).succeeded == [own]
    assert header(ctx, own).tenant_id == "one"
    assert _migrate(ctx, [own], into).succeeded == [own]


def test_what_others_change_or_hold_is_put_back(ctx: Context, definitions: dict[str, str]) -> None:
    ids = start_instances(ctx, key="old", count=2)
    migration = _open(ctx, definitions)
    prepared = prepare_migrate(ctx, ids, migration)
    changes = typed(n=1)
    nothing = prepare_set_variables(ctx, ids[:1], changes)
    written(ctx, lambda tx: set_variables(ctx, tx, ids[:1], changes, nothing, clock.now()))
    outcome = written(ctx, lambda tx: migrate_instances(ctx, tx, ids, prepared))
    assert (outcome.put_back, outcome.succeeded) == (ids[:1], ids[1:])
    assert header(ctx, ids[0]).definition_id == definitions["old"]
    assert [each.activity_id for each in rows(ctx, user_task, ids[0])] == ["task"]
    if not ctx.database.dialect.single_writer:
        with locked_elsewhere(ctx.database, ids[0]):
            assert _migrate(ctx, ids[:1], migration).put_back == ids[:1]
    migrate_instance(ctx, ids[0], migration)
    assert header(ctx, ids[0]).definition_id == definitions["new"]


def test_a_rollback_leaves_nothing(ctx: Context, definitions: dict[str, str]) -> None:
    ids = start_instances(ctx, key="old", count=2)
    prepared = prepare_migrate(ctx, ids, _open(ctx, definitions, big="x" * 100_000))

    def fail() -> None:
        with ctx.database.write() as tx:
            migrate_instances(ctx, tx, ids, prepared)
            raise RuntimeError("the process ends")

    before = {table.name: rows(ctx, table) for table in metadata.tables.values()}
    with pytest.raises(RuntimeError):
        fail()
    assert {table.name: rows(ctx, table) for table in metadata.tables.values()} == before
    assert set(ctx.blobs.ids()) == {each.id for each in rows(ctx, blob)}


@pytest.mark.parametrize("source", ["old", "work-old", "later-old", "message-old"])
def test_a_chunk_takes_as_many_statements_as_a_few(
    ctx: Context, definitions: dict[str, str], monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    numbers = []
    for size in (2, 200):
        ids = start_instances(ctx, key=source, count=size)
        migration = _open(ctx, definitions, source, n=1)
        with counted(ctx.database, monkeypatch) as seen:
            assert len(_migrate(ctx, ids, migration).succeeded) == size
        numbers.append(len(seen))
    assert numbers[0] == numbers[1]
    assert numbers[1] < 25
