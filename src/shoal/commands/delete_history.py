"""Removes ended instances with everything that is known of them."""

from __future__ import annotations

from collections.abc import Sequence

from shoal.commands.context import Context
from shoal.commands.lock_chunk import lock_ids
from shoal.commands.outcome import ChunkOutcome
from shoal.commands.purge import purge_ended
from shoal.store.database import Tx


def delete_history(ctx: Context, tx: Tx, ids: Sequence[str], *, wait: bool = False) -> ChunkOutcome:
    """Remove ended instances for good; their large values go after the commit.

    Skipped: not-found, still-running. Camunda 7: instances that they called stay.
    """
    outcome = ChunkOutcome()
    outcome.succeeded = lock_ids(tx, ids, outcome, running=False, wait=wait)
    if outcome.succeeded:
        purge_ended(ctx, tx, outcome.succeeded)
    return outcome
