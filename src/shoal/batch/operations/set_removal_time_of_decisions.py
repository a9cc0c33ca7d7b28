"""set-removal-time-of-decisions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import Field

from shoal.batch.removal_time import RemovalTimeOperation, RemovalTimeParams
from shoal.batch.targets import DECISIONS
from shoal.commands.context import Context
from shoal.commands.outcome import ChunkOutcome
from shoal.retention.removal_time import set_removal_time_of_decisions
from shoal.store.database import Tx


class DecisionRemovalTimeParams(RemovalTimeParams):
    """Which removal time, and for which decisions of a hierarchy."""

    hierarchical: bool = Field(
        False, description="Take the root of each decision instead, and set the time of all that it required."
    )
    with_processes: bool = Field(
        False,
        description="With hierarchical: also of the process instances around a decision, with all their decisions.",
    )


class SetRemovalTimeOfDecisions(RemovalTimeOperation[DecisionRemovalTimeParams]):
    """Set the time after which evaluated decisions are removed.
    `with_processes` reaches the process instances that asked; Camunda 7 leaves them alone.

    Skips decisions that are gone (not-found).

    Needs an absolute time if, and only if, the mode is absolute; `hierarchical` for `with_processes`.

    Records the removal time on the decision, or on all of its hierarchy.
    """

    name = "set-removal-time-of-decisions"
    camunda_type = "decision-set-removal-time"
    title = "Set the removal time of decisions"
    target = DECISIONS
    params = DecisionRemovalTimeParams

    def apply(
        self,
        ctx: Context,
        tx: Tx,
        ids: Sequence[str],
        params: DecisionRemovalTimeParams,
        prepared: Any,  # noqa: ARG002
        now: datetime,  # noqa: ARG002
    ) -> ChunkOutcome:
        """See the class."""
        return set_removal_time_of_decisions(
            ctx,
            tx,
            ids,
            params.mode,
            params.absolute_removal_time,
            hierarchical=params.hierarchical,
            with_processes=params.with_processes,
        )
