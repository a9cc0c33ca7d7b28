"""``shoal start``: process instances, one or many."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.progress import Progress

from shoal.cli.options import AsJson, CreatedBy, DatabaseUrl, parse_json
from shoal.cli.output import note, print_json, print_line, stderr_console
from shoal.cli.session import Load, opened, system_user
from shoal.errors import InputError, ShoalError

_PORTION = 1000


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(start)


def start(
    key: Annotated[str, typer.Argument(help="Key of the definition: the id of the process in the model.")],
    count: Annotated[int, typer.Option("-n", "--count", min=1, help="How many.")] = 1,
    variables: Annotated[str | None, typer.Option(metavar="JSON", help="Variables, as a JSON object.")] = None,
    business_key: Annotated[str | None, typer.Option(help="Business key.")] = None,
    version: Annotated[int | None, typer.Option(min=1, help="Version of the definition; the newest.")] = None,
    tenant_id: Annotated[str | None, typer.Option(help="Tenant of the definition.")] = None,
    started_by: CreatedBy = None,
    load: Load = None,
    database: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Start instances, and print their ids.

    They run up to where they first wait; asynchronous steps are done by a server or a worker.
    """
    values = parse_json("variables", variables) if variables is not None else {}
    if not isinstance(values, dict):
        raise InputError("--variables: not a JSON object", field="variables")
    started: list[str] = []
    with (
        opened(database, load=load or ()) as engine,
        _progress(count) as bars,
    ):
        bar = bars.add_task(f"start {key}", total=count)
        while len(started) < count:
            size = min(_PORTION, count - len(started))
            try:
                started += engine.instances.start_many(
                    key,
                    size,
                    version=version,
                    tenant_id=tenant_id,
                    business_key=business_key,
                    variables=values,
                    started_by=started_by or system_user(),
                )
            except ShoalError as error:
                started += error.details.get("started", ())
                error.details = {**error.details, "started": started}
                if started and not as_json:
                    _print(started)
                    note(f"{len(started):,} of {count:,} were started")
                raise
            bars.update(bar, completed=len(started))
    if as_json:
        print_json({"count": len(started), "ids": started})
    else:
        _print(started)


def _print(ids: list[str]) -> None:
    for instance_id in ids:
        print_line(instance_id)


def _progress(count: int) -> Progress:
    console = stderr_console()
    return Progress(console=console, disable=count <= _PORTION or not console.is_terminal, transient=True)
