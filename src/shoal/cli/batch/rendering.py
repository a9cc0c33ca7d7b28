"""Batches, elements and previews as the command prints them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shoal.cli.output import print_facts, print_json, print_line, print_table
from shoal.engine import Batch
from shoal.engine.rendering import plain


def print_batch(batch: Batch, *, as_json: bool) -> None:
    """One batch."""
    if as_json:
        print_json(plain(batch.view))
        return
    view, counts = batch.view, batch.statistics
    print_facts(
        {
            "batch": view.id,
            "operation": view.operation,
            "state": f"{view.state.value}, suspended" if view.suspended else view.state.value,
            "elements": counts.total,
            "succeeded": counts.succeeded,
            "skipped": counts.skipped,
            "failed": counts.failed,
            "cancelled": counts.cancelled,
            "remaining": counts.remaining,
            "seconds": counts.seconds,
            "rate": counts.rate,
            "estimated end": counts.estimated_end,
            "rate limit": view.rate_per_second,
            "parallel": view.max_parallel,
            "priority": view.priority,
            "idempotency key": view.idempotency_key,
            "created by": view.created_by,
            "created": view.created_at,
            "ended": view.ended_at,
            "error": view.error_message,
        }
    )


def print_batches(batches: Sequence[Batch], *, as_json: bool) -> None:
    """Many batches, one line each."""
    if as_json:
        print_json([plain(batch.view) for batch in batches])
        return
    columns = ("batch", "operation", "state", "elements", "succeeded", "skipped", "failed", "remaining", "created")
    print_table(
        columns,
        (
            (
                batch.id,
                batch.operation,
                "suspended" if batch.view.suspended else batch.state.value,
                batch.statistics.total,
                batch.succeeded,
                batch.skipped,
                batch.failed,
                batch.statistics.remaining,
                batch.view.created_at,
            )
            for batch in batches
        ),
    )


def print_rows(columns: Sequence[str], rows: Sequence[Any], *, as_json: bool) -> None:
    """Rows of any kind: the named attributes as columns, everything as JSON."""
    if as_json:
        print_json([plain(row) for row in rows])
    else:
        print_table(columns, ([getattr(row, column) for column in columns] for row in rows))


def print_preview(preview: Any, *, as_json: bool) -> None:
    """What a batch would do."""
    if as_json:
        print_json(plain(preview))
        return
    print_line(f"{preview.count} elements; nothing was created.")
    for exclusion in preview.exclusions:
        print_line(f"{exclusion.count} would be skipped: {exclusion.reason}: {exclusion.message}")
    for target_id in preview.sample:
        print_line(f"  {target_id}")
