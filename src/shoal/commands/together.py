"""Runs a command over instances for a caller who waits: all of them in one transaction, or none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from shoal.commands.context import Context
from shoal.commands.in_chunks import raise_unless_done
from shoal.commands.outcome import ChunkOutcome
from shoal.errors import RevisionConflictError
from shoal.store.database import Tx

_TRIES = 8

Half = TypeVar("Half")


class _ChangedMeanwhileError(Exception):
    """Undoes the transaction of a try."""


def do_together(
    ctx: Context,
    ids: Iterable[str],
    prepare: Callable[[Sequence[str]], Half],
    write: Callable[[Tx, Sequence[str], Half], ChunkOutcome],
) -> None:
    """Do it to all of ``ids``, or raise the error of the first that cannot be done, and change nothing.

    NotFoundError and ConflictError: it was left out. RevisionConflictError: others were always faster.
    """
    wanted = list(dict.fromkeys(ids))
    for _ in range(_TRIES):
        half = prepare(wanted)
        try:
            with ctx.database.write() as tx:
                outcome = write(tx, wanted, half)
                for each in wanted:
                    raise_unless_done(outcome, each)
                if outcome.put_back:
                    raise _ChangedMeanwhileError
        except _ChangedMeanwhileError:
            continue
        return
    raise RevisionConflictError(f"the process instances were changed by others {_TRIES} times in a row; try again")
