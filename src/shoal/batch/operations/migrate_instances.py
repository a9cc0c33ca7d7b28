"""migrate-instances."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from shoal.batch.contract import BatchOperation, OperationParams, Permission
from shoal.batch.targets import RUNNING_INSTANCES
from shoal.batch.variables import VariableMap, typed_variables
from shoal.commands.context import Context
from shoal.commands.migrate_instances import migrate_instances, prepare_migrate
from shoal.commands.migrating import Migrate
from shoal.commands.migration_plans import open_migration
from shoal.commands.outcome import NOT_RUNNING, ChunkOutcome, Reason
from shoal.commands.prepared import Prepared
from shoal.kernel.migration import MigrationInstruction, MigrationPlan
from shoal.store.database import Tx
from shoal.store.queries.instances import load_headers


class MappedActivity(BaseModel):
    """Instances of one activity become instances of another."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source_activity_id: str | None
    target_activity_id: str | None
    update_event_trigger: bool = Field(
        False, description="Take due date, message or signal name from the target; else what is waited for stays."
    )


class MigrateParams(OperationParams):
    """The plan: which activity becomes which. A generated plan is written down the same way."""

    source_definition_id: str = Field(description="Id of the process definition of the instances.")
    target_definition_id: str = Field(description="Id of the process definition that they get.")
    instructions: tuple[MappedActivity, ...] = Field(
        default=(), description="Which activity becomes which; every active one has to be named."
    )
    variables: VariableMap = Field(
        default_factory=dict, description="Set in the scope of each instance afterwards."
    )
    skip_custom_listeners: bool = Field(False, description="Do not call the listeners of the models.")
    skip_io_mappings: bool = Field(False, description="Do not evaluate the mappings of the models.")

    @classmethod
    def of(cls, plan: MigrationPlan, **flags: bool) -> MigrateParams:
        """The parameters for a plan."""
        return cls.model_validate(
            {
                "source_definition_id": plan.source_definition_id,
                "target_definition_id": plan.target_definition_id,
                "instructions": [
                    {
                        "source_activity_id": each.source_activity_id,
                        "target_activity_id": each.target_activity_id,
                        "update_event_trigger": each.update_event_trigger,
                    }
                    for each in plan.instructions
                ],
                "variables": dict(plan.variables),
                **flags,
            }
        )

    @property
    def plan(self) -> MigrationPlan:
        """For the command."""
        return MigrationPlan(
            self.source_definition_id,
            self.target_definition_id,
            tuple(
                MigrationInstruction(each.source_activity_id, each.target_activity_id, each.update_event_trigger)
                for each in self.instructions
            ),
            typed_variables(self.variables),
        )


class MigrateInstances(BatchOperation[MigrateParams]):
    """Let running instances of one definition go on by another, by a migration plan.

    Skips instances that have ended (not-running; in Camunda 7 the whole job fails with ENGINE-23003). One of
    another definition or tenant has failed, as has one that the plan does not fit; its details say why.

    Needs a valid plan, which is checked before the batch is created.

    Records the new definition on the instance and on everything of it that goes on.
    """

    name = "migrate-instances"
    camunda_type = "instance-migration"
    title = "Migrate instances"
    target = RUNNING_INSTANCES
    permission = Permission.MIGRATE
    params = MigrateParams
    rechecks = True

    def definition_of(self, params: MigrateParams) -> str | None:
        """The source."""
        return params.source_definition_id

    def check(self, ctx: Context, params: MigrateParams) -> None:
        """PlanRejectedError, with a report; NotFoundError: no such definition."""
        _opened(ctx, params)

    def exclude(
        self,
        tx: Tx,
        ids: Sequence[str],
        params: MigrateParams,  # noqa: ARG002
        now: datetime,  # noqa: ARG002
    ) -> Mapping[str, Reason]:
        """See the class."""
        return {each.id: NOT_RUNNING for each in load_headers(tx, ids).values() if each.state != "active"}

    def prepare(self, ctx: Context, ids: Sequence[str], params: MigrateParams) -> Prepared:
        """Make the instances those of the target, in memory."""
        return prepare_migrate(ctx, ids, _opened(ctx, params))

    def apply(
        self,
        ctx: Context,
        tx: Tx,
        ids: Sequence[str],
        params: MigrateParams,  # noqa: ARG002
        prepared: Prepared,
        now: datetime,  # noqa: ARG002
    ) -> ChunkOutcome:
        """See the class."""
        return migrate_instances(ctx, tx, ids, prepared)


def _opened(ctx: Context, params: MigrateParams) -> Migrate:
    return open_migration(
        ctx,
        params.plan,
        skip_custom_listeners=params.skip_custom_listeners,
        skip_io_mappings=params.skip_io_mappings,
    )
