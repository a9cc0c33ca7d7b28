"""What became of the elements: one by one, page by page, and the failures by cause."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from shoal.batch.states import ChunkState, ElementState
from shoal.commands.context import Context
from shoal.errors import InputError, NotFoundError
from shoal.ids import is_id
from shoal.store.database import Tx
from shoal.store.queries.batch_chunks import ChunkRow, chunks_around, chunks_from
from shoal.store.queries.batch_elements import ElementRow, count_causes, find_elements, page_elements
from shoal.store.queries.batch_targets import requested_among
from shoal.store.queries.batches import find_batch

_CHUNKS = 20

_CHUNK_STATES = {
    ElementState.PENDING: ChunkState.PENDING,
    ElementState.SUCCEEDED: ChunkState.DONE,
    ElementState.CANCELLED: ChunkState.CANCELLED,
}


@dataclass(frozen=True, slots=True)
class ElementOutcome:
    """One element of a batch. While a failed element is tried again it is pending, with its last cause."""

    target_id: str
    state: ElementState
    reason: str | None = None
    message: str | None = None
    details: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FailureGroup:
    """Elements that failed, or were skipped, for the same reason; one of them as an example."""

    state: ElementState
    reason: str
    count: int
    example_id: str
    example_message: str | None
    last_at: datetime


def failure_groups(ctx: Context, batch_id: str) -> list[FailureGroup]:
    """Failed and skipped elements by cause, the most frequent first. NotFoundError."""
    with ctx.database.read() as tx:
        _require(tx, batch_id)
        return [
            FailureGroup(
                ElementState(row.state), row.reason, row.count, row.example_id, row.example_message, row.last_at
            )
            for row in count_causes(tx, batch_id)
        ]


def list_elements(
    ctx: Context,
    batch_id: str,
    *,
    state: ElementState = ElementState.FAILED,
    reason: str | None = None,
    after_id: str | None = None,
    limit: int = 100,
) -> list[ElementOutcome]:
    """Elements of one outcome by id; ``after_id`` is the last id of the page before.

    Elements that are not in a chunk yet are not among the pending. NotFoundError if there is no such batch.
    """
    state = ElementState(state)
    if after_id is not None and not is_id(after_id):
        raise InputError(f"after_id: '{after_id}' is not an id", field="after_id")
    with ctx.database.read() as tx:
        _require(tx, batch_id)
        if state in (ElementState.FAILED, ElementState.SKIPPED):
            rows = page_elements(tx, batch_id, state=state, limit=limit, after_id=after_id, reason=reason)
            return [_outcome(row) for row in rows]
        if reason is not None:
            raise InputError(f"reason: elements that are {state} have none", field="reason")
        found = _page_of_chunks(tx, batch_id, state, after_id, limit)
        known = find_elements(tx, batch_id, [each.target_id for each in found])
        return [_with_cause(each, known.get(each.target_id)) for each in found]


def outcomes_of(ctx: Context, batch_id: str, target_ids: Iterable[str]) -> list[ElementOutcome]:
    """What became of these elements, in their order. NotFoundError for one that is not in the batch."""
    wanted = [each.strip().lower() for each in target_ids]
    with ctx.database.read() as tx:
        _require(tx, batch_id)
        ids = sorted({each for each in wanted if is_id(each)})
        rows = find_elements(tx, batch_id, ids)
        named = requested_among(tx, batch_id, ids)
        return [_outcome_of(tx, batch_id, each, rows.get(each), named) for each in wanted]


def _outcome_of(tx: Tx, batch_id: str, target_id: str, row: ElementRow | None, named: set[str]) -> ElementOutcome:
    if is_id(target_id):
        for chunk in chunks_around(tx, batch_id, target_id):
            place = bisect_right(chunk.ids, target_id) - 1
            if place >= 0 and chunk.ids[place] == target_id:
                return _with_cause(_of_chunk(chunk, target_id, row), row)
        if target_id in named:
            return ElementOutcome(target_id, ElementState.PENDING)
    raise NotFoundError(f"'{target_id}' is not an element of batch {batch_id}", target_id=target_id)


def _of_chunk(chunk: ChunkRow, target_id: str, row: ElementRow | None) -> ElementOutcome:
    match ChunkState(chunk.state):
        case ChunkState.PENDING:
            return ElementOutcome(target_id, ElementState.PENDING)
        case ChunkState.CANCELLED if row is None:
            return ElementOutcome(target_id, ElementState.CANCELLED, at=chunk.ended_at)
        case _ if row is not None:
            return _outcome(row)
        case _:
            return ElementOutcome(target_id, ElementState.SUCCEEDED, at=chunk.ended_at)


def _page_of_chunks(
    tx: Tx, batch_id: str, state: ElementState, after_id: str | None, limit: int
) -> list[ElementOutcome]:
    """Elements in their order, though the ranges of chunks may overlap: an element counts only when no chunk
    that has not been read yet can hold a smaller one."""
    found: list[ElementOutcome] = []
    offset = 0
    while True:
        chunks = chunks_from(
            tx, batch_id, limit=_CHUNKS, states=[_CHUNK_STATES[state]], after_id=after_id, offset=offset
        )
        offset += len(chunks)
        for chunk in chunks:
            found += _of_state(tx, chunk, state, after_id)
        found.sort(key=lambda each: each.target_id)
        if len(chunks) < _CHUNKS:
            return found[:limit]
        certain = [each for each in found if each.target_id <= chunks[-1].ids[0]]
        if len(certain) >= limit:
            return certain[:limit]


def _of_state(tx: Tx, chunk: ChunkRow, state: ElementState, after_id: str | None) -> list[ElementOutcome]:
    start = 0 if after_id is None else bisect_right(chunk.ids, after_id)
    ids = chunk.ids[start:]
    without: Iterable[str] = ()
    if state is not ElementState.PENDING and chunk.succeeded_count + chunk.cancelled_count < len(chunk.ids):
        without = find_elements(tx, chunk.batch_id, ids)
    at = None if state is ElementState.PENDING else chunk.ended_at
    return [ElementOutcome(each, state, at=at) for each in ids if each not in without]


def _with_cause(outcome: ElementOutcome, row: ElementRow | None) -> ElementOutcome:
    if row is None or outcome.state is not ElementState.PENDING:
        return outcome
    return ElementOutcome(outcome.target_id, ElementState.PENDING, row.reason, row.message, row.details, row.at)


def _outcome(row: ElementRow) -> ElementOutcome:
    return ElementOutcome(row.target_id, ElementState(row.state), row.reason, row.message, row.details, row.at)


def _require(tx: Tx, batch_id: str) -> None:
    if not is_id(batch_id) or find_batch(tx, batch_id) is None:
        raise NotFoundError(f"there is no batch {batch_id}", batch_id=batch_id)
