"""Carries an operation out for a caller who waits: the same commands as a batch, one chunk after another.

No batch is kept, and no job: what became of the elements is the answer. Each chunk is a transaction of its own.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from shoal import clock
from shoal.batch.applying import apply_operation
from shoal.batch.contract import OperationParams
from shoal.batch.registry import AnyOperation, find_operation
from shoal.batch.request import parse_params
from shoal.batch.selection import Selected, Selection, malformed_reason, parse_selection, resolve
from shoal.batch.targets import Target
from shoal.commands.context import Context
from shoal.commands.in_chunks import CHUNK
from shoal.commands.outcome import ChunkOutcome, Failure
from shoal.errors import EmptySelectionError, RevisionConflictError
from shoal.ids import new_id
from shoal.store.queries.batch_selection import page_matching

_PAUSES = (0.0, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0)
"""Seconds before each try of what others hold."""


def carry_out(
    ctx: Context,
    operation: str,
    params: OperationParams | Mapping[str, Any] | None,
    selection: Selection | Mapping[str, Any],
) -> ChunkOutcome:
    """Do it to all elements of the selection now; nobody is put back in the end.

    Raises what creating the batch would raise, and then nothing was done. An error that is not that of one
    element comes through; the chunks before it are done.
    """
    found = find_operation(operation)
    parsed = parse_params(found, params)
    target = found.target_for(parsed)
    selected = resolve(parse_selection(selection), target)
    found.check(ctx, parsed)
    done = ChunkOutcome()
    for text in selected.malformed:
        done.skipped[text] = malformed_reason(text)
    for ids in _chunks(ctx, selected, target, found.elements_per_job(parsed) or min(found.chunk_size, CHUNK)):
        _add(done, _carried_out(ctx, found, parsed, ids))
    if not (done.succeeded or done.skipped or done.failed):
        raise EmptySelectionError(f"the selection matches no {target.name}")
    if len(done.failed) > 1:
        # an error keeps its traceback, and that the chunk it comes from
        done.failed = {each: replace(failure, error=None) for each, failure in done.failed.items()}
    return done


def _carried_out(ctx: Context, operation: AnyOperation, params: Any, ids: Sequence[str]) -> ChunkOutcome:
    done = ChunkOutcome()
    left = ids
    for pause in _PAUSES:
        time.sleep(pause)
        prepared = operation.prepare(ctx, left, params)
        try:
            with ctx.database.write() as tx:
                outcome = apply_operation(ctx, tx, operation, params, left, prepared, clock.now())
                if not outcome.succeeded:
                    tx.did_nothing()
        except RevisionConflictError:
            continue
        _add(done, outcome)
        left = outcome.put_back
        if not left:
            break
    for each in left:
        error = RevisionConflictError(f"'{each}' was held by others {len(_PAUSES)} times in a row; try again")
        done.failed[each] = Failure.of(error)
    return done


def _add(done: ChunkOutcome, outcome: ChunkOutcome) -> None:
    done.succeeded += outcome.succeeded
    done.skipped |= outcome.skipped
    done.failed |= outcome.failed


def _chunks(ctx: Context, selected: Selected, target: Target, size: int) -> Iterator[list[str]]:
    """The named ids, then what the filters find besides; what is made meanwhile is left out."""
    for start in range(0, len(selected.ids), size):
        yield selected.ids[start : start + size]
    named = set(selected.ids)
    after: str | None = None
    up_to, now = new_id(), clock.now()
    while selected.filters:
        with ctx.database.read() as tx:
            page = page_matching(tx, target.kind, selected.filters, now, after_id=after, limit=size, up_to_id=up_to)
        if not page:
            return
        after = page[-1]
        if rest := [each for each in page if each not in named]:
            yield rest
