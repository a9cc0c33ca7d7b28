"""What belongs to a user task, and the update listeners that hear of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.integration.commands.models import END, START, TASK, chain
from tests.integration.commands.scene import open_tasks, rows
from tests.integrity import check_every_row

from shoal.commands.attach import attach, delete_attachment
from shoal.commands.change_identity_links import add_identity_link, delete_identity_link
from shoal.commands.context import Context
from shoal.commands.deploy import deploy
from shoal.commands.start_instances import start_instances
from shoal.commands.write_comments import write_comment
from shoal.errors import ExecutionError
from shoal.store.tables.discussions import attachment, task_comment

LISTENER = '<camunda:taskListener event="update" delegateExpression="${{code}}"/>'
HEARING = (
    f'<bpmn:userTask id="task"><bpmn:extensionElements>{LISTENER}</bpmn:extensionElements>{{}}</bpmn:userTask>'
)


@pytest.fixture(scope="module", autouse=True)
def _deployed(ctx: Context) -> None:
    deploy(ctx, {"hearing.bpmn": chain("hearing", START, ("task", HEARING), END)})
    deploy(ctx, {"deaf.bpmn": chain("deaf", START, TASK, END)})


def _comment(ctx: Context, task_id: str) -> None:
    write_comment(ctx, "hello", task_id=task_id)


def _attach_and_remove(ctx: Context, task_id: str) -> None:
    delete_attachment(ctx, attach(ctx, task_id=task_id, content=b"x" * 100_000).id)


def _link_and_unlink(ctx: Context, task_id: str) -> None:
    add_identity_link(ctx, task_id, "reviewer", user_id="ada")
    delete_identity_link(ctx, task_id, "reviewer", user_id="ada")


@pytest.mark.parametrize(("touch", "times"), [(_comment, 1), (_attach_and_remove, 2), (_link_and_unlink, 2)])
def test_listeners_hear_of_it(ctx: Context, touch: Callable[[Context, str], None], times: int) -> None:
    heard: list[str] = []
    ctx.host.register("code", lambda task: heard.append(task.event_name))
    for key, expected in (("hearing", times), ("deaf", 0)):
        [instance_id] = start_instances(ctx, key=key)
        heard.clear()
        touch(ctx, open_tasks(ctx, instance_id)[0])
        assert heard == ["update"] * expected
    check_every_row(ctx.database)


def test_nothing_is_written_when_a_listener_fails(ctx: Context) -> None:
    def code(_task: Any) -> None:
        raise ValueError("not now")

    ctx.host.register("code", code)
    [instance_id] = start_instances(ctx, key="hearing")
    [task_id] = open_tasks(ctx, instance_id)
    with pytest.raises(ExecutionError, match="not now"):
        write_comment(ctx, "hello", task_id=task_id)
    with pytest.raises(ExecutionError, match="not now"):
        attach(ctx, task_id=task_id, content=b"x" * 100_000)
    assert not rows(ctx, task_comment, instance_id)
    assert not rows(ctx, attachment, instance_id)
    check_every_row(ctx.database)


def test_a_listener_may_complete_the_task_that_is_commented_on(ctx: Context) -> None:
    ctx.host.register("code", lambda task: task.complete())
    [instance_id] = start_instances(ctx, key="hearing")
    write_comment(ctx, "last words", task_id=open_tasks(ctx, instance_id)[0])
    assert not open_tasks(ctx, instance_id)
    assert len(rows(ctx, task_comment, instance_id)) == 1
