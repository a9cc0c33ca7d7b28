"""Wakes those who wait for external tasks in this process. Losing a wake-up costs time, never a task."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from weakref import WeakKeyDictionary

from shoal.errors import UnavailableError
from shoal.store.database import Database

MOST_WAITERS = 200
"""Camunda 7: the length of its queue of waiting requests."""


class ArrivalSignal:
    """Says that there may be external tasks that nobody has. One notification wakes all who wait."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._count = 0
        self._waiters = 0
        self._closed = False
        self._listeners: set[Callable[[], None]] = set()

    @property
    def count(self) -> int:
        """How often it was said. Read it before looking for tasks; then nothing is missed."""
        return self._count

    @property
    def is_closed(self) -> bool:
        """Nobody is to wait any more."""
        return self._closed

    def notify(self) -> None:
        """Say it."""
        with self._condition:
            self._count += 1
            self._tell()

    def close(self) -> None:
        """Send all who wait away, and those who come later: the process is about to end."""
        with self._condition:
            self._closed = True
            self._tell()

    def wait(self, seen: int, seconds: float) -> None:
        """Wait until it was said after ``seen``, but not longer than ``seconds``."""
        with self._condition:
            self._condition.wait_for(lambda: self._closed or self._count != seen, timeout=seconds)

    @contextmanager
    def listening(self, heard: Callable[[], None]) -> Iterator[None]:
        """Have ``heard`` called whenever it is said, by whoever says it; it has to be quick."""
        with self._condition:
            self._listeners.add(heard)
        try:
            yield
        finally:
            with self._condition:
                self._listeners.discard(heard)

    def _tell(self) -> None:
        self._condition.notify_all()
        for heard in self._listeners:
            heard()

    @contextmanager
    def waiting(self, most: int = MOST_WAITERS) -> Iterator[None]:
        """Be one of those who wait. UnavailableError if there are ``most`` already."""
        with self._condition:
            if self._waiters >= most:
                raise UnavailableError(f"{most} requests wait for external tasks already; try again later")
            self._waiters += 1
        try:
            yield
        finally:
            with self._condition:
                self._waiters -= 1


_signals: WeakKeyDictionary[Database, ArrivalSignal] = WeakKeyDictionary()
_making = threading.Lock()


def arrivals_of(database: Database) -> ArrivalSignal:
    """The signal that all who use this database object share."""
    with _making:
        return _signals.setdefault(database.whole, ArrivalSignal())
