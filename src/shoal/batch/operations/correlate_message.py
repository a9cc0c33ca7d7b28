"""correlate-message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import Field

from shoal.batch.contract import BatchOperation, OperationParams, Permission
from shoal.batch.targets import RUNNING_INSTANCES
from shoal.batch.variables import VariableMap, typed_variables
from shoal.commands.context import Context
from shoal.commands.correlate_targets import NOT_WAITING, correlate_in_targets, prepare_correlate
from shoal.commands.outcome import NOT_RUNNING, SUSPENDED, ChunkOutcome, Reason
from shoal.commands.prepared import Prepared
from shoal.commands.set_variables import check_variables
from shoal.store.database import Tx
from shoal.store.queries.instances import load_headers
from shoal.store.queries.subscriptions import of_instances


class CorrelateParams(OperationParams):
    """Which message."""

    message_name: str | None = Field(
        None, min_length=1, max_length=4000, description="Name of the message; null: any message."
    )
    variables: VariableMap = Field(
        default_factory=dict, description="Set in the scope of the instance, with the message."
    )


class CorrelateMessage(BatchOperation[CorrelateParams]):
    """Correlate a message with every node of the running instances that waits for it.

    Skips instances that have ended (not-running), are suspended (suspended) or have no matching subscription
    (not-waiting; in Camunda 7 a silent success). One in which the step behind the message fails has failed, and
    waits as before.

    Needs values that fit their types; they are checked before the batch is created.

    Records what the step does, and the variables.
    """

    name = "correlate-message"
    camunda_type = "correlate-message"
    title = "Correlate a message"
    target = RUNNING_INSTANCES
    permission = Permission.CORRELATE_MESSAGE
    params = CorrelateParams
    rechecks = True

    def check(self, ctx: Context, params: CorrelateParams) -> None:  # noqa: ARG002
        """VariableTypeError for a value that cannot be stored."""
        check_variables(typed_variables(params.variables))

    def exclude(
        self,
        tx: Tx,
        ids: Sequence[str],
        params: CorrelateParams,
        now: datetime,  # noqa: ARG002
    ) -> Mapping[str, Reason]:
        """See the class."""
        headers = load_headers(tx, ids)
        waiting = {each.instance_id for each in of_instances(tx, "message", params.message_name, list(headers))}
        excluded: dict[str, Reason] = {}
        for header in headers.values():
            if header.state != "active":
                excluded[header.id] = NOT_RUNNING
            elif header.suspended:
                excluded[header.id] = SUSPENDED
            elif header.id not in waiting:
                excluded[header.id] = NOT_WAITING
        return excluded

    def prepare(self, ctx: Context, ids: Sequence[str], params: CorrelateParams) -> Prepared:
        """Move the instances."""
        return prepare_correlate(ctx, ids, params.message_name, variables=typed_variables(params.variables))

    def apply(
        self,
        ctx: Context,
        tx: Tx,
        ids: Sequence[str],
        params: CorrelateParams,  # noqa: ARG002
        prepared: Prepared,
        now: datetime,  # noqa: ARG002
    ) -> ChunkOutcome:
        """See the class."""
        return correlate_in_targets(ctx, tx, ids, prepared)
