"""Starts instances at start events for which something came: a message, a signal, a condition that holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shoal import clock
from shoal.commands.commit import build_rows, commit_rows
from shoal.commands.context import Context
from shoal.commands.load import Loaded
from shoal.commands.move_chunk import move_each
from shoal.ids import new_id
from shoal.kernel import InstanceFacts, new_snapshot
from shoal.kernel.stimulus import Start
from shoal.store.queries.subscriptions import Subscription
from shoal.values import TypedValue


def begin(
    ctx: Context,
    starts: Sequence[Subscription],
    variables: Mapping[str, TypedValue],
    *,
    business_key: str | None = None,
) -> list[str]:
    """Start one instance for each start event, all in one transaction; their ids in the same order.

    The first error of an instance is raised, and none is started then.
    """
    if not starts:
        return []
    now = clock.now()
    with ctx.database.read() as tx:
        models = ctx.catalog.get_many(tx, {each.definition_id or "" for each in starts})
    work: list[tuple[Loaded, Sequence[Start]]] = []
    for each in starts:
        model = models[each.definition_id or ""]
        facts = InstanceFacts(new_id(), model.definition_id, model.key, business_key, model.tenant_id)
        work.append((Loaded(new_snapshot(facts), model), (Start(variables, each.activity_id),)))
    moved, failed = move_each(ctx, work, now)
    for error in failed.values():
        raise error
    rows, failed = build_rows(ctx, moved, now)
    for error in failed.values():
        ctx.blobs.remove(each.id for each in rows.blobs)
        raise error
    commit_rows(ctx, rows)
    return [loaded.id for loaded, _ in work]
