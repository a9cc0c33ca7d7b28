"""Lets an activity go on that waits for nobody in particular: a receive task, message or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shoal.bpmn.activities import ReceiveTask
from shoal.commands.change_variables import find_instance
from shoal.commands.context import Context
from shoal.commands.direct import Aim, move_directly
from shoal.commands.load import Loaded, load
from shoal.errors import ConflictError, NotFoundError
from shoal.kernel.state import Node, Phase
from shoal.kernel.stimulus import Complete
from shoal.store.database import Tx
from shoal.values import TypedValue


def trigger_activity(ctx: Context, scope_id: str, variables: Mapping[str, TypedValue]) -> None:
    """Complete the receive task (Camunda 7: the signal of an execution); variables go where they are.

    ``scope_id`` is its activity instance, or the process instance if only one activity is active in it.
    NotFoundError: no such scope. ConflictError: it is no receive task, or several are active; SuspendedError;
    ExecutionError: what followed failed.
    """
    instance_id = find_instance(ctx, scope_id)
    with ctx.database.read() as tx:
        loaded = load(ctx, tx, [instance_id]).get(instance_id)
    if not isinstance(loaded, Loaded):
        raise NotFoundError(f"no process instance with the id '{instance_id}' is running")
    node = _activity(loaded, scope_id)
    if not isinstance(loaded.deployed.process.nodes.get(node.element), ReceiveTask):
        raise ConflictError(
            f"'{node.element}' does not wait for that: only receive tasks can be triggered", element_id=node.element
        )

    def locate(_tx: Tx, keys: Sequence[str]) -> dict[str, Aim | Exception]:
        return {key: Aim(instance_id, Complete(key, variables)) for key in keys}

    for error in move_directly(ctx, [node.id], locate).values():
        raise error


def _activity(loaded: Loaded, scope_id: str) -> Node:
    state = loaded.snapshot.state
    if scope_id != loaded.id:
        named = state.find(scope_id)
        if named is None:
            raise NotFoundError(f"there is no activity instance '{scope_id}' (any more)")
        return named
    active = [each for each in state.nodes.values() if each.phase is Phase.ACTIVE and not each.tokens]
    if len(active) != 1:
        raise ConflictError(
            f"{len(active)} activities of process instance '{loaded.id}' are active; name one activity instance"
        )
    return active[0]
