"""``shoal worker``: workers without a server, as many processes as wanted on one database."""

from __future__ import annotations

import signal
import threading
from typing import Annotated

import typer

from shoal.cli.logs import log_to_stderr
from shoal.cli.options import DatabaseUrl
from shoal.cli.output import note
from shoal.cli.session import Load, opened


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(worker)


def worker(
    database: DatabaseUrl = None,
    threads: Annotated[
        int | None, typer.Option(min=1, envvar="SHOAL_WORKER_THREADS", help="Jobs that run at the same time.")
    ] = None,
    until_idle: Annotated[bool, typer.Option("--until-idle", help="End when no job is due.")] = False,
    load: Load = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log more.")] = False,
) -> None:
    """Work on jobs and batches, until Ctrl-C. What was begun is finished first."""
    log_to_stderr(verbose=verbose)
    with opened(database, load=load or ()) as engine:
        if until_idle:
            engine.run_until_idle()
            return
        stop = threading.Event()
        ended_by: list[int] = []

        def remember(number: int, _frame: object) -> None:
            ended_by.append(number)
            stop.set()

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, remember)
        with engine.workers(threads or engine.settings.worker_threads) as pool:
            note("Shoal works (Ctrl-C stops it)")
            while not stop.wait(1.0) and pool.is_alive():
                pass
    if not ended_by:
        raise typer.Exit(1)
    if ended_by[0] == signal.SIGINT:
        raise typer.Exit(130)
