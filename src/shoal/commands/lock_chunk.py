"""Locks the instances that a set-based command is about to change, and sorts out those that it cannot."""

from __future__ import annotations

from collections.abc import Sequence

from shoal.commands.outcome import NOT_FOUND, NOT_RUNNING, STILL_RUNNING, ChunkOutcome
from shoal.ids import is_id
from shoal.store.database import Tx
from shoal.store.queries.instances import Header, existing_ids, lock_headers, lock_matching


def lock_all(tx: Tx, ids: Sequence[str], *, running: bool, suspended: bool | None = None) -> bool:
    """Lock the headers, if all of them are what a batch expects: the usual case, without reading a row.

    If not, some may be locked now, and ``lock_chunk`` has to sort them out.
    """
    return all(map(is_id, ids)) and lock_matching(tx, ids, running=running, suspended=suspended) == len(ids)


def lock_ids(tx: Tx, ids: Sequence[str], outcome: ChunkOutcome, *, running: bool, wait: bool) -> list[str]:
    """The ids of ``lock_chunk``, for commands that look at no header: without reading one in the usual case."""
    if not wait and lock_all(tx, ids, running=running):
        return list(ids)
    return list(lock_chunk(tx, ids, outcome, running=running, wait=wait))


def lock_chunk(
    tx: Tx, ids: Sequence[str], outcome: ChunkOutcome, *, running: bool, wait: bool = False
) -> dict[str, Header]:
    """The headers that are now locked, of instances that run (``running``) or have ended.

    The others are in ``outcome``: skipped, or put back when somebody else holds them (unless ``wait``).
    """
    wanted = [each for each in ids if is_id(each)]
    locked = lock_headers(tx, wanted, skip=not wait)
    if len(locked) < len(ids):
        missing = [each for each in ids if each not in locked]
        existing = existing_ids(tx, [each for each in missing if is_id(each)])
        outcome.put_back += [each for each in missing if each in existing]
        outcome.skip((each for each in missing if each not in existing), NOT_FOUND)
    wrong = [each.id for each in locked.values() if (each.state == "active") is not running]
    for each in wrong:
        del locked[each]
    outcome.skip(wrong, NOT_RUNNING if running else STILL_RUNNING)
    return locked
