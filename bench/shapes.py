"""The kernel by shapes of processes: instances per second to their first wait and to their end, bytes of state."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from bench import models
from bench.databases import Place
from shoal.commands.complete_user_tasks import TaskCompletion, complete_user_tasks
from shoal.commands.context import Context
from shoal.commands.deploy import deploy
from shoal.commands.start_instances import start_instances
from shoal.settings import Settings
from shoal.store.migrations import upgrade
from shoal.store.tables.waits import user_task
from shoal.values import infer

_OPEN_TASKS = select(user_task.c.id).where(user_task.c.ended_at.is_(None)).order_by(user_task.c.id)


@dataclass(frozen=True, slots=True)
class Shape:
    """One row of the result."""

    database: str
    name: str
    instances: int
    starts_per_second: float
    completions_per_second: float
    state_bytes: float
    database_bytes: float


def run(place: Place, size: int) -> Iterator[Shape]:
    """Every shape; a shape with many tasks gets fewer instances."""
    for name, model in models.SHAPES.items():
        yield _measure(place, name, model(), max(20, size // 20) if "100" in name else size)


def _measure(place: Place, name: str, model: bytes, count: int) -> Shape:
    place.create("shape")
    ctx = Context.open(Settings(database_url=place.url("shape"), blob_url="memory://bench"))
    upgrade(ctx.database)
    key = deploy(ctx, {"shape.bpmn": model}).definitions[0].key
    empty = place.size_bytes("shape")
    started = time.perf_counter()
    start_instances(ctx, key=key, count=count, variables={"round": infer("round", 0)})
    start_seconds = time.perf_counter() - started
    taken = place.size_bytes("shape") - empty
    with ctx.database.engine.connect() as connection:
        state = connection.exec_driver_sql("SELECT avg(length(state)) FROM instance_state").scalar_one()
    with ctx.database.read() as tx:
        tasks = [str(row[0]) for row in tx.execute(_OPEN_TASKS)]
    started = time.perf_counter()
    for first in range(0, len(tasks), 1000):
        complete_user_tasks(ctx, [TaskCompletion(each) for each in tasks[first : first + 1000]])
    complete_seconds = time.perf_counter() - started
    ctx.close()
    place.drop("shape")
    return Shape(
        place.name, name, count, count / start_seconds, count / complete_seconds, float(state), taken / count
    )
