"""set-job-retries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from pydantic import AwareDatetime, Field

from shoal.batch.contract import BatchOperation, OperationParams, Permission
from shoal.batch.job_control import change_retries
from shoal.batch.targets import JOBS, RUNNING_INSTANCES, Target
from shoal.commands.context import Context
from shoal.commands.outcome import NOT_RUNNING, ChunkOutcome, Reason
from shoal.commands.set_job_retries import (
    NO_JOBS,
    NO_SUCH_JOB,
    RetryChange,
    set_job_retries,
    set_retries_of_instances,
)
from shoal.jobs.wake import signal_of
from shoal.store.database import Tx
from shoal.store.queries.instance_jobs import jobs_of_instances
from shoal.store.queries.instances import load_headers
from shoal.store.queries.jobs import find_jobs


class SetJobRetriesParams(OperationParams):
    """How many tries, and of what."""

    retries: int = Field(ge=0, lt=2**31, description="Tries left; 0 makes an incident.")
    due_at: AwareDatetime | None = Field(
        None, description="New due date; null clears it. Left out: due dates stay as they are."
    )
    of: Literal["instances", "jobs"] = Field(
        "instances", description="What ids and filter name: instances (all their jobs), or single jobs."
    )

    @property
    def change(self) -> RetryChange:
        """For the command. Whether the due date was given matters, not only its value."""
        return RetryChange(self.retries, "due_at" in self.model_fields_set, self.due_at)


class SetJobRetries(BatchOperation[SetJobRetriesParams]):
    """Set the tries that jobs have left: all jobs of running instances, or single jobs.
    Jobs of batches are among the single ones if they are named by their ids, or by the batch: their failed elements
    are tried again.

    Skips instances that have ended (not-running) or have no job (no-jobs), and jobs that are gone (not-found; in
    Camunda 7 the whole chunk fails).

    Needs nothing else.

    Records tries and due date on the jobs; incidents are resolved where tries are given to a job that had none,
    and made where the last are taken.
    """

    name = "set-job-retries"
    camunda_type = "set-job-retries"
    title = "Set job retries"
    target = RUNNING_INSTANCES
    other_targets = (JOBS,)
    permission = Permission.SET_JOB_RETRIES
    params = SetJobRetriesParams
    chunk_size = 5_000
    rechecks = True

    def target_for(self, params: SetJobRetriesParams) -> Target:
        """Instances or jobs, as the request says."""
        return JOBS if params.of == "jobs" else RUNNING_INSTANCES

    def exclude(
        self,
        tx: Tx,
        ids: Sequence[str],
        params: SetJobRetriesParams,
        now: datetime,  # noqa: ARG002
    ) -> Mapping[str, Reason]:
        """See the class."""
        if params.of == "jobs":
            return {}
        headers = load_headers(tx, ids)
        excluded = {each.id: NOT_RUNNING for each in headers.values() if each.state != "active"}
        having = {job.instance_id for job in jobs_of_instances(tx, list(headers))}
        return excluded | {each: NO_JOBS for each in headers if each not in having and each not in excluded}

    def apply(
        self,
        ctx: Context,
        tx: Tx,
        ids: Sequence[str],
        params: SetJobRetriesParams,
        prepared: Any,  # noqa: ARG002
        now: datetime,
    ) -> ChunkOutcome:
        """See the class."""
        if params.retries > 0:
            tx.after_commit(signal_of(ctx.database).notify)
        if params.of == "jobs":
            return _of_jobs(ctx, tx, ids, params.change, now)
        return set_retries_of_instances(ctx, tx, ids, params.change, now)


def _of_jobs(ctx: Context, tx: Tx, ids: Sequence[str], change: RetryChange, now: datetime) -> ChunkOutcome:
    batches: dict[str, list[str]] = {}
    for each in find_jobs(tx, ids).values():
        if each.batch_id is not None:
            batches.setdefault(each.batch_id, []).append(each.id)
    of_batches = {each for job_ids in batches.values() for each in job_ids}
    outcome = set_job_retries(ctx, tx, [each for each in ids if each not in of_batches], change, now)
    for batch_id, job_ids in sorted(batches.items()):
        changed = change_retries(ctx, tx, batch_id, job_ids, change, now)
        outcome.succeeded += sorted(changed)
        outcome.skip((each for each in job_ids if each not in changed), NO_SUCH_JOB)
    return outcome
