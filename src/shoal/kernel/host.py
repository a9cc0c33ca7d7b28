"""What the kernel needs from outside, as a port."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol


class Host(Protocol):
    """Given to every step. The engine implements it; tests implement it in a few lines."""

    default_retries: int
    """Tries of a job whose element says nothing (Camunda 7: defaultNumberOfRetries = 3)."""
    max_steps: int
    """How many elements one stimulus may pass before the step is stopped as an endless loop."""

    def new_id(self) -> str:
        """A new id, greater than all before."""
        ...

    def callable(self, name: str) -> Callable[..., Any] | None:
        """The registered callable (delegate, listener, bean) of that name; None if there is none."""
        ...
