"""Instructions as the builders of modification, restart and start collect them."""

from __future__ import annotations

from typing import Any, Self


class Starts:
    """Where tokens begin. ``instructions`` are those of the batch operations."""

    def __init__(self) -> None:
        self.instructions: list[dict[str, Any]] = []

    def start_before_activity(self, activity_id: str, ancestor_activity_instance_id: str | None = None) -> Self:
        """Begin the activity."""
        return self._add("start-before", activity_id=activity_id, ancestor_id=ancestor_activity_instance_id)

    def start_after_activity(self, activity_id: str, ancestor_activity_instance_id: str | None = None) -> Self:
        """Go on behind the activity."""
        return self._add("start-after", activity_id=activity_id, ancestor_id=ancestor_activity_instance_id)

    def start_transition(self, transition_id: str, ancestor_activity_instance_id: str | None = None) -> Self:
        """Take the sequence flow."""
        return self._add("start-transition", transition_id=transition_id, ancestor_id=ancestor_activity_instance_id)

    def _add(self, kind: str, **said: Any) -> Self:
        self.instructions.append({"type": kind} | {name: each for name, each in said.items() if each is not None})
        return self
