"""Reads the variables that one scope has, or sees."""

from __future__ import annotations

from shoal.commands.change_variables import find_instance, raise_unknown
from shoal.commands.context import Context
from shoal.commands.load import Loaded, load
from shoal.errors import NotFoundError
from shoal.store.queries.instance_variables import variables_of_instance
from shoal.values import TypedValue


def read_variables(ctx: Context, scope_id: str, *, local: bool = False) -> dict[str, TypedValue]:
    """The variables that an instance or an activity instance sees, nearer ones hiding farther ones, by name.

    ``local``: only those of that very scope. Of an instance that has ended, its last values. Large values are
    fetched when somebody looks at them. NotFoundError: no such scope, or it has ended.
    """
    instance_id = find_instance(ctx, scope_id)
    with ctx.database.read() as tx:
        if scope_id == instance_id:
            return variables_of_instance(tx, instance_id, ctx.blobs.get)
        loaded = load(ctx, tx, [instance_id]).get(instance_id)
    node = loaded.snapshot.state.find(scope_id) if isinstance(loaded, Loaded) else None
    if node is None or not isinstance(loaded, Loaded):
        raise_unknown(scope_id)
    values = loaded.snapshot.variables
    return dict(values.local(scope_id)) if local else values.visible(node)


def read_variable(ctx: Context, scope_id: str, name: str, *, local: bool = False) -> TypedValue:
    """One variable. NotFoundError: no such scope, or it does not have, or see, such a variable."""
    found = read_variables(ctx, scope_id, local=local).get(name)
    if found is None:
        raise NotFoundError(f"there is no variable '{name}' at '{scope_id}'", scope_id=scope_id, variable=name)
    return found
