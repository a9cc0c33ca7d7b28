"""Kernel commands in two halves for batches: the step outside of the transaction, the writing inside of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from shoal import clock
from shoal.commands.advance import failure_of
from shoal.commands.commit import build_rows
from shoal.commands.context import Context
from shoal.commands.flush import lock_unchanged, write_rows
from shoal.commands.load import Loaded, load
from shoal.commands.move_chunk import move_each
from shoal.commands.outcome import NOT_FOUND, NOT_RUNNING, ChunkOutcome
from shoal.commands.rows import ChunkRows
from shoal.commands.uncollected import uncollected
from shoal.errors import ShoalError
from shoal.ids import is_id
from shoal.kernel.stimulus import Stimulus
from shoal.store.database import Tx
from shoal.store.queries.instances import Header

Choose = Callable[[Loaded], Sequence[Stimulus] | None]
"""The stimuli of an instance; None leaves it to the second half. A ShoalError is the failure of the instance."""


@dataclass(slots=True)
class Prepared:
    """The first half of a chunk."""

    outcome: ChunkOutcome = field(default_factory=ChunkOutcome)
    """What is certain already: skipped and failed."""
    rows: ChunkRows | None = None
    moved: frozenset[str] = frozenset()


def prepare_loaded(
    ctx: Context, found: Mapping[str, Header | Loaded], ids: Sequence[str], choose: Choose
) -> Prepared:
    """Move the running instances by the stimuli that ``choose`` has for them; their large values are stored."""
    prepared = Prepared()
    now = clock.now()
    work: list[tuple[Loaded, Sequence[Stimulus]]] = []
    refused: dict[str, Exception] = {}
    for each in ids:
        instance = found.get(each)
        if instance is None:
            prepared.outcome.skipped[each] = NOT_FOUND
        elif not isinstance(instance, Loaded):
            prepared.outcome.skipped[each] = NOT_RUNNING
        else:
            try:
                stimuli = choose(instance)
            except ShoalError as error:
                refused[each] = error
                continue
            if stimuli is not None:
                work.append((instance, stimuli))
    with uncollected(len(work)):
        moved, failed = move_each(ctx, work, now)
        if moved:
            prepared.rows, unstorable = build_rows(ctx, moved, now)
            failed |= unstorable
            prepared.moved = frozenset(each.id for each, _ in work) - failed.keys()
    given = {each.id for each, _ in work}
    refused |= {each: error for each, error in failed.items() if each in given}
    prepared.outcome.failed = {each: failure_of(error) for each, error in refused.items()}
    return prepared


def prepare(ctx: Context, ids: Sequence[str], choose: Choose) -> Prepared:
    """Load the instances, and move them."""
    with ctx.database.read() as tx:
        found = load(ctx, tx, [each for each in ids if is_id(each)])
    return prepare_loaded(ctx, found, ids, choose)


def apply(
    ctx: Context, tx: Tx, ids: Sequence[str], prepared: Prepared, *, wait: bool = False
) -> tuple[ChunkOutcome, list[str]]:
    """Write what was moved; the outcome so far, and those of ``ids`` that were not moved.

    An instance that changed since it was loaded, or that somebody else holds (unless ``wait``), is put back.
    """
    wanted = set(ids)
    known = prepared.outcome
    outcome = ChunkOutcome(
        skipped={each: reason for each, reason in known.skipped.items() if each in wanted},
        failed={each: failure for each, failure in known.failed.items() if each in wanted},
    )
    rows = prepared.rows
    if rows is not None:
        # whoever was moved together with an instance that is left out has to be moved again without it
        conflicts = rows.drop(prepared.moved - wanted) | lock_unchanged(tx, rows, skip=not wait)
        write_rows(ctx, tx, rows)
        outcome.succeeded = [each for each in ids if each in prepared.moved and each not in conflicts]
        outcome.put_back = [each for each in ids if each in prepared.moved and each in conflicts]
    done = prepared.moved | outcome.skipped.keys() | outcome.failed.keys()
    return outcome, [each for each in ids if each not in done]


def merged(first: ChunkOutcome, second: ChunkOutcome) -> ChunkOutcome:
    """Both outcomes in one."""
    return ChunkOutcome(
        first.succeeded + second.succeeded,
        first.skipped | second.skipped,
        first.failed | second.failed,
        first.put_back + second.put_back,
    )
