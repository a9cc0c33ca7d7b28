"""Removes instances, decisions and batches for good, bounded by rows: however much one of them has, a transaction
stays small. What is left is found again by the next one; a header goes when nothing else is left of it.
"""

from __future__ import annotations

from collections.abc import Sequence

from shoal.commands.context import Context
from shoal.store.database import Tx
from shoal.store.queries.batch_erasure import delete_some_batches
from shoal.store.queries.decision_erasure import decisions_of_instances, delete_some_decisions
from shoal.store.queries.erasure import delete_some_history, delete_some_past
from shoal.store.queries.instances import delete_headers


def erase_instances(ctx: Context, tx: Tx, ids: Sequence[str], limit: int, *, with_decisions: bool) -> int:
    """Remove at most ``limit`` rows of ended instances, whose headers are locked; how many.

    Fewer than ``limit`` means that the instances are gone. Large values go after the commit.
    """
    removed = delete_some_history(tx, ctx.blobs, ids, limit)
    if with_decisions and removed < limit and (decisions := decisions_of_instances(tx, ids)):
        removed += erase_decisions(ctx, tx, decisions, limit - removed)
    gone = ids[: limit - removed]
    delete_headers(tx, gone)
    return removed + len(gone)


def erase_past(ctx: Context, tx: Tx, ids: Sequence[str], limit: int) -> int:
    """Remove at most ``limit`` rows of the history of running instances, whose headers are locked; how many.

    What they need to go on stays: header, state, waits, live variables, open tasks and activity instances.
    """
    return delete_some_past(tx, ctx.blobs, ids, limit)


def erase_decisions(ctx: Context, tx: Tx, ids: Sequence[str], limit: int) -> int:
    """Remove at most ``limit`` rows of decisions; how many."""
    return delete_some_decisions(tx, ctx.blobs, ids, limit)


def erase_batches(tx: Tx, ids: Sequence[str], limit: int) -> int:
    """Remove at most ``limit`` rows of ended batches, which are locked; how many."""
    return delete_some_batches(tx, ids, limit)
