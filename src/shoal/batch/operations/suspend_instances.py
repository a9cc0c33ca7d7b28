"""suspend-instances."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from shoal.batch.contract import BatchOperation, OperationParams, Permission
from shoal.batch.targets import RUNNING_INSTANCES
from shoal.commands.context import Context
from shoal.commands.outcome import NOT_RUNNING, ChunkOutcome, Reason
from shoal.commands.suspend_instances import ALREADY_SUSPENDED, suspend_instances
from shoal.store.database import Tx
from shoal.store.queries.instances import load_headers


class SuspendParams(OperationParams):
    """Nothing is to be said."""


class SuspendInstances(BatchOperation[SuspendParams]):
    """Suspend running instances: nothing of theirs is worked on until they are resumed.

    Skips instances that have ended (not-running) or are suspended already (already-suspended).

    Needs nothing else.

    Records the suspension on the instance; its jobs and tasks follow, because they look at their instance.
    """

    name = "suspend-instances"
    camunda_type = "instance-update-suspension-state"
    title = "Suspend instances"
    target = RUNNING_INSTANCES
    permission = Permission.SUSPEND
    params = SuspendParams
    chunk_size = 5_000
    rechecks = True

    def exclude(
        self,
        tx: Tx,
        ids: Sequence[str],
        params: SuspendParams,  # noqa: ARG002
        now: datetime,  # noqa: ARG002
    ) -> Mapping[str, Reason]:
        """See the class."""
        excluded: dict[str, Reason] = {}
        for header in load_headers(tx, ids).values():
            if header.state != "active":
                excluded[header.id] = NOT_RUNNING
            elif header.suspended:
                excluded[header.id] = ALREADY_SUSPENDED
        return excluded

    def apply(
        self,
        ctx: Context,  # noqa: ARG002
        tx: Tx,
        ids: Sequence[str],
        params: SuspendParams,  # noqa: ARG002
        prepared: Any,  # noqa: ARG002
        now: datetime,  # noqa: ARG002
    ) -> ChunkOutcome:
        """See the class."""
        return suspend_instances(tx, ids)
