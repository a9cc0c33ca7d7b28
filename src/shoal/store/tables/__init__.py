"""The tables, one file per family. Constraints state what must always hold."""

from __future__ import annotations

from shoal.store.tables import (
    batches,
    decisions,
    definitions,
    discussions,
    history,
    instances,
    job_definitions,
    jobs,
    people,
    variables,
    waits,
)
from shoal.store.tables.metadata import metadata

__all__ = [
    "batches",
    "decisions",
    "definitions",
    "discussions",
    "history",
    "instances",
    "job_definitions",
    "jobs",
    "metadata",
    "people",
    "variables",
    "waits",
]
