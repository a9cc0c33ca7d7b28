"""Starting instances."""

from __future__ import annotations

import pytest
from sqlalchemy import update
from tests.integration.commands.models import ASYNC_TASK, END, ONE_TASK, START, STRAIGHT, chain
from tests.integration.commands.scene import count, header, rows, typed, values
from tests.integrity import check_every_row

from shoal.commands.context import Context
from shoal.commands.deploy import deploy
from shoal.commands.start_instances import start_instances
from shoal.errors import ExecutionError, InputError, NotFoundError, SuspendedError
from shoal.store.tables.definitions import process_definition
from shoal.store.tables.history import activity_instance
from shoal.store.tables.instances import instance_state, process_instance
from shoal.store.tables.variables import variable, variable_update
from shoal.store.tables.waits import user_task
from shoal.values import infer


@pytest.fixture(scope="module", autouse=True)
def _deployed(ctx: Context) -> None:
    fails = (
        "service",
        '<bpmn:serviceTask id="service" camunda:class="picky">{}</bpmn:serviceTask>',
    )
    task = ("task", '<bpmn:userTask id="task">{}</bpmn:userTask>')
    deploy(
        ctx,
        {
            "one.bpmn": ONE_TASK,
            "straight.bpmn": STRAIGHT,
            "async.bpmn": ASYNC_TASK,
            "picky.bpmn": chain("picky", START, fails, task, END),
        },
    )

    def picky(execution: object) -> None:
        if execution.get_variable("n") == 7:  # type: ignore[attr-defined]
            raise ValueError("seven")

    ctx.host.register("picky", picky)


def test_an_instance_waits_at_its_task(ctx: Context) -> None:
    [instance_id] = start_instances(
        ctx, key="one", business_key="order 1", variables=typed(n=1, s="x"), started_by="kermit"
    )
    found = header(ctx, instance_id)
    assert (found.state, found.business_key, found.started_by) == ("active", "order 1", "kermit")
    assert (found.start_activity_id, found.ended_at, found.revision, found.root_id) == (
        "start",
        None,
        1,
        instance_id,
    )
    [task] = rows(ctx, user_task, instance_id)
    assert (task.activity_id, task.name, task.ended_at) == ("task", "Task", None)
    assert [(each.activity_id, each.ended_at is None) for each in rows(ctx, activity_instance, instance_id)] == [
        ("start", False),
        ("task", True),
    ]
    assert values(ctx, instance_id) == {"n": 1, "s": "x"}
    assert len(rows(ctx, variable_update, instance_id)) == 2
    assert len(rows(ctx, instance_state, instance_id)) == 1


def test_one_that_ends_at_once_is_history(ctx: Context) -> None:
    ids = start_instances(ctx, key="straight", count=2, variables=typed(n=1))
    for each in ids:
        found = header(ctx, each)
        assert (found.state, found.end_activity_id) == ("completed", "end")
        assert found.ended_at is not None
        assert not rows(ctx, instance_state, each)
        assert [row.live for row in rows(ctx, variable, each)] == [True]


def test_thousands_in_chunks_in_the_order_of_the_requests(ctx: Context) -> None:
    requests = [(f"key {place}", typed(n=place)) for place in range(2_345)]
    ids = start_instances(ctx, key="one", requests=requests)
    assert ids == sorted(ids)
    assert len(ids) == 2_345
    for place in (0, 999, 1000, 2344):
        assert header(ctx, ids[place]).business_key == f"key {place}"
        assert values(ctx, ids[place]) == {"n": place}


def test_definitions_are_named_by_key_version_or_id(ctx: Context) -> None:
    other = deploy(ctx, {"one.bpmn": ONE_TASK})
    newest = start_instances(ctx, key="one")[0]
    assert header(ctx, newest).definition_id == other.definitions[0].id
    first = start_instances(ctx, key="one", version=1)[0]
    assert header(ctx, first).definition_id != other.definitions[0].id
    same = start_instances(ctx, definition_id=other.definitions[0].id)[0]
    assert header(ctx, same).definition_id == other.definitions[0].id


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": "nobody"},
        {"key": "one", "version": 99},
        {"key": "one", "version": 2**80},
        {"key": "one", "tenant_id": "nobody"},
        {"definition_id": "no id"},
        {"definition_id": "00000000-0000-7000-8000-000000000000"},
    ],
    ids=str,
)
def test_unknown_definitions(ctx: Context, wrong: dict[str, object]) -> None:
    with pytest.raises(NotFoundError):
        start_instances(ctx, **wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"key": "one", "definition_id": "x"},
        {"key": "nul\0"},
        {"key": "one", "business_key": "x" * 256},
        {"key": "one", "business_key": "nul\0"},
        {"key": "one", "started_by": "half\ud800"},
        {"key": "one", "count": 1, "requests": []},
        {"key": "one", "count": -1},
    ],
    ids=str,
)
def test_wrong_requests_change_nothing(ctx: Context, wrong: dict[str, object]) -> None:
    before = count(ctx, process_instance)
    with pytest.raises(InputError):
        start_instances(ctx, **wrong)  # type: ignore[arg-type]
    assert count(ctx, process_instance) == before


def test_a_suspended_definition_starts_nothing(ctx: Context) -> None:
    made = deploy(ctx, {"s.bpmn": chain("sleeping", START, END)})
    with ctx.database.write() as tx:
        tx.execute(
            update(process_definition)
            .where(process_definition.c.id == made.definitions[0].id)
            .values(suspended=True)
        )
    with pytest.raises(SuspendedError):
        start_instances(ctx, key="sleeping")


def test_one_that_fails_leaves_nothing_of_its_chunk(ctx: Context) -> None:
    before = count(ctx, process_instance)
    requests = [(None, {"n": infer("n", 0)})] * 1500 + [(None, {"n": infer("n", 7)})]
    with pytest.raises(ExecutionError, match="seven") as caught:
        start_instances(ctx, key="picky", requests=requests)
    assert caught.value.element_id == "service"
    assert len(caught.value.details["started"]) == 1000
    assert count(ctx, process_instance) == before + 1000


def test_every_row_is_in_order(ctx: Context) -> None:
    start_instances(ctx, key="async", count=2)
    check_every_row(ctx.database)
