"""The states of batches, chunks and elements, and every step between them, as data."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from shoal.errors import ConflictError


class BatchState(StrEnum):
    """Where a batch is. Suspended is not a state: it is a switch of a batch that has not ended."""

    SEEDING = "seeding"
    RUNNING = "running"
    COMPLETED = "completed"
    COMPLETED_WITH_FAILURES = "completed-with-failures"
    CANCELLED = "cancelled"
    FAILED = "failed"

    @property
    def has_ended(self) -> bool:
        """Nothing of the batch will be worked on, unless its failures are retried."""
        return self not in (BatchState.SEEDING, BatchState.RUNNING)


class BatchEvent(StrEnum):
    """What moves a batch."""

    SEEDED = "seeded"
    DONE = "done"
    DONE_WITH_FAILURES = "done-with-failures"
    CANCEL = "cancel"
    FAIL = "fail"
    REOPEN = "reopen"
    RESEED = "reseed"


class ChunkState(StrEnum):
    """Where a chunk is."""

    PENDING = "pending"
    DONE = "done"
    CANCELLED = "cancelled"


class ElementState(StrEnum):
    """The outcome of one element."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    SKIPPED = "skipped"
    FAILED = "failed"
    CANCELLED = "cancelled"


BATCH_STEPS: Mapping[tuple[BatchState, BatchEvent], BatchState] = {
    (BatchState.SEEDING, BatchEvent.SEEDED): BatchState.RUNNING,
    (BatchState.SEEDING, BatchEvent.CANCEL): BatchState.CANCELLED,
    (BatchState.SEEDING, BatchEvent.FAIL): BatchState.FAILED,
    (BatchState.SEEDING, BatchEvent.REOPEN): BatchState.SEEDING,
    (BatchState.RUNNING, BatchEvent.DONE): BatchState.COMPLETED,
    (BatchState.RUNNING, BatchEvent.DONE_WITH_FAILURES): BatchState.COMPLETED_WITH_FAILURES,
    (BatchState.RUNNING, BatchEvent.CANCEL): BatchState.CANCELLED,
    (BatchState.RUNNING, BatchEvent.FAIL): BatchState.FAILED,
    (BatchState.RUNNING, BatchEvent.REOPEN): BatchState.RUNNING,
    (BatchState.COMPLETED_WITH_FAILURES, BatchEvent.REOPEN): BatchState.RUNNING,
    (BatchState.FAILED, BatchEvent.REOPEN): BatchState.RUNNING,
    (BatchState.FAILED, BatchEvent.RESEED): BatchState.SEEDING,
}
"""What is not listed is refused."""

CHUNK_STEPS: Mapping[ChunkState, frozenset[ChunkState]] = {
    ChunkState.PENDING: frozenset({ChunkState.DONE, ChunkState.CANCELLED}),
    ChunkState.DONE: frozenset(),
    ChunkState.CANCELLED: frozenset({ChunkState.PENDING}),
}
"""Failed elements that are retried leave their chunk, which stays done. A cancelled chunk of a batch that
failed as a whole becomes pending again when that batch is retried."""


_REFUSED: Mapping[BatchEvent, str] = {
    BatchEvent.SEEDED: "it cannot be seeded",
    BatchEvent.DONE: "it cannot be completed",
    BatchEvent.DONE_WITH_FAILURES: "it cannot be completed",
    BatchEvent.CANCEL: "it cannot be cancelled",
    BatchEvent.FAIL: "it cannot fail",
    BatchEvent.REOPEN: "its failed elements cannot be tried again",
    BatchEvent.RESEED: "it cannot be seeded again",
}


def next_state(state: str, event: BatchEvent, batch_id: str) -> BatchState:
    """The state after the event; ConflictError when the batch cannot take it."""
    found = BATCH_STEPS.get((BatchState(state), event))
    if found is None:
        able = " or ".join(dict.fromkeys(before for before, taken in BATCH_STEPS if taken is event))
        raise ConflictError(
            f"batch {batch_id} is {state}; {_REFUSED[event]} (possible while it is {able})",
            batch_id=batch_id,
            state=state,
        )
    return found
