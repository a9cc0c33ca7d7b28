"""cancel-instances."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import Field

from shoal.batch.contract import BatchOperation, OperationParams, Permission
from shoal.batch.targets import RUNNING_INSTANCES
from shoal.commands.cancel_instances import cancel_instances, prepare_cancel
from shoal.commands.context import Context
from shoal.commands.outcome import NOT_RUNNING, ChunkOutcome, Reason
from shoal.commands.prepared import Prepared
from shoal.store.database import Tx
from shoal.store.queries.instances import load_headers


class CancelParams(OperationParams):
    """How to cancel."""

    reason: str | None = Field(None, max_length=4000, description="Why; kept with each instance.")
    skip_custom_listeners: bool = Field(False, description="Do not call the end listeners of the models.")
    skip_io_mappings: bool = Field(False, description="Do not evaluate the output mappings of the models.")
    skip_subprocesses: bool = Field(
        False, description="Let the instances that they called go on, called by nobody from then on."
    )


class CancelInstances(BatchOperation[CancelParams]):
    """Cancel running instances, with everything that they wait for and the running instances that they called.
    The instance that called one is told: its call activity is cancelled too. What they called is cancelled with
    the same reason and in the same way.

    Skips instances that have ended (not-running). One whose end listener fails has failed, and goes on.

    Needs nothing else.

    Records the state cancelled, the end and the reason on the instance (Camunda 7: EXTERNALLY_TERMINATED), and
    that its open activities were cancelled.
    """

    name = "cancel-instances"
    camunda_type = "instance-deletion"
    title = "Cancel instances"
    target = RUNNING_INSTANCES
    permission = Permission.CANCEL
    params = CancelParams
    rechecks = True

    def exclude(
        self,
        tx: Tx,
        ids: Sequence[str],
        params: CancelParams,  # noqa: ARG002
        now: datetime,  # noqa: ARG002
    ) -> Mapping[str, Reason]:
        """See the class."""
        return {each.id: NOT_RUNNING for each in load_headers(tx, ids).values() if each.state != "active"}

    def prepare(self, ctx: Context, ids: Sequence[str], params: CancelParams) -> Prepared:
        """Run the code of those models that have any for the end."""
        return prepare_cancel(
            ctx,
            ids,
            reason=params.reason,
            skip_custom_listeners=params.skip_custom_listeners,
            skip_io_mappings=params.skip_io_mappings,
            skip_subprocesses=params.skip_subprocesses,
        )

    def apply(
        self, ctx: Context, tx: Tx, ids: Sequence[str], params: CancelParams, prepared: Prepared, now: datetime
    ) -> ChunkOutcome:
        """See the class."""
        return cancel_instances(ctx, tx, ids, prepared, now, reason=params.reason)
