"""What tests of retention need: a process that calls another one, decisions, and clocks that can be moved."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from tests.integration.commands.models import END, START, TASK, chain

from shoal import clock
from shoal.commands.complete_user_tasks import complete_user_task
from shoal.commands.context import Context
from shoal.commands.deploy import deploy
from shoal.commands.start_instances import start_instances
from shoal.ids import new_id
from shoal.store.tables.decisions import decision_definition, decision_input, decision_instance, decision_output
from shoal.store.tables.definitions import process_definition
from shoal.store.tables.instances import process_instance
from shoal.store.tables.waits import user_task

OUTER_DAYS = 30
INNER_DAYS = 5
CALL = ("call", '<bpmn:callActivity id="call" calledElement="inner">{}</bpmn:callActivity>')
INNER = chain("inner", START, TASK, END).replace(b'"30"', b'"5"')
OUTER = chain("outer", START, CALL, TASK, END)
LATE = chain("late", START, TASK, CALL, END)
FOREVER = chain("forever", START, TASK, END).replace(b'camunda:historyTimeToLive="30"', b"")


def deploy_calls(ctx: Context) -> None:
    """Deploy ``outer``, which calls ``inner``; ``late``, which does later; ``forever`` without a time to live."""
    files = {"inner.bpmn": INNER, "outer.bpmn": OUTER, "late.bpmn": LATE, "forever.bpmn": FOREVER}
    deploy(ctx, files, filter_duplicates=True)


def started(ctx: Context, key: str = "outer") -> tuple[str, str]:
    """A running instance and the one that it called (the same, if it called none)."""
    root = start_instances(ctx, key=key)[0]
    return root, called_by(ctx, root) or root


def called_by(ctx: Context, instance_id: str) -> str:
    """The instance that an instance called; none if it called none."""
    called = select(process_instance.c.id).where(process_instance.c.super_id == instance_id)
    with ctx.database.read() as tx:
        return tx.execute(called).scalar_one_or_none() or ""


def finish(ctx: Context, instance_id: str) -> None:
    """Complete the open task of an instance."""
    with ctx.database.read() as tx:
        task = tx.execute(
            select(user_task.c.id).where(user_task.c.instance_id == instance_id, user_task.c.ended_at.is_(None))
        ).scalar_one()
    complete_user_task(ctx, task)


def removal_time(ctx: Context, instance_id: str) -> datetime | None:
    """When the history of an instance may go."""
    return _removal_time(ctx, process_instance, instance_id)


def removal_time_of_decision(ctx: Context, decision_id: str) -> datetime | None:
    """When a decision may go."""
    return _removal_time(ctx, decision_instance, decision_id)


def _removal_time(ctx: Context, table: Any, row_id: str) -> datetime | None:
    with ctx.database.read() as tx:
        found: datetime | None = tx.execute(select(table.c.removal_time).where(table.c.id == row_id)).scalar_one()
        return found


def set_removal_times(ctx: Context, when: datetime | None, *ids: str, table: Any = process_instance) -> None:
    """Write removal times, whatever the rules say."""
    with ctx.database.write() as tx:
        tx.execute(update(table).where(table.c.id.in_(ids)).values(removal_time=when))


def set_days(ctx: Context, key: str, days: int | None) -> None:
    """Change the time to live of a definition."""
    with ctx.database.write() as tx:
        tx.execute(update(process_definition).where(process_definition.c.key == key).values(history_ttl_days=days))


def new_decision_definition(ctx: Context, key: str, days: int | None) -> str:
    """The definition of a decision."""
    made = new_id()
    values = {"id": made, "key": key, "version": 1, "deployment_id": new_id(), "resource_name": f"{key}.dmn"}
    with ctx.database.write() as tx:
        tx.execute(decision_definition.insert().values(**values, history_ttl_days=days, created_at=clock.now()))
    return made


def new_decision(ctx: Context, definition_id: str, **values: Any) -> str:
    """An evaluated decision with an input and an output."""
    made = new_id()
    given = {"evaluated_at": clock.now(), "definition_key": "dish", **values}
    with ctx.database.write() as tx:
        tx.execute(decision_instance.insert().values(id=made, definition_id=definition_id, **given))
        for table in (decision_input, decision_output):
            tx.execute(table.insert().values(id=new_id(), decision_id=made, type="String", text_value="hot"))
    return made


@contextmanager
def moved_clock(monkeypatch: Any, by: timedelta) -> Iterator[None]:
    """Let it be later."""
    real = clock.now
    with monkeypatch.context() as patch:
        patch.setattr(clock, "now", lambda: real() + by)
        yield
