"""``python -m bench``: every operation beside its floor, on both databases, as ratios of one run."""

from __future__ import annotations

import argparse

from rich.console import Console
from rich.table import Table

from bench import batches, shapes
from bench.databases import Place, open_place

_BUDGET = 1.3


def main() -> None:
    """Parse the arguments, run, print."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--sizes", default="10000,100000", help="numbers of instances, e.g. 10000,100000,1000000")
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--chunk-size", type=int, default=0, help="0: what each operation uses")
    parser.add_argument("--shapes", type=int, default=5000, help="instances per shape of process; 0: none")
    arguments = parser.parse_args()
    console = Console()
    for name in arguments.databases.split(","):
        with open_place(name) as place:
            costs: dict[str, list[float]] = {}
            for size in (int(each) for each in arguments.sizes.split(",")):
                _batches(console, place, size, arguments.chunk_size, costs)
            _growth(console, place.name, arguments.sizes.split(","), costs)
            if arguments.shapes:
                _shapes(console, place, arguments.shapes)


def _batches(console: Console, place: Place, size: int, chunk_size: int, costs: dict[str, list[float]]) -> None:
    table = Table(title=f"{place.name}, {size:,} instances" + (f", chunks of {chunk_size:,}" if chunk_size else ""))
    for head in ("operation", "elements", "elements/s", "floor/s", "times the floor", "memory above idle"):
        table.add_column(head, justify="left" if head == "operation" else "right", no_wrap=head == "operation")
    for line in batches.run(place, size, chunk_size):
        costs.setdefault(line.operation, []).append(1e6 / line.per_second)
        ratio = line.ratio
        table.add_row(
            line.operation,
            f"{line.elements:,}",
            f"{line.per_second:,.0f}",
            "" if line.floor_per_second is None else f"{line.floor_per_second:,.0f}",
            "" if ratio is None else f"{ratio:.2f}" + (" over" if ratio > _BUDGET else ""),
            "" if line.memory_mib is None else f"{line.memory_mib:,.0f} MiB",
        )
    console.print(table)


def _growth(console: Console, database: str, sizes: list[str], costs: dict[str, list[float]]) -> None:
    table = Table(title=f"{database}, microseconds per element")
    table.add_column("operation")
    for size in sizes:
        table.add_column(f"{int(size):,}", justify="right")
    table.add_column("last / first", justify="right")
    for operation, micros in costs.items():
        table.add_row(operation, *(f"{each:,.1f}" for each in micros), f"{micros[-1] / micros[0]:.2f}")
    console.print(table)


def _shapes(console: Console, place: Place, size: int) -> None:
    table = Table(title=f"{place.name}, processes by shape")
    heads = ("shape", "instances", "starts/s", "completed/s", "bytes of state", "bytes in the database")
    for head in heads:
        table.add_column(head, justify="left" if head == "shape" else "right")
    for shape in shapes.run(place, size):
        table.add_row(
            shape.name,
            f"{shape.instances:,}",
            f"{shape.starts_per_second:,.0f}",
            f"{shape.completions_per_second:,.0f}",
            f"{shape.state_bytes:,.0f}",
            f"{shape.database_bytes:,.0f}",
        )
    console.print(table)


if __name__ == "__main__":
    main()
