"""What can be done to a batch at any time. Everything may be said twice; it is honoured within one chunk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shoal import clock
from shoal.batch.ending import stop_batch
from shoal.batch.failed_jobs import end_incidents_of_batch
from shoal.batch.job_definitions import BatchJobKind
from shoal.batch.retrying import retry_failed
from shoal.batch.states import BatchEvent, BatchState
from shoal.batch.view import BatchView, get_batch
from shoal.commands.context import Context
from shoal.errors import ConflictError, InputError, NotFoundError
from shoal.ids import is_id
from shoal.jobs.wake import signal_of
from shoal.store.database import Tx
from shoal.store.queries.batches import BatchRow, change_batch, delete_batch_rows, lock_batch
from shoal.store.queries.job_definitions import JobPlace, set_suspended
from shoal.store.queries.jobs import change_batch_jobs, drain_batch_jobs
from shoal.validation import places_of, said_of

__all__ = [
    "BatchChanges",
    "cancel_batch",
    "change_settings",
    "delete_batch",
    "resume_batch",
    "retry_failed",
    "suspend_batch",
]


class BatchChanges(BaseModel):
    """What can be changed while a batch runs. What is not named stays; null takes a limit away."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    priority: int = Field(0, ge=-(2**31), lt=2**31)
    rate_per_second: float | None = Field(None, gt=0, allow_inf_nan=False)
    max_parallel: int | None = Field(None, gt=0, lt=2**31)


def suspend_batch(ctx: Context, batch_id: str) -> BatchView:
    """Stop seeding and executing until the batch is resumed; chunks that run are finished.

    ConflictError if the batch has ended, NotFoundError if there is none.
    """
    return _switch(ctx, batch_id, suspended=True)


def resume_batch(ctx: Context, batch_id: str) -> BatchView:
    """Go on with a suspended batch. ConflictError if it has ended, NotFoundError if there is none."""
    return _switch(ctx, batch_id, suspended=False)


def cancel_batch(ctx: Context, batch_id: str) -> BatchView:
    """End the batch now. What is done stays done, what has not started never will.

    ConflictError if it ended otherwise, NotFoundError if there is none.
    """
    with ctx.database.write() as tx:
        batch = _locked(tx, batch_id)
        if batch.state != BatchState.CANCELLED:
            stop_batch(ctx, tx, batch, BatchEvent.CANCEL, clock.now())
    return get_batch(ctx, batch_id)


def change_settings(ctx: Context, batch_id: str, changes: BatchChanges | Mapping[str, Any]) -> BatchView:
    """Change priority, rate_per_second or max_parallel; the next chunk heeds it.

    InputError for a bad value, ConflictError if the batch has ended, NotFoundError if there is none.
    """
    wanted = _parsed(changes).model_dump(exclude_unset=True)
    with ctx.database.write() as tx:
        batch = _locked(tx, batch_id)
        _refuse_ended(batch, "changed")
        if "rate_per_second" in wanted and wanted["rate_per_second"] != batch.rate_per_second:
            wanted["next_start_at"] = None
        if wanted:
            change_batch(tx, batch_id, **wanted)
        if "priority" in wanted:
            change_batch_jobs(tx, batch_id, priority=wanted["priority"])
        tx.after_commit(signal_of(ctx.database).notify)
    return get_batch(ctx, batch_id)


def delete_batch(ctx: Context, batch_id: str, *, cascade: bool = True) -> None:
    """Remove the batch with its outcomes; one that has not ended is cancelled first. NotFoundError.

    Without ``cascade`` it stays as history with its end, and only its jobs go, with their incidents.
    """
    with ctx.database.write() as tx:
        batch = _locked(tx, batch_id)
        if not BatchState(batch.state).has_ended:
            stop_batch(ctx, tx, batch, BatchEvent.CANCEL, clock.now())
        elif not cascade:
            end_incidents_of_batch(ctx, tx, batch_id, "deleted", clock.now())
            while drain_batch_jobs(tx, batch_id):
                pass
    if not cascade:
        return
    with ctx.database.write() as tx:
        # without the batch's lock: chunks that are committing right now are waited for
        while drain_batch_jobs(tx, batch_id):
            pass
        batch = _locked(tx, batch_id)
        if not BatchState(batch.state).has_ended:
            raise ConflictError(f"batch {batch_id} was reopened meanwhile", batch_id=batch_id)
        delete_batch_rows(tx, batch_id)


def _switch(ctx: Context, batch_id: str, *, suspended: bool) -> BatchView:
    with ctx.database.write() as tx:
        batch = _locked(tx, batch_id)
        _refuse_ended(batch, "suspended" if suspended else "resumed")
        if not suspended:
            # Camunda 7: activating the batch activates what was suspended of it by itself
            set_suspended(tx, [JobPlace(batch_id, "", kind) for kind in BatchJobKind], False)
            change_batch_jobs(tx, batch_id, suspended=False)
        if batch.suspended != suspended:
            change_batch(tx, batch_id, suspended=suspended)
            tx.after_commit(signal_of(ctx.database).notify)
    return get_batch(ctx, batch_id)


def _locked(tx: Tx, batch_id: str) -> BatchRow:
    batch = lock_batch(tx, batch_id) if is_id(batch_id) else None
    if batch is None:
        raise NotFoundError(f"there is no batch {batch_id}", batch_id=batch_id)
    return batch


def _refuse_ended(batch: BatchRow, what: str) -> None:
    if BatchState(batch.state).has_ended:
        raise ConflictError(
            f"batch {batch.id} is {batch.state}; it cannot be {what}", batch_id=batch.id, state=batch.state
        )


def _parsed(changes: BatchChanges | Mapping[str, Any]) -> BatchChanges:
    if isinstance(changes, BatchChanges):
        return changes
    try:
        return BatchChanges.model_validate(changes)
    except ValidationError as error:
        raise InputError(said_of(BatchChanges, error), fields=places_of(error)) from None
