"""What people do with user tasks: properties, candidates, comments, attachments, and finding tasks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from tests.integration.commands.models import END, ERROR_BOUNDARY, ONE_TASK, START, chain
from tests.integration.commands.scene import cancel, header, open_tasks, rows, typed, written
from tests.integrity import check_every_row

from shoal.commands.assign_user_tasks import claim_user_task, unclaim_user_task
from shoal.commands.attach import attach, content_of_attachment, delete_attachment
from shoal.commands.change_identity_links import add_identity_link, delete_identity_link
from shoal.commands.complete_user_tasks import complete_user_task
from shoal.commands.context import Context
from shoal.commands.delete_history import delete_history
from shoal.commands.deploy import deploy
from shoal.commands.set_task_properties import set_task_properties
from shoal.commands.start_instances import start_instances
from shoal.commands.suspend_instances import suspend_instances
from shoal.commands.throw_from_user_tasks import throw_user_task_error
from shoal.commands.write_comments import change_comment, delete_comment, delete_comments_of, write_comment
from shoal.errors import ExecutionError, FilterRejectedError, InputError, NotFoundError, SuspendedError
from shoal.filters.tasks import TaskFilter
from shoal.settings import HistoryLevel
from shoal.store.queries.discussions import list_attachments, list_comments
from shoal.store.queries.identity_links import links_of_task
from shoal.store.queries.task_filters import TaskDetails, count_tasks, list_tasks
from shoal.store.tables.discussions import attachment, task_comment
from shoal.store.tables.variables import blob
from shoal.store.tables.waits import user_task

UNKNOWN = "00000000-0000-7000-8000-000000000000"
OFFERED = chain(
    "offered",
    START,
    (
        "offer",
        (
            '<bpmn:userTask id="offer" name="Make an offer" camunda:candidateGroups="sales,legal" '
            'camunda:candidateUsers="mary" camunda:priority="70" camunda:dueDate="2030-01-02T03:04:05Z">{}'
            "</bpmn:userTask>"
        ),
    ),
    END,
)
HEARING = chain(
    "hearing",
    START,
    (
        "task",
        (
            '<bpmn:userTask id="task"><bpmn:extensionElements>'
            '<camunda:taskListener event="update" class="updated"/>'
            '<camunda:taskListener event="assignment" class="assigned"/></bpmn:extensionElements>{}</bpmn:userTask>'
        ),
    ),
    END,
)
CAUGHT = ERROR_BOUNDARY.replace(b'camunda:type="external" camunda:topic="work"', b"").replace(
    b"serviceTask", b"userTask"
)


@pytest.fixture(scope="module", autouse=True)
def _deployed(ctx: Context) -> None:
    files = {"one": ONE_TASK, "offered": OFFERED, "hearing": HEARING, "caught": CAUGHT}
    deploy(ctx, {f"{name}.bpmn": content for name, content in files.items()})


def _task(ctx: Context, key: str, **variables: Any) -> tuple[str, str]:
    [instance_id] = start_instances(ctx, key=key, variables=typed(**variables))
    return instance_id, open_tasks(ctx, instance_id)[0]


def _find(ctx: Context, **conditions: Any) -> list[TaskDetails]:
    with ctx.database.read() as tx:
        wanted = TaskFilter.model_validate(conditions)
        found = list_tasks(tx, wanted)
        assert count_tasks(tx, wanted) == len(found)
    return found


def test_properties_are_changed_one_by_one(ctx: Context) -> None:
    instance_id, task_id = _task(ctx, "one")
    due = datetime(2030, 5, 6, 7, 8, 9, tzinfo=timezone(timedelta(hours=2)))
    changes = {
        "name": "Größe prüfen",
        "description": "x" * 4000,
        "priority": -5,
        "due_at": due,
        "follow_up_at": due,
        "owner": "olga",
        "assignee": "kermit",
        "delegation_state": "PENDING",
    }
    set_task_properties(ctx, task_id, changes)
    [task] = _find(ctx, ids=(task_id,))
    assert {name: getattr(task, name) for name in changes} == changes
    assert task.updated_at is not None
    set_task_properties(ctx, task_id, {"due_at": None, "delegation_state": None})
    [task] = _find(ctx, ids=(task_id,))
    assert (task.due_at, task.follow_up_at, task.delegation_state, task.name) == (None, due, None, "Größe prüfen")
    for wrong in (
        {"name": "x" * 256},
        {"name": 5},
        {"priority": 2**31},
        {"priority": True},
        {"due_at": datetime(2030, 1, 1)},  # noqa: DTZ001 - that is what is wrong with it
        {"delegation_state": "DONE"},
        {"colour": "red"},
    ):
        with pytest.raises(InputError, match=next(iter(wrong))):
            set_task_properties(ctx, task_id, wrong)
    written(ctx, lambda tx: suspend_instances(tx, [instance_id]))
    with pytest.raises(SuspendedError):
        set_task_properties(ctx, task_id, {"priority": 1})
    with pytest.raises(NotFoundError):
        set_task_properties(ctx, UNKNOWN, {"priority": 1})


def test_candidates_come_and_go(ctx: Context) -> None:
    _, task_id = _task(ctx, "offered")
    add_identity_link(ctx, task_id, "candidate", group_id="board")
    add_identity_link(ctx, task_id, "candidate", group_id="board")
    add_identity_link(ctx, task_id, "candidate", user_id="bob")
    delete_identity_link(ctx, task_id, "candidate", group_id="sales")
    delete_identity_link(ctx, task_id, "candidate", user_id="nobody")
    add_identity_link(ctx, task_id, "reviewer", user_id="rita")
    add_identity_link(ctx, task_id, "reviewer", user_id="rita")
    add_identity_link(ctx, task_id, "owner", user_id="olga")
    with ctx.database.read() as tx:
        links = [each[1:] for each in links_of_task(tx, task_id)]
    assert sorted(links, key=str) == [
        ("candidate", "bob", None),
        ("candidate", "mary", None),
        ("candidate", None, "board"),
        ("candidate", None, "legal"),
        ("reviewer", "rita", None),
    ]
    assert _find(ctx, ids=(task_id,))[0].owner == "olga"
    delete_identity_link(ctx, task_id, "owner", user_id="somebody else")
    assert _find(ctx, ids=(task_id,))[0].owner == "olga"
    delete_identity_link(ctx, task_id, "owner", user_id="olga")
    assert _find(ctx, ids=(task_id,))[0].owner is None
    delete_identity_link(ctx, task_id, "reviewer", user_id="rita")
    assert not _find(ctx, involved_user="rita")
    with pytest.raises(InputError):
        add_identity_link(ctx, task_id, "assignee", group_id="sales")
    with pytest.raises(InputError):
        add_identity_link(ctx, task_id, "candidate", user_id="a", group_id="b")
    with pytest.raises(NotFoundError):
        add_identity_link(ctx, UNKNOWN, "reviewer", user_id="a")


def test_listeners_hear_of_properties_and_candidates(ctx: Context) -> None:
    heard: list[Any] = []
    ctx.host.register("updated", lambda task: heard.append(("update", task.name, task.priority)))

    def assigned(task: Any) -> None:
        heard.append(("assignment", task.assignee))
        task.add_candidate_group("told")

    ctx.host.register("assigned", assigned)
    _, task_id = _task(ctx, "hearing")
    set_task_properties(ctx, task_id, {"name": "new", "priority": 9})
    claim_user_task(ctx, task_id, "kermit")
    add_identity_link(ctx, task_id, "candidate", user_id="bob")
    assert heard == [
        ("update", "new", 9),
        ("update", "new", 9),
        ("assignment", "kermit"),
        ("update", "new", 9),
    ]
    with ctx.database.read() as tx:
        assert [each[1:] for each in links_of_task(tx, task_id)] == [
            ("candidate", None, "told"),
            ("candidate", "bob", None),
        ]

    def refuse(_task: Any) -> None:
        raise ValueError("not you")

    ctx.host.register("updated", refuse)
    with pytest.raises(ExecutionError, match="not you"):
        set_task_properties(ctx, task_id, {"name": "newer"})
    assert _find(ctx, ids=(task_id,))[0].name == "new"


def test_a_task_may_end_with_an_error(ctx: Context) -> None:
    instance_id, task_id = _task(ctx, "error")
    throw_user_task_error(ctx, task_id, "broken", "in two", typed(why="age"))
    [left] = _find(ctx, instance_id=instance_id, open=True)
    assert left.activity_id == "repair"
    with pytest.raises(NotFoundError):
        throw_user_task_error(ctx, task_id, "broken")
    with pytest.raises(InputError):
        throw_user_task_error(ctx, left.id, "")


def test_tasks_are_found(ctx: Context) -> None:
    mine, other = (
        start_instances(ctx, key="offered", business_key=each, variables=typed(n=n))
        for n, each in enumerate(("F-1", "F-2"))
    )
    first, second = open_tasks(ctx, *mine)[0], open_tasks(ctx, *other)[0]
    both = {first, second}

    def found(**conditions: Any) -> set[str]:
        return {each.id for each in _find(ctx, **conditions)} & both

    assert found(open=True, definition_key="offered") == both
    assert found(business_key="F-1") == {first}
    assert found(business_key_like="F-_") == both
    assert found(name_like="Make%", definition_key_in=("offered", "x"), activity_id_in=("offer",)) == both
    assert found(candidate_group="sales") == found(candidate_group_in=("board", "legal")) == both
    assert found(candidate_user="mary", assigned=False) == both
    assert found(candidate_group="nobody") == set()
    assert found(priority_min=70, priority_max=70, priority=70) == both
    assert found(priority_min=71) == found(priority_max=69) == set()
    at = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert found(due_before=at) == set()
    assert found(due_before=at + timedelta(seconds=1), due_after=at - timedelta(seconds=1)) == both
    assert found(with_due_date=False) == set()
    assert found(variables=({"name": "n", "value": 1},)) == {second}
    claim_user_task(ctx, first, "kermit")
    assert found(assignee="kermit") == found(assignee_in=("kermit",)) == found(assignee_like="ker%") == {first}
    assert found(candidate_group="sales") == {second}
    assert found(candidate_group="sales", include_assigned=True) == both
    assert found(involved_user="kermit") == {first}
    unclaim_user_task(ctx, first)
    assert found(assigned=True) == set()
    complete_user_task(ctx, second)
    assert found(open=False) == found(end_reason="completed") == {second}
    assert found(instance_id=mine[0]) == {first}
    with ctx.database.read() as tx:
        wanted = TaskFilter.model_validate({"ids": tuple(both)})
        ordered = list_tasks(tx, wanted, sort="business_key", descending=True, limit=1)
        assert [each.id for each in ordered] == [second]
        with pytest.raises(FilterRejectedError):
            list_tasks(tx, wanted, sort="colour")


def test_comments_and_attachments_go_with_their_instance(ctx: Context) -> None:
    instance_id, task_id = _task(ctx, "one")
    first = write_comment(ctx, "hello \U0001f600", task_id=task_id, author="kermit")
    write_comment(ctx, "all of it", instance_id=instance_id)
    large, small = b"\0x" * 100_000, b"small"
    big = attach(ctx, task_id=task_id, name="big", kind="x/y", content=large, author="kermit")
    little = attach(ctx, instance_id=instance_id, name="little", content=small)
    link = attach(ctx, task_id=task_id, url="https://example.com/a")
    gone = attach(ctx, task_id=task_id, content=large)
    assert content_of_attachment(ctx, big.id) == large
    assert content_of_attachment(ctx, little.id) == small
    assert content_of_attachment(ctx, link.id) is None
    delete_attachment(ctx, gone.id)
    change_comment(ctx, first.id, "hello again")
    with ctx.database.read() as tx:
        assert [each.message for each in list_comments(tx, instance_id=instance_id)] == ["all of it", "hello again"]
        assert [each.message for each in list_comments(tx, task_id=task_id)] == ["hello again"]
        assert [each.id for each in list_attachments(tx, task_id=task_id)] == [big.id, link.id]
    assert len(rows(ctx, blob, instance_id)) == 1
    check_every_row(ctx.database, ctx.blobs)
    complete_user_task(ctx, task_id)
    assert content_of_attachment(ctx, big.id) == large
    with pytest.raises(NotFoundError):
        write_comment(ctx, "too late", task_id=task_id)
    write_comment(ctx, "afterwards", instance_id=instance_id)
    written(ctx, lambda tx: delete_history(ctx, tx, [instance_id]))
    assert not rows(ctx, task_comment, instance_id)
    assert not rows(ctx, attachment, instance_id)
    for act in (delete_attachment, content_of_attachment, delete_comment):
        with pytest.raises(NotFoundError):
            act(ctx, big.id)
    check_every_row(ctx.database, ctx.blobs)


def test_what_is_no_comment_and_no_attachment(ctx: Context) -> None:
    instance_id, task_id = _task(ctx, "one")
    for act in (
        lambda: write_comment(ctx, "", task_id=task_id),
        lambda: write_comment(ctx, "nul\0", task_id=task_id),
        lambda: write_comment(ctx, "about nothing"),
        lambda: attach(ctx, task_id=task_id),
        lambda: attach(ctx, task_id=task_id, url="x", content=b"x"),
    ):
        with pytest.raises(InputError):
            act()
    with pytest.raises(NotFoundError):
        attach(ctx, instance_id=UNKNOWN, content=b"x" * 100_000)
    write_comment(ctx, "a", task_id=task_id)
    write_comment(ctx, "b", instance_id=instance_id)
    assert delete_comments_of(ctx, task_id=task_id) == 1
    assert delete_comments_of(ctx, instance_id=instance_id) == 1
    check_every_row(ctx.database, ctx.blobs)


@pytest.mark.parametrize("level", ["none", "activity"])
def test_lower_history_levels(new_context: Callable[..., Context], level: str) -> None:
    ctx = new_context(history_level=HistoryLevel(level))
    deploy(ctx, {"one.bpmn": ONE_TASK})
    kept, cancelled = start_instances(ctx, key="one", count=2, variables=typed(large="x" * 100_000))
    if level == "none":
        with pytest.raises(InputError, match="none"):
            write_comment(ctx, "x", instance_id=kept)
    else:
        made = [attach(ctx, instance_id=each, content=b"y" * 100_000) for each in (kept, cancelled)]
        complete_user_task(ctx, open_tasks(ctx, kept)[0])
        cancel(ctx, [cancelled])
        assert header(ctx, kept).state == "completed"
        assert all(content_of_attachment(ctx, each.id) for each in made)
        assert len(rows(ctx, blob, kept, cancelled)) == 2
    check_every_row(ctx.database, ctx.blobs)


def test_every_row_is_in_order(ctx: Context) -> None:
    assert all(each.updated_at is None or each.updated_at.tzinfo for each in rows(ctx, user_task))
    check_every_row(ctx.database, ctx.blobs)
