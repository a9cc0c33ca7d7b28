"""What the three operations that set removal times have in common among their parameters."""

from __future__ import annotations

from pydantic import AwareDatetime, Field

from shoal.batch.contract import OperationParams
from shoal.retention.removal_time import RemovalTimeMode, check_mode


class RemovalTimeParams(OperationParams):
    """Which removal time."""

    mode: RemovalTimeMode = Field(
        description="An absolute time; cleared: kept for ever; calculated: what settings and definitions say now."
    )
    absolute_removal_time: AwareDatetime | None = Field(
        None, description="When history may be removed; given if, and only if, the mode is absolute."
    )

    def check(self) -> None:
        """InputError unless mode and time fit together."""
        check_mode(self.mode, self.absolute_removal_time)
