"""Suspends and resumes instances: nothing is worked on a suspended one."""

from __future__ import annotations

from collections.abc import Sequence

from shoal.commands.lock_chunk import lock_all, lock_chunk
from shoal.commands.outcome import ChunkOutcome, Reason
from shoal.store.database import Tx
from shoal.store.queries.instances import set_suspended

ALREADY_SUSPENDED = Reason("already-suspended", "the process instance is suspended already")
NOT_SUSPENDED = Reason("not-suspended", "the process instance is not suspended")


def suspend_instances(tx: Tx, ids: Sequence[str], *, wait: bool = False) -> ChunkOutcome:
    """Suspend running instances. Their jobs and tasks follow, because they look at their instance.

    Skipped: not-found, not-running, already-suspended. ``wait`` for what others hold instead of putting it back.
    """
    return _set(tx, ids, True, ALREADY_SUSPENDED, wait)


def resume_instances(tx: Tx, ids: Sequence[str], *, wait: bool = False) -> ChunkOutcome:
    """Let suspended instances go on. Skipped: not-found, not-running, not-suspended."""
    return _set(tx, ids, False, NOT_SUSPENDED, wait)


def _set(tx: Tx, ids: Sequence[str], suspended: bool, as_before: Reason, wait: bool) -> ChunkOutcome:
    outcome = ChunkOutcome()
    if not wait and lock_all(tx, ids, running=True, suspended=not suspended):
        outcome.succeeded = list(ids)
        set_suspended(tx, ids, suspended)
        return outcome
    locked = lock_chunk(tx, ids, outcome, running=True, wait=wait)
    outcome.skip((each.id for each in locked.values() if each.suspended is suspended), as_before)
    outcome.succeeded = [each.id for each in locked.values() if each.suspended is not suspended]
    set_suspended(tx, outcome.succeeded, suspended)
    return outcome
