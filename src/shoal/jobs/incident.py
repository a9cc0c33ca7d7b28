"""Incidents of jobs whose tries are used up. They are resolved where tries are given again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from shoal.ids import new_id
from shoal.store.database import Tx
from shoal.store.queries.incidents import open_incidents
from shoal.store.queries.jobs import FailedTry, Job


def open_failed_job_incidents(tx: Tx, tries: Sequence[tuple[Job, FailedTry]], now: datetime) -> None:
    """Say that somebody must act: these jobs will not be tried again by themselves."""
    open_incidents(
        tx,
        [
            (
                new_id(),
                "failedJob",
                job.instance_id,
                job.node_id,
                job.activity_id,
                failed.failed_activity_id or job.activity_id,
                job.definition_id,
                job.id,
                failed.error_message,
                "open",
                now,
                job.kind,
            )
            for job, failed in tries
        ],
    )
