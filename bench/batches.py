"""Every operation beside its floor, on copies of one population."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bench import populations
from bench.databases import Place
from bench.populations import NAME
from shoal.batch.registry import find_operation
from shoal.workers.process import tune_process

BESIDE_THE_FLOOR = (
    "suspend-instances",
    "resume-instances",
    "set-variables",
    "set-job-retries",
    "cancel-instances",
    "delete-history",
)
"""Done one after the other on the same copy, so that each finds the rows that it needs."""

WITHOUT_FLOOR = (
    ("correlate-message",),
    (
        "migrate-instances",
        "modify-instances",
        "cancel-instances",
        "set-removal-time-of-instances",
        "restart-instances",
    ),
)
"""Each line on a copy of its own."""

OF_RECORDS = ("set-removal-time-of-decisions", "set-removal-time-of-batches", "delete-decision-history")


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
    tune_process()
    yield Line(place.name, "start", size, size / populations.orders(place, size), None, None)
    place.copy(NAME, "floor")
    place.copy(NAME, "shoal")
    for operation in BESIDE_THE_FLOOR:
        count, seconds = place.floor("floor", operation, chunk_size or find_operation(operation).chunk_size)
        yield _line(place, operation, measure(place, "shoal", operation, chunk_size), count / seconds)
    place.drop("floor")
    for operations in WITHOUT_FLOOR:
        place.copy(NAME, "shoal")
        for operation in operations:
            found = measure(place, "shoal", operation, chunk_size)
            if operation != "cancel-instances":
                yield _line(place, operation, found, None)
    place.drop("shoal")
    populations.external_tasks(place, size)
    yield _line(
        place, "set-external-task-retries", measure(place, NAME, "set-external-task-retries", chunk_size), None
    )
    populations.records(place, size)
    for operation in OF_RECORDS:
        yield _line(place, operation, measure(place, NAME, operation, chunk_size), None)
    place.drop(NAME)


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


def _line(place: Place, operation: str, found: dict[str, Any], floor: float | None) -> Line:
    return Line(
        place.name,
        operation,
        found["elements"],
        found["elements"] / found["seconds"],
        floor,
        found["memory_above_idle"] / 2**20,
    )
