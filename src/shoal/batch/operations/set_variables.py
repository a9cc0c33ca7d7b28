"""set-variables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import Field

from shoal.batch.contract import BatchOperation, OperationParams, Permission
from shoal.batch.targets import RUNNING_INSTANCES
from shoal.batch.variables import VariableMap, typed_variables
from shoal.commands.context import Context
from shoal.commands.outcome import NOT_RUNNING, ChunkOutcome, Reason
from shoal.commands.prepared import Prepared
from shoal.commands.set_variables import check_variables, prepare_set_variables, set_variables
from shoal.store.database import Tx
from shoal.store.queries.instances import load_headers


class SetVariablesParams(OperationParams):
    """Which variables."""

    variables: VariableMap = Field(
        min_length=1, description="Values by name: plain JSON, or objects of `type` and `value`."
    )


class SetVariables(BatchOperation[SetVariablesParams]):
    """Set variables of running instances, in the scope of the instance itself.
    Transient ones (`valueInfo: {transient: true}`) are seen by the conditional events that look at the new values,
    and are not stored (Camunda 7 refuses them in batches).

    Skips instances that have ended (not-running). One whose conditional event fails has failed and is unchanged,
    as has one that has stored a variable which is to be transient.

    Needs values that fit their types; they are checked before the batch is created.

    Records the variables, and at history level full each update.
    """

    name = "set-variables"
    camunda_type = "set-variables"
    title = "Set variables"
    target = RUNNING_INSTANCES
    permission = Permission.SET_VARIABLES
    params = SetVariablesParams
    rechecks = True

    def check(self, ctx: Context, params: SetVariablesParams) -> None:  # noqa: ARG002
        """VariableTypeError for a value that cannot be stored."""
        check_variables(typed_variables(params.variables), transient=True)

    def exclude(
        self,
        tx: Tx,
        ids: Sequence[str],
        params: SetVariablesParams,  # noqa: ARG002
        now: datetime,  # noqa: ARG002
    ) -> Mapping[str, Reason]:
        """See the class."""
        return {each.id: NOT_RUNNING for each in load_headers(tx, ids).values() if each.state != "active"}

    def prepare(self, ctx: Context, ids: Sequence[str], params: SetVariablesParams) -> Prepared:
        """Let conditional events look at the new values."""
        return prepare_set_variables(ctx, ids, typed_variables(params.variables))

    def apply(
        self,
        ctx: Context,
        tx: Tx,
        ids: Sequence[str],
        params: SetVariablesParams,
        prepared: Prepared,
        now: datetime,
    ) -> ChunkOutcome:
        """See the class."""
        return set_variables(ctx, tx, ids, typed_variables(params.variables), prepared, now)
