"""set-removal-time-of-batches."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from shoal.batch.removal_time import RemovalTimeOperation, RemovalTimeParams
from shoal.batch.targets import BATCHES
from shoal.commands.context import Context
from shoal.commands.outcome import ChunkOutcome
from shoal.retention.removal_time import set_removal_time_of_batches
from shoal.store.database import Tx


class BatchRemovalTimeParams(RemovalTimeParams):
    """Which removal time."""


class SetRemovalTimeOfBatches(RemovalTimeOperation[BatchRemovalTimeParams]):
    """Set the time after which batches are removed, with what is known of their elements.

    Skips batches that are gone (not-found).

    Needs an absolute time if, and only if, the mode is absolute.

    Records the removal time on the batch.
    """

    name = "set-removal-time-of-batches"
    camunda_type = "batch-set-removal-time"
    title = "Set the removal time of batches"
    target = BATCHES
    params = BatchRemovalTimeParams

    def apply(
        self,
        ctx: Context,
        tx: Tx,
        ids: Sequence[str],
        params: BatchRemovalTimeParams,
        prepared: Any,  # noqa: ARG002
        now: datetime,  # noqa: ARG002
    ) -> ChunkOutcome:
        """See the class."""
        return set_removal_time_of_batches(ctx, tx, ids, params.mode, params.absolute_removal_time)
