"""What the tests of commands look up and do again and again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Table, func, select

from shoal import clock
from shoal.commands.cancel_instances import cancel_instances, prepare_cancel
from shoal.commands.context import Context
from shoal.commands.outcome import ChunkOutcome
from shoal.commands.run_instance_jobs import JobResult, run_instance_jobs
from shoal.store.database import Database, Tx
from shoal.store.queries.job_acquisition import lease_jobs
from shoal.store.queries.jobs import find_jobs
from shoal.store.tables.instances import process_instance
from shoal.store.tables.jobs import job
from shoal.store.tables.variables import variable
from shoal.store.tables.waits import user_task
from shoal.values import infer


def rows(ctx: Context, table: Table, *ids: str, **equal: Any) -> list[Any]:
    """The rows of a table, of these instances if any are given, in the order of their keys."""
    statement = select(table).order_by(*table.primary_key.columns)
    if ids:
        column = table.c.id if table is process_instance else table.c.instance_id
        statement = statement.where(column.in_(ids))
    for name, value in equal.items():
        statement = statement.where(table.c[name] == value)
    with ctx.database.read() as tx:
        return list(tx.execute(statement).all())


def count(ctx: Context, table: Table) -> int:
    """How many rows a table has."""
    with ctx.database.read() as tx:
        return int(tx.execute(select(func.count()).select_from(table)).scalar_one())


def header(ctx: Context, instance_id: str) -> Any:
    """The header of an instance."""
    return rows(ctx, process_instance, instance_id)[0]


def open_tasks(ctx: Context, *ids: str) -> list[str]:
    """The open user tasks of instances."""
    return [each.id for each in rows(ctx, user_task, *ids) if each.ended_at is None]


def values(ctx: Context, instance_id: str) -> dict[str, Any]:
    """The small variables of an instance's own scope."""
    found = rows(ctx, variable, instance_id, scope_id=instance_id)
    return {each.name: each.text_value if each.long_value is None else each.long_value for each in found}


def typed(**plain: Any) -> dict[str, Any]:
    """Variables with the types that their values have."""
    return {name: infer(name, value) for name, value in plain.items()}


def written(ctx: Context, act: Callable[[Tx], ChunkOutcome]) -> ChunkOutcome:
    """Do it in a transaction of its own."""
    with ctx.database.write() as tx:
        return act(tx)


def cancel(ctx: Context, ids: Sequence[str], **options: Any) -> ChunkOutcome:
    """Cancel instances, both halves."""
    prepared = prepare_cancel(ctx, ids, **options)
    reason = options.get("reason")
    return written(ctx, lambda tx: cancel_instances(ctx, tx, ids, prepared, clock.now(), reason=reason))


def run_jobs(ctx: Context, *ids: str, owner: str = "worker") -> dict[str, JobResult]:
    """Lease all jobs (of these instances) and run them."""
    job_ids = [each.id for each in rows(ctx, job, *ids)]
    with ctx.database.write() as tx:
        lease_jobs(tx, job_ids, owner, clock.now() + timedelta(minutes=1))
    with ctx.database.read() as tx:
        found = find_jobs(tx, job_ids)
    return run_instance_jobs(ctx, list(found.values()), owner)


def locked_elsewhere(database: Database, instance_id: str) -> Any:
    """A write transaction of somebody else that holds an instance."""
    from contextlib import contextmanager

    from shoal.store.queries.instances import lock_headers

    @contextmanager
    def hold() -> Any:
        other = Database(database.url)
        try:
            with other.write() as tx:
                lock_headers(tx, [instance_id], skip=False)
                yield
        finally:
            other.close()

    return hold()
