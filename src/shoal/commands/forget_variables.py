"""Removes what history knows of variables: the log of updates, and the last values where nobody needs them."""

from __future__ import annotations

from shoal.commands.context import Context
from shoal.errors import NotFoundError
from shoal.ids import is_id
from shoal.store.database import Tx
from shoal.store.queries import large_values, variable_history
from shoal.store.queries.instances import lock_headers
from shoal.store.queries.variable_history import Forgotten


def forget_variable(ctx: Context, variable_id: str) -> None:
    """Forget one variable. One that is still there in a running instance loses only its log. NotFoundError."""
    with ctx.database.write() as tx:
        found = variable_history.place_of(tx, variable_id) if is_id(variable_id) else None
        if found is None:
            raise NotFoundError(f"there is no variable '{variable_id}'", variable_id=variable_id)
        _forget(ctx, tx, found)


def forget_variables(ctx: Context, instance_id: str) -> None:
    """Forget all variables of an instance, as ``forget_variable`` forgets one. NotFoundError."""
    with ctx.database.write() as tx:
        _forget(ctx, tx, Forgotten(instance_id))


def _forget(ctx: Context, tx: Tx, which: Forgotten) -> None:
    instance_id = which.instance_id
    header = lock_headers(tx, [instance_id], skip=False).get(instance_id) if is_id(instance_id) else None
    if header is None:
        raise NotFoundError(f"there is no process instance '{instance_id}'", instance_id=instance_id)
    before = variable_history.blobs_of(tx, instance_id)
    variable_history.forget(tx, which, running=header.state == "active")
    unused = sorted(before - variable_history.blobs_of(tx, instance_id))
    large_values.give_up_blobs(tx, ctx.blobs, unused)
