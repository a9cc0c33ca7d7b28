"""Waits for a batch with a progress bar, and says how it ended."""

from __future__ import annotations

import time

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from shoal.cli.output import stderr_console
from shoal.engine import Batch, Engine

ENDED_WITH_FAILURES = 8
"""Exit code: the batch ended, but elements failed, or it was cancelled, or could not be seeded."""

_LOOK_SECONDS = 0.2


def wait(engine: Engine, batch: Batch, *, run: bool) -> None:
    """Come back when the batch has ended; ``run``: work on it with threads of this process."""
    with engine.workers(engine.settings.worker_threads if run else 0, live=False):
        _watch(batch)


def exit_code_of(batch: Batch) -> int:
    """0 unless the batch ended otherwise than completely."""
    return ENDED_WITH_FAILURES if batch.state in ("completed-with-failures", "cancelled", "failed") else 0


def _watch(batch: Batch) -> None:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[outcome]}"),
        TimeRemainingColumn(),
    )
    console = stderr_console()
    with Progress(*columns, console=console, disable=not console.is_terminal) as bars:
        bar = bars.add_task(batch.operation, total=None, outcome="")
        while True:
            seen = batch.refresh()
            outcome = f"{seen.skipped} skipped, {seen.failed} failed" if seen.skipped or seen.failed else ""
            counts = seen.statistics
            bars.update(bar, total=counts.total, completed=counts.total - counts.remaining, outcome=outcome)
            if seen.has_ended:
                return
            time.sleep(_LOOK_SECONDS)
