"""The kernel's host: ids, limits, and the callables that models name."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable
from typing import Any

from shoal.errors import InputError
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
        """Let models call ``target`` as ``name``: a delegate, a listener or a bean. Replaces an earlier one.

        InputError: it is asynchronous. Nobody would wait for it: its step would end before it began.
        """
        _refuse_async(name, target)
        with self._changing:
            self._callables = {**self._callables, name: target}

    def callable(self, name: str) -> Callable[..., Any] | None:
        """The callable of that name; None if there is none."""
        return self._callables.get(name)


def _refuse_async(name: str, target: Any) -> None:
    parts = {"": target, **{f".{each}": getattr(target, each, None) for each in ("execute", "notify", "__call__")}}
    for part, code in parts.items():
        if inspect.iscoroutinefunction(code) or inspect.isasyncgenfunction(code):
            named = getattr(target, "__qualname__", type(target).__qualname__)
            raise InputError(
                f"'{name}': {named}{part} is asynchronous, and steps of processes are not; "
                "register a plain function that runs it to its end, such as "
                "'lambda execution: asyncio.run(work(execution))'",
                field="target",
            )
