"""``shoal serve``: the HTTP server with its embedded workers."""

from __future__ import annotations

import signal
from typing import Annotated

import typer

from shoal.cli.logs import log_to_stderr, warn_of_misspelled_variables
from shoal.cli.options import DatabaseUrl
from shoal.cli.output import note
from shoal.cli.session import Load, opened


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(serve)


def serve(
    database: DatabaseUrl = None,
    host: Annotated[str | None, typer.Option(envvar="SHOAL_HOST", help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(envvar="SHOAL_PORT", min=0, max=65535, help="Port; 0: any.")] = None,
    workers: Annotated[
        int | None,
        typer.Option(min=0, envvar="SHOAL_WORKER_THREADS", help="Threads of the embedded workers; 0: none."),
    ] = None,
    load: Load = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log more.")] = False,
) -> None:
    """Serve HTTP and work on jobs and batches, until Ctrl-C.

    Listens on 127.0.0.1:8080 unless told otherwise. On an address that others can reach it refuses to
    start without credentials: set SHOAL_AUTH_TOKEN, or SHOAL_AUTH_USER and SHOAL_AUTH_PASSWORD.
    """
    from shoal.api import access, server  # the framework takes half a second to load

    log_to_stderr(verbose=verbose)
    warn_of_misspelled_variables()
    with opened(database, load=load or (), host=host, port=port) as engine:
        access.check_binding(engine.settings, has_users=engine.credentials.are_needed())
        count = engine.settings.worker_threads if workers is None else workers
        with engine.workers(count):
            ended_by = server.serve(engine, on_start=lambda url: note(f"Shoal listens on {url} (Ctrl-C stops it)"))
    if ended_by is signal.SIGINT:
        raise typer.Exit(130)
