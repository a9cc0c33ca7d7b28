"""Workers as threads of this process: in the server, and in ``shoal worker``."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Self

from shoal.commands.context import Context
from shoal.jobs.lease import LeaseKeeper
from shoal.workers.loop import Worker


class EmbeddedWorkers:
    """``count`` threads that share one keeper of leases. Several processes may do this on one database."""

    def __init__(self, ctx: Context, count: int, *, live: bool = True) -> None:
        """Without ``live`` they work on batches only."""
        self._keeper = LeaseKeeper(ctx)
        self._workers = [Worker(ctx, self._keeper, live=live) for _ in range(count)]
        self._threads: list[threading.Thread] = []

    def start(self) -> Self:
        """Begin to work."""
        if self._workers:
            self._keeper.start()
        for number, worker in enumerate(self._workers, 1):
            thread = threading.Thread(target=worker.run, name=f"shoal-worker-{number}", daemon=True)
            thread.start()
            self._threads.append(thread)
        return self

    def stop(self, timeout: float | None = None) -> None:
        """Finish what was begun, then stop. What takes longer than ``timeout`` seconds is left to its lease."""
        for worker in self._workers:
            worker.stop()
        for thread in self._threads:
            thread.join(timeout)
        self._threads.clear()
        self._keeper.stop()

    def is_alive(self) -> bool:
        """Whether every thread still works."""
        return all(thread.is_alive() for thread in self._threads)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
