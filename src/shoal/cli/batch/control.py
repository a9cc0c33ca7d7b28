"""``shoal batch suspend|resume|change|cancel|retry-failed|delete``: what can be done to a batch."""

from __future__ import annotations

from typing import Annotated

import typer

from shoal.cli.batch.rendering import print_batch
from shoal.cli.batch.waiting import exit_code_of, wait
from shoal.cli.options import AsJson, DatabaseUrl
from shoal.cli.output import print_json, print_line
from shoal.cli.session import Load, opened

BatchId = Annotated[str, typer.Argument(metavar="BATCH", help="Id of the batch.", show_default=False)]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (suspend, resume, change, cancel, delete):
        app.command()(command)
    app.command("retry-failed")(retry_failed)


def suspend(batch_id: BatchId, database: DatabaseUrl = None, as_json: AsJson = False) -> None:
    """Stop working on the batch until it is resumed; the chunks that run now are finished."""
    with opened(database) as engine:
        print_batch(engine.batches.suspend(batch_id), as_json=as_json)


def resume(batch_id: BatchId, database: DatabaseUrl = None, as_json: AsJson = False) -> None:
    """Go on with a suspended batch."""
    with opened(database) as engine:
        print_batch(engine.batches.resume(batch_id), as_json=as_json)


def change(
    batch_id: BatchId,
    rate: Annotated[float | None, typer.Option(help="Elements per second at most.")] = None,
    no_rate: Annotated[bool, typer.Option("--no-rate", help="As fast as possible.")] = False,
    parallel: Annotated[int | None, typer.Option(help="Chunks that run at the same time at most.")] = None,
    no_parallel: Annotated[
        bool, typer.Option("--no-parallel", help="As many chunks as there are threads.")
    ] = False,
    priority: Annotated[int | None, typer.Option(help="Higher goes first.")] = None,
    database: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Change the speed or the priority of a batch while it runs."""
    changes: dict[str, float | int | None] = {}
    if rate is not None or no_rate:
        changes["rate_per_second"] = rate
    if parallel is not None or no_parallel:
        changes["max_parallel"] = parallel
    if priority is not None:
        changes["priority"] = priority
    if not changes:
        raise typer.BadParameter("say what to change: --rate, --parallel or --priority")
    with opened(database) as engine:
        print_batch(engine.batches.change(batch_id, **changes), as_json=as_json)


def cancel(batch_id: BatchId, database: DatabaseUrl = None, as_json: AsJson = False) -> None:
    """End the batch; what is done stays done, the rest is left alone."""
    with opened(database) as engine:
        print_batch(engine.batches.cancel(batch_id), as_json=as_json)


def retry_failed(
    batch_id: BatchId,
    wait_for_end: Annotated[bool, typer.Option("--wait", help="Wait for the end.")] = False,
    run: Annotated[bool, typer.Option("--run", help="Work on it in this process, and wait.")] = False,
    load: Load = None,
    database: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Try the failed elements again."""
    with opened(database, load=load or ()) as engine:
        batch = engine.batches.retry_failed(batch_id)
        if wait_for_end or run:
            wait(engine, batch, run=run)
        print_batch(batch, as_json=as_json)
        if (wait_for_end or run) and (code := exit_code_of(batch)):
            raise typer.Exit(code)


def delete(
    batch_id: BatchId,
    database: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Remove the batch and its outcomes; what it did to its elements stays."""
    with opened(database) as engine:
        engine.batches.delete(batch_id)
    if as_json:
        print_json({"deleted": batch_id})
    else:
        print_line(f"Deleted batch {batch_id}.")
