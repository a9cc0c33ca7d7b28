"""What the three operations that set removal times have in common."""

from __future__ import annotations

from typing import TypeVar

from pydantic import AwareDatetime, Field

from shoal.batch.contract import BatchOperation, OperationParams, Permission
from shoal.commands.context import Context
from shoal.retention.removal_time import RemovalTimeMode, check_mode


class RemovalTimeParams(OperationParams):
    """Which removal time."""

    mode: RemovalTimeMode = Field(
        description="An absolute time; cleared: kept for ever; calculated: what settings and definitions say now."
    )
    absolute_removal_time: AwareDatetime | None = Field(
        None, description="When history may be removed; given if, and only if, the mode is absolute."
    )


P = TypeVar("P", bound=RemovalTimeParams)


class RemovalTimeOperation(BatchOperation[P]):
    """Who may, and what a request is asked before it is taken."""

    permission = Permission.SET_REMOVAL_TIME
    rechecks = True

    def check(self, ctx: Context, params: P) -> None:  # noqa: ARG002
        """InputError unless mode and time fit together."""
        check_mode(params.mode, params.absolute_removal_time)
