"""Applies an operation to one chunk in its transaction, for batches and for callers who wait."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from shoal.batch.registry import AnyOperation
from shoal.commands.context import Context
from shoal.commands.outcome import ChunkOutcome
from shoal.store.database import Tx


def apply_operation(
    ctx: Context, tx: Tx, operation: AnyOperation, params: Any, ids: Sequence[str], prepared: object, now: datetime
) -> ChunkOutcome:
    """Every id has one outcome; RuntimeError if the operation forgot one."""
    excluded = {} if operation.rechecks else operation.exclude(tx, ids, params, now)
    left = [each for each in ids if each not in excluded] if excluded else ids
    outcome = operation.apply(ctx, tx, left, params, prepared, now) if left else ChunkOutcome()
    outcome.skipped.update(excluded)
    told = len(outcome.succeeded) + len(outcome.skipped) + len(outcome.failed) + len(outcome.put_back)
    if told != len(ids):
        raise RuntimeError(f"{operation.name} told the outcome of {told} elements, not of {len(ids)}")
    return outcome
