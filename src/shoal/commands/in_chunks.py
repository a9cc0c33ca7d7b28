"""Runs commands over chunks for callers who wait: a transaction for each chunk, tried again after conflicts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from shoal.commands.context import Context
from shoal.commands.outcome import NOT_FOUND, ChunkOutcome, Failure, Reason
from shoal.errors import ConflictError, ExecutionError, NotFoundError, RevisionConflictError
from shoal.store.database import Tx

CHUNK = 1000
_TRIES = 8

Half = TypeVar("Half")


def do_in_chunks(
    ctx: Context,
    ids: Iterable[str],
    prepare: Callable[[Sequence[str]], Half],
    write: Callable[[Tx, Sequence[str], Half], ChunkOutcome],
) -> ChunkOutcome:
    """Do it to all of ``ids``, a thousand at a time; nobody is put back in the end.

    ``write`` waits for what others hold. An instance that others were always faster to change has failed.
    """
    done = ChunkOutcome()
    wanted = list(dict.fromkeys(ids))
    for start in range(0, len(wanted), CHUNK):
        left: Sequence[str] = wanted[start : start + CHUNK]
        for _ in range(_TRIES):
            half = prepare(left)
            with ctx.database.write() as tx:
                outcome = write(tx, left, half)
                if not outcome.succeeded:
                    tx.did_nothing()
            done.succeeded += outcome.succeeded
            done.skipped |= outcome.skipped
            done.failed |= outcome.failed
            left = outcome.put_back
            if not left:
                break
        for each in left:
            done.failed[each] = Failure.of(
                RevisionConflictError(
                    f"process instance '{each}' was changed by others {_TRIES} times in a row; try again",
                    instance_id=each,
                )
            )
    if len(wanted) > 1:
        # an error keeps its traceback, and that the chunk it comes from
        done.failed = {each: replace(failure, error=None) for each, failure in done.failed.items()}
    return done


def raise_unless_done(outcome: ChunkOutcome, instance_id: str, fine: Collection[Reason] = ()) -> None:
    """Turn the outcome of one instance into its error; nothing happens if it succeeded.

    ``fine``: reasons for leaving it out because it is already as the caller wants it.
    """
    failure = outcome.failed.get(instance_id)
    if failure is not None:
        raise failure.error if failure.error is not None else ExecutionError(failure.message)
    reason = outcome.skipped.get(instance_id)
    if reason is None or reason in fine:
        return
    if reason == NOT_FOUND:
        raise NotFoundError(f"there is no process instance '{instance_id}'", instance_id=instance_id)
    raise ConflictError(
        f"process instance '{instance_id}': {reason.message}", instance_id=instance_id, reason=reason.code
    )
