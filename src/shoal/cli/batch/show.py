"""``shoal batch list|show|elements|failures``: what became of batches and their elements."""

from __future__ import annotations

from typing import Annotated

import typer

from shoal.batch.states import BatchState, ElementState
from shoal.cli.batch.control import BatchId
from shoal.cli.batch.rendering import print_batch, print_batches, print_rows
from shoal.cli.options import AsJson, DatabaseUrl
from shoal.cli.session import opened

Limit = Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("list")(list_batches)
    for command in (show, elements, failures):
        app.command()(command)


def list_batches(
    state: Annotated[list[BatchState] | None, typer.Option(help="Only in these states.")] = None,
    operation: Annotated[str | None, typer.Option(help="Only of this operation.")] = None,
    suspended: Annotated[bool | None, typer.Option("--suspended/--not-suspended", show_default=False)] = None,
    created_by: Annotated[str | None, typer.Option(help="Only by this requester.")] = None,
    before_id: Annotated[str | None, typer.Option(help="The last id of the page before.")] = None,
    limit: Limit = 50,
    database: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """List batches, the newest first."""
    with opened(database) as engine:
        batches = engine.batches.list(
            state_in=state or None,
            operation=operation,
            suspended=suspended,
            created_by=created_by,
            before_id=before_id,
            limit=limit,
        )
    print_batches(batches, as_json=as_json)


def show(batch_id: BatchId, database: DatabaseUrl = None, as_json: AsJson = False) -> None:
    """Show one batch with its counts."""
    with opened(database) as engine:
        print_batch(engine.batches.get(batch_id), as_json=as_json)


def elements(
    batch_id: BatchId,
    state: Annotated[ElementState, typer.Option(help="The outcome.")] = ElementState.FAILED,
    reason: Annotated[str | None, typer.Option(help="Only with this reason.")] = None,
    target_id: Annotated[list[str] | None, typer.Option("--id", help="The outcome of these elements.")] = None,
    after_id: Annotated[str | None, typer.Option(help="The last id of the page before.")] = None,
    limit: Limit = 100,
    database: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """List elements of one outcome, or say what became of single ones."""
    with opened(database) as engine:
        if target_id:
            rows = engine.batches.outcomes(batch_id, target_id)
        else:
            rows = engine.batches.elements(batch_id, state=state, reason=reason, after_id=after_id, limit=limit)
    print_rows(("target_id", "state", "reason", "message"), rows, as_json=as_json)


def failures(batch_id: BatchId, database: DatabaseUrl = None, as_json: AsJson = False) -> None:
    """Count the failed and skipped elements by cause, with an example of each."""
    with opened(database) as engine:
        rows = engine.batches.failures(batch_id)
    print_rows(("count", "state", "reason", "example_id", "example_message"), rows, as_json=as_json)
