"""What became of a job."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from shoal.commands.outcome import Failure


class JobState(StrEnum):
    """What became of a job."""

    DONE = "done"
    """Its work is committed and its row is gone."""
    FAILED = "failed"
    """Nothing was committed; it counts as a try."""
    CONFLICT = "conflict"
    """Nothing was committed, because its instance changed meanwhile or is suspended; it is to be tried again."""
    LOST = "lost"
    """Nothing was committed, because the job is gone or somebody else leased it."""


@dataclass(frozen=True, slots=True)
class JobResult:
    """``failed_activity_id`` is the element at which it failed."""

    state: JobState
    failure: Failure | None = None
    failed_activity_id: str | None = None
