"""set-removal-time-of-instances."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import Field

from shoal.batch.removal_time import RemovalTimeOperation, RemovalTimeParams
from shoal.batch.targets import ALL_INSTANCES
from shoal.commands.context import Context
from shoal.commands.outcome import ChunkOutcome
from shoal.retention.removal_time import set_removal_time_of_instances
from shoal.store.database import Tx


class InstanceRemovalTimeParams(RemovalTimeParams):
    """Which removal time, and for which instances of a hierarchy."""

    hierarchical: bool = Field(
        False, description="Take the root of each instance instead, and set the time of its whole hierarchy."
    )
    update_in_chunks: bool = Field(
        False,
        description="One instance per job. The time stands once for all history of an instance, so no job is long.",
    )
    update_chunk_size: int | None = Field(
        None, ge=1, le=500, description="Accepted for clients of Camunda 7; nothing depends on it."
    )


class SetRemovalTimeOfInstances(RemovalTimeOperation[InstanceRemovalTimeParams]):
    """Set the time after which the history of process instances, running or ended, is removed.
    All history of an instance has its time, decisions included. What a running instance needs to go on is never
    removed.

    Skips instances that are gone (not-found).

    Needs an absolute time if, and only if, the mode is absolute.

    Records the removal time on the instance, or on all instances of its hierarchy.
    """

    name = "set-removal-time-of-instances"
    camunda_type = "process-set-removal-time"
    title = "Set the removal time of instances"
    target = ALL_INSTANCES
    params = InstanceRemovalTimeParams

    def elements_per_job(self, params: InstanceRemovalTimeParams) -> int | None:
        """One with `update_in_chunks`, as in Camunda 7."""
        return 1 if params.update_in_chunks else None

    def apply(
        self,
        ctx: Context,
        tx: Tx,
        ids: Sequence[str],
        params: InstanceRemovalTimeParams,
        prepared: Any,  # noqa: ARG002
        now: datetime,  # noqa: ARG002
    ) -> ChunkOutcome:
        """See the class."""
        return set_removal_time_of_instances(
            ctx, tx, ids, params.mode, params.absolute_removal_time, hierarchical=params.hierarchical
        )
