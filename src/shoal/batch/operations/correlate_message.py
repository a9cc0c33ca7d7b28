"""correlate-message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

from pydantic import Field

from shoal.batch.contract import BatchOperation, OperationParams, Permission
from shoal.batch.targets import DEFINITIONS, RUNNING_INSTANCES, Target
from shoal.batch.variables import VariableMap, typed_variables
from shoal.commands.context import Context
from shoal.commands.correlate_targets import NOT_WAITING, correlate_in_targets, prepare_correlate
from shoal.commands.outcome import NOT_RUNNING, SUSPENDED, ChunkOutcome, Reason
from shoal.commands.prepared import Prepared
from shoal.commands.set_variables import check_variables
from shoal.commands.start_by_message import (
    PreparedStarts,
    prepare_start_by_message,
    start_by_message,
    unstartable,
)
from shoal.errors import InputError
from shoal.store.database import Tx
from shoal.store.queries.instances import load_headers
from shoal.store.queries.subscriptions import of_instances


class CorrelateParams(OperationParams):
    """Which message."""

    message_name: str | None = Field(
        None, min_length=1, max_length=4000, description="Name of the message; null: any message."
    )
    of: Literal["instances", "definitions"] = Field(
        "instances",
        description="What ids and filter name: instances that wait for the message, or process definitions of "
        "which it starts one instance each.",
    )
    business_key: str | None = Field(
        None, max_length=4000, description="Business key of the instances that are started."
    )
    variables: VariableMap = Field(
        default_factory=dict,
        description="Set in the scope of the instance, with the message. Transient ones are not stored.",
    )


class CorrelateMessage(BatchOperation[CorrelateParams]):
    """Correlate a message with every node of the running instances that waits for it.
    With `of: definitions` the elements are process definitions: the message starts one instance of each that has
    a start event for it (not possible in batches of Camunda 7).

    Skips instances that have ended (not-running), are suspended (suspended) or have no matching subscription
    (not-waiting; in Camunda 7 a silent success), and definitions that are suspended or that the message does not
    start. One in which the step behind the message fails has failed, and waits as before.

    Needs values that fit their types; they are checked before the batch is created.

    Records what the step does, and the variables.
    """

    name = "correlate-message"
    camunda_type = "correlate-message"
    title = "Correlate a message"
    target = RUNNING_INSTANCES
    other_targets = (DEFINITIONS,)
    permission = Permission.CORRELATE_MESSAGE
    params = CorrelateParams
    rechecks = True

    def target_for(self, params: CorrelateParams) -> Target:
        """Instances or definitions, as the request says."""
        return DEFINITIONS if params.of == "definitions" else RUNNING_INSTANCES

    def check(self, ctx: Context, params: CorrelateParams) -> None:  # noqa: ARG002
        """VariableTypeError for a value that cannot be stored. InputError: what starts needs a name."""
        if params.of == "definitions" and params.message_name is None:
            raise InputError("message_name: a message that starts instances has a name", field="message_name")
        if params.of == "instances" and params.business_key is not None:
            raise InputError("business_key: only instances that are started get one", field="business_key")
        check_variables(typed_variables(params.variables), transient=True)

    def exclude(
        self,
        tx: Tx,
        ids: Sequence[str],
        params: CorrelateParams,
        now: datetime,  # noqa: ARG002
    ) -> Mapping[str, Reason]:
        """See the class."""
        if params.of == "definitions":
            return unstartable(tx, ids, params.message_name or "")
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

    def prepare(self, ctx: Context, ids: Sequence[str], params: CorrelateParams) -> Prepared | PreparedStarts:
        """Move the instances, or make them."""
        if params.of == "definitions":
            return prepare_start_by_message(
                ctx,
                ids,
                params.message_name or "",
                variables=typed_variables(params.variables),
                business_key=params.business_key,
            )
        return prepare_correlate(ctx, ids, params.message_name, variables=typed_variables(params.variables))

    def apply(
        self,
        ctx: Context,
        tx: Tx,
        ids: Sequence[str],
        params: CorrelateParams,  # noqa: ARG002
        prepared: Prepared | PreparedStarts,
        now: datetime,  # noqa: ARG002
    ) -> ChunkOutcome:
        """See the class."""
        if isinstance(prepared, PreparedStarts):
            return start_by_message(ctx, tx, ids, prepared)
        return correlate_in_targets(ctx, tx, ids, prepared)
