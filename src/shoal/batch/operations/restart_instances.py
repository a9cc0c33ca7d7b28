"""restart-instances."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import Field

from shoal.batch.contract import BatchOperation, OperationParams, Permission
from shoal.batch.instructions import Starting, check_instruction_variables, instructions_of
from shoal.batch.targets import ENDED_INSTANCES
from shoal.commands.context import Context
from shoal.commands.outcome import ChunkOutcome, Reason
from shoal.commands.restart_instances import (
    PreparedRestart,
    Restart,
    check_restart,
    prepare_restart,
    restart_instances,
)
from shoal.store.database import Tx


class RestartParams(OperationParams):
    """How to start each instance again."""

    definition_id: str = Field(description="Id of the process definition of the instances.")
    instructions: tuple[Starting, ...] = Field(min_length=1, description="Where to begin, in this order.")
    initial_variables: bool = Field(
        False, description="The variables that the instance was started with, not its last ones; history full."
    )
    without_business_key: bool = Field(False, description="Do not take the business key over.")
    skip_custom_listeners: bool = Field(False, description="Do not call the listeners of the model.")
    skip_io_mappings: bool = Field(False, description="Do not evaluate the mappings of the model.")
    started_by: str | None = Field(None, max_length=4000, description="Who starts the new instances.")

    @property
    def restart(self) -> Restart:
        """For the command."""
        return Restart(
            self.definition_id,
            instructions_of(self.instructions),
            self.initial_variables,
            self.without_business_key,
            self.skip_custom_listeners,
            self.skip_io_mappings,
            self.started_by,
        )


class RestartInstances(BatchOperation[RestartParams]):
    """Start ended instances of one definition again, each as a new instance with its variables.

    Skips instances whose history is gone (not-found; in Camunda 7 the whole job fails). One that still runs has
    failed (ENGINE-13040), as has one of another definition (ENGINE-13039).

    Needs instructions that fit the definition; they are checked before the batch is created.

    Records on the new instance which one it repeats; the old one stays as it is.
    """

    name = "restart-instances"
    camunda_type = "instance-restart"
    title = "Restart instances"
    target = ENDED_INSTANCES
    permission = Permission.RESTART
    params = RestartParams
    rechecks = True

    def definition_of(self, params: RestartParams) -> str | None:
        """The definition that is named."""
        return params.definition_id

    def check(self, ctx: Context, params: RestartParams) -> None:
        """NotFoundError: no such definition. InputError: an instruction that the model cannot carry out."""
        check_instruction_variables(params.instructions)
        check_restart(ctx, params.restart)

    def exclude(
        self,
        tx: Tx,  # noqa: ARG002
        ids: Sequence[str],  # noqa: ARG002
        params: RestartParams,  # noqa: ARG002
        now: datetime,  # noqa: ARG002
    ) -> Mapping[str, Reason]:
        """Nobody who exists: see the class."""
        return {}

    def prepare(self, ctx: Context, ids: Sequence[str], params: RestartParams) -> PreparedRestart:
        """Start the new instances in memory."""
        return prepare_restart(ctx, ids, params.restart)

    def apply(
        self,
        ctx: Context,
        tx: Tx,
        ids: Sequence[str],
        params: RestartParams,  # noqa: ARG002
        prepared: PreparedRestart,
        now: datetime,  # noqa: ARG002
    ) -> ChunkOutcome:
        """See the class."""
        outcome, _ = restart_instances(ctx, tx, ids, prepared)
        return outcome
