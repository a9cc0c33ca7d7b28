"""Removes batches, some rows at a time."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, tuple_

from shoal.store.database import Tx
from shoal.store.queries.batches import OF_BATCHES
from shoal.store.tables.batches import batch
from shoal.store.tables.job_definitions import job_definition_state
from shoal.store.tables.people import user_operation
from shoal.store.within import within


def delete_some_batches(tx: Tx, ids: Sequence[str], limit: int) -> int:
    """Remove at most ``limit`` rows of ended batches, they themselves last; fewer when nothing is left."""
    left = limit
    for table in (user_operation, *OF_BATCHES):
        if left > 0:
            key = tuple_(*table.primary_key.columns)
            some = select(*table.primary_key.columns).where(within(table.c.batch_id, ids)).limit(left)
            left -= int(tx.execute(table.delete().where(key.in_(some))).rowcount)
    gone = ids[:left]
    # what was said about their jobs; at most a row for each kind of job
    tx.execute(job_definition_state.delete().where(within(job_definition_state.c.definition_id, gone)))
    return limit - left + int(tx.execute(batch.delete().where(within(batch.c.id, gone))).rowcount)
