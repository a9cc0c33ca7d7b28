"""``shoal batch``: create, watch and control batches."""

from __future__ import annotations

import typer

from shoal.cli.batch import control, create, show

app = typer.Typer(
    help="Change many instances at once, and look after the changes.", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(create.app, name="create")
show.add_to(app)
control.add_to(app)

__all__ = ["app"]
