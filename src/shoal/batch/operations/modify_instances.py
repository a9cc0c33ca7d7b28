"""modify-instances."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import Field

from shoal.batch.contract import BatchOperation, OperationParams, Permission
from shoal.batch.instructions import Moving, check_instruction_variables, instructions_of
from shoal.batch.targets import RUNNING_INSTANCES
from shoal.commands.context import Context
from shoal.commands.modification import Modification
from shoal.commands.modify_instances import check_modification, modify_instances, prepare_modify
from shoal.commands.outcome import NOT_RUNNING, ChunkOutcome, Reason
from shoal.commands.prepared import Prepared
from shoal.store.database import Tx
from shoal.store.queries.instances import load_headers


class ModifyParams(OperationParams):
    """What to do to the tokens of each instance."""

    definition_id: str = Field(description="Id of the process definition of the instances.")
    instructions: tuple[Moving, ...] = Field(
        min_length=1, description="What to start and to cancel, carried out in this order."
    )
    skip_custom_listeners: bool = Field(False, description="Do not call the listeners of the model.")
    skip_io_mappings: bool = Field(False, description="Do not evaluate the mappings of the model.")
    annotation: str | None = Field(None, max_length=4000, description="Why; kept with the batch.")

    @property
    def modification(self) -> Modification:
        """For the command."""
        return Modification(
            instructions_of(self.instructions),
            self.definition_id,
            self.skip_custom_listeners,
            self.skip_io_mappings,
            self.annotation,
        )


class ModifyInstances(BatchOperation[ModifyParams]):
    """Put and take tokens of running instances of one definition, by instructions.

    Skips instances that have ended (not-running; in Camunda 7 the whole job fails with ENGINE-13036). One of
    another definition has failed (ENGINE-13037), as has one that does not have what an instruction names.

    Needs instructions that fit the definition; they are checked before the batch is created.

    Records what the tokens do: activities begun and cancelled, and the end of an instance that has none left.
    """

    name = "modify-instances"
    camunda_type = "instance-modification"
    title = "Modify instances"
    target = RUNNING_INSTANCES
    permission = Permission.MODIFY
    params = ModifyParams
    rechecks = True

    def definition_of(self, params: ModifyParams) -> str | None:
        """The definition that is named."""
        return params.definition_id

    def check(self, ctx: Context, params: ModifyParams) -> None:
        """NotFoundError: no such definition. InputError: an instruction that the model cannot carry out."""
        check_instruction_variables(params.instructions)
        check_modification(ctx, params.modification)

    def exclude(
        self,
        tx: Tx,
        ids: Sequence[str],
        params: ModifyParams,  # noqa: ARG002
        now: datetime,  # noqa: ARG002
    ) -> Mapping[str, Reason]:
        """See the class."""
        return {each.id: NOT_RUNNING for each in load_headers(tx, ids).values() if each.state != "active"}

    def prepare(self, ctx: Context, ids: Sequence[str], params: ModifyParams) -> Prepared:
        """Move the tokens."""
        return prepare_modify(ctx, ids, params.modification)

    def apply(
        self,
        ctx: Context,
        tx: Tx,
        ids: Sequence[str],
        params: ModifyParams,  # noqa: ARG002
        prepared: Prepared,
        now: datetime,  # noqa: ARG002
    ) -> ChunkOutcome:
        """See the class."""
        return modify_instances(ctx, tx, ids, prepared)
