"""resume-instances."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from shoal.batch.contract import BatchOperation, OperationParams, Permission
from shoal.batch.targets import RUNNING_INSTANCES
from shoal.commands.context import Context
from shoal.commands.outcome import NOT_RUNNING, ChunkOutcome, Reason
from shoal.commands.suspend_instances import NOT_SUSPENDED, resume_instances
from shoal.jobs.wake import signal_of
from shoal.store.database import Tx
from shoal.store.queries.instances import load_headers


class ResumeParams(OperationParams):
    """Nothing is to be said."""


class ResumeInstances(BatchOperation[ResumeParams]):
    """Resume suspended instances: what they wait for can happen again, jobs that are due run at once.

    Skips instances that have ended (not-running) or are not suspended (not-suspended).

    Needs nothing else.

    Records on the instance that it is active.
    """

    name = "resume-instances"
    camunda_type = "instance-update-suspension-state"
    title = "Resume instances"
    target = RUNNING_INSTANCES
    permission = Permission.SUSPEND
    params = ResumeParams
    chunk_size = 5_000
    rechecks = True

    def exclude(
        self,
        tx: Tx,
        ids: Sequence[str],
        params: ResumeParams,  # noqa: ARG002
        now: datetime,  # noqa: ARG002
    ) -> Mapping[str, Reason]:
        """See the class."""
        excluded: dict[str, Reason] = {}
        for header in load_headers(tx, ids).values():
            if header.state != "active":
                excluded[header.id] = NOT_RUNNING
            elif not header.suspended:
                excluded[header.id] = NOT_SUSPENDED
        return excluded

    def apply(
        self,
        ctx: Context,
        tx: Tx,
        ids: Sequence[str],
        params: ResumeParams,  # noqa: ARG002
        prepared: Any,  # noqa: ARG002
        now: datetime,  # noqa: ARG002
    ) -> ChunkOutcome:
        """See the class."""
        tx.after_commit(signal_of(ctx.database).notify)
        return resume_instances(tx, ids)
