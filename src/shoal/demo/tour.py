"""Walks through the tour with live progress, checks every outcome, and prints the table at the end."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from shoal.demo.client import Client, DemoError
from shoal.demo.steps import Orders, Step, tour

_LOOK_SECONDS = 0.1
_PATIENCE_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Result:
    """What a step came to, as the server counted it."""

    step: Step
    succeeded: int
    skipped: int
    failed: int
    seconds: float

    @property
    def per_second(self) -> float:
        """Elements per second, from the request to the end."""
        return self.step.elements / max(self.seconds, 1e-6)

    def check(self) -> None:
        """DemoError unless the outcome is exactly what it must be."""
        expected = (self.step.succeeded, self.step.skipped, 0)
        found = (self.succeeded, self.skipped, self.failed)
        if found != expected:
            raise DemoError(
                f"{self.step.operation}: succeeded, skipped, failed should be {expected}, but are {found}"
            )


def run_tour(console: Console, client: Client, model: Path, orders: Orders) -> None:
    """Deploy, start the orders, run every step, print the table. DemoError at the first surprise."""
    deployment = client.deploy(model)
    console.print(f"Deployed {model.name}: {', '.join(each['key'] for each in deployment['definitions'])}")
    results: list[Result] = []
    with _bars(console) as bars:
        _start(bars, client, orders)
        for step in tour(orders):
            results.append(_run_step(bars, client, step))
            results[-1].check()
    console.print(_table(results))


def _bars(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description:<32}"),
        BarColumn(bar_width=40),
        MofNCompleteColumn(),
        TextColumn("{task.fields[note]}"),
        TimeElapsedColumn(),
        console=console,
        refresh_per_second=8,
    )


def _start(bars: Progress, client: Client, orders: Orders) -> None:
    bar = bars.add_task("start the orders", total=orders.total, note="")
    for count, business_key, variables in orders.starts():
        for size in _portions(count, 1000):
            client.start("order", size, business_key, variables)
            bars.advance(bar, size)
    _settle(bars, client, orders.total)


def _settle(bars: Progress, client: Client, total: int) -> None:
    """Wait until no order has a job to do: what is left at an asynchronous task has failed."""
    bar = bars.add_task("… their jobs", total=total, note="")

    def look() -> bool:
        at_jobs = {"activity_id_in": ["reserve_stock", "send_invoice"]}
        failed = client.count(definition_key="order", running=True, with_failed_job=True, **at_jobs)
        waiting = client.count(definition_key="order", running=True, **at_jobs) - failed
        bars.update(bar, completed=total - waiting, note=f"{failed} failed" if failed else "")
        return waiting == 0

    _until(look, "the jobs of the orders")


def _run_step(bars: Progress, client: Client, step: Step) -> Result:
    bar = bars.add_task(step.title, total=step.elements, note="")
    began = time.perf_counter()
    batch_id = client.create_batch(step.operation, step.request())["id"]
    found: dict[str, Any] = {}

    def look() -> bool:
        found.update(client.statistics(batch_id))
        _show(bars, bar, found, began)
        return found["state"] not in ("seeding", "running")

    _until(look, f"the batch {batch_id}")
    seconds = _seconds(client.batch(batch_id))
    if step.settles:
        _settle(bars, client, step.succeeded)
    return Result(step, found["succeeded"], found["skipped"], found["failed"], seconds)


def _seconds(batch: dict[str, Any]) -> float:
    """From the request to the end, by the server's clock: our looks are too coarse for small batches."""
    began, ended = (datetime.fromisoformat(batch[name]) for name in ("created_at", "ended_at"))
    return (ended - began).total_seconds()


def _show(bars: Progress, bar: TaskID, found: dict[str, Any], began: float) -> None:
    done = found["succeeded"] + found["skipped"] + found["failed"]
    pace = done / max(time.perf_counter() - began, 1e-6)
    bars.update(bar, completed=done, note=f"{pace:,.0f}/s")


def _until(look: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not look():
        if time.monotonic() > deadline:
            raise DemoError(f"{what} did not end within {_PATIENCE_SECONDS:.0f} seconds")
        time.sleep(_LOOK_SECONDS)


def _portions(count: int, size: int) -> list[int]:
    return [size] * (count // size) + ([count % size] if count % size else [])


def _table(results: list[Result]) -> Table:
    table = Table(
        title="What the batches did", title_justify="left", box=None, padding=(0, 2, 0, 0), pad_edge=False
    )
    table.add_column("operation", no_wrap=True)
    for name in ("elements", "succeeded", "skipped", "failed", "seconds", "elements/s"):
        table.add_column(name, justify="right", no_wrap=True)
    for result in results:
        counts = (result.step.elements, result.succeeded, result.skipped, result.failed)
        table.add_row(
            result.step.operation,
            *(f"{count:,}" for count in counts),
            f"{result.seconds:.2f}",
            f"{result.per_second:,.0f}",
        )
    return table
