"""``shoal instances``: list or count process instances by filter."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from shoal.cli.options import AsJson, DatabaseUrl, model_parameters, model_values, parameters_of, with_signature
from shoal.cli.output import print_json, print_line, print_table
from shoal.cli.session import opened
from shoal.engine.rendering import plain
from shoal.filters import InstanceFilter

_COLUMNS = ("id", "definition_key", "business_key", "state", "started_at", "ended_at")


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    own = parameters_of(instances)
    conditions = model_parameters(InstanceFilter, panel="Filter")
    app.command("instances")(with_signature(instances, [*own, *conditions]))


def instances(
    *,
    count: Annotated[bool, typer.Option("--count", help="Print only how many there are.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many at most.")] = 50,
    after_id: Annotated[str | None, typer.Option(help="The last id of the page before.")] = None,
    database: DatabaseUrl = None,
    as_json: AsJson = False,
    **options: Any,
) -> None:
    """List or count process instances. All conditions must hold; without one, all instances."""
    conditions = model_values(InstanceFilter, options)
    with opened(database) as engine:
        if count:
            found = engine.instances.count(**conditions)
            if as_json:
                print_json({"count": found})
            else:
                print_line(str(found))
            return
        rows = engine.instances.list(limit=limit, after_id=after_id, **conditions)
    if as_json:
        print_json([plain(row) for row in rows])
    else:
        print_table(_COLUMNS, ([getattr(row, column) for column in _COLUMNS] for row in rows))
