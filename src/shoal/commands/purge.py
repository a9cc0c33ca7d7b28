"""Removes everything of instances: all dependent rows, the headers last, large values after the commit."""

from __future__ import annotations

from collections.abc import Sequence

from shoal.commands.context import Context
from shoal.store.database import Tx
from shoal.store.queries import external_tasks, instance_jobs, instances, states, subscriptions
from shoal.store.queries.decision_erasure import decisions_of_instances, delete_decisions
from shoal.store.queries.erasure import delete_history


def purge_rows(ctx: Context, tx: Tx, ids: Sequence[str]) -> None:
    """Remove instances whose headers this transaction holds, running or not."""
    states.delete_states(tx, ids)
    subscriptions.delete_of_instances(tx, ids)
    external_tasks.delete_of_instances(tx, ids)
    instance_jobs.delete_of_instances(tx, ids)
    purge_ended(ctx, tx, ids)


def purge_ended(ctx: Context, tx: Tx, ids: Sequence[str]) -> None:
    """Remove ended instances, which have no state and wait for nothing. What users did to them is kept."""
    delete_history(tx, ctx.blobs, ids)
    if decisions := decisions_of_instances(tx, ids):
        delete_decisions(tx, ctx.blobs, decisions)
    instances.delete_headers(tx, ids)
