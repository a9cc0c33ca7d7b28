"""The removal time in the bodies of ``set-removal-time``: one of three modes."""

from __future__ import annotations

from typing import Any

from shoal.api.engine_rest.problems import CamundaError
from shoal.api.engine_rest.views import Body, CamundaDate
from shoal.retention.removal_time import RemovalTimeMode


class RemovalTimeBody(Body):
    """When something is to be removed. Camunda 7: exactly one of the three."""

    absolute_removal_time: CamundaDate | None = None
    cleared_removal_time: bool | None = None
    calculated_removal_time: bool | None = None

    def params(self) -> dict[str, Any]:
        """Mode and time as operations take them. CamundaError: no mode, or several."""
        said = {
            RemovalTimeMode.ABSOLUTE: self.absolute_removal_time is not None,
            RemovalTimeMode.CLEARED: bool(self.cleared_removal_time),
            RemovalTimeMode.CALCULATED: bool(self.calculated_removal_time),
        }
        modes = [mode for mode, is_said in said.items() if is_said]
        if not modes:
            raise CamundaError("removalTime is null", kind="BadUserRequestException", code=0)
        if len(modes) > 1:
            message = "The removal time modes are mutually exclusive: mode is not null"
            raise CamundaError(message, kind="BadUserRequestException", code=0)
        return {"mode": modes[0], "absolute_removal_time": self.absolute_removal_time}
