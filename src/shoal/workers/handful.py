"""How many live jobs a worker takes at once: many while they are quick, one while they are slow.

Jobs that are taken together are written together, which is fast. But they run one after the other, so with slow
service tasks the other threads would have nothing to do, and a killed worker would have much to repeat.
"""

from __future__ import annotations

_FIRST = 4
_AIM_SECONDS = 0.25
"""What is taken at once should be done in about this time."""
_GROWTH = 4


class Handful:
    """Belongs to one worker; ``size`` follows the time that its jobs take."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.size = min(_FIRST, most)

    def took(self, jobs: int, seconds: float) -> None:
        """``jobs`` were done in ``seconds``: take as many as fit the aim, and not suddenly many more."""
        fitting = int(_AIM_SECONDS * jobs / seconds) if seconds > 0 else self._most
        self.size = max(1, min(fitting, self.size * _GROWTH, self._most))
