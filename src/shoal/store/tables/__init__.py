"""The tables, one file per family. Constraints state what must always hold."""

from __future__ import annotations

from shoal.store.tables import batches, definitions, history, instances, jobs, variables, waits
from shoal.store.tables.metadata import metadata

__all__ = [
    "batches",
    "definitions",
    "history",
    "instances",
    "jobs",
    "metadata",
    "variables",
    "waits",
]
