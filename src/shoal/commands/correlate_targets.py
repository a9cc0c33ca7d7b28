"""Correlates a message in given instances: every node of theirs that waits for it."""

from __future__ import annotations

from collections.abc import Sequence

from shoal.commands import prepared as halves
from shoal.commands.context import Context
from shoal.commands.load import Loaded, load
from shoal.commands.outcome import SUSPENDED, ChunkOutcome, Reason
from shoal.commands.prepared import Prepared, prepare_loaded
from shoal.commands.set_variables import Variables
from shoal.commands.uncollected import uncollected
from shoal.ids import is_id
from shoal.kernel.stimulus import Stimulus, Trigger
from shoal.store.database import Tx
from shoal.store.queries.subscriptions import Subscription, of_instances

NOT_WAITING = Reason("not-waiting", "the process instance does not wait for the message")


def prepare_correlate(
    ctx: Context,
    ids: Sequence[str],
    message: str | None,
    *,
    variables: Variables | None = None,
    local_variables: Variables | None = None,
) -> Prepared:
    """Move the instances. Without a name, any message that they wait for is meant.

    ``variables`` go to where they are, ``local_variables`` to the waiting activity.
    """
    with uncollected(len(ids)):
        return _moved(ctx, ids, message, variables or {}, local_variables or {})


def _moved(
    ctx: Context, ids: Sequence[str], message: str | None, variables: Variables, local_variables: Variables
) -> Prepared:
    wanted = [each for each in ids if is_id(each)]
    waiting: dict[str, list[Subscription]] = {}
    with ctx.database.read() as tx:
        found = load(ctx, tx, wanted)
        for each in of_instances(tx, "message", message, wanted):
            waiting.setdefault(each.instance_id or "", []).append(each)
    left_out: dict[str, Reason] = {}

    def choose(loaded: Loaded) -> Sequence[Stimulus] | None:
        if loaded.header is not None and loaded.header.suspended:
            left_out[loaded.id] = SUSPENDED
        elif loaded.id not in waiting:
            left_out[loaded.id] = NOT_WAITING
        else:
            return [trigger_of(each, variables, local_variables) for each in waiting[loaded.id]]
        return None

    prepared = prepare_loaded(ctx, found, ids, choose)
    prepared.outcome.skipped |= left_out
    return prepared


def correlate_in_targets(ctx: Context, tx: Tx, ids: Sequence[str], prepared: Prepared) -> ChunkOutcome:
    """Write what ``prepare_correlate`` moved.

    Skipped: not-found, not-running, suspended, not-waiting. Failed: what followed the message failed. Put back:
    instances that others hold, or that changed meanwhile.
    """
    outcome, rest = halves.apply(ctx, tx, ids, prepared)
    outcome.put_back += rest
    return outcome


def trigger_of(
    subscription: Subscription,
    variables: Variables,
    local_variables: Variables,
    triggered_variables: Variables | None = None,
) -> Trigger:
    """What wakes a node that waits for a message or a signal."""
    return Trigger(
        subscription.node_id or "",
        subscription.id,
        subscription.activity_id,
        variables,
        local_variables,
        triggered_variables=triggered_variables or {},
    )
