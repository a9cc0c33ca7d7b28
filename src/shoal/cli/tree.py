"""All commands and groups of ``shoal``."""

from __future__ import annotations

from importlib.metadata import version as version_of
from typing import Annotated

import typer

from shoal.cli import batch, db, deploy, instances, serve, start, user, worker
from shoal.cli.output import print_line


def print_version(wanted: bool) -> None:
    """What ``--version`` does."""
    if wanted:
        print_line(f"shoal {version_of('shoal')}")
        raise typer.Exit


app = typer.Typer(
    name="shoal",
    help="Run BPMN processes, and change their instances by the hundred thousand.",
    epilog="Exit codes: 0 done, 2 wrong input, 3 not found, 4 conflict, 5 not authorised, 6 a process failed, "
    "7 the database does not answer, 8 a batch ended with failed elements or was cancelled, 130 Ctrl-C.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for group in (serve, worker, deploy, start, instances):
    group.add_to(app)
app.add_typer(batch.app, name="batch")
app.add_typer(db.app, name="db")
app.add_typer(user.app, name="user")


@app.callback()
def shoal(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=print_version, is_eager=True)
    ] = False,
) -> None:
    """Run BPMN processes, and change their instances by the hundred thousand."""
