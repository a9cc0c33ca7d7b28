"""The kernel's host: ids, limits, and the callables that models name."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from shoal.ids import new_id
from shoal.settings import Settings


class EngineHost:
    """What steps get from the engine. Threads may share it."""

    def __init__(self, settings: Settings) -> None:
        self.default_retries = settings.default_retries
        self.max_steps = settings.max_steps
        self._callables: dict[str, Callable[..., Any]] = {}
        self._changing = threading.Lock()
        self.new_id = new_id

    def register(self, name: str, target: Callable[..., Any]) -> None:
        """Let models call ``target`` as ``name``: a delegate, a listener or a bean. Replaces an earlier one."""
        with self._changing:
            self._callables = {**self._callables, name: target}

    def callable(self, name: str) -> Callable[..., Any] | None:
        """The callable of that name; None if there is none."""
        return self._callables.get(name)
