"""set-external-task-retries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import Field

from shoal.batch.contract import BatchOperation, OperationParams, Permission
from shoal.batch.targets import EXTERNAL_TASKS
from shoal.commands.context import Context
from shoal.commands.outcome import ChunkOutcome
from shoal.commands.set_external_task_retries import set_external_task_retries
from shoal.store.database import Tx


class SetExternalTaskRetriesParams(OperationParams):
    """How many tries."""

    retries: int = Field(ge=0, lt=2**31, description="Tries left; 0 makes an incident.")


class SetExternalTaskRetries(BatchOperation[SetExternalTaskRetriesParams]):
    """Set the tries that external tasks have left.
    All tasks of certain process instances: a filter with `instance_id_in`, or with `instance`, a filter of
    instances.

    Skips tasks that are gone (not-found; in Camunda 7 the whole job fails).

    Needs nothing else.

    Records the tries on the tasks; incidents are resolved where tries are given to a task that had none, and made
    where the last are taken.
    """

    name = "set-external-task-retries"
    camunda_type = "set-external-task-retries"
    title = "Set external task retries"
    target = EXTERNAL_TASKS
    permission = Permission.SET_EXTERNAL_TASK_RETRIES
    params = SetExternalTaskRetriesParams
    chunk_size = 5_000
    rechecks = True

    def apply(
        self,
        ctx: Context,
        tx: Tx,
        ids: Sequence[str],
        params: SetExternalTaskRetriesParams,
        prepared: Any,  # noqa: ARG002
        now: datetime,
    ) -> ChunkOutcome:
        """See the class."""
        return set_external_task_retries(ctx, tx, ids, params.retries, now)
