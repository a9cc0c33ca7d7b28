"""``shoal worker``: workers without a server, as many processes as wanted on one database."""

from __future__ import annotations

import signal
import threading
from typing import Annotated

import typer

from shoal.cli.logs import log_to_stderr, warn_of_misspelled_variables
from shoal.cli.options import DatabaseUrl
from shoal.cli.output import note
from shoal.cli.session import Load, opened
from shoal.errors import InputError


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(worker)


def worker(
    database: DatabaseUrl = None,
    threads: Annotated[
        int | None, typer.Option(envvar="SHOAL_WORKER_THREADS", help="Jobs that run at the same time; at least 1.")
    ] = None,
    until_idle: Annotated[bool, typer.Option("--until-idle", help="End when no job is due.")] = False,
    load: Load = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log more.")] = False,
) -> None:
    """Work on jobs and batches, until Ctrl-C. What was begun is finished first."""
    log_to_stderr(verbose=verbose)
    warn_of_misspelled_variables()
    with opened(database, load=load or ()) as engine:
        if until_idle:
            engine.run_until_idle()
            return
        count = engine.settings.worker_threads if threads is None else threads
        if count < 1:
            raise InputError(
                f"a worker needs at least one thread, not {count}: raise --threads or SHOAL_WORKER_THREADS",
                field="threads",
            )
        stop = threading.Event()
        ended_by: list[int] = []

        def remember(number: int, _frame: object) -> None:
            ended_by.append(number)
            stop.set()

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, remember)
        with engine.workers(count) as pool:
            note("Shoal works (Ctrl-C stops it)")
            while not stop.wait(1.0) and pool.is_alive():
                pass
    if not ended_by:
        raise typer.Exit(1)
    if ended_by[0] == signal.SIGINT:
        raise typer.Exit(130)
