"""Every operation beside its floor, on copies of one population."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bench import models
from bench.databases import Place
from shoal.batch.registry import find_operation
from shoal.commands.context import Context
from shoal.commands.deploy import deploy
from shoal.commands.start_instances import start_instances
from shoal.settings import Settings
from shoal.store.migrations import upgrade
from shoal.values import infer
from shoal.workers.process import tune_process

IN_SEQUENCE = (
    "suspend-instances",
    "resume-instances",
    "set-variables",
    "set-job-retries",
    "cancel-instances",
    "delete-history",
)
"""Done one after the other on the same copy, so that each finds the rows that it needs."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the result."""

    database: str
    operation: str
    elements: int
    per_second: float
    floor_per_second: float | None
    memory_mib: float | None

    @property
    def ratio(self) -> float | None:
        """How many times the floor's seconds."""
        return None if self.floor_per_second is None else self.floor_per_second / self.per_second


def run(place: Place, size: int, chunk_size: int) -> Iterator[Line]:
    """Start ``size`` instances, then change them all, operation by operation.

    ``chunk_size`` 0: what each operation uses by default; the floor uses the same.
    """
    yield _populate(place, size)
    place.copy("population", "floor")
    place.copy("population", "shoal")
    for operation in IN_SEQUENCE:
        count, seconds = place.floor("floor", operation, chunk_size or find_operation(operation).chunk_size)
        yield _line(place, operation, measure(place, "shoal", operation, chunk_size), count / seconds)
    place.drop("floor")
    place.drop("shoal")
    place.copy("population", "shoal")
    yield _line(place, "correlate-message", measure(place, "shoal", "correlate-message", chunk_size), None)
    place.drop("shoal")
    place.drop("population")


def measure(place: Place, database: str, operation: str, chunk_size: int) -> dict[str, Any]:
    """One batch, in a process of its own."""
    done = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "bench.one", place.url(database), operation, str(chunk_size)],
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    if found["succeeded"] != found["elements"]:
        raise RuntimeError(f"{place.name}: {found}")
    return found


def _populate(place: Place, size: int) -> Line:
    tune_process()
    place.create("population")
    ctx = Context.open(Settings(database_url=place.url("population"), blob_url="memory://bench"))
    upgrade(ctx.database)
    deploy(ctx, {"order.bpmn": models.order()})
    variables = {"amount": infer("amount", 1200), "customer": infer("customer", "Ada")}
    started = time.perf_counter()
    start_instances(ctx, key="order", count=size, variables=variables)
    seconds = time.perf_counter() - started
    ctx.close()
    return Line(place.name, "start", size, size / seconds, None, None)


def _line(place: Place, operation: str, found: dict[str, Any], floor: float | None) -> Line:
    return Line(
        place.name,
        operation,
        found["elements"],
        found["elements"] / found["seconds"],
        floor,
        found["memory_above_idle"] / 2**20,
    )
