"""delete-history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from shoal.batch.contract import BatchOperation, OperationParams, Permission
from shoal.batch.targets import ENDED_INSTANCES
from shoal.commands.context import Context
from shoal.commands.delete_history import delete_history
from shoal.commands.outcome import STILL_RUNNING, ChunkOutcome, Failure, Reason
from shoal.store.database import Tx
from shoal.store.queries.instances import load_headers


class DeleteHistoryParams(OperationParams):
    """Nothing is to be said."""


class DeleteHistory(BatchOperation[DeleteHistoryParams]):
    """Delete ended instances for good, with everything that is known of them.

    Skips instances that are gone (not-found). One that still runs has failed (still-running), the others of its
    chunk are deleted (in Camunda 7 the whole job fails).

    Needs nothing else. Instances that the deleted ones called stay.

    Records nothing on the instances, which are gone; the batch keeps their ids.
    """

    name = "delete-history"
    camunda_type = "historic-instance-deletion"
    title = "Delete history"
    target = ENDED_INSTANCES
    permission = Permission.DELETE_HISTORY
    params = DeleteHistoryParams
    rechecks = True

    def exclude(
        self,
        tx: Tx,
        ids: Sequence[str],
        params: DeleteHistoryParams,  # noqa: ARG002
        now: datetime,  # noqa: ARG002
    ) -> Mapping[str, Reason]:
        """See the class."""
        return {each.id: STILL_RUNNING for each in load_headers(tx, ids).values() if each.state == "active"}

    def apply(
        self,
        ctx: Context,
        tx: Tx,
        ids: Sequence[str],
        params: DeleteHistoryParams,  # noqa: ARG002
        prepared: Any,  # noqa: ARG002
        now: datetime,  # noqa: ARG002
    ) -> ChunkOutcome:
        """See the class."""
        outcome = delete_history(ctx, tx, ids)
        for each in [each for each, reason in outcome.skipped.items() if reason is STILL_RUNNING]:
            del outcome.skipped[each]
            outcome.failed[each] = Failure(STILL_RUNNING.code, STILL_RUNNING.message)
        return outcome
