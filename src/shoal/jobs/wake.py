"""Wakes idle workers of this process when work was made. Losing a wake-up costs time, never correctness."""

from __future__ import annotations

import threading
from weakref import WeakKeyDictionary

from shoal.store.database import Database


class WorkSignal:
    """Many may wait; one notification wakes them all."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._count = 0

    @property
    def count(self) -> int:
        """How often work was announced. Read it before looking for work; then no announcement is missed."""
        return self._count

    def notify(self) -> None:
        """Say that there is work."""
        with self._condition:
            self._count += 1
            self._condition.notify_all()

    def wait(self, seen: int, seconds: float) -> None:
        """Wait until work was announced after ``seen``, but not longer than ``seconds``."""
        with self._condition:
            self._condition.wait_for(lambda: self._count != seen, timeout=seconds)


_signals: WeakKeyDictionary[Database, WorkSignal] = WeakKeyDictionary()
_making = threading.Lock()


def signal_of(database: Database) -> WorkSignal:
    """The signal that all workers and commands on this database object share."""
    with _making:
        return _signals.setdefault(database.whole, WorkSignal())
