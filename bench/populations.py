"""What the operations of the benchmarks find: instances, external tasks, decisions, batches."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table

from bench import models
from bench.databases import Place
from shoal import clock
from shoal.batch.create import create_batch
from shoal.commands.context import Context
from shoal.commands.deploy import deploy
from shoal.commands.start_instances import start_instances
from shoal.ids import new_id
from shoal.settings import Settings
from shoal.store.migrations import upgrade
from shoal.store.tables.batches import batch
from shoal.store.tables.decisions import decision_input, decision_instance, decision_output
from shoal.values import infer
from shoal.workers.loop import Worker

_ROWS = 5_000
NAME = "population"


def orders(place: Place, size: int) -> float:
    """Instances that wait at a user task, for a message and for a timer; seconds to start them."""
    ctx = _open(place)
    deploy(ctx, {"order.bpmn": models.order()})
    seconds = _start(ctx, "order", size)
    deploy(ctx, {"order.bpmn": models.order("Check it")})
    ctx.close()
    return seconds


def external_tasks(place: Place, size: int) -> float:
    """Instances that wait for a remote worker; seconds to start them."""
    ctx = _open(place)
    deploy(ctx, {"external.bpmn": models.external()})
    seconds = _start(ctx, "external", size)
    ctx.close()
    return seconds


def records(place: Place, size: int) -> None:
    """Evaluated decisions with an input and an output each, and ended batches, written as rows."""
    ctx = _open(place)
    deploy(ctx, {"order.bpmn": models.order()})
    _start(ctx, "order", 1)
    created = create_batch(ctx, "suspend-instances", {}, {"filter": {"running": True}})
    Worker(ctx).run_until_idle()
    with ctx.database.read() as tx:
        ended = dict(tx.execute(batch.select().where(batch.c.id == created.id)).mappings().one())
    now = clock.now()
    definition_id = new_id()
    for start in range(0, size, _ROWS):
        count = min(_ROWS, size - start)
        ids = [new_id() for _ in range(count)]
        _insert(
            ctx,
            decision_instance,
            ("id", "definition_id", "definition_key", "evaluated_at"),
            [(each, definition_id, "dish", now) for each in ids],
        )
        for table in (decision_input, decision_output):
            _insert(
                ctx,
                table,
                ("id", "decision_id", "clause_id", "type", "text_value"),
                [(new_id(), each, "clause", "String", "winter") for each in ids],
            )
        columns = [name for name in ended if name != "id"]
        _insert(
            ctx, batch, ("id", *columns), [(new_id(), *(ended[name] for name in columns)) for _ in range(count - 1)]
        )
    ctx.close()


def _open(place: Place) -> Context:
    place.create(NAME)
    ctx = Context.open(Settings(database_url=place.url(NAME), blob_url="memory://bench"))
    upgrade(ctx.database)
    return ctx


def _start(ctx: Context, key: str, size: int) -> float:
    variables = {"amount": infer("amount", 1200), "customer": infer("customer", "Ada")}
    started = time.perf_counter()
    start_instances(ctx, key=key, count=size, variables=variables)
    return time.perf_counter() - started


def _insert(ctx: Context, table: Table, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    with ctx.database.write() as tx:
        tx.dialect.insert_many(tx.connection, table, tuple(columns), rows)
