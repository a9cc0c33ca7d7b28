"""delete-decision-history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from shoal.batch.contract import BatchOperation, OperationParams, Permission
from shoal.batch.targets import DECISIONS
from shoal.commands.context import Context
from shoal.commands.delete_decisions import delete_decisions
from shoal.commands.outcome import ChunkOutcome
from shoal.store.database import Tx


class DeleteDecisionHistoryParams(OperationParams):
    """Nothing is to be said."""


class DeleteDecisionHistory(BatchOperation[DeleteDecisionHistoryParams]):
    """Delete evaluated decisions for good, with their inputs and outputs.

    Skips decisions that are gone (not-found).

    Needs nothing else. Decisions that the deleted ones required stay.

    Records nothing on the decisions, which are gone; the batch keeps their ids.
    """

    name = "delete-decision-history"
    camunda_type = "historic-decision-instance-deletion"
    title = "Delete decision history"
    target = DECISIONS
    permission = Permission.DELETE_DECISIONS
    params = DeleteDecisionHistoryParams
    rechecks = True

    def apply(
        self,
        ctx: Context,
        tx: Tx,
        ids: Sequence[str],
        params: DeleteDecisionHistoryParams,  # noqa: ARG002
        prepared: Any,  # noqa: ARG002
        now: datetime,  # noqa: ARG002
    ) -> ChunkOutcome:
        """See the class."""
        return delete_decisions(ctx, tx, ids)
