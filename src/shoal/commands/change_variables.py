"""Sets and removes variables as seen from one scope: an instance, or an activity instance in it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NoReturn

from shoal.commands import prepared as halves
from shoal.commands.context import Context
from shoal.commands.in_chunks import do_in_chunks, raise_unless_done
from shoal.commands.load import Loaded
from shoal.commands.outcome import ChunkOutcome
from shoal.commands.prepared import Prepared, prepare
from shoal.commands.set_variables import check_variables
from shoal.errors import NotFoundError
from shoal.ids import is_id
from shoal.kernel.state import Node
from shoal.kernel.stimulus import SetVariables, Stimulus
from shoal.store.database import Tx
from shoal.store.queries.variable_scopes import instance_of_scope
from shoal.values import TypedValue

Variables = Mapping[str, TypedValue]


def change_variables(
    ctx: Context,
    scope_id: str,
    values: Variables | None = None,
    removed: Collection[str] = (),
    *,
    local: bool = False,
) -> None:
    """Set ``values``, then remove ``removed``, all or nothing; conditions that wait for variables look at them.

    Each goes to the nearest scope that has the variable, else to the instance; ``local``: to that very scope.
    What is not there need not be removed. Suspended instances may be changed too (Camunda 7: the same).

    NotFoundError: no such scope. ConflictError: the instance has ended. VariableTypeError: a value cannot be
    stored, or is transient: nobody would ever see it. ExecutionError: what followed a condition failed.
    """
    check_variables(values or {})
    instance_id = find_instance(ctx, scope_id)

    def choose(loaded: Loaded) -> Sequence[Stimulus]:
        node = loaded.snapshot.state.find(scope_id)
        if node is None:
            raise_unknown(scope_id)
        return _stimuli(loaded, node, values or {}, removed, local)

    def write(tx: Tx, ids: Sequence[str], half: Prepared) -> ChunkOutcome:
        outcome, rest = halves.apply(ctx, tx, ids, half, wait=True)
        outcome.put_back += rest
        return outcome

    outcome = do_in_chunks(ctx, [instance_id], lambda ids: prepare(ctx, ids, choose), write)
    raise_unless_done(outcome, instance_id)


def find_instance(ctx: Context, scope_id: str) -> str:
    """The instance that a scope belongs to. NotFoundError if there is no such scope."""
    with ctx.database.read() as tx:
        instance_id = instance_of_scope(tx, scope_id) if is_id(scope_id) else None
    if instance_id is None:
        raise_unknown(scope_id)
    return instance_id


def raise_unknown(scope_id: str) -> NoReturn:
    """Say that there is no such scope."""
    raise NotFoundError(f"there is no process instance and no activity instance '{scope_id}'", scope_id=scope_id)


def _stimuli(
    loaded: Loaded, node: Node, values: Variables, removed: Collection[str], local: bool
) -> list[Stimulus]:
    """One for each scope that changes."""
    by_scope: dict[str, tuple[dict[str, TypedValue], list[str]]] = {}

    def of(name: str) -> tuple[dict[str, TypedValue], list[str]]:
        owner = None if local else loaded.snapshot.variables.owner(node, name)
        scope_id = node.id if local else loaded.id if owner is None else owner.id
        return by_scope.setdefault(scope_id, ({}, []))

    for name, value in values.items():
        of(name)[0][name] = value
    for name in removed:
        of(name)[1].append(name)
    return [
        SetVariables(given, None if scope_id == loaded.id else scope_id, tuple(gone))
        for scope_id, (given, gone) in by_scope.items()
    ]
