"""User tasks of no process instance, and sub-tasks."""

from __future__ import annotations

from typing import Any

import pytest
from tests.integration.commands.models import ONE_TASK
from tests.integration.commands.scene import header, open_tasks, typed
from tests.integrity import check_every_row

from shoal.commands.assign_user_tasks import claim_user_task, delegate_user_task, resolve_user_task
from shoal.commands.change_identity_links import add_identity_link, delete_identity_link
from shoal.commands.complete_user_tasks import complete_user_task
from shoal.commands.context import Context
from shoal.commands.deploy import deploy
from shoal.commands.set_task_properties import set_task_properties
from shoal.commands.standalone_tasks import create_standalone_task, delete_standalone_tasks
from shoal.commands.start_instances import start_instances
from shoal.commands.write_comments import write_comment
from shoal.errors import ConflictError, InputError, NotFoundError
from shoal.filters.tasks import TaskFilter
from shoal.ids import new_id
from shoal.store.queries.discussions import list_comments
from shoal.store.queries.identity_links import links_of_task
from shoal.store.queries.task_filters import TaskDetails, count_tasks, list_tasks


@pytest.fixture(scope="module", autouse=True)
def _deployed(ctx: Context) -> None:
    deploy(ctx, {"one.bpmn": ONE_TASK})


def _find(ctx: Context, **conditions: Any) -> list[TaskDetails]:
    with ctx.database.read() as tx:
        return list_tasks(tx, TaskFilter.model_validate(conditions))


def _one(ctx: Context, task_id: str) -> TaskDetails:
    return _find(ctx, ids=(task_id,))[0]


def test_a_task_of_no_instance_is_worked_on_like_any_other(ctx: Context) -> None:
    task_id = create_standalone_task(ctx, {"name": "Call back", "priority": 70})
    found = _one(ctx, task_id)
    assert (found.name, found.priority, found.suspended, found.ended_at) == ("Call back", 70, False, None)
    assert (found.instance_id, found.node_id, found.activity_id, found.definition_id) == (None, None, None, None)
    set_task_properties(ctx, task_id, {"description": "before noon"})
    claim_user_task(ctx, task_id, "mary")
    with pytest.raises(ConflictError, match="claimed by 'mary'"):
        claim_user_task(ctx, task_id, "joe")
    delegate_user_task(ctx, task_id, "joe")
    with pytest.raises(ConflictError, match="delegated"):
        complete_user_task(ctx, task_id)
    resolve_user_task(ctx, task_id)
    found = _one(ctx, task_id)
    assert (found.assignee, found.owner, found.delegation_state) == ("mary", "mary", "RESOLVED")
    assert (found.description, found.updated_at is not None) == ("before noon", True)
    complete_user_task(ctx, task_id)
    assert _one(ctx, task_id).end_reason == "completed"
    with pytest.raises(NotFoundError):
        complete_user_task(ctx, task_id)


def test_it_has_candidates_links_and_comments(ctx: Context) -> None:
    task_id = create_standalone_task(ctx, {"name": "Check"})
    for kind, holder in (("candidate", {"user_id": "joe"}), ("candidate", {"group_id": "sales"})):
        add_identity_link(ctx, task_id, kind, **holder)
    add_identity_link(ctx, task_id, "reviewer", user_id="mary")
    assert [each.id for each in _find(ctx, candidate_group="sales", open=True)] == [task_id]
    delete_identity_link(ctx, task_id, "candidate", user_id="joe")
    delete_identity_link(ctx, task_id, "reviewer", user_id="mary")
    write_comment(ctx, "soon", task_id=task_id)
    with ctx.database.read() as tx:
        assert [(each.kind, each.group_id) for each in links_of_task(tx, task_id)] == [("candidate", "sales")]
        assert [each.message for each in list_comments(tx, task_id=task_id)] == ["soon"]
    delete_standalone_tasks(ctx, [task_id], cascade=True)
    assert not _find(ctx, ids=(task_id,))
    with ctx.database.read() as tx:
        assert not links_of_task(tx, task_id)
        assert not list_comments(tx, task_id=task_id)


def test_sub_tasks_end_with_their_parent(ctx: Context) -> None:
    parent = create_standalone_task(ctx, {"name": "parent"})
    child = create_standalone_task(ctx, {"name": "child"}, parent_id=parent)
    grandchild = create_standalone_task(ctx, {"name": "grandchild"}, parent_id=child)
    assert [each.id for each in _find(ctx, parent_id=parent)] == [child]
    complete_user_task(ctx, parent)
    assert [_one(ctx, each).end_reason for each in (child, grandchild)] == ["completed"] * 2
    [instance_id] = start_instances(ctx, key="one")
    [task_id] = open_tasks(ctx, instance_id)
    child = create_standalone_task(ctx, {}, parent_id=task_id)
    other = create_standalone_task(ctx, {}, parent_id=task_id)
    complete_user_task(ctx, child)
    assert header(ctx, instance_id).state == "active"
    complete_user_task(ctx, task_id)
    assert header(ctx, instance_id).state == "completed"
    assert _one(ctx, other).end_reason == "completed"


def test_ended_ones_stay_until_they_are_removed(ctx: Context) -> None:
    task_id = create_standalone_task(ctx, {})
    delete_standalone_tasks(ctx, [task_id], reason="not needed")
    assert _one(ctx, task_id).end_reason == "not needed"
    with pytest.raises(NotFoundError):
        delete_standalone_tasks(ctx, [task_id])
    delete_standalone_tasks(ctx, [task_id], cascade=True)
    assert not _find(ctx, ids=(task_id,))


def test_filters_tell_them_apart(ctx: Context) -> None:
    task_id = create_standalone_task(ctx, {"name": "apart"})
    [instance_id] = start_instances(ctx, key="one")
    of_instance = open_tasks(ctx, instance_id)
    assert [each.id for each in _find(ctx, name="apart", standalone=True, open=True)] == [task_id]
    assert not {each.id for each in _find(ctx, standalone=True)} & set(of_instance)
    assert [each.id for each in _find(ctx, standalone=False, instance_id=instance_id)] == of_instance
    assert not _find(ctx, instance_id=task_id)
    with ctx.database.read() as tx:
        for field in TaskDetails._fields:
            assert len(list_tasks(tx, TaskFilter(), sort=field)) == count_tasks(tx, TaskFilter())


def test_what_cannot_be(ctx: Context) -> None:
    [instance_id] = start_instances(ctx, key="one")
    [of_instance] = open_tasks(ctx, instance_id)
    task_id = create_standalone_task(ctx, {})
    for wrong in ({"colour": "red"}, {"priority": "high"}):
        with pytest.raises(InputError):
            create_standalone_task(ctx, wrong)
    for taken in ("no id", task_id, of_instance):
        with pytest.raises(InputError, match="task_id"):
            create_standalone_task(ctx, {}, task_id=taken)
    for unknown in ("no id", new_id()):
        with pytest.raises(NotFoundError):
            create_standalone_task(ctx, {}, parent_id=unknown)
        with pytest.raises(NotFoundError):
            delete_standalone_tasks(ctx, [task_id, unknown])
    with pytest.raises(ConflictError, match="running process"):
        delete_standalone_tasks(ctx, [of_instance])
    with pytest.raises(InputError, match="variables"):
        complete_user_task(ctx, task_id, typed(x=1))
    assert _one(ctx, task_id).ended_at is None


def test_every_row_is_in_order(ctx: Context) -> None:
    check_every_row(ctx.database, ctx.blobs)
