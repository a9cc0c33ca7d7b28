"""Removes everything of instances: all dependent rows, the headers last, large values after the commit."""

from __future__ import annotations

from collections.abc import Sequence

from shoal.commands.context import Context
from shoal.store.database import Tx
from shoal.store.queries import (
    activities,
    discussions,
    external_tasks,
    incidents,
    instance_jobs,
    instances,
    large_values,
    states,
    subscriptions,
    user_tasks,
    variables,
)


def purge_rows(ctx: Context, tx: Tx, ids: Sequence[str]) -> None:
    """Remove instances whose headers this transaction holds, running or not."""
    states.delete_states(tx, ids)
    subscriptions.delete_of_instances(tx, ids)
    external_tasks.delete_of_instances(tx, ids)
    instance_jobs.delete_of_instances(tx, ids)
    purge_ended(ctx, tx, ids)


def purge_ended(ctx: Context, tx: Tx, ids: Sequence[str]) -> None:
    """Remove ended instances, which have no state and wait for nothing."""
    large_values.give_up_blobs(tx, ctx.blobs, large_values.blobs_of(tx, ids))
    instance_jobs.delete_log_of_instances(tx, ids)
    incidents.delete_of_instances(tx, ids)
    variables.delete_log_of_instances(tx, ids)
    variables.delete_of_instances(tx, ids)
    discussions.delete_of_instances(tx, ids)
    user_tasks.delete_of_instances(tx, ids)
    activities.delete_of_instances(tx, ids)
    instances.delete_headers(tx, ids)
