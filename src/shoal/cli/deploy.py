"""``shoal deploy``: models into the database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from shoal.cli.options import AsJson, DatabaseUrl
from shoal.cli.output import print_json, print_line
from shoal.cli.session import opened
from shoal.engine.rendering import plain


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(deploy)


def deploy(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="BPMN models.", show_default=False)],
    name: Annotated[str | None, typer.Option(help="Name of the deployment.")] = None,
    tenant_id: Annotated[str | None, typer.Option(help="Tenant that the definitions belong to.")] = None,
    changed_only: Annotated[
        bool, typer.Option("--changed-only", help="Deploy only files that differ from the last deployment.")
    ] = False,
    database: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Deploy models, all of them or none.

    A rejected model is refused with every fault that it has; --json lists them one by one.
    """
    with opened(database) as engine:
        deployment = engine.definitions.deploy(
            *files, name=name, tenant_id=tenant_id, filter_duplicates=changed_only, changed_only=changed_only
        )
    if as_json:
        print_json(plain(deployment))
        return
    if not deployment.is_new:
        print_line(f"Nothing changed since deployment {deployment.id}.")
    for definition in deployment.definitions:
        print_line(f"{definition.key} version {definition.version} ({definition.resource_name})")
