"""Migration of instances: what does not fit fails alone, nothing is half done."""

from __future__ import annotations

from typing import Any

import pytest
from tests.integration.commands.migration_scene import OLD, UNKNOWN, deployed, migrate, migration_of, plan_of
from tests.integration.commands.models import END, START, TASK, chain
from tests.integration.commands.scene import (
    cancel,
    header,
    locked_elsewhere,
    rows,
    typed,
    written,
)
from tests.integration.commands.statements import counted
from tests.integrity import check_every_row

from shoal import clock
from shoal.commands.context import Context
from shoal.commands.deploy import deploy
from shoal.commands.migrate_instances import (
    migrate_all,
    migrate_instance,
    migrate_instances,
    prepare_migrate,
)
from shoal.commands.migration_plans import generate_migration, open_migration, validate_migration
from shoal.commands.outcome import NOT_FOUND, NOT_RUNNING
from shoal.commands.set_variables import prepare_set_variables, set_variables
from shoal.commands.start_instances import start_instances
from shoal.commands.suspend_instances import suspend_instances
from shoal.errors import ConflictError, ExecutionError, InputError, NotFoundError
from shoal.kernel.migration import MigrationRejectedError, PlanRejectedError
from shoal.store.tables import metadata
from shoal.store.tables.history import activity_instance
from shoal.store.tables.variables import blob
from shoal.store.tables.waits import user_task
from shoal.values import TypedValue, ValueType


@pytest.fixture(scope="module")
def definitions(ctx: Context) -> dict[str, str]:
    return deployed(ctx)


@pytest.fixture(autouse=True)
def _every_row(ctx: Context) -> Any:
    yield
    check_every_row(ctx.database, ctx.blobs)


def test_each_instance_has_its_own_outcome(ctx: Context, definitions: dict[str, str]) -> None:
    good, ended, suspended = start_instances(ctx, key="old", count=3)
    [other] = start_instances(ctx, key="work-old")
    cancel(ctx, [ended])
    written(ctx, lambda tx: suspend_instances(tx, [suspended]))
    ids = [good, ended, other, suspended, UNKNOWN, "no id"]
    outcome = migrate(ctx, ids, migration_of(ctx, definitions))
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
    migration = open_migration(ctx, plan_of(definitions, "old", "new"))
    before = {table.name: rows(ctx, table) for table in metadata.tables.values()}
    failure = migrate(ctx, [unmapped], migration).failed[unmapped]
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
    migration = open_migration(ctx, plan_of(definitions, "old", "scoped-new", ("task", "task")))
    outcome = migrate_all(ctx, ids, migration)
    assert outcome.succeeded == [ids[0], ids[2]]
    assert "not this one" in outcome.failed[ids[1]].message
    assert header(ctx, ids[1]).definition_id == definitions["old"]
    with pytest.raises(ExecutionError, match="not this one"):
        migrate_instance(ctx, ids[1], migration)


def test_what_one_caller_is_told(ctx: Context, definitions: dict[str, str]) -> None:
    [other] = start_instances(ctx, key="work-old")
    migration = migration_of(ctx, definitions)
    with pytest.raises(NotFoundError):
        migrate_instance(ctx, UNKNOWN, migration)
    with pytest.raises(ConflictError, match="ENGINE-23002"):
        migrate_instance(ctx, other, migration)
    cancel(ctx, [other])
    with pytest.raises(ConflictError, match="has ended"):
        migrate_instance(ctx, other, migration)


def test_plans_are_looked_at_first(ctx: Context, definitions: dict[str, str]) -> None:
    wrong = plan_of(definitions, "old", "new", ("task", "nothing"))
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
        deploy(ctx, {"twice.bpmn": chain("twice", START, TASK, END)}).definitions[0].id for _ in range(2)
    )
    plan = generate_migration(ctx, first, second, variables=typed(n=1))
    assert [str(each) for each in plan.instructions] == ["'task' -> 'task'"]
    assert plan.variables == typed(n=1)
    assert not validate_migration(ctx, plan_of(definitions, "old", "new", ("task", "review"))).has_failures


def test_tenants_stay_apart(ctx: Context, definitions: dict[str, str]) -> None:
    of = {tenant: deploy(ctx, {"old.bpmn": OLD}, tenant_id=tenant).definitions[0].id for tenant in ("one", "two")}
    with pytest.raises(InputError, match=r"different tenants \('one' != 'two'\)"):
        generate_migration(ctx, of["one"], of["two"])
    [shared] = start_instances(ctx, key="old")
    into = open_migration(ctx, generate_migration(ctx, definitions["old"], of["one"]))
    message = migrate(ctx, [shared], into).failed[shared].message
    assert message.endswith("without tenant to a process definition with a tenant ('one')")
    [own] = start_instances(ctx, definition_id=of["one"])
    out = open_migration(ctx, generate_migration(ctx, of["one"], definitions["old"]))
    assert migrate(ctx, [own], out).succeeded == [own]
    assert header(ctx, own).tenant_id == "one"
    assert migrate(ctx, [own], into).succeeded == [own]


def test_what_others_change_or_hold_is_put_back(ctx: Context, definitions: dict[str, str]) -> None:
    ids = start_instances(ctx, key="old", count=2)
    migration = migration_of(ctx, definitions)
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
            assert migrate(ctx, ids[:1], migration).put_back == ids[:1]
    migrate_instance(ctx, ids[0], migration)
    assert header(ctx, ids[0]).definition_id == definitions["new"]


def test_a_rollback_leaves_nothing(ctx: Context, definitions: dict[str, str]) -> None:
    ids = start_instances(ctx, key="old", count=2)
    prepared = prepare_migrate(ctx, ids, migration_of(ctx, definitions, big="x" * 100_000))

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
        migration = migration_of(ctx, definitions, source, n=1)
        with counted(ctx.database, monkeypatch) as seen:
            assert len(migrate(ctx, ids, migration).succeeded) == size
        numbers.append(len(seen))
    assert numbers[0] == numbers[1]
    assert numbers[1] < 25
