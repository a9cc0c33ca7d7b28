"""What an expression or a script needs from its surroundings.

Responsible for the protocol only; the kernel implements it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol


class Context(Protocol):
    """Names and the time, as one evaluation sees them."""

    def resolve(self, name: str) -> Any:
        """Return the process variable, implicit object (`execution`, `task`) or bean `name`.

        Raises KeyError if there is none. Variables win over implicit objects, those over beans.
        """

    def now(self) -> datetime:
        """Return the engine's time, with a time zone."""
