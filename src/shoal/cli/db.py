"""``shoal db``: the schema of the database."""

from __future__ import annotations

import typer

from shoal.cli.options import AsJson, DatabaseUrl
from shoal.cli.output import print_facts, print_json, print_line
from shoal.cli.session import opened

app = typer.Typer(help="Create, upgrade and inspect the database.", no_args_is_help=True, rich_markup_mode=None)


@app.command()
def upgrade(database: DatabaseUrl = None, as_json: AsJson = False) -> None:
    """Create or change the tables as this version needs them. Harmless when there is nothing to do."""
    with opened(database, upgrade=False) as engine:
        before = engine.schema.current
        engine.schema.upgrade()
        after = engine.schema.current
    if as_json:
        print_json({"before": before, "after": after})
    elif before == after:
        print_line(f"The database is at revision {after}; nothing to do.")
    else:
        print_line(f"Upgraded the database from {before or 'nothing'} to revision {after}.")


@app.command()
def status(database: DatabaseUrl = None, as_json: AsJson = False) -> None:
    """Show where everything is stored and which revision is there; exit code 7 if another one is needed."""
    with opened(database, upgrade=False) as engine:
        facts = {
            "database": engine.schema.shown_url,
            "blobs": engine.schema.shown_blob_url,
            "revision": engine.schema.current or "none",
            "needed": engine.schema.needed,
        }
    if as_json:
        print_json(facts)
    else:
        print_facts(facts)
    if facts["revision"] != facts["needed"]:
        raise typer.Exit(7)
