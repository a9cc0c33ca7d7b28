"""Removes evaluated decisions with their inputs and outputs."""

from __future__ import annotations

from collections.abc import Sequence

from shoal.commands.context import Context
from shoal.commands.outcome import ChunkOutcome, Reason
from shoal.ids import is_id
from shoal.store.database import Tx
from shoal.store.queries.decision_erasure import delete_decisions as erase
from shoal.store.queries.hierarchies import find_decisions, lock_decisions

NO_SUCH_DECISION = Reason("not-found", "no such decision instance")


def delete_decisions(ctx: Context, tx: Tx, ids: Sequence[str], *, wait: bool = False) -> ChunkOutcome:
    """Remove decisions for good; their large values go after the commit.

    Skipped: not-found. Put back: held by others (unless ``wait``). Decisions that they required stay.
    """
    outcome = ChunkOutcome()
    wanted = [each for each in ids if is_id(each)]
    locked = lock_decisions(tx, sorted(wanted), skip=not wait)
    known = find_decisions(tx, wanted) if len(locked) < len(wanted) else locked
    for each in ids:
        if each in locked:
            outcome.succeeded.append(each)
        elif each in known:
            outcome.put_back.append(each)
        else:
            outcome.skipped[each] = NO_SUCH_DECISION
    if outcome.succeeded:
        erase(tx, ctx.blobs, outcome.succeeded)
    return outcome
