"""One measurement in a process of its own: a batch, done by one worker. Prints a line of JSON.

``python -m bench.one URL OPERATION CHUNK_SIZE``
"""

from __future__ import annotations

import json
import sys
import threading
import time
from typing import Any

import psutil

from bench.requests import REQUESTS
from shoal.batch.create import create_batch
from shoal.batch.view import BatchView, get_batch
from shoal.commands.context import Context
from shoal.settings import Settings
from shoal.workers.loop import Worker
from shoal.workers.process import tune_process


def measure(url: str, operation: str, chunk_size: int) -> dict[str, Any]:
    """Create the batch and work until it has ended. Times in seconds, memory in bytes."""
    tune_process()
    ctx = Context.open(
        Settings(database_url=url, blob_url="memory://bench", invocations_per_batch_job=chunk_size or None)
    )
    asked = REQUESTS[operation]
    params = asked.all_params(ctx)
    worker = Worker(ctx)
    worker.run_once()
    idle = _memory()
    with _Peak() as peak:
        started = time.perf_counter()
        created = create_batch(ctx, operation, params, asked.selection)
        seconds_to_create = time.perf_counter() - started
        batch = _work(ctx, worker, created.id)
        seconds = time.perf_counter() - started
    ctx.close()
    sums = batch.statistics
    return {
        "operation": operation,
        "elements": sums.total,
        "succeeded": sums.succeeded,
        "skipped": sums.skipped,
        "failed": sums.failed,
        "create_seconds": seconds_to_create,
        "seconds": seconds,
        "memory_above_idle": max(0, peak.highest - idle),
    }


def _work(ctx: Context, worker: Worker, batch_id: str) -> BatchView:
    while True:
        worked = worker.run_once()
        if not worked:
            batch = get_batch(ctx, batch_id)
            if batch.has_ended:
                return batch
            time.sleep(0.005)


def _memory() -> int:
    return int(psutil.Process().memory_info().rss)


class _Peak:
    """The highest memory while the block runs, looked at fifty times a second."""

    def __init__(self) -> None:
        self.highest = _memory()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> _Peak:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(0.02):
            self.highest = max(self.highest, _memory())


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], sys.argv[2], int(sys.argv[3]))))  # noqa: T201
