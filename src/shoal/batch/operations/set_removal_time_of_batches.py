"""set-removal-time-of-batches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from shoal.batch.contract import BatchOperation, Permission
from shoal.batch.removal_time import RemovalTimeParams
from shoal.batch.targets import BATCHES
from shoal.commands.context import Context
from shoal.commands.outcome import ChunkOutcome, Reason
from shoal.retention.removal_time import set_removal_time_of_batches
from shoal.store.database import Tx


class BatchRemovalTimeParams(RemovalTimeParams):
    """Which removal time."""


class SetRemovalTimeOfBatches(BatchOperation[BatchRemovalTimeParams]):
    """Set the time after which batches are removed, with what is known of their elements.

    Skips batches that are gone (not-found).

    Needs an absolute time if, and only if, the mode is absolute.

    Records the removal time on the batch.
    """

    name = "set-removal-time-of-batches"
    camunda_type = "batch-set-removal-time"
    title = "Set the removal time of batches"
    target = BATCHES
    permission = Permission.SET_REMOVAL_TIME
    params = BatchRemovalTimeParams
    rechecks = True

    def check(self, ctx: Context, params: BatchRemovalTimeParams) -> None:  # noqa: ARG002
        """InputError unless mode and time fit together."""
        params.check()

    def exclude(
        self,
        tx: Tx,  # noqa: ARG002
        ids: Sequence[str],  # noqa: ARG002
        params: BatchRemovalTimeParams,  # noqa: ARG002
        now: datetime,  # noqa: ARG002
    ) -> Mapping[str, Reason]:
        """None that exists: see the class."""
        return {}

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
